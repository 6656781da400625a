"""What the Bot API accepts: parameters into aiogram's own method types, format rules by teremok."""

import json
from functools import cache
from typing import Any

import aiogram.methods
from aiogram import Bot
from aiogram.methods import TelegramMethod
from pydantic import ValidationError
from teremok.validation import ApiRuleViolation, validate_method

from tests.botapi.faults import Refused

# Forms carry nested values as JSON; a text that merely looks like JSON must stay text.
_JSON_FIELDS = frozenset(
    {
        "allowed_updates",
        "caption_entities",
        "commands",
        "entities",
        "link_preview_options",
        "reply_markup",
        "reply_parameters",
        "scope",
    }
)
_TEXT_METHODS = frozenset({"sendmessage", "editmessagetext"})


@cache
def method_types() -> dict[str, type[TelegramMethod[Any]]]:
    """aiogram's method types by lower-case name."""
    return {
        found.__api_method__.lower(): found
        for found in vars(aiogram.methods).values()
        if isinstance(found, type)
        and issubclass(found, TelegramMethod)
        and isinstance(getattr(found, "__api_method__", None), str)
    }


@cache
def _bot() -> Bot:
    return Bot("42:rules")


def decode(params: dict[str, Any]) -> dict[str, Any]:
    """Parameters of a form with their nested values read."""
    decoded = dict(params)
    for name in _JSON_FIELDS & params.keys():
        if isinstance(params[name], str):
            try:
                decoded[name] = json.loads(params[name])
            except ValueError:
                raise Refused(400, f"Bad Request: can't parse {name} JSON object") from None
    return decoded


def read(name: str, params: dict[str, Any]) -> TelegramMethod[Any]:
    """The call as a checked method; refuses with the Bot API's wording."""
    lowered = name.lower()
    if lowered in _TEXT_METHODS and not str(params.get("text", "")).strip():
        raise Refused(400, "Bad Request: message text is empty")
    try:
        method = method_types()[lowered].model_validate(params)
    except ValidationError as error:
        fields = ", ".join(str(item["loc"][0]) for item in error.errors() if item["loc"])
        raise Refused(400, f"Bad Request: invalid {fields}") from None
    try:
        validate_method(_bot(), method)
    except ApiRuleViolation as error:
        raise Refused(400, error.description) from None
    _check_button_texts(params.get("reply_markup"))
    return method


def _check_button_texts(markup: Any) -> None:
    rows = markup.get("inline_keyboard", ()) if isinstance(markup, dict) else ()
    if any(not str(button.get("text", "")).strip() for row in rows for button in row):
        raise Refused(400, "Bad Request: can't parse inline keyboard button: Text buttons must be non-empty")
