"""One JSON object in, one JSON object out, for the commands that other programs rely on."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Never


class BadLine(Exception):
    """An input that cannot be used; its text is the Indonesian sentence for the reader."""


def answer_lines(
    lines: Iterable[str], answer: Callable[[Mapping[str, Any]], Mapping[str, object]]
) -> Iterator[str]:
    """Adds no rule: `answer` for each input line that is not blank, with its id, as soon as it is read.

    A line that cannot be used (`answer` raises BadLine, or it is no object) gives `{"id", "error"}`, the
    id null if it could not be read, and the next line is taken: nothing is raised.
    """
    for line in lines:
        if line.strip():
            yield json.dumps(_answered(line, answer))


def _answered(line: str, answer: Callable[[Mapping[str, Any]], Mapping[str, object]]) -> Mapping[str, object]:
    ident: object = None
    try:
        request = _parse_object(line)
        ident = _parse_id(request.get("id"))
        return {"id": ident, **answer(request)}
    except BadLine as bad:
        return {"id": ident, "error": str(bad)}


def _parse_object(line: str) -> dict[str, Any]:
    try:
        # Python reads NaN and Infinity, which are no JSON: an id of that kind could not be written back.
        request = json.loads(line.strip().removeprefix("\ufeff"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BadLine("Baris ini bukan JSON yang sah.") from None
    if not isinstance(request, dict):
        raise BadLine("Baris ini harus berupa objek JSON.")
    return request


def _refuse_constant(name: str) -> Never:
    raise ValueError(name)


def _parse_id(value: object) -> object:
    if isinstance(value, str | int | None):
        return value
    raise BadLine('"id" harus berupa teks atau bilangan bulat.')
