"""The filters of the dashboard as they stand in an address."""

from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import replace
from starlette.datastructures import QueryParams

from afk_core.rules.sla import LimitKind
from bot.console.form import date_of, known_of, line_of, number_of
from tickets.reporting.report import BREACHED, COUNTED, OPEN, Cursor, Outcome, ReportFilter, Standing

OUTCOMES: Final = {
    "dihitung": COUNTED,
    "tepat": (Outcome.ON_TIME,),
    "lewat": BREACHED,
    "belum": (Outcome.OVERDUE,),
    "berjalan": (Outcome.RUNNING,),
    "terbuka": OPEN,
    "berakhir": (Outcome.ENDED,),
}
"""The outcomes that can be asked for, by their word in the address."""

STANDINGS: Final = {
    "terbuka": Standing.OPEN,
    "berisiko": Standing.RISK,
    "terlambat": Standing.OVERDUE,
    "tanpa-petugas": Standing.UNHELD,
}
NO_TOPIC: Final = "-"
_MOST_DAYS: Final = 366 * 5


class Selection(Struct, frozen=True):
    """What an address asks for; None and "" mean everything. Words that nobody knows are left out."""

    first: date
    last: date
    office: int | None = None
    kind: str = ""
    topic: str = ""
    officer: int | None = None
    outcome: str = ""
    complaint: str = ""
    weekday: int | None = None
    hour: int | None = None
    score: int | None = None
    standing: str = ""

    def report_filter(self, office_ids: frozenset[int]) -> ReportFilter:
        """The question to the figures, within the offices that the viewer may supervise."""
        chosen = office_ids & {self.office} if self.office is not None else office_ids
        return ReportFilter(
            office_ids=frozenset(each for each in chosen if each is not None),
            first=self.first,
            last=self.last,
            kind=LimitKind(self.kind) if self.kind else None,
            topic=None if not self.topic else ("" if self.topic == NO_TOPIC else self.topic),
            officer_id=self.officer,
            outcomes=OUTCOMES[self.outcome] if self.outcome else None,
            complaint=self.complaint == "1" if self.complaint else None,
            weekday=self.weekday,
            hour=self.hour,
            score=self.score,
        )

    def query(self, **changes: Any) -> str:
        """The part of an address after the question mark."""
        chosen = replace(self, **changes)
        pairs = {
            "dari": chosen.first.isoformat(),
            "sampai": chosen.last.isoformat(),
            "kantor": chosen.office,
            "batas": chosen.kind,
            "topik": chosen.topic,
            "petugas": chosen.officer,
            "hasil": chosen.outcome,
            "pengaduan": chosen.complaint,
            "hari": chosen.weekday,
            "jam": chosen.hour,
            "nilai": chosen.score,
            "keadaan": chosen.standing,
        }
        return urlencode({name: value for name, value in pairs.items() if value not in (None, "")})

    def rows(self, **changes: Any) -> str:
        """The address of the rows behind a figure."""
        return f"/petugas/dasbor/permintaan?{self.query(**changes)}"

    def page(self, **changes: Any) -> str:
        """The address of the dashboard."""
        return f"/petugas/dasbor?{self.query(**changes)}"


def selection_of(query: QueryParams, today: date) -> Selection:
    """The filters of an address; without a period the present month."""
    first, last = _period(query, today)
    return Selection(
        first=first,
        last=last,
        office=number_of(query.get("kantor", "")),
        kind=known_of(query.get("batas", ""), {kind.value for kind in LimitKind}),
        topic=line_of(query.get("topik", ""))[:64],
        officer=number_of(query.get("petugas", "")),
        outcome=known_of(query.get("hasil", ""), OUTCOMES.keys()),
        complaint=known_of(query.get("pengaduan", ""), {"0", "1"}),
        weekday=_up_to(6, query.get("hari", "")),
        hour=_up_to(23, query.get("jam", "")),
        score=_up_to(4, query.get("nilai", "")),
        standing=known_of(query.get("keadaan", ""), STANDINGS.keys()),
    )


def month_of(day: date) -> tuple[date, date]:
    """The first and last day of the month of `day`."""
    return day.replace(day=1), months_after(day, 1) - timedelta(days=1)


def months_after(day: date, count: int) -> date:
    """The first day of the month that lies `count` months after that of `day`."""
    months = day.year * 12 + day.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def cursor_of(query: QueryParams) -> Cursor | None:
    """Where a page of rows begins: "2026-11-23.17"."""
    day, _, limit = query.get("setelah", "").partition(".")
    number = number_of(limit)
    found = date_of(day)
    return None if found is None or number is None else Cursor(found, number)


def written(cursor: Cursor) -> str:
    """A place in the rows as `cursor_of` reads it."""
    return f"{cursor.day.isoformat()}.{cursor.limit_id}"


def _period(query: QueryParams, today: date) -> tuple[date, date]:
    month_first, month_last = month_of(today)
    first = date_of(query.get("dari", "")) or month_first
    last = date_of(query.get("sampai", "")) or max(month_last, first)
    first, last = min(first, last), max(first, last)
    return max(first, last - timedelta(days=_MOST_DAYS)), last


def _up_to(most: int, typed: str) -> int | None:
    found = number_of(typed)
    return found if found is None or found <= most else None
