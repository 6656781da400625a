"""Monthly reports of a month: who has sent, who is late, what waits for a review (Pasal 9-12)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.monthly import service as monthly
from afk_core.monthly.monthly import Author, ReportDays
from afk_core.officers.service import Viewer
from afk_core.offices.models import Office
from afk_core.rules.duties import Standing, local_day, monthly_report_due, review_due, standing
from afk_core.rules.duty_list import Tenure
from afk_core.rules.monthly import AUTHORS, months_owed
from afk_core.rules.offices import OfficeKind
from afk_core.rules.periods import Period, PeriodKind
from afk_core.rules.roles import Act, role_label
from bot.console.desk import Desk
from bot.console.monthly_contexts import AuthorLine, MonthTab, ReportsPage
from bot.console.supervision import Scope, scope_of
from bot.duties.tenures import tenures_of

HERE: Final = "/petugas/laporan"
_MONTHS: Final = 6
_OWN_MONTHS: Final = 12

_Days = Mapping[tuple[int, int, str], ReportDays]


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/laporan`; `?bulan=2026-11` chooses the month, the last one otherwise."""
    router = desk.router()
    may = desk.gate.require(Act.SEE_REPORTS)

    @router.get("/laporan")
    async def show(request: Request) -> Response:
        viewer = await may(request)
        async with desk.context.db.read() as session:
            page = await _page(session, desk, request, viewer)
        return desk.pages.response("laporan.html", page)

    return router


async def _page(session: AsyncSession, desk: Desk, request: Request, viewer: Viewer) -> ReportsPage:
    scope = await scope_of(session, desk, viewer, Act.SEE_REPORTS)
    newest = Period.of(PeriodKind.MONTH, scope.today)
    asked = request.query_params.get("bulan", "")
    month = monthly.month_of(asked) if asked else newest.after(-1)
    if month > newest:
        raise DomainError("monthly.month_ahead")
    recent = [newest.after(-back) for back in range(_MONTHS)]
    days = {
        (each.office_id, each.officer_id, each.month.key): each
        for each in await monthly.reviews_of(session, scope.ids, [*recent, month])
    }
    tenures = [each for of in (await tenures_of(session, scope.offices)).values() for each in of]
    authors = await _authors(session, scope, days.values(), tenures)
    lines = {each: _lines(scope, viewer, authors, tenures, each, days) for each in {*recent, month}}
    return ReportsPage(
        frame=desk.frame(viewer, "Laporan bulanan", current="laporan_bulanan"),
        month=month,
        tabs=tuple(
            MonthTab(each, f"{HERE}?bulan={each.key}", each == month, _late(lines[each])) for each in recent
        ),
        lines=tuple(lines[month]),
        own=await _own(session, scope, viewer, authors, tenures),
        reviews=bool(viewer.rights.get(Act.REVIEW_REPORT)),
        show_office=len(scope.ids) > 1,
        today=scope.today,
        report_due=monthly_report_due(month),
        review_due=review_due(month),
    )


async def _authors(
    session: AsyncSession, scope: Scope, days: Iterable[ReportDays], tenures: Iterable[Tenure]
) -> list[Author]:
    found = await monthly.authors_of(session, scope.ids)
    known = {(each.office_id, each.officer_id) for each in found}
    offices = {office.id: office for office in scope.offices}
    # Who moved to another office or role keeps what was reported here, and owes what they served.
    begun = [(each.office_id, each.officer_id, each.month) for each in days]
    served = [(each.office_id, each.officer_id, Period.of(PeriodKind.MONTH, each.first)) for each in tenures]
    for office_id, officer_id, month in (*begun, *served):
        if (office_id, officer_id) not in known:
            known.add((office_id, officer_id))
            found.append(await monthly.author_of(session, offices[office_id], officer_id, month))
    return found


async def _own(
    session: AsyncSession,
    scope: Scope,
    viewer: Viewer,
    authors: Iterable[Author],
    tenures: Collection[Tenure],
) -> tuple[AuthorLine, ...]:
    me = next((each for each in authors if each.officer_id == viewer.officer_id and each.serves), None)
    if me is None or viewer.role not in AUTHORS:
        return ()
    months = months_owed(me.since, scope.today, _OWN_MONTHS)
    months = tuple(month for month in months if _owes(tenures, me, month))
    found = await monthly.reviews_of(session, {me.office_id}, months)
    days = {(each.office_id, each.officer_id, each.month.key): each for each in found}
    return tuple(_line(scope, viewer, me, month, days) for month in months)


def _lines(
    scope: Scope,
    viewer: Viewer,
    authors: Iterable[Author],
    tenures: Collection[Tenure],
    month: Period,
    days: _Days,
) -> list[AuthorLine]:
    """Those who owe a report on the month, also who has left since, or made one; the late ones first."""
    lines = [
        _line(scope, viewer, each, month, days)
        for each in authors
        if _owes(tenures, each, month) or (each.office_id, each.officer_id, month.key) in days
    ]
    return sorted(lines, key=lambda line: (not _is_late(line), line.office, line.author.name))


def _owes(tenures: Iterable[Tenure], author: Author, month: Period) -> bool:
    who = (author.office_id, author.officer_id)
    return any((each.office_id, each.officer_id) == who and each.covers(month) for each in tenures)


def _line(scope: Scope, viewer: Viewer, author: Author, month: Period, days: _Days) -> AuthorLine:
    office = next(each for each in scope.offices if each.id == author.office_id)
    found, today = days.get((author.office_id, author.officer_id, month.key)), _today(scope, office)
    due, reviewed_by = monthly_report_due(month), review_due(month)
    sent = found.sent if found else None
    writes = monthly.may_write(viewer, author)
    return AuthorLine(
        author=author,
        role=role_label(author.role, OfficeKind(office.kind)),
        office=office.name,
        month=month,
        days=found,
        report=standing(due, sent, today),
        report_due=due,
        report_late_days=max(0, ((sent or today) - due).days),
        review=_review(found, reviewed_by, today),
        review_due=reviewed_by,
        mine=author.officer_id == viewer.officer_id,
        href=address_of(author.office_id, author.officer_id, month) if found or writes else "",
    )


def _review(found: ReportDays | None, due: date, today: date) -> Standing | None:
    """How the review stands: that of a correction is owed anew, by the same day."""
    if found is None or found.sent is None:
        return None
    return standing(due, None if found.waits else found.reviewed, today)


def _is_late(line: AuthorLine) -> bool:
    return Standing.LATE in (line.report, line.review)


def _late(lines: Collection[AuthorLine]) -> int:
    return sum(_is_late(line) for line in lines)


def _today(scope: Scope, office: Office) -> date:
    return local_day(scope.now, ZoneInfo(office.time_zone))


def address_of(office_id: int, officer_id: int, month: Period) -> str:
    """Where the report of a Sub Koordinator on a month is."""
    return f"{HERE}/{office_id}/{officer_id}/{month.key}"
