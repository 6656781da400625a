"""Pages for everybody: no account, no chat, and nothing on them that is private."""

from fastapi import APIRouter

from bot.context import Context
from bot.public import certificate


def make_router(context: Context) -> APIRouter:
    """The public pages of one service."""
    return certificate.make_router(context)
