"""One console for all tests of a process: its 200 routes are made once, and each test lends its own parts."""

from functools import cache
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, cast

from fastapi import FastAPI

from bot.console.desk import Desk, make_desk
from bot.console.pages import Pages
from bot.console.routes import router_of
from bot.console.session import Gate
from bot.console.throttle import Throttle
from bot.context import Context

_lent = SimpleNamespace()
"""`context` and `throttle` of the present test."""


class _Lent:
    """Stands for a part of what the present test lent: each look at it goes there."""

    def __init__(self, path: str) -> None:
        self._find = attrgetter(path)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._find(_lent), name)


class _LentContext(_Lent):
    """The context of the present test; pages keep its database and clock from the time they are made."""

    db = cast(Any, _Lent("context.db"))
    clock = cast(Any, _Lent("context.clock"))


def console_over(context: Context) -> FastAPI:
    """The console over the database, clock and settings of `context`, until the next call."""
    _lent.context, _lent.throttle = context, make_desk(context).throttle
    return _console(str(context.settings))


@cache
def _console(_settings: str) -> FastAPI:
    """One for each kind of settings, which pages may read while they are made."""
    context, throttle = cast(Context, _LentContext("context")), cast(Throttle, _Lent("throttle"))
    return FastAPI(routes=router_of(Desk(context, Pages(), Gate(context), throttle)).routes)
