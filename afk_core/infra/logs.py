"""Structured logs on standard error: ids and codes, never a message's text or personal data."""

import logging
import sys
import traceback
from typing import TextIO

import structlog

_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def _where_it_failed(exc_info: structlog.typing.ExcInfo) -> str:
    """The kinds of an error and of its causes, and where each was raised.

    Nothing else: an error's words and local variables may be what a person wrote, or a key. (The library's
    own choice shows both, and takes seconds for one error, in which nobody is served.)
    """
    lines: list[str] = []
    error: BaseException | None = exc_info[1]
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        state = getattr(error, "sqlstate", None)
        lines += traceback.format_tb(error.__traceback__)
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}{f' {state}' if state else ''}\n")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "".join(lines).rstrip()


def _write_where_it_failed(out: TextIO, exc_info: structlog.typing.ExcInfo) -> None:
    out.write("\n" + _where_it_failed(exc_info))


def configure(level: str, *, as_json: bool, stream: TextIO | None = None) -> None:
    """Send all logs of the process to `stream` (standard error by default), one record a line."""
    renderer: list[structlog.typing.Processor] = (
        [structlog.processors.ExceptionRenderer(_where_it_failed), structlog.processors.JSONRenderer()]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=_write_where_it_failed)]
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("aiosqlite", "alembic", "httpx"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
