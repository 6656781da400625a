"""Gathering what the duty roster shows."""

from collections.abc import Mapping
from datetime import date, timedelta

from fastapi import Request, Response
from msgspec.structs import replace

from afk_core.officers.service import Viewer
from afk_core.offices.service import calendar_of, list_offices
from afk_core.rules.dates import day_name, month_name
from afk_core.rules.roles import Act
from afk_core.rules.workdays import OfficeCalendar, is_working_day
from bot.console.desk import Desk
from bot.console.duty_contexts import AbsenceEntered, DayCard, DutyPage
from bot.console.form import Form, date_of, number_of
from bot.console.session import NotAllowed
from tickets.duty import service as duty
from tickets.duty.plan import MOST_ON_DUTY, Balancing
from tickets.duty.roster import Agent, DutyDay, DutyWeek


def office_of(viewer: Viewer, typed: str) -> int:
    """The office whose roster is wanted: the named one if the viewer sees it, else their own."""
    wanted = number_of(typed)
    return wanted if wanted is not None and wanted in viewer.visible_office_ids else viewer.office_id


def week_start(typed: str, today: date) -> date:
    """The Monday of the week of the day that was named, else of the present one."""
    day = date_of(typed) or today
    return day - timedelta(days=day.weekday())


async def duty_page(
    desk: Desk,
    request: Request,
    viewer: Viewer,
    *,
    form: Form | None = None,
    plan: Mapping[date, set[int]] | None = None,
    absence: AbsenceEntered | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    """The page of a week; `plan` and `absence` are what was typed and refused.

    Raises `NotAllowed` for who reads no office's tickets.
    """
    if not viewer.rights.get(Act.SEE_TICKETS):
        raise NotAllowed
    asked = request.query_params
    office_id = office_of(viewer, form.line("kantor") if form else asked.get("kantor", ""))
    async with desk.context.db.read() as session:
        calendar = await calendar_of(session, office_id)
        today = desk.context.clock.now().astimezone(calendar.tz).date()
        monday = week_start(form.line("minggu") if form else asked.get("minggu", ""), today)
        week = await duty.week_of(session, viewer, office_id, monday)
        offices = [each for each in await list_offices(session) if each.id in viewer.visible_office_ids]
    page = DutyPage(
        frame=desk.frame(
            viewer,
            "Jadwal jaga",
            current="jaga",
            notice="" if problem else asked.get("pesan", ""),
        ),
        office_id=office_id,
        office_name=next((each.name for each in offices if each.id == office_id), ""),
        offices=tuple((each.id, each.name) for each in offices),
        monday=monday,
        before=monday - timedelta(days=7),
        after=monday + timedelta(days=7),
        this_week=monday <= today < monday + timedelta(days=7),
        days=tuple(_card(day, calendar, today, plan) for day in week.days),
        agents=week.agents,
        absences=week.absences,
        people=_people(viewer, week),
        entered=replace(absence, problem=problem) if absence else AbsenceEntered(),
        balancing=week.balancing,
        choices=tuple(Balancing),
        may_plan=week.may_plan,
        maximum=MOST_ON_DUTY,
        problem="" if absence else problem,
    )
    return desk.pages.response("jaga.html", page, status=status)


def _card(
    day: DutyDay, calendar: OfficeCalendar, today: date, plan: Mapping[date, set[int]] | None
) -> DayCard:
    chosen = plan.get(day.day, set()) if plan is not None else set(day.planned)
    return DayCard(
        day=day.day,
        weekday=day_name(day.day),
        date=f"{day.day.day} {month_name(day.day.month)}",
        today=day.day == today,
        past=day.day < today,
        closed="" if is_working_day(day.day, calendar) else calendar.holidays.get(day.day, "Tutup"),
        chosen=frozenset(chosen),
        present=day.present,
        away=day.away,
    )


def _people(viewer: Viewer, week: DutyWeek) -> tuple[Agent, ...]:
    """Those whose absence the viewer may enter: everybody's, or their own."""
    if week.may_plan:
        return week.agents
    if not viewer.can(Act.ANSWER_TICKET, week.office_id):
        return ()
    return tuple(agent for agent in week.agents if agent.id == viewer.officer_id)
