"""A sheet that offices print and hang up: what a form is for, and codes that open it."""

from collections.abc import Mapping
from typing import Final

from fastapi import Request

from afk_core.offices.models import Office
from bot.context import Context
from bot.papers.paper import render
from bot.papers.qr import Qr

POSTER_WORDS: Final = ("title", "headline", "lead", "body", "foot")
"""What the words of a sheet are called."""


async def draw_poster(
    context: Context, office: Office, words: Mapping[str, str], place: str, bot_link: str | None
) -> bytes:
    """The sheet of an office with a code to the form below `place`, and to its chat where there is a bot."""
    data = {
        "office": {"name": office.name},
        "words": words,
        "web": Qr(f"{context.settings.base_url}{place}?kantor={office.code}"),
        "telegram": Qr(bot_link) if bot_link else None,
    }
    return await render("poster", data, dated=context.clock.now())


def bot_link(request: Request, payload: str) -> str | None:
    """The deep link into Telegram; None without a bot, or before its name is known."""
    telegram = getattr(request.app.state, "telegram", None)
    return None if telegram is None else telegram.link(payload)
