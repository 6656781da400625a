"""Gathering what the forms show by which a ticket changes hands, gets helpers, is merged or split."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import Viewer
from afk_core.rules.roles import Act
from bot.console.work_contexts import AgentChoice, WorkBox, WorkEntered
from tickets import service as tickets
from tickets.desk import TicketDetail
from tickets.duty import service as duty
from tickets.lifecycle import Step


async def work_box(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    detail: TicketDetail,
    entered: WorkEntered | None = None,
) -> WorkBox:
    """The forms as they stand now; `entered` is what was typed and refused."""
    ticket_id, steps = detail.ticket_id, detail.steps
    helpers = await tickets.helpers_of(session, viewer, ticket_id)
    may_invite, may_move = Step.INVITE in steps, Step.SPLIT in steps
    movable = await tickets.movable_words(session, viewer, ticket_id) if may_move else []
    return WorkBox(
        may_take_over=Step.TAKE_OVER in steps,
        agents=await _agents(session, now, detail) if Step.ASSIGN in steps else (),
        helpers=tuple(helpers),
        may_remove=Step.INVITE in steps
        or viewer.can(Act.ASSIGN_TICKET, detail.office_id)
        or (viewer.can(Act.ANSWER_TICKET, detail.office_id) and detail.holder_id == viewer.officer_id),
        candidates=tuple(await tickets.who_can_help(session, viewer, ticket_id)) if may_invite else (),
        may_propose=Step.PROPOSE in steps and Step.ANSWER not in steps,
        may_use=Step.ANSWER in steps,
        beside=tuple(await tickets.tickets_beside(session, viewer, ticket_id)) if may_move else (),
        movable=tuple(movable) if len(movable) > 1 else (),
        entered=entered or WorkEntered(),
    )


async def _agents(session: AsyncSession, now: datetime, detail: TicketDetail) -> tuple[AgentChoice, ...]:
    """Those on duty first, those who are away last."""
    day = await duty.duty_day(session, now, detail.office_id)
    present = {agent.id for agent in await duty.officers_on_duty(session, detail.office_id, day)}
    away = await duty.away_today(session, now, detail.office_id)
    choices = [
        AgentChoice(agent.id, agent.name, _mark(agent.id, present, away))
        for agent in await duty.agents_of(session, detail.office_id)
        if agent.id != detail.holder_id
    ]
    return tuple(sorted(choices, key=lambda each: (each.mark == "away", each.mark == "", each.name)))


def _mark(officer_id: int, present: set[int], away: frozenset[int]) -> str:
    if officer_id in away:
        return "away"
    return "duty" if officer_id in present else ""
