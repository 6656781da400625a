"""The web chat: a page, a widget for other sites, and the addresses that they use."""

from bot.channels.webchat.routes import make_router

__all__ = ["make_router"]
