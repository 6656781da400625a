"""From the stored payload of a browser to a message; pure."""

import re
from typing import Any

from bot.conversation.messages import ChannelName, InboundKind, InboundMessage

# A command that is typed means the same as on Telegram: "/tiket 123".
_TYPED_COMMAND = re.compile(r"/([a-z_]{1,32})(?:\s+(.*))?", re.DOTALL)


def translate(payload: dict[str, Any]) -> InboundMessage:
    """The message in `payload` as `bodies.payload_of` made it; raises ValueError for anything else."""
    try:
        address, client_id, kind = payload["address"], payload["client_id"], InboundKind(payload["kind"])
        if kind is InboundKind.TEXT:
            return _typed(address, client_id, payload["text"])
        if kind is InboundKind.BUTTON:
            return InboundMessage(
                ChannelName.WEBCHAT,
                address,
                kind,
                text=payload["action"],
                client_id=client_id,
                content=payload["label"],
            )
        if kind is InboundKind.COMMAND:
            return _command(address, client_id, payload["command"], payload["argument"])
        if kind is InboundKind.FILE:
            return InboundMessage(
                ChannelName.WEBCHAT,
                address,
                kind,
                text=payload["text"],
                client_id=client_id,
                files=tuple(payload["files"]),
                album=payload["album"],
            )
    except KeyError as error:
        raise ValueError(f"the payload lacks {error}") from error
    raise ValueError(f"a browser does not send {kind}")


def _typed(address: str, client_id: str, text: str) -> InboundMessage:
    if match := _TYPED_COMMAND.fullmatch(text):
        return _command(address, client_id, match[1], (match[2] or "").strip())
    return InboundMessage(ChannelName.WEBCHAT, address, InboundKind.TEXT, text=text, client_id=client_id)


def _command(address: str, client_id: str, command: str, argument: str) -> InboundMessage:
    return InboundMessage(
        ChannelName.WEBCHAT,
        address,
        InboundKind.COMMAND,
        text=argument,
        command=command,
        client_id=client_id,
    )
