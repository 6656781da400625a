"""An error in the logs: where it happened, and nothing of what was being worked on."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from afk_core.infra import logs
from afk_core.infra.database import Database

_SECRET = "0811 5550 123"


@pytest.fixture(params=[True, False], ids=["json", "text"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What is logged, in each form."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("DEBUG", as_json=request.param, stream=stream)
    yield stream
    root.handlers[:], root.level = before


def _work_on(words: str) -> None:
    try:
        raise ValueError(f"cannot read {words}")
    except ValueError as error:
        raise LookupError(words) from error


def test_an_error_shows_its_kinds_and_places_and_no_words_or_variables(log: io.StringIO) -> None:
    try:
        _work_on(_SECRET)
    except LookupError:
        structlog.get_logger("uji").exception("job failed", job=7)
    shown = log.getvalue()
    assert "builtins.LookupError" in shown
    assert "builtins.ValueError" in shown
    assert "in _work_on" in shown
    assert _SECRET not in shown


async def test_an_error_of_the_database_shows_its_state_and_no_values(
    log: io.StringIO, database: Database
) -> None:
    with pytest.raises(DBAPIError) as failed:
        async with database.write() as session:
            await session.execute(text("SELECT :words + missing FROM job"), {"words": _SECRET})
    structlog.get_logger("uji").error("job failed", exc_info=failed.value)
    assert _SECRET not in str(failed.value)
    assert "Error" in log.getvalue()
    assert _SECRET not in log.getvalue()
