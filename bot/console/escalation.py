"""Escalating a ticket, and bringing back what was found out."""

from fastapi import APIRouter, Request, Response

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from bot import notify
from bot.console.desk import Desk
from bot.console.escalation_contexts import EscalationEntered
from bot.console.form import Form, RowId
from bot.console.pages import see_other
from bot.console.ticket_view import hold_conversation, ticket_page
from bot.problems import problem_text, status_of
from tickets import service as tickets
from tickets.escalation import EscalationKind, EscalationTarget


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/tiket/{id}/eskalasi` and `/tanggapan`."""
    router = desk.router()
    context = desk.context

    @router.post("/tiket/{ticket_id}/eskalasi")
    async def escalate(request: Request, ticket_id: RowId) -> Response:
        posted = await desk.gate.posted(request)
        viewer, entered = posted.viewer, _entered(posted.form)
        now = context.clock.now()
        try:
            async with context.db.write() as session:
                await hold_conversation(session, viewer, ticket_id)
                done = await tickets.escalate(
                    session, now, viewer, ticket_id, to=_target(entered), reason=entered.reason
                )
                await notify.escalated(context, session, now, done)
        except DomainError as error:
            return await _refused(desk, request, viewer, ticket_id, error, entered)
        return see_other(f"/petugas/tiket/{ticket_id}?pesan=dieskalasi")

    @router.post("/tiket/{ticket_id}/tanggapan")
    async def hand_back(request: Request, ticket_id: RowId) -> Response:
        posted = await desk.gate.posted(request)
        answer, now = posted.form.text("teks"), context.clock.now()
        try:
            async with context.db.write() as session:
                done = await tickets.hand_back(session, now, posted.viewer, ticket_id, answer)
                await notify.handed_back(context, session, now, done)
        except DomainError as error:
            entered = EscalationEntered(answer=answer)
            return await _refused(desk, request, posted.viewer, ticket_id, error, entered, answered=True)
        return see_other(f"/petugas/tiket/{ticket_id}?pesan=ditanggapi")

    return router


async def _refused(
    desk: Desk,
    request: Request,
    viewer: Viewer,
    ticket_id: int,
    error: DomainError,
    entered: EscalationEntered,
    *,
    answered: bool = False,
) -> Response:
    if status_of(error) == 404:
        raise error
    words = problem_text(error)
    shown = EscalationEntered(
        to=entered.to,
        officer_id=entered.officer_id,
        unit=entered.unit,
        reason=entered.reason,
        problem="" if answered else words,
        answer=entered.answer,
        answer_problem=words if answered else "",
    )
    return await ticket_page(desk, request, viewer, ticket_id, escalation=shown, refusal=error, problem=words)


def _entered(form: Form) -> EscalationEntered:
    return EscalationEntered(
        to=form.line("kepada"),
        officer_id=form.number("petugas"),
        unit=form.line("unit"),
        reason=form.text("alasan"),
    )


def _target(entered: EscalationEntered) -> EscalationTarget:
    """Raises DomainError `escalation.target_unknown`."""
    kind = next((each for each in EscalationKind if each.value == entered.to), None)
    if kind is None:
        raise DomainError("escalation.target_unknown")
    if kind is EscalationKind.OFFICER:
        return EscalationTarget(kind, officer_id=entered.officer_id)
    return EscalationTarget(kind, unit=entered.unit if kind is EscalationKind.UNIT else "")
