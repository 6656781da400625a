"""Reading posted forms: bounded, tolerant of broken bytes, never of oversized ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Path, Request

MAX_FORM_BYTES = 256 * 1024
_MAX_FIELDS = 300

RowId = Annotated[int, Path(ge=1, lt=2**63)]
"""An id in an address; what no database could have counted to is an address that does not exist."""


class FormTooLarge(Exception):
    """A posted form over `MAX_FORM_BYTES` or with too many fields."""


@dataclass(frozen=True)
class Form:
    """The fields of one posted form; what is missing reads as empty."""

    fields: Mapping[str, Sequence[str]]

    def text(self, name: str) -> str:
        """A text of several lines: line ends as "\\n", NUL removed (PostgreSQL cannot store it)."""
        values = self.fields.get(name, ())
        raw = values[0] if values else ""
        return raw.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")

    def line(self, name: str) -> str:
        """A text of one line, without blanks around it."""
        return " ".join(self.text(name).split())

    def secret(self, name: str) -> str:
        """A password, exactly as typed."""
        values = self.fields.get(name, ())
        return values[0] if values else ""

    def number(self, name: str) -> int | None:
        """A whole number that fits a database id; None when it is none."""
        word = self.line(name)
        if not word.isascii() or not word.isdigit() or len(word) > 15:
            return None
        return int(word)

    def flag(self, name: str) -> bool:
        """Whether a box was ticked or a button of that name pressed."""
        return bool(self.line(name))

    def every(self, name: str) -> list[str]:
        """All values of a repeated field, each as one line."""
        return [" ".join(value.replace("\0", "").split()) for value in self.fields.get(name, ())]


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
