"""The stored payload becomes the message that the person meant; anything else is refused as unreadable."""

from typing import Any

import pytest

from bot.channels.webchat.inbound import translate
from bot.conversation.messages import ChannelName, InboundKind, InboundMessage

BASE: dict[str, Any] = {"address": "a" * 64, "client_id": "6b1d8a34-1111-4222-8333-000000000001"}


def _message(kind: InboundKind, **fields: str) -> InboundMessage:
    return InboundMessage(ChannelName.WEBCHAT, BASE["address"], kind, client_id=BASE["client_id"], **fields)


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({"kind": "text", "text": "apa itu PLB?"}, _message(InboundKind.TEXT, text="apa itu PLB?")),
        ({"kind": "text", "text": "<3 _*["}, _message(InboundKind.TEXT, text="<3 _*[")),
        ({"kind": "text", "text": "/menu"}, _message(InboundKind.COMMAND, command="menu")),
        (
            {"kind": "text", "text": "/tiket  100300-2026-00001 "},
            _message(InboundKind.COMMAND, command="tiket", text="100300-2026-00001"),
        ),
        ({"kind": "text", "text": "/"}, _message(InboundKind.TEXT, text="/")),
        ({"kind": "text", "text": "1/2 kontainer"}, _message(InboundKind.TEXT, text="1/2 kontainer")),
        ({"kind": "text", "text": "/Menu"}, _message(InboundKind.TEXT, text="/Menu")),
        (
            {"kind": "button", "action": "t:plb", "label": "PLB"},
            _message(InboundKind.BUTTON, text="t:plb", content="PLB"),
        ),
        (
            {"kind": "command", "command": "start", "argument": "topik_plb"},
            _message(InboundKind.COMMAND, command="start", text="topik_plb"),
        ),
    ],
)
def test_a_payload_is_read_as_it_was_meant(payload: dict[str, str], message: InboundMessage) -> None:
    assert translate(BASE | payload) == message


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"kind": "text"},
        {"kind": "button"},
        {"kind": "command", "command": "start"},
        {"kind": "nonsense", "text": "x"},
        {"kind": "blocked", "text": "x"},
        {"kind": "edit", "text": "x"},
    ],
)
def test_what_no_browser_sends_is_unreadable(payload: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        translate(BASE | payload)
