"""A year of one office at a glance: working days, holidays, and dates with hours of their own."""

import calendar as gregorian
from datetime import date

from fastapi import APIRouter, Request, Response

from afk_core.infra.errors import DomainError
from afk_core.offices.service import calendar_of, list_exceptions, office_by_id, year_without_cuti_bersama
from afk_core.rules.dates import format_time, month_name
from afk_core.rules.roles import Act
from afk_core.rules.workdays import OfficeCalendar, is_working_day
from bot.console.calendar_contexts import DayCell, MonthGrid, YearPage
from bot.console.desk import Desk
from bot.console.form import RowId, year_of

_YEARS = range(2000, 2101)


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/kantor/{id}/tahun`, for who keeps calendars and for the office's own officers."""
    router = desk.router()

    @router.get("/kantor/{office_id}/tahun")
    async def show(request: Request, office_id: RowId) -> Response:
        viewer = await desk.gate.viewer(request)
        may_change = viewer.can(Act.MANAGE_CALENDARS, office_id)
        if not may_change and office_id not in viewer.visible_office_ids:
            raise DomainError("office.not_found")
        async with desk.context.db.read() as session:
            office = await office_by_id(session, office_id)
            calendar = await calendar_of(session, office_id)
            reasons = {each.day: each.reason for each in await list_exceptions(session, office_id)}
            missing = await year_without_cuti_bersama(session, desk.context.clock)
        today = desk.context.clock.now().astimezone(calendar.tz).date()
        year = year_of(request.query_params.get("tahun", ""), _YEARS) or today.year
        months = tuple(_month(year, month, calendar, reasons, today) for month in range(1, 13))
        cells = (cell for month in months for week in month.weeks for cell in week)
        page = YearPage(
            frame=desk.frame(viewer, f"Kalender {year} {office.name}", current="kantor"),
            office_id=office_id,
            office_name=office.name,
            year=year,
            months=months,
            working_days=sum(month.working_days for month in months),
            special=tuple(cell for cell in cells if cell is not None and cell.words),
            missing_year=missing,
            may_change=may_change,
        )
        return desk.pages.response("tahun.html", page)

    return router


def _month(
    year: int, month: int, calendar: OfficeCalendar, reasons: dict[date, str], today: date
) -> MonthGrid:
    weeks = tuple(
        tuple(_cell(date(year, month, day), calendar, reasons, today) if day else None for day in week)
        for week in gregorian.Calendar().monthdayscalendar(year, month)
    )
    working = sum(
        is_working_day(date(year, month, day), calendar)
        for day in range(1, gregorian.monthrange(year, month)[1] + 1)
    )
    return MonthGrid(month_name(month), weeks, working)


def _cell(day: date, calendar: OfficeCalendar, reasons: dict[date, str], today: date) -> DayCell:
    holiday = calendar.holidays.get(day, "")
    if day in calendar.exceptions:
        hours = ", ".join(
            f"{format_time(span.start)}–{format_time(span.end)}" for span in calendar.exceptions[day]
        )
        words = f"{hours or 'Tutup'}: {reasons.get(day, '')}" + (f" ({holiday})" if holiday else "")
        return DayCell(day, "special" if hours else "special_closed", words, day == today)
    if day in calendar.holidays:
        return DayCell(day, "holiday", holiday or "Hari libur", day == today)
    return DayCell(day, "open" if is_working_day(day, calendar) else "closed", "", day == today)
