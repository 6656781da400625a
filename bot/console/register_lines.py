"""Reads the lines of a spreadsheet of UMKM (XLSX or CSV), and makes the file to fill in. Pure."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Final

from afk_core.files.accept import accept
from afk_core.files.file import FileKind
from afk_core.infra.errors import DomainError
from afk_core.umkm.register.intake import COLUMNS, MOST_LINES, Line
from bot.console.export import Workbook, report_words

MAX_BYTES: Final = 2 * 1024 * 1024
_ZIP: Final = b"PK\x03\x04"
_MOST_COLUMNS: Final = 40
_LONGEST: Final = 500


def read_lines(content: bytes, name: str) -> list[Line]:
    """The lines below the heads, empty ones left out, each with its number in the file.

    Raises DomainError `import.unreadable`, `import.heads_missing` (`heads`), `import.empty`,
    `import.too_many` (`maximum`), and what `accept` refuses.
    """
    if len(content) > MAX_BYTES or content.startswith(_ZIP):
        accept(content, name, max_bytes=MAX_BYTES, allowed={FileKind.XLSX})
        cells = _xlsx(content)
    else:
        cells = _csv(content)
    return _lines(cells)


def heads() -> list[str]:
    """The heads of the columns, in the order of `COLUMNS`."""
    words = report_words()["register_import"]["heads"]
    return [words[key] for key in COLUMNS]


def example_file() -> bytes:
    """The file to fill in: the heads with one example, and a sheet that explains each column."""
    words, book = report_words()["register_import"], Workbook()
    sheet = book.sheet(words["sheet"], heads())
    sheet.add([[words["example"].get(key, "") for key in COLUMNS]])
    notes = book.sheet(words["notes_sheet"], words["notes_heads"])
    notes.add([words["heads"][key], words["notes"][key]] for key in COLUMNS)
    return book.content()


def _lines(rows: Iterable[Sequence[str]]) -> list[Line]:
    numbered = enumerate(rows, 1)
    first = next(((number, row) for number, row in numbered if any(row)), None)
    if first is None:
        raise DomainError("import.empty")
    places = _places(first[1])
    lines = [
        Line(number, {key: row[place] if place < len(row) else "" for key, place in places.items()})
        for number, row in numbered
        if any(row)
    ]
    if not lines:
        raise DomainError("import.empty")
    if len(lines) > MOST_LINES:
        raise DomainError("import.too_many", maximum=MOST_LINES)
    return lines


def _places(row: Sequence[str]) -> dict[str, int]:
    names = [_plain(cell) for cell in row]
    wanted = dict(zip(COLUMNS, heads(), strict=True))
    missing = [head for head in wanted.values() if _plain(head) not in names]
    if missing:
        raise DomainError("import.heads_missing", heads=tuple(missing))
    return {key: names.index(_plain(head)) for key, head in wanted.items()}


def _plain(head: str) -> str:
    return " ".join(head.casefold().replace("*", " ").split())


def _csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DomainError("import.unreadable") from None
    if "\0" in text:
        raise DomainError("import.unreadable")
    head = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=head.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [_tidy(cell) for cell in row[:_MOST_COLUMNS]]
    except csv.Error:
        raise DomainError("import.unreadable") from None


def _xlsx(content: bytes) -> Iterator[list[str]]:
    # Ten megabytes, which only an office pays that reads such a file.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # A line more than may be, and the heads, so that too many are seen as such.
        for row in sheet.iter_rows(max_row=MOST_LINES * 2, max_col=_MOST_COLUMNS, values_only=True):
            yield [_tidy(_text(cell)) for cell in row]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, SyntaxError):
        raise DomainError("import.unreadable") from None


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell)


def _tidy(cell: str) -> str:
    """One cell as a line; the mark by which our own files say that a cell is text goes."""
    words = " ".join(cell.replace("\0", " ").split())[:_LONGEST]
    return words[1:] if words[:1] == "'" and words[1:2] in ("=", "+", "-", "@") else words
