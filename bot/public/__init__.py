"""Pages for everybody: no account, no chat, and nothing on them that is private."""

from fastapi import APIRouter

from bot.context import Context
from bot.public import certificate, duty_feed


def make_router(context: Context) -> APIRouter:
    """The public pages of one service."""
    router = APIRouter()
    router.include_router(certificate.make_router(context))
    router.include_router(duty_feed.make_router(context))
    return router
