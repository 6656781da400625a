"""The draft of a monthly report as a form: from the draft to its fields, and from what was posted back."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from afk_core.infra.errors import DomainError
from afk_core.monthly.monthly import OWN, DraftLine, DraftWords, Line
from afk_core.rules.dates import format_date
from afk_core.rules.periods import Period
from bot.console.form import Form, date_of
from bot.console.monthly_contexts import RowForm

TIMES: Final = 10
"""So much larger than other forms may this one be: it is a table of up to 400 rows."""

_KEY_LENGTH: Final = 64


def rows_of(words: DraftWords, month: Period) -> tuple[RowForm, ...]:
    """The rows of a draft, and an empty one to add."""
    rows = [
        RowForm(
            key=each.key,
            day=each.line.day.isoformat(),
            day_words=format_date(each.line.day),
            business=each.line.business,
            matter=each.line.matter,
            result=each.line.result,
            taken=each.taken,
            own=each.own,
            task=each.task,
        )
        for each in words.lines
    ]
    return (*rows, _blank())


def typed_rows(form: Form, known: Mapping[str, DraftLine]) -> tuple[RowForm, ...]:
    """The rows as they were posted; a key that is neither known nor an own one is left out."""
    taken, rows = set(form.every("pakai")), []
    for key in _keys(form):
        line = known.get(key)
        own = key.startswith(OWN)
        if line is None and not own:
            continue
        day = form.line(f"hari-{key}") if own or line is None else line.line.day.isoformat()
        rows.append(
            RowForm(
                key=key,
                day=day,
                day_words="" if own or line is None else format_date(line.line.day),
                business=form.text(f"pelaku-{key}").strip(),
                matter=form.text(f"materi-{key}").strip(),
                result=form.text(f"hasil-{key}").strip(),
                taken=key in taken,
                own=own,
                task=line.task if line else "",
            )
        )
    return tuple(rows)


def words_of(rows: Iterable[RowForm], form: Form, kept: Iterable[DraftLine], month: Period) -> DraftWords:
    """What was posted as a draft; `kept` are rows that the form did not show, which stay as they are.

    Raises DomainError `monthly.day` for a row of one's own whose date is none.
    """
    shown, lines = set(), []
    for row in rows:
        shown.add(row.key)
        if row.own and not (row.day or row.business or row.matter or row.result):
            continue
        lines.append(
            DraftLine(
                row.key, Line(_day(row.day, month), row.business, row.matter, row.result), row.taken, row.task
            )
        )
    lines += [each for each in kept if each.key not in shown]
    points = _points(form.text("kendala")), _points(form.text("saran"))
    return DraftWords(tuple(lines), *points, form.line("tempat"))


def _blank() -> RowForm:
    # Random, so that rows that were added in two windows do not take each other's place.
    return RowForm(f"{OWN}{secrets.token_hex(6)}", "", "", "", "", "", taken=True, own=True, task="")


def _keys(form: Form) -> list[str]:
    return [key for key in dict.fromkeys(form.every("kunci")) if key and len(key) <= _KEY_LENGTH]


def _day(typed: str, month: Period) -> date:
    found = date_of(typed)
    if found is None:
        raise DomainError("monthly.day", month=month.label)
    return found


def _points(typed: str) -> tuple[str, ...]:
    """One point a line."""
    return tuple(line for each in typed.split("\n") if (line := " ".join(each.split())))
