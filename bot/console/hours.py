"""Office hours: the week, and single dates with hours of their own."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from msgspec import Struct, field
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer, record_audit
from afk_core.offices import service as offices
from afk_core.rules.roles import Act
from bot.console.admin_contexts import DayHours, ExceptionEntered, ExceptionLine, HoursPage, VersionLine
from bot.console.confirm import Unconfirmed, confirm_page, keep_change
from bot.console.desk import Desk
from bot.console.form import Form, RowId
from bot.console.hours_form import (
    padded,
    read_day,
    read_spans,
    read_week,
    typed_spans,
    typed_week,
    week_lines,
)
from bot.console.pages import see_other
from bot.console.session import Posted
from bot.problems import problem_text, status_of

_SHOWN_VERSIONS = 10


class _Entered(Struct, frozen=True):
    """What was typed and refused; what is None is shown as it is stored."""

    week: tuple[DayHours, ...] | None = None
    week_reason: str = ""
    exception: ExceptionEntered = field(default_factory=ExceptionEntered)
    refusal: DomainError | None = None


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/kantor/{id}/jam` and below, for administrators."""
    router = desk.router()
    db, clock = desk.context.db, desk.context.clock
    allowed = desk.gate.require(Act.MANAGE_CALENDARS)

    @router.get("/kantor/{office_id}/jam")
    async def show(request: Request, office_id: RowId) -> Response:
        return await _hours_page(desk, request, await allowed(request), office_id, _Entered())

    @router.post("/kantor/{office_id}/jam")
    async def set_week(request: Request, office_id: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.MANAGE_CALENDARS)
        week, reason = typed_week(posted.form), posted.form.line("alasan")
        try:
            weekly = read_week(week)
            async with db.write() as session:
                version = await offices.set_weekly_hours(
                    session, clock, office_id, weekly, reason=_needed(reason)
                )
                await _record(session, desk, posted.viewer, office_id, "office.hours_set", version)
                await keep_change(desk, session, posted, [office_id])
        except Unconfirmed as asked:
            return _confirm(desk, posted, asked, office_id)
        except DomainError as error:
            entered = _Entered(week, reason, refusal=error)
            return await _hours_page(desk, request, posted.viewer, office_id, entered)
        return see_other(f"/petugas/kantor/{office_id}/jam?pesan=jam-tersimpan")

    @router.post("/kantor/{office_id}/jam/tanggal")
    async def set_date(request: Request, office_id: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.MANAGE_CALENDARS)
        typed = _typed_exception(posted.form)
        try:
            day = read_day(typed.day)
            hours = () if typed.closed else read_spans(typed.spans)
            if not hours and not typed.closed:
                raise DomainError("hours.missing")
            async with db.write() as session:
                version = await offices.set_exception(
                    session, clock, office_id, day, hours, reason=_needed(typed.reason)
                )
                await _record(session, desk, posted.viewer, office_id, "office.date_set", version)
                await keep_change(desk, session, posted, [office_id])
        except Unconfirmed as asked:
            return _confirm(desk, posted, asked, office_id, "/tanggal")
        except DomainError as error:
            entered = _Entered(exception=typed, refusal=error)
            return await _hours_page(desk, request, posted.viewer, office_id, entered)
        return see_other(f"/petugas/kantor/{office_id}/jam?pesan=pengecualian-tersimpan")

    @router.post("/kantor/{office_id}/jam/tanggal/hapus")
    async def remove_date(request: Request, office_id: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.MANAGE_CALENDARS)
        day = read_day(posted.form.line("tanggal"))
        try:
            async with db.write() as session:
                version = await offices.remove_exception(
                    session, clock, office_id, day, reason=f"Jam khusus {day.isoformat()} dihapus"
                )
                await _record(session, desk, posted.viewer, office_id, "office.date_removed", version)
                await keep_change(desk, session, posted, [office_id])
        except Unconfirmed as asked:
            return _confirm(desk, posted, asked, office_id, "/tanggal/hapus")
        return see_other(f"/petugas/kantor/{office_id}/jam?pesan=pengecualian-dihapus")

    return router


def _confirm(desk: Desk, posted: Posted, asked: Unconfirmed, office_id: int, below: str = "") -> Response:
    page = f"/petugas/kantor/{office_id}/jam"
    return confirm_page(desk, posted, asked, action=page + below, back=page)


async def _hours_page(
    desk: Desk, request: Request, viewer: Viewer, office_id: int, entered: _Entered
) -> Response:
    async with desk.context.db.read() as session:
        office = await offices.office_by_id(session, office_id)
        weekly = await offices.weekly_hours(session, office_id)
        exceptions = await offices.list_exceptions(session, office_id)
        versions = await offices.list_versions(session, office_id)
    words = problem_text(entered.refusal) if entered.refusal else ""
    notice = "" if entered.refusal else request.query_params.get("pesan", "")
    page = HoursPage(
        frame=desk.frame(viewer, f"Jam layanan {office.name}", current="kantor", notice=notice),
        office_id=office_id,
        office_name=office.name,
        week=entered.week or week_lines(weekly),
        week_reason=entered.week_reason,
        exceptions=tuple(ExceptionLine(each.day, offices.hours_of(each), each.reason) for each in exceptions),
        exception=_padded(entered.exception),
        versions=tuple(
            VersionLine(each.version, each.created_at, each.reason) for each in versions[:_SHOWN_VERSIONS]
        ),
        tz=ZoneInfo(office.time_zone),
        week_problem=words if entered.week else "",
        exception_problem="" if entered.week else words,
    )
    status = status_of(entered.refusal) if entered.refusal else 200
    return desk.pages.response("jam.html", page, status=status)


def _typed_exception(form: Form) -> ExceptionEntered:
    return ExceptionEntered(
        day=form.line("tanggal"),
        closed=form.flag("tutup"),
        spans=typed_spans(form, "khusus"),
        reason=form.line("alasan"),
    )


def _padded(entered: ExceptionEntered) -> ExceptionEntered:
    return ExceptionEntered(entered.day, entered.closed, padded(entered.spans), entered.reason)


def _needed(reason: str) -> str:
    """A change of calendar moves legal limits, so it says why.

    Raises DomainError `calendar.reason_missing`.
    """
    if not reason:
        raise DomainError("calendar.reason_missing")
    return reason


async def _record(
    session: AsyncSession, desk: Desk, viewer: Viewer, office_id: int, action: str, version: int
) -> None:
    await record_audit(
        session,
        desk.context.clock.now(),
        action=action,
        subject=f"office:{office_id}",
        officer_id=viewer.officer_id,
        office_id=office_id,
        detail={"version": version},
    )
