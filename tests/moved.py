"""The real program with a clock that tests move: `python -m tests.moved FILE serve`.

FILE holds by how many seconds the machine's clock is off, and FILE.db, if there is one, by how many that of
PostgreSQL. The program has one source of the present moment, which `tests/test_architecture.py` guards, and
asks the database in one place; both are replaced here, outside of the program, so that it needs no setting.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from afk_core.infra.clock import SystemClock
from afk_core.infra.database import Database
from bot.cli import app


def database_clock(file: Path) -> Path:
    """The file of the clock of PostgreSQL for a program whose own clock is that of `file`."""
    return file.with_suffix(".db")


def move(file: Path, to: datetime) -> None:
    """Let every program with this file think that it is `to` now."""
    draft = file.with_suffix(".new")
    draft.write_text(repr((to - datetime.now(UTC)).total_seconds()), "ascii")
    draft.replace(file)


def _off(file: Path) -> timedelta:
    return timedelta(seconds=float(file.read_text("ascii")))


def _run(file: Path, arguments: list[str]) -> None:
    def now(_clock: SystemClock) -> datetime:
        return datetime.now(UTC) + _off(file)

    async def server_time(database: Database) -> datetime | None:
        if database.is_sqlite:
            return None
        shared = database_clock(file)
        return datetime.now(UTC) + _off(shared if shared.exists() else file)

    SystemClock.now = now  # type: ignore[method-assign, assignment]
    Database.server_time = server_time  # type: ignore[method-assign, assignment]
    app(arguments)


if __name__ == "__main__":
    _run(Path(sys.argv[1]), sys.argv[2:])
