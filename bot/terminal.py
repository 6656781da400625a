"""What every command of the terminal shares: one sentence for a refusal, and the parts of the service."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from afk_core.infra.errors import DomainError
from afk_core.infra.settings import load_settings
from bot.bootstrap import build_context, refusing_outages
from bot.context import Context
from bot.problems import problem_text


def with_context(work: Callable[[Context], Awaitable[None]]) -> None:
    """Run `work` with the parts of the service; a refusal or an outage ends the command with one sentence."""

    async def run() -> None:
        context = build_context(load_settings())
        try:
            with refusing_outages():
                await work(context)
        finally:
            await context.db.close()

    with plain_errors():
        asyncio.run(run())


@contextmanager
def plain_errors() -> Iterator[None]:
    """One clear sentence for a refusal, instead of a traceback."""
    try:
        yield
    except DomainError as error:
        fail(problem_text(error))


def fail(sentence: str) -> NoReturn:
    """Say `sentence` on standard error and end with 1."""
    print(sentence, file=sys.stderr)
    raise typer.Exit(1)
