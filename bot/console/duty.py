"""The duty roster: the week at a glance, who is away, how new tickets are given out."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from bot.console.desk import Desk
from bot.console.duty_contexts import AbsenceEntered
from bot.console.duty_view import duty_page, office_of, week_start
from bot.console.form import Form, RowId, date_of, number_of
from bot.console.pages import see_other
from bot.console.session import Posted
from bot.duty.absences import absence_entered
from bot.problems import problem_text, status_of
from tickets.duty import service as duty
from tickets.duty.plan import Balancing
from tickets.duty.roster import NewAbsence

_WEEK: Final = timedelta(days=7)


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/jaga` and below, for everybody who reads an office's tickets."""
    router = desk.router()
    context = desk.context
    db, clock = context.db, context.clock

    @router.get("/jaga")
    async def show(request: Request) -> Response:
        viewer = await desk.gate.viewer(request)
        return await duty_page(desk, request, viewer)

    @router.post("/jaga")
    async def plan(request: Request) -> Response:
        posted = await desk.gate.posted(request)
        office_id, monday = _where(desk, posted)
        entered = _plan(posted.form, monday)
        try:
            async with db.write() as session:
                await duty.plan_week(session, clock.now(), posted.viewer, office_id, entered)
        except DomainError as error:
            return await _refused(desk, request, posted, error, plan=entered)
        return _done(office_id, monday, "jaga-tersimpan")

    @router.post("/jaga/salin")
    async def copy(request: Request) -> Response:
        posted = await desk.gate.posted(request)
        office_id, monday = _where(desk, posted)
        try:
            async with db.write() as session:
                await _copy_week(desk, session, posted, office_id, monday)
        except DomainError as error:
            return await _refused(desk, request, posted, error)
        return _done(office_id, monday, "jaga-tersimpan")

    @router.post("/jaga/pembagian")
    async def balance(request: Request) -> Response:
        posted = await desk.gate.posted(request)
        office_id, monday = _where(desk, posted)
        typed = posted.form.line("cara")
        chosen = next((each for each in Balancing if each.value == typed), Balancing.SUGGEST)
        try:
            async with db.write() as session:
                await duty.set_balancing(session, clock.now(), posted.viewer, office_id, chosen)
        except DomainError as error:
            return await _refused(desk, request, posted, error)
        return _done(office_id, monday, "pembagian-tersimpan")

    @router.post("/jaga/absen")
    async def absent(request: Request) -> Response:
        posted = await desk.gate.posted(request)
        office_id, monday = _where(desk, posted)
        entered, now = _absence_entered(posted.form), clock.now()
        try:
            async with db.write() as session:
                view = await duty.report_absence(session, now, posted.viewer, _absence(entered))
                await absence_entered(context, session, now, office_id, view.first)
        except DomainError as error:
            return await _refused(desk, request, posted, error, absence=entered)
        return _done(office_id, monday, "absen-tersimpan")

    @router.post("/jaga/absen/{absence_id}/cabut")
    async def back(request: Request, absence_id: RowId) -> Response:
        posted = await desk.gate.posted(request)
        office_id, monday = _where(desk, posted)
        try:
            async with db.write() as session:
                await duty.end_absence(session, clock.now(), posted.viewer, absence_id)
        except DomainError as error:
            return await _refused(desk, request, posted, error)
        return _done(office_id, monday, "absen-dicabut")

    return router


def _where(desk: Desk, posted: Posted) -> tuple[int, date]:
    """Office and week of a posted form."""
    today = desk.context.clock.now().date()
    office_id = office_of(posted.viewer, posted.form.line("kantor"))
    return office_id, week_start(posted.form.line("minggu"), today)


def _done(office_id: int, monday: date, said: str) -> Response:
    return see_other(f"/petugas/jaga?kantor={office_id}&minggu={monday.isoformat()}&pesan={said}")


def _plan(form: Form, monday: date) -> dict[date, set[int]]:
    """The whole week: a day without a mark is not planned. Marks of other weeks are left out."""
    plan: dict[date, set[int]] = {monday + timedelta(days=ahead): set() for ahead in range(7)}
    for word in form.every("jaga"):
        typed, _, officer = word.partition(".")
        day = next((day for day in plan if day.isoformat() == typed), None)
        number = number_of(officer)
        if day is not None and number is not None:
            plan[day].add(number)
    return plan


async def _copy_week(desk: Desk, session: AsyncSession, posted: Posted, office_id: int, monday: date) -> None:
    """Plan a week as the one before it, as far as its officers are still there."""
    before = await duty.week_of(session, posted.viewer, office_id, monday - _WEEK)
    known = {agent.id for agent in before.agents}
    plan = {each.day + _WEEK: set(each.planned) & known for each in before.days}
    await duty.plan_week(session, desk.context.clock.now(), posted.viewer, office_id, plan)


def _absence_entered(form: Form) -> AbsenceEntered:
    return AbsenceEntered(
        officer_id=form.number("petugas"),
        first=form.line("dari"),
        last=form.line("sampai"),
        replacement_id=form.number("pengganti"),
    )


def _absence(entered: AbsenceEntered) -> NewAbsence:
    """Raises DomainError `absence.period_invalid`, `absence.officer_unknown`."""
    first, last = date_of(entered.first), date_of(entered.last or entered.first)
    if first is None or last is None:
        raise DomainError("absence.period_invalid")
    if entered.officer_id is None:
        raise DomainError("absence.officer_unknown")
    return NewAbsence(entered.officer_id, first, last, entered.replacement_id)


async def _refused(
    desk: Desk,
    request: Request,
    posted: Posted,
    error: DomainError,
    *,
    plan: Mapping[date, set[int]] | None = None,
    absence: AbsenceEntered | None = None,
) -> Response:
    """The page with what was typed; raises `error` where there is no such page for the viewer."""
    if status_of(error) == 404:
        raise error
    return await duty_page(
        desk,
        request,
        posted.viewer,
        form=posted.form,
        plan=plan,
        absence=absence,
        problem=problem_text(error),
        status=status_of(error),
    )
