"""The report of a quarter (Lampiran G) and the data matrix (L24 2a-CP): gathered, signed, corrected, sent.

Page, PDF and XLSX are drawn from one content, whether it was just gathered or was signed long ago.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.monitoring import store
from afk_core.monitoring.monitoring import (
    MAX_ADDRESSEE,
    Line,
    PlanLine,
    QuarterLines,
    QuarterScope,
    done_day,
)
from afk_core.monitoring.service.reading import quarter_lines
from afk_core.monitoring.service.scope import binaan_of_office
from afk_core.officers.officer import Viewer
from afk_core.offices.service import office_by_id
from afk_core.reports import service as reports
from afk_core.reports.report import ReportKey, ReportKind, SignedReport
from afk_core.rules.duties import matrix_due, monitoring_due
from afk_core.rules.klaster import Klaster
from afk_core.rules.monitoring import Assisted
from afk_core.rules.monitoring_items import NO_OBSTACLE, Existence, Item, item_text, klaster_value
from afk_core.rules.periods import Period, PeriodKind
from afk_core.rules.roles import Act
from afk_core.rules.workdays import local_instant
from afk_core.umkm.activity.activity import kind_label, theme_at
from afk_core.umkm.activity.models import UmkmActivity

Content = Mapping[str, Any]
"""What a report says, as JSON: `rows` of the first part, `results` of the second, `numbers`, `plans`."""

_ROW: Final = (
    Item.SECTOR,
    Item.PRODUCT,
    Item.FACILITY,
    Item.EXPORT,
    Item.AGENCIES,
    Item.TARGET,
    Item.EXISTENCE,
    Item.EXISTENCE_NOTE,
    Item.STAFF,
    Item.TURNOVER,
    Item.EXPORT_NOTE,
    Item.POSSIBLE,
    Item.NOTE,
)
"""The items that a report repeats; no address, because a report carries no contact data."""


async def gather(session: AsyncSession, scope: QuarterScope, kind: ReportKind) -> Content:
    """What a report of the quarter would say now."""
    lines = await quarter_lines(session, scope)
    helped = await _assistance(session, scope)
    parent = scope.office.parent_id
    content: dict[str, Any] = {
        "office": scope.office.name,
        "parent": (await office_by_id(session, parent)).name if parent else "",
        "code": scope.office.code,
        "quarter": scope.quarter.key,
        "rows": [_row(line, scope) for line in lines.lines],
        "results": [
            _result(line, helped.get(line.umkm.umkm_id, ()), scope)
            for line in lines.lines
            if line.umkm.umkm_id in helped or _has_obstacle(line)
        ],
        "numbers": _numbers(lines, helped),
    }
    if kind is ReportKind.MATRIX:
        content["plans"] = [
            {"quarter": each.quarter.key, "planned": each.figures.planned, "assisted": each.figures.assisted}
            for each in await plans(session, scope)
        ]
    return content


async def plans(session: AsyncSession, scope: QuarterScope) -> list[PlanLine]:
    """Planned against assisted, in each quarter of the year up to the scope's own."""
    year = [
        Period(scope.quarter.year, number, PeriodKind.QUARTER)
        for number in range(1, scope.quarter.number + 1)
    ]
    wanted = [each for each in year if each >= scope.first]
    planned = await store.plans(session, scope.office.id, [each.key for each in wanted])
    people = await binaan_of_office(session, scope.office, wanted)
    figures = []
    for each in wanted:
        binaan = {one.umkm_id for one in people[each]}
        helped = set(await _assistance(session, scope, each)) & binaan
        figures.append(PlanLine(each, Assisted(planned.get(each.key), len(helped))))
    return figures


def due_of(scope: QuarterScope, kind: ReportKind) -> date:
    """When a report on the quarter is due."""
    if kind is ReportKind.MATRIX:
        return matrix_due(scope.quarter, scope.calendar)
    return monitoring_due(scope.quarter)


def key_of(scope: QuarterScope, kind: ReportKind) -> ReportKey:
    """The report on the quarter, all its versions."""
    return ReportKey(kind, scope.office.id, scope.quarter)


async def sign(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    scope: QuarterScope,
    kind: ReportKind,
    *,
    seen: str,
    corrects: int | None = None,
    reason: str = "",
) -> SignedReport:
    """Fix the report on the quarter as it stands; `seen` is the checksum of what the signer looked at.

    Raises DomainError `umkm.not_permitted`, `monitoring.nothing` without any UMKM Binaan,
    `monitoring.incomplete` (`open`) while the quarter runs and somebody is left, `monitoring.matrix_early`
    before it ended, `monitoring.report_changed`, and what `reports.sign` refuses.
    """
    if not viewer.can(Act.MONITOR_UMKM, scope.office.id):
        raise DomainError("umkm.not_permitted")
    if kind is ReportKind.MATRIX and not scope.over:
        raise DomainError("monitoring.matrix_early", quarter=scope.quarter.label)
    content = await gather(session, scope, kind)
    numbers = content["numbers"]
    if not numbers["total"]:
        raise DomainError("monitoring.nothing", quarter=scope.quarter.label)
    if not scope.over and numbers["done"] < numbers["total"]:
        raise DomainError("monitoring.incomplete", open=numbers["total"] - numbers["done"])
    if reports.checksum(content) != seen:
        raise DomainError("monitoring.report_changed")
    return await reports.sign(
        session,
        now,
        viewer.officer_id,
        key_of(scope, kind),
        content,
        due=due_of(scope, kind),
        corrects=corrects,
        reason=reason,
    )


async def send(
    session: AsyncSession, now: datetime, viewer: Viewer, scope: QuarterScope, report_id: int, to: str
) -> SignedReport:
    """Record that the matrix of the quarter went out; only its newest version, and once.

    Raises DomainError `umkm.not_permitted`, `monitoring.addressee`, `report.not_newest`, `report.sent`.
    """
    if not viewer.can(Act.MONITOR_UMKM, scope.office.id):
        raise DomainError("umkm.not_permitted")
    words = " ".join(to.split())
    if not words or len(words) > MAX_ADDRESSEE:
        raise DomainError("monitoring.addressee", maximum=MAX_ADDRESSEE)
    versions = await reports.versions_of(session, key_of(scope, ReportKind.MATRIX))
    if not versions or versions[0].id != report_id:
        raise DomainError("report.not_newest")
    return await reports.send(session, now, viewer.officer_id, report_id, words)


def _row(line: Line, scope: QuarterScope) -> dict[str, Any]:
    """One business in the first part; what nobody recorded stays empty."""
    answers = line.found.answers if line.found else {}
    before, now = line.umkm.held[0], line.umkm.now
    row: dict[str, Any] = {
        "name": line.umkm.name,
        "certificate": line.umkm.certificate,
        **{item.value: item_text(item, answers.get(item.value, "")) for item in _ROW},
        "klaster_before": item_text(Item.KLASTER, klaster_value(before.klaster, before.sub_klaster)),
        "klaster_now": item_text(
            Item.KLASTER, answers.get(Item.KLASTER, "") or klaster_value(now.klaster, now.sub_klaster)
        ),
        "monitored": line.found is not None,
        "on": done_day(line.found, scope.tz).isoformat() if line.found else "",
        "by": line.found.officer if line.found else "",
    }
    if line.found is None:
        row |= {Item.SECTOR.value: line.umkm.kategori, Item.PRODUCT.value: line.umkm.produksi}
    return row


def _result(line: Line, helped: Sequence[UmkmActivity], scope: QuarterScope) -> dict[str, str]:
    """One business in the second part: what was in its way, what was done, what came of it."""
    answers = line.found.answers if line.found else {}
    obstacles = [answers.get(Item.OBSTACLE, ""), answers.get(Item.OTHER_OBSTACLE, "")]
    told = [each.obstacle for each in helped if each.obstacle and each.obstacle not in obstacles]
    if not obstacles[0] and told:
        obstacles[0] = told.pop(0)
    if not obstacles[1]:
        obstacles[1] = "; ".join(told)
    results = [each.result for each in helped if each.result]
    follow_up = answers.get(Item.FOLLOW_UP, "")
    days = [each.starts_at.astimezone(scope.tz).date().isoformat() for each in helped]
    return {
        "name": line.umkm.name,
        "target": answers.get(Item.TARGET, ""),
        "obstacle": obstacles[0] or NO_OBSTACLE,
        "other": obstacles[1] or NO_OBSTACLE,
        "kind": "; ".join(dict.fromkeys(_kind(each) for each in helped)),
        "result": "; ".join(dict.fromkeys([*results, *([follow_up] if follow_up else [])])),
        "days": " ".join(dict.fromkeys(days)),
    }


def _kind(activity: UmkmActivity) -> str:
    theme = theme_at(activity.theme)
    return f"{kind_label(theme)}: {theme.label}" if theme else activity.theme


def _has_obstacle(line: Line) -> bool:
    answers = line.found.answers if line.found else {}
    return any(answers.get(item, "") for item in (Item.OBSTACLE, Item.OTHER_OBSTACLE, Item.FOLLOW_UP))


def _numbers(lines: QuarterLines, helped: Mapping[int, Sequence[UmkmActivity]]) -> dict[str, int]:
    found = [line.found.answers for line in lines.lines if line.found]
    existing = [answers.get(Item.EXISTENCE, "") for answers in found]
    klaster = [line.umkm.now.klaster for line in lines.lines]
    return {
        "total": lines.completeness.total,
        "done": lines.completeness.done,
        "done_late": lines.completeness.done_late,
        **{each.value: existing.count(each.value) for each in Existence},
        **{each.value: klaster.count(each.value) for each in Klaster},
        "moved": sum(_moved(line) for line in lines.lines),
        "assisted": sum(line.umkm.umkm_id in helped for line in lines.lines),
    }


def _moved(line: Line) -> bool:
    before, now = line.umkm.held[0], line.umkm.now
    value = klaster_value(before.klaster, before.sub_klaster)
    seen = line.found.answers.get(Item.KLASTER, "") if line.found else ""
    return (seen or klaster_value(now.klaster, now.sub_klaster)) != value


async def _assistance(
    session: AsyncSession, scope: QuarterScope, quarter: Period | None = None
) -> dict[int, list[UmkmActivity]]:
    """The activities of the quarter, by each business that came."""
    quarter = quarter or scope.quarter
    since = local_instant(quarter.first, time(), scope.tz)
    before = local_instant(quarter.after().first, time(), scope.tz)
    found: dict[int, list[UmkmActivity]] = {}
    for activity, umkm_id in await store.assistance(session, scope.office.id, since, before):
        found.setdefault(umkm_id, []).append(activity)
    return found
