"""Every route of the web chat."""

from fastapi import APIRouter

from bot.channels.webchat import api, pages
from bot.context import Context


def make_router(context: Context) -> APIRouter:
    """The page, the widget, their files, and the addresses under `/api/chat`."""
    router = APIRouter()
    router.include_router(api.make_router(context))
    router.include_router(pages.make_router(context))
    return router
