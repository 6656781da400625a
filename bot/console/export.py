"""Reports as files: CSV and XLSX, the record that one left the house, and how a browser keeps it.

Every instant stands there in UTC and on the office's clock with its offset.
"""

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer, record_audit
from bot.topics import topic_title
from tickets.reporting.report import ReportRow

CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF_TYPE: Final = "application/pdf"
MOST_ROWS: Final = 100_000
"""Rows of one file: a sheet holds a million, but hardly anybody's computer opens them."""

_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")
_WIDEST: Final = 40

Cell = object


@cache
def report_words() -> Mapping[str, Any]:
    """The words of the files, from `bot/texts/report.toml`."""
    return tomllib.loads((files("bot") / "texts" / "report.toml").read_text("utf-8"))


def attached(content: bytes, media_type: str, name: str) -> Response:
    """A file that a browser keeps under `name` (ASCII)."""
    return Response(content, media_type=media_type, headers=attachment(name))


def attachment(name: str) -> dict[str, str]:
    """The header with which a browser keeps an answer as a file under `name` (ASCII)."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


async def record_export(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    report: str,
    detail: Mapping[str, object],
    *,
    office_id: int | None = None,
) -> None:
    """Record that a report leaves the house as a file: of the viewer's office, where no other is named."""
    await record_audit(
        session,
        now,
        action="report.exported",
        subject=f"report:{report}",
        officer_id=viewer.officer_id,
        office_id=viewer.office_id if office_id is None else office_id,
        detail=detail,
    )


def check_count(count: int) -> None:
    """Raises DomainError `report.too_many_rows` with `count` and `maximum`."""
    if count > MOST_ROWS:
        raise DomainError("report.too_many_rows", count=count, maximum=MOST_ROWS)


def row_heads() -> list[str]:
    """The heads of the columns of `row_cells`."""
    words = report_words()["rows"]
    instants = [f"{name} ({clock})" for name in words["instants"] for clock in words["clocks"]]
    return [*words["before"], *instants, *words["after"]]


def row_cells(row: ReportRow) -> list[Cell]:
    """One limit as cells: texts, numbers, None for what is not there."""
    instants = (row.received_at, row.counted_from, row.due, row.closed_at)
    return [
        row.number,
        row.office_name,
        topic_title(row.topic),
        row.kind.label,
        *(written for at in instants for written in both_clocks(at, row.tz)),
        row.outcome.label,
        row.used,
        report_words()["units"][row.kind.value],
        row.officer_name,
        report_words()["rows"]["complaint" if row.complaint else "no_complaint"],
        row.score,
    ]


def both_clocks(at: datetime | None, tz: ZoneInfo) -> tuple[str | None, str | None]:
    """An instant as ISO 8601 in UTC and in `tz`, with offsets and whatever fraction of a second it has."""
    if at is None:
        return None, None
    return at.astimezone(UTC).isoformat(), at.astimezone(tz).isoformat()


class CsvRows:
    """Writes lines of CSV (RFC 4180, UTF-8 with a mark, so that spreadsheets read the letters right)."""

    def head(self, names: Sequence[str]) -> bytes:
        """The first line."""
        return "\N{BYTE ORDER MARK}".encode() + self.rows([list(names)])

    def rows(self, rows: Iterable[Sequence[Cell]]) -> bytes:
        """Further lines."""
        out = io.StringIO()
        csv.writer(out).writerows([_harmless(cell) for cell in row] for row in rows)
        return out.getvalue().encode()


class Sheet:
    """One sheet of a workbook; rows are only ever added."""

    def __init__(self, sheet: Any, heads: Sequence[str], bold: object) -> None:
        self._sheet = sheet
        self._next = 1
        self._widths = [len(head) + 2 for head in heads]
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        sheet.freeze_panes(1, 0)

    def add(self, rows: Iterable[Sequence[Cell]], style: object = None) -> None:
        """Add rows: numbers as numbers, everything else as text that no spreadsheet computes."""
        for row in rows:
            for column, cell in enumerate(row):
                if isinstance(cell, bool) or cell is None:
                    continue
                if isinstance(cell, int | float):
                    self._sheet.write_number(self._next, column, cell, style)
                else:
                    self._sheet.write_string(self._next, column, str(cell), style)
                    if column < len(self._widths):
                        self._widths[column] = max(self._widths[column], len(str(cell)) + 1)
            self._next += 1

    def close(self) -> None:
        """Fit the columns to what stands in them."""
        for column, width in enumerate(self._widths):
            self._sheet.set_column(column, column, min(width, _WIDEST))
        if self._next > 1:
            self._sheet.autofilter(0, 0, self._next - 1, len(self._widths) - 1)


class Workbook:
    """An XLSX file in the making."""

    def __init__(self) -> None:
        # Loaded by whoever makes a workbook. It publishes no type information.
        import xlsxwriter  # type: ignore[import-untyped]

        self._out = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._out, {"in_memory": True, "strings_to_formulas": False})
        self._bold = self._book.add_format({"bold": True, "bottom": 1})
        self._sheets: list[Sheet] = []

    def sheet(self, name: str, heads: Sequence[str]) -> Sheet:
        """A new sheet with its heads; `name` has at most 31 characters and none of []:*?/\\."""
        sheet = Sheet(self._book.add_worksheet(name), heads, self._bold)
        self._sheets.append(sheet)
        return sheet

    def content(self) -> bytes:
        """The finished file."""
        for sheet in self._sheets:
            sheet.close()
        self._book.close()
        return self._out.getvalue()


def _harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet would compute is marked as text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_SIGNS) else cell
