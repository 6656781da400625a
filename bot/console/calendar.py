"""The holidays of a year, for every office."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer, record_audit
from afk_core.offices.service import (
    add_holiday,
    list_holidays,
    remove_holiday,
    year_without_cuti_bersama,
)
from afk_core.rules.offices import HolidayCategory
from afk_core.rules.roles import Act
from bot.console.admin_contexts import HolidayEntered, HolidayLine, HolidaysPage
from bot.console.confirm import Unconfirmed, confirm_page, keep_change
from bot.console.desk import Desk
from bot.console.form import year_of
from bot.console.hours_form import read_day
from bot.console.pages import see_other
from bot.problems import problem_text, status_of

_YEARS = range(2000, 2101)


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/libur` and below, for administrators."""
    router = desk.router()
    db, clock = desk.context.db, desk.context.clock
    allowed = desk.gate.require(Act.MANAGE_CALENDARS)

    @router.get("/libur")
    async def show(request: Request) -> Response:
        viewer = await allowed(request)
        year = year_of(request.query_params.get("tahun", ""), _YEARS)
        return await _holidays_page(desk, request, viewer, year)

    @router.post("/libur")
    async def add(request: Request) -> Response:
        posted = await desk.gate.posted_by(request, Act.MANAGE_CALENDARS)
        form = posted.form
        entered = HolidayEntered(
            form.line("tanggal"), form.line("nama"), form.line("jenis"), form.line("dasar")
        )
        try:
            day = read_day(entered.day)
            if not entered.source:
                raise DomainError("calendar.source_missing")
            async with db.write() as session:
                category = _category(entered.category)
                await add_holiday(session, clock, day, entered.name, category, source=entered.source)
                await _record(session, desk, posted.viewer, "holiday.added", day.isoformat())
                await keep_change(desk, session, posted)
        except Unconfirmed as asked:
            return confirm_page(
                desk, posted, asked, action="/petugas/libur", back=f"/petugas/libur?tahun={day.year}"
            )
        except DomainError as error:
            year = year_of(entered.day[:4], _YEARS)
            return await _holidays_page(desk, request, posted.viewer, year, entered, error)
        return see_other(f"/petugas/libur?tahun={day.year}&pesan=libur-tersimpan")

    @router.post("/libur/hapus")
    async def remove(request: Request) -> Response:
        posted = await desk.gate.posted_by(request, Act.MANAGE_CALENDARS)
        typed, reason = posted.form.line("tanggal"), posted.form.line("alasan")
        try:
            day = read_day(typed)
            if not reason:
                raise DomainError("calendar.reason_missing")
            async with db.write() as session:
                await remove_holiday(session, clock, day, reason=reason)
                await _record(session, desk, posted.viewer, "holiday.removed", day.isoformat())
                await keep_change(desk, session, posted)
        except Unconfirmed as asked:
            return confirm_page(
                desk, posted, asked, action="/petugas/libur/hapus", back=f"/petugas/libur?tahun={day.year}"
            )
        except DomainError as error:
            return await _holidays_page(desk, request, posted.viewer, year_of(typed[:4], _YEARS), None, error)
        return see_other(f"/petugas/libur?tahun={day.year}&pesan=libur-dihapus")

    return router


async def _holidays_page(
    desk: Desk,
    request: Request,
    viewer: Viewer,
    year: int | None,
    entered: HolidayEntered | None = None,
    refusal: DomainError | None = None,
) -> Response:
    shown = year or desk.context.clock.now().year
    async with desk.context.db.read() as session:
        holidays = await list_holidays(session, shown)
        missing = await year_without_cuti_bersama(session, desk.context.clock)
    notice = "" if refusal else request.query_params.get("pesan", "")
    page = HolidaysPage(
        frame=desk.frame(viewer, f"Hari libur {shown}", current="libur", notice=notice),
        year=shown,
        lines=tuple(
            HolidayLine(
                each.day, each.name, HolidayCategory(each.category).label, each.estimated, each.source
            )
            for each in holidays
        ),
        entered=entered or HolidayEntered(),
        categories=tuple((category.value, category.label) for category in HolidayCategory),
        missing_year=missing,
        problem=problem_text(refusal) if refusal else "",
    )
    return desk.pages.response("libur.html", page, status=status_of(refusal) if refusal else 200)


def _category(code: str) -> HolidayCategory:
    found = next((each for each in HolidayCategory if each.value == code), None)
    if found is None:
        raise DomainError("calendar.category_unknown")
    return found


async def _record(session: AsyncSession, desk: Desk, viewer: Viewer, action: str, day: str) -> None:
    now = desk.context.clock.now()
    await record_audit(session, now, action=action, subject=f"holiday:{day}", officer_id=viewer.officer_id)
