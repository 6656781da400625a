"""Every route of the web chat."""

from fastapi import APIRouter

from bot.channels.webchat import api, file_api, pages
from bot.channels.webchat.throttle import Throttle
from bot.context import Context


def make_router(context: Context) -> APIRouter:
    """The page, the widget, their files, and the addresses under `/api/chat`."""
    router = APIRouter()
    throttle = Throttle(context.settings.messages_per_minute, context.settings.files_per_minute)
    router.include_router(api.make_router(context, throttle))
    router.include_router(file_api.make_router(context, throttle))
    router.include_router(pages.make_router(context))
    return router
