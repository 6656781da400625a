"""The report of a quarter and the data matrix as tables of words: the same for page, PDF and XLSX."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.monitoring.service import Content
from afk_core.reports.report import ReportKind, SignedReport
from afk_core.rules.dates import format_moment, format_short_date
from afk_core.rules.klaster import Klaster
from afk_core.rules.monitoring import Assisted, assisted_share
from afk_core.rules.monitoring_items import Existence, Item
from afk_core.rules.periods import Period
from bot.console.export import report_words
from bot.console.figures import percent, whole


class Table(Struct, frozen=True):
    """One table: its name on a sheet, its title on paper, heads and rows of words."""

    sheet: str
    title: str
    heads: Sequence[str]
    rows: tuple[tuple[str, ...], ...]
    cells: tuple[tuple[object, ...], ...]
    """The rows for a spreadsheet, numbers as numbers."""


NAMES: Final = {ReportKind.MONITORING: "report", ReportKind.MATRIX: "matrix"}


def title_of(kind: ReportKind) -> str:
    """What the report is called."""
    return str(_words()[NAMES[kind]]["title"])


def tables_of(content: Content, kind: ReportKind) -> tuple[Table, ...]:
    """The tables of a report in their order; the matrix has the two of L24 2a-CP, and the plan."""
    first = _table("first", [_first(row) for row in content["rows"]])
    second = _table("second", [_second(row) for row in content["results"]])
    if kind is ReportKind.MATRIX:
        return first, second, plan_table(content["plans"])
    return first, _table("found", [_found(row) for row in content["rows"]]), second


def plan_table(plans: Sequence[Mapping[str, Any]]) -> Table:
    """Planned against assisted UMKM by quarter, and of all of them together (L24 2a-CP)."""
    words = _words()["plans"]
    figures = [Assisted(each["planned"], each["assisted"]) for each in plans]
    rows = [
        (
            Period.read(each["quarter"]).label,
            words["unknown"] if each["planned"] is None else whole(each["planned"]),
            whole(each["assisted"]),
            _share([figure]),
        )
        for each, figure in zip(plans, figures, strict=True)
    ]
    known = [figure.planned for figure in figures if figure.planned is not None]
    planned = whole(sum(known)) if len(known) == len(figures) else words["unknown"]
    helped = sum(figure.assisted for figure in figures)
    total = (words["year"], planned, whole(helped), _share(figures))
    cells = [
        (Period.read(each["quarter"]).label, each["planned"], each["assisted"], _percent([figure]))
        for each, figure in zip(plans, figures, strict=True)
    ]
    sums = (words["year"], sum(known) if len(known) == len(figures) else None, helped, _percent(figures))
    return Table(words["sheet"], words["title"], words["heads"], (*rows, total), (*cells, sums))


def summary_of(content: Content) -> list[str]:
    """The numbers of a report in sentences."""
    words, numbers = _words()["notes"], content["numbers"]
    return [
        words["done"].format(
            done=whole(numbers["done"]), total=whole(numbers["total"]), late=whole(numbers["done_late"])
        ),
        words["existence"].format(
            running=whole(numbers[Existence.RUNNING]),
            stopped=whole(numbers[Existence.STOPPED]),
            unreachable=whole(numbers[Existence.UNREACHABLE]),
        ),
        words["klaster"].format(
            potensi=whole(numbers[Klaster.POTENSI.value]),
            siap=whole(numbers[Klaster.SIAP.value]),
            telah=whole(numbers[Klaster.TELAH.value]),
            moved=whole(numbers["moved"]),
        ),
        words["assisted"].format(assisted=whole(numbers["assisted"])),
    ]


def standing_notes(
    signed: SignedReport | None, before: SignedReport | None, now: datetime, tz: ZoneInfo
) -> list[str]:
    """Whether and by whom the content was signed, and what it rests on."""
    words = _words()["notes"]
    if signed is None:
        return [words["proposal"].format(moment=format_moment(now, tz)), words["basis"]]
    notes = [
        words["signed"].format(
            version=signed.version,
            signer=signed.signer,
            moment=format_moment(signed.signed_at, tz),
            sha256=signed.sha256,
        )
    ]
    if before is not None:
        notes.append(words["corrects"].format(before=before.version, reason=signed.reason))
    return [*notes, words["basis"]]


def _first(row: Mapping[str, Any]) -> tuple[str, ...]:
    export = row[Item.EXPORT] if row["monitored"] else _words()["nobody"]
    values = (row[Item.SECTOR], row[Item.PRODUCT], row[Item.FACILITY], export, row[Item.AGENCIES])
    return (row["name"], *values, row[Item.TARGET])


def _found(row: Mapping[str, Any]) -> tuple[str, ...]:
    words = _words()["found"]
    if not row["monitored"]:
        return (row["name"], _words()["nobody"], "", row["klaster_now"], "", "")
    profile = [
        words["staff"].format(count=row[Item.STAFF]) if row[Item.STAFF] else "",
        words["turnover"].format(band=row[Item.TURNOVER]) if row[Item.TURNOVER] else "",
        words["exports"].format(words=row[Item.EXPORT_NOTE]) if row[Item.EXPORT_NOTE] else "",
        row[Item.NOTE],
    ]
    before, now = row["klaster_before"], row["klaster_now"]
    klaster = now if now == before else words["moved"].format(now=now, before=before)
    existence = ". ".join(part for part in (row[Item.EXISTENCE], row[Item.EXISTENCE_NOTE]) if part)
    seen = words["seen"].format(day=_day(row["on"]), officer=row["by"])
    told = "\n".join(part for part in profile if part)
    return (row["name"], existence, told, klaster, row[Item.POSSIBLE], seen)


def _second(row: Mapping[str, Any]) -> tuple[str, ...]:
    days = "; ".join(_day(day) for day in row["days"].split())
    kind = row["kind"] or _words()["not_yet_helped"]
    return (row["name"], row["target"], row["obstacle"], row["other"], kind, row["result"], days)


def _table(name: str, rows: Sequence[tuple[str, ...]]) -> Table:
    words, none = _words()[name], str(_words()["none"])
    numbered = tuple(
        (str(number), *(cell or none for cell in row)) for number, row in enumerate(rows, start=1)
    )
    cells = tuple((int(number), *rest) for number, *rest in numbered)
    return Table(words["sheet"], words["title"], words["heads"], numbered, cells)


def _share(figures: Sequence[Assisted]) -> str:
    share = assisted_share(figures)
    return str(_words()["none"]) if share is None else percent(float(share), 2)


def _percent(figures: Sequence[Assisted]) -> float | None:
    share = assisted_share(figures)
    return None if share is None else round(float(share) * 100, 2)


def _day(iso: str) -> str:
    return format_short_date(date.fromisoformat(iso))


def _words() -> Mapping[str, Any]:
    found: Mapping[str, Any] = report_words()["monitoring"]
    return found
