"""The real program with a clock that tests move: `python -m tests.moved FILE serve`.

FILE holds by how many seconds the clock is off. The program has one source of the present moment, which
`tests/test_architecture.py` guards; it is replaced here, outside of the program, so that the program needs
no setting for it.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from afk_core.infra.clock import SystemClock
from bot.cli import app


def move(file: Path, to: datetime) -> None:
    """Let every program with this file think that it is `to` now."""
    draft = file.with_suffix(".new")
    draft.write_text(repr((to - datetime.now(UTC)).total_seconds()), "ascii")
    draft.replace(file)


def _run(file: Path, arguments: list[str]) -> None:
    def now(_clock: SystemClock) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(file.read_text("ascii")))

    SystemClock.now = now  # type: ignore[method-assign]
    app(arguments)


if __name__ == "__main__":
    _run(Path(sys.argv[1]), sys.argv[2:])
