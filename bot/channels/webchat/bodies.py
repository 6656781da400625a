"""What a browser may post: read within a size limit, checked, and made into the payload of the inbox."""

import re
from typing import Annotated, Any

from fastapi import Request
from pydantic import UUID4, BaseModel, ConfigDict, Field, ValidationError

from afk_core.infra.errors import DomainError
from afk_core.infra.json_bytes import from_json
from bot.conversation.messages import MAX_ACTION_BYTES, MAX_TEXT, InboundKind

MAX_BODY_BYTES = 64 * 1024
_MAX_ARGUMENT = 64
_MAX_LABEL = 120
# What no keyboard types and what would only disturb logs, searches and screens.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class SendBody(BaseModel):
    """One act of a person: exactly one of `text`, `action` (of a button) and `command`.

    `label` is what the button said, and is what the conversation then shows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    client_id: UUID4
    text: Annotated[str, Field(description=f"At most {MAX_TEXT} characters")] | None = None
    action: str | None = None
    label: str = ""
    command: Annotated[str, Field(pattern=r"^[a-z_]{1,32}$")] | None = None
    argument: Annotated[str, Field(max_length=_MAX_ARGUMENT)] = ""


async def read_body(request: Request) -> SendBody:
    """The body of `request`.

    Raises DomainError `body.too_large`, `body.not_json` or `message.malformed`.
    """
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MAX_BODY_BYTES:
            raise DomainError("body.too_large", limit=MAX_BODY_BYTES)
    try:
        value = from_json(raw)
    except (ValueError, RecursionError):
        raise DomainError("body.not_json") from None
    if isinstance(value, dict):
        value = {name: _whole(part) if isinstance(part, str) else part for name, part in value.items()}
    try:
        return SendBody.model_validate(value)
    except ValidationError:
        # The library's own account of the fault repeats what was typed; it must not reach a log.
        raise DomainError("message.malformed") from None


def payload_of(body: SendBody, address: str) -> dict[str, Any]:
    """The payload that the inbox stores for `inbound.translate`.

    Raises DomainError `message.empty`, `message.too_long` or `message.malformed`.
    """
    given = [value for value in (body.text, body.action, body.command) if value is not None]
    if len(given) != 1:
        raise DomainError("message.malformed")
    return {"address": address, "client_id": str(body.client_id), **_content(body)}


def _content(body: SendBody) -> dict[str, str]:
    if body.text is not None:
        return {"kind": InboundKind.TEXT.value, "text": _checked_text(body.text)}
    if body.action is not None:
        if not 0 < len(body.action.encode("utf-8", "surrogatepass")) <= MAX_ACTION_BYTES:
            raise DomainError("message.malformed")
        label = clean(body.label)[:_MAX_LABEL]
        return {"kind": InboundKind.BUTTON.value, "action": body.action, "label": label}
    return {
        "kind": InboundKind.COMMAND.value,
        "command": body.command or "",
        "argument": clean(body.argument),
    }


def _checked_text(text: str) -> str:
    words = clean(text)
    if not words:
        raise DomainError("message.empty")
    if len(words) > MAX_TEXT:
        raise DomainError("message.too_long", length=len(words), limit=MAX_TEXT)
    return words


def clean(text: str) -> str:
    """The text without what no keyboard types, with plain line ends, and without blanks around it."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _whole(text: str) -> str:
    """Half of a character, left by a keyboard that cut an emoji in two, becomes a replacement mark."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
