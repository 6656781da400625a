"""Every route of the web chat."""

from fastapi import APIRouter

from bot.channels.webchat import api, file_api, pages
from bot.channels.webchat.throttle import Throttle
from bot.context import Context
from bot.routing import together


def make_router(context: Context) -> APIRouter:
    """The page, the widget, their files, and the addresses under `/api/chat`."""
    throttle = Throttle(context.settings.messages_per_minute, context.settings.files_per_minute)
    return together(
        api.make_router(context, throttle),
        file_api.make_router(context, throttle),
        pages.make_router(context),
    )
