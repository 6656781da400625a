"""Pages for everybody: no account, no chat, and nothing on them that is private."""

from fastapi import APIRouter

from bot.context import Context
from bot.public import certificate, duty_feed
from bot.routing import together


def make_router(context: Context) -> APIRouter:
    """The public pages of one service."""
    return together(certificate.make_router(context), duty_feed.make_router(context))
