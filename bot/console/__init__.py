"""The officers' console: server-rendered pages under `/petugas`."""

from bot.console.routes import make_router

__all__ = ["make_router"]
