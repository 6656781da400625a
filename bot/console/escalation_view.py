"""Gathering what the forms for an escalation show."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import Viewer
from afk_core.offices.service import office_by_id
from afk_core.rules.roles import Act
from afk_core.rules.sla import LimitKind, on_time
from bot.console.escalation_contexts import EscalationBox, EscalationEntered
from tickets import service as tickets
from tickets.desk import TicketDetail
from tickets.escalation import EscalationKind
from tickets.lifecycle import Step
from tickets.ticket import TicketStatus


async def escalation_box(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    detail: TicketDetail,
    entered: EscalationEntered | None = None,
) -> EscalationBox:
    """The two forms as they stand now; `entered` is what was typed and refused."""
    waiting = await tickets.open_escalation(session, viewer, detail.ticket_id)
    may_escalate = Step.ESCALATE in detail.steps
    colleagues = await tickets.colleagues(session, viewer, detail.ticket_id) if may_escalate else []
    office = await office_by_id(session, detail.office_id)
    return EscalationBox(
        may_escalate=may_escalate,
        may_answer=waiting is not None
        and detail.status in (TicketStatus.OPEN, TicketStatus.CLAIMED)
        and (
            viewer.officer_id in waiting.officers
            or (
                viewer.can(Act.ANSWER_TICKET, detail.office_id)
                and viewer.officer_id in (detail.holder_id, waiting.by)
            )
        ),
        waiting=waiting,
        colleagues=tuple(colleagues),
        targets=tuple(
            (kind.value, kind.label)
            for kind in EscalationKind
            if (kind is not EscalationKind.OFFICER or colleagues)
            and (kind is not EscalationKind.KANWIL or office.parent_id is not None)
        ),
        lengthens=any(
            limit.kind is LimitKind.R1 and limit.closed_at is None and on_time(now, limit.due)
            for limit in detail.limits
        ),
        entered=entered or EscalationEntered(),
    )
