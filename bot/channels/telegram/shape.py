"""How a reply looks on Telegram: its place, its buttons, and what stands out in its words. Pure."""

from typing import Any

from bot.channels.telegram.split import units
from bot.conversation.messages import Author, Reply

_BASIS = "Dasar:"
_NO_PREVIEW = {"is_disabled": True}


def names_the_officer(reply: Reply) -> bool:
    """Whether the words of `reply` stand under an officer's name."""
    return reply.author is Author.OFFICER and bool(reply.author_name)


def surroundings(reply: Reply) -> dict[str, Any]:
    """Parameters for every message of `reply` beside its words: where it goes, and how loud."""
    found: dict[str, Any] = {"link_preview_options": _NO_PREVIEW}
    if reply.thread is not None:
        found["message_thread_id"] = int(reply.thread)
    if reply.desk is not None and reply.desk.silent:
        found["disable_notification"] = True
    if reply.desk is not None and reply.desk.quote is not None:
        quoted = {"message_id": int(reply.desk.quote), "allow_sending_without_reply": True}
        found["reply_parameters"] = quoted
    return found


def markup(reply: Reply) -> dict[str, Any]:
    """The parameter for the buttons of `reply` or the invitation to answer it; empty without either."""
    if reply.desk is not None and reply.desk.asks and not reply.buttons:
        return {"reply_markup": {"force_reply": True, "selective": True}}
    rows = [
        [{"text": button.label, "callback_data": button.action} for button in row]
        for row in reply.buttons
        if row
    ]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def entities(text: str, *, named: bool) -> list[dict[str, Any]]:
    """The legal basis of `text` in italics and, when `named`, its first line (the officer) in bold.

    They stand beside the plain text, in its UTF-16 code units, so nothing in it has to be escaped.
    """
    found, offset = [], 0
    for number, line in enumerate(text.split("\n")):
        length = units(line)
        kind = "bold" if named and number == 0 else "italic" if line.startswith(_BASIS) else ""
        if kind:
            found.append({"type": kind, "offset": offset, "length": length})
        offset += length + 1
    return found
