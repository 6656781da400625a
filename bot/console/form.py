"""Reading posted forms and the words of addresses: tolerant of broken bytes, never of oversized ones."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Path, Request
from msgspec import Struct
from pydantic import GetPydanticSchema
from pydantic_core.core_schema import int_schema

MAX_FORM_BYTES = 256 * 1024
_MAX_FIELDS = 300

RowId = Annotated[int, Path(), GetPydanticSchema(lambda _int, _handler: int_schema(ge=1, lt=2**63))]
"""An id in an address; what no database could have counted to is an address that does not exist.

A hundred addresses hold one. Bounds given to `Path` mean the same, and are twice as long in the making.
"""

Slug = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,80}$")]
"""The short name of an article in an address; what none can have is an address that does not exist."""

_MOST_DIGITS = 15
"""No database has counted so far; with more, reading and binding a number would fail in their own ways."""

_YEARS = range(2000, 2201)


def line_of(word: str) -> str:
    """A text of one line: blanks made single and none around it, NUL removed (PostgreSQL cannot store it)."""
    return " ".join(word.replace("\0", "").split())


def number_of(word: str) -> int | None:
    """A whole number as a form or an address writes it, that fits a database id; None for anything else."""
    return int(word) if word.isascii() and word.isdigit() and len(word) <= _MOST_DIGITS else None


def year_of(word: str, years: Container[int]) -> int | None:
    """One of these years as a form or an address writes it, in four digits; None for anything else."""
    year = number_of(word) if len(word) == 4 else None
    return year if year in years else None


def known_of(word: str, words: Container[str]) -> str:
    """The word, if it is one of these; else nothing."""
    return word if word in words else ""


def numbers_of(words: Iterable[str]) -> list[int]:
    """The whole numbers among `words`, each as by `number_of`."""
    return [number for word in words if (number := number_of(word)) is not None]


def date_of(word: str) -> date | None:
    """A day as browsers send it ("2026-11-23"), in a year that anybody can mean; None for anything else.

    Days around the ends of the calendar could not be moved by a month.
    """
    try:
        found = date.fromisoformat(word)
    except ValueError:
        return None
    return found if found.year in _YEARS else None


class FormTooLarge(Exception):
    """A posted form over `MAX_FORM_BYTES` or with too many fields."""


class Form(Struct, frozen=True):
    """The fields of one posted form; what is missing reads as empty."""

    fields: Mapping[str, Sequence[str]]

    def text(self, name: str) -> str:
        """A text of several lines: line ends as "\\n", NUL removed (PostgreSQL cannot store it)."""
        values = self.fields.get(name, ())
        raw = values[0] if values else ""
        return raw.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")

    def line(self, name: str) -> str:
        """A text of one line, without blanks around it."""
        return line_of(self.text(name))

    def secret(self, name: str) -> str:
        """A password, exactly as typed."""
        values = self.fields.get(name, ())
        return values[0] if values else ""

    def number(self, name: str) -> int | None:
        """A whole number that fits a database id; None when it is none."""
        return number_of(self.line(name))

    def flag(self, name: str) -> bool:
        """Whether a box was ticked or a button of that name pressed."""
        return bool(self.line(name))

    def every(self, name: str) -> list[str]:
        """All values of a repeated field, each as one line."""
        return [line_of(value) for value in self.fields.get(name, ())]

    def numbers(self, name: str) -> list[int]:
        """The whole numbers among the values of a repeated field."""
        return numbers_of(self.every(name))


async def read_form(request: Request, *, times: int = 1) -> Form:
    """The posted form (`application/x-www-form-urlencoded`); raises `FormTooLarge`.

    A form that is a long table may be so many `times` as large as others.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES * times:
            raise FormTooLarge
    try:
        fields = parse_qs(
            body.decode("ascii", "replace"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=_MAX_FIELDS * times,
        )
    except ValueError as error:
        raise FormTooLarge from error
    return Form(fields)
