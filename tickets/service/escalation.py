"""Asking the coordinator, a superior or another unit, and what that does to the limit.

Standar Pelayanan 39 angka 2.3: an officer may coordinate; the request then has 2 working days (angka 3 butir
2), counted from the same receipt, if that happens inside the 55 minutes.
"""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.offices.service import calendar_of, office_by_id
from afk_core.rules.offices import OfficeKind
from afk_core.rules.roles import AGENTS, Act, Role, superiors_of
from afk_core.rules.sla import LimitKind, on_time
from tickets import limit_store, store
from tickets.deadlines import promise
from tickets.escalation import Escalated, EscalationKind, EscalationTarget, EscalationView
from tickets.lifecycle import Step, after
from tickets.models import Entry, Request, Ticket
from tickets.service.access import (
    checked_text,
    holder_of,
    locked_for_officer,
    read_by_officer,
    refuse_if_held_by_other,
    zone_of,
)
from tickets.service.clocks import put_limit, running_limit, settle, unanswered_requests
from tickets.service.timeline import add_officer_entry, record_act
from tickets.ticket import EntryKind, TicketStatus

_MAX_UNIT: Final = 120
_AGENTS: Final = tuple(role.value for role in AGENTS)


async def escalate(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    ticket_id: int,
    *,
    to: EscalationTarget,
    reason: str,
) -> Escalated:
    """Ask somebody else about a waiting ticket; who, and why, is recorded.

    Inside the 55 minutes (the due instant included) the limit becomes one of 2 working days from the same
    receipt. Later the breach stays and the limit stays. A named agent takes the ticket over; in every other
    case it stays with who asks. The same again, while it waits, changes nothing.
    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `ticket.held_by_other` (`holder`),
    `ticket.step_forbidden`, `ticket.text_empty`, `ticket.text_too_long`, `escalation.officer_unknown`,
    `escalation.unit_missing`, `escalation.no_kanwil`, `office.calendar_broken`.
    """
    words = checked_text(reason)
    ticket = await locked_for_officer(session, viewer, ticket_id, Act.ANSWER_TICKET)
    name, officers = await _asked(session, viewer, ticket, to)
    current = await limit_store.last_escalation(session, ticket.id)
    if current is not None and _same(current, to, name):
        return await _result(session, ticket, None, to.kind, lengthened=False, notify=())
    await refuse_if_held_by_other(session, viewer, ticket)
    status = after(TicketStatus(ticket.status), Step.ESCALATE)
    if await holder_of(session, ticket) is None and to.kind is not EscalationKind.OFFICER:
        await add_officer_entry(session, now, viewer, ticket, EntryKind.CLAIMED)
    data = {"to": to.kind.value, "name": name, "officers": officers, "by": viewer.officer_id}
    entry = await add_officer_entry(session, now, viewer, ticket, EntryKind.ESCALATED, words, data)
    ticket.status = status.value
    ticket.holder_id = to.officer_id if to.kind is EscalationKind.OFFICER else viewer.officer_id
    lengthened = await _lengthen(session, now, ticket, entry)
    await settle(session, now, ticket)
    detail = {"to": to.kind.value, "officers": officers, "lengthened": lengthened}
    await record_act(session, now, viewer, ticket, "ticket.escalated", **detail)
    asked = tuple(each for each in officers if each != viewer.officer_id)
    return await _result(session, ticket, entry, to.kind, lengthened=lengthened, notify=asked)


async def hand_back(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, text: str
) -> Escalated:
    """End an escalation with what was found out; who asked goes on and brings the answer to the user.

    May be done by those who were asked, also from the Kanwil, and by who holds the ticket or asked, with the
    words of a unit that does not sit in this service. `notify` is who goes on.
    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `ticket.text_empty`,
    `ticket.text_too_long`, `escalation.none_open`, `ticket.step_forbidden`.
    """
    words = checked_text(text)
    await read_by_officer(session, viewer, ticket_id)
    ticket = await store.lock_ticket(session, ticket_id)
    current = None if ticket is None else await limit_store.last_escalation(session, ticket_id)
    if ticket is None or current is None:
        raise DomainError("escalation.none_open")
    asked = viewer.officer_id in current.data["officers"]
    answers = viewer.can(Act.ANSWER_TICKET, ticket.office_id)
    if not asked and not (answers and viewer.officer_id in (ticket.holder_id, current.data["by"])):
        raise DomainError("ticket.not_permitted")
    after(TicketStatus(ticket.status), Step.HAND_BACK)
    entry = await add_officer_entry(
        session, now, viewer, ticket, EntryKind.HANDED_BACK, words, {"entry": current.id}
    )
    if current.data["to"] == EscalationKind.OFFICER.value:
        ticket.holder_id = current.data["by"]
    held = await holder_of(session, ticket) is not None
    ticket.holder_id = ticket.holder_id if held else None
    ticket.status = (TicketStatus.CLAIMED if held else TicketStatus.OPEN).value
    goes_on = () if ticket.holder_id in (None, viewer.officer_id) else (ticket.holder_id,)
    kind = EscalationKind(current.data["to"])
    return await _result(session, ticket, entry, kind, lengthened=False, notify=goes_on)


async def open_escalation(session: AsyncSession, viewer: Viewer, ticket_id: int) -> EscalationView | None:
    """The escalation of a ticket that still waits for its answer. Raises DomainError `ticket.not_found`."""
    await read_by_officer(session, viewer, ticket_id)
    entry = await limit_store.last_escalation(session, ticket_id)
    if entry is None:
        return None
    return EscalationView(
        entry_id=entry.id,
        kind=EscalationKind(entry.data["to"]),
        name=entry.data["name"],
        officers=tuple(entry.data["officers"]),
        by=entry.data["by"],
        at=entry.at,
        reason=entry.text or "",
    )


async def colleagues(session: AsyncSession, viewer: Viewer, ticket_id: int) -> list[tuple[int, str]]:
    """Id and name of the other agents of a ticket's office. Raises DomainError `ticket.not_found`."""
    ticket = await read_by_officer(session, viewer, ticket_id)
    found = await limit_store.officers_with(session, ticket.office_id, _AGENTS)
    return [(id_, name) for id_, name, _ in found if id_ != viewer.officer_id]


async def _asked(
    session: AsyncSession, viewer: Viewer, ticket: Ticket, to: EscalationTarget
) -> tuple[str, list[int]]:
    """Words for who is asked, and the accounts among them."""
    match to.kind:
        case EscalationKind.OFFICER:
            found = await limit_store.officers_with(
                session, ticket.office_id, [role.value for role in AGENTS]
            )
            name = next((each[1] for each in found if each[0] == to.officer_id), None)
            if name is None or to.officer_id is None or to.officer_id == viewer.officer_id:
                raise DomainError("escalation.officer_unknown")
            return name, [to.officer_id]
        case EscalationKind.UNIT:
            unit = " ".join(to.unit.split())[:_MAX_UNIT]
            if not unit:
                raise DomainError("escalation.unit_missing")
            return unit, []
        case EscalationKind.KANWIL:
            office = await office_by_id(session, ticket.office_id)
            return await _kanwil(session, office.parent_id)
        case EscalationKind.SUPERIOR if not superiors_of(viewer.role):
            office = await office_by_id(session, ticket.office_id)
            return await _kanwil(session, office.parent_id)
        case EscalationKind.SUPERIOR:
            roles = superiors_of(viewer.role)
        case _:
            roles = (Role.KOORDINATOR,)
    found = await limit_store.officers_with(session, ticket.office_id, [role.value for role in roles])
    return to.kind.label, [each[0] for each in found]


async def _kanwil(session: AsyncSession, parent_id: int | None) -> tuple[str, list[int]]:
    if parent_id is None:
        raise DomainError("escalation.no_kanwil")
    kanwil = await office_by_id(session, parent_id)
    if OfficeKind(kanwil.kind) is not OfficeKind.KANWIL:
        raise DomainError("escalation.no_kanwil")
    found = await limit_store.officers_with(session, kanwil.id, [Role.KOORDINATOR.value])
    return kanwil.name, [each[0] for each in found]


def _same(current: Entry, to: EscalationTarget, name: str) -> bool:
    asked = current.data["officers"] if to.kind is EscalationKind.OFFICER else None
    return (
        current.data["to"] == to.kind.value
        and current.data["name"] == name
        and (asked is None or asked == [to.officer_id])
    )


async def _lengthen(session: AsyncSession, now: datetime, ticket: Ticket, entry: Entry) -> bool:
    """Give the waiting requests 2 working days; whether one of them got a new limit."""
    calendar = await calendar_of(session, ticket.office_id)
    waiting = {request.id: request for request in await unanswered_requests(session, ticket)}
    lengthened = False
    for row, _ in await store.limits(session, ticket.id):
        request: Request | None = waiting.get(row.request_id)
        if request is None or row.closed_at is not None or not on_time(now, row.due):
            continue
        request.escalated_at = request.escalated_at or now
        if row.kind == LimitKind.R1.value:
            limit = promise(request.received_at, calendar, escalated=True)
            await put_limit(session, now, row, limit, calendar.version, entry)
            lengthened = True
    return lengthened


async def _result(
    session: AsyncSession,
    ticket: Ticket,
    entry: Entry | None,
    kind: EscalationKind,
    *,
    lengthened: bool,
    notify: tuple[int, ...],
) -> Escalated:
    return Escalated(
        entry_id=None if entry is None else entry.id,
        ticket_id=ticket.id,
        number=ticket.number,
        office_id=ticket.office_id,
        conversation_id=ticket.conversation_id,
        kind=kind,
        limit=await running_limit(session, ticket, await zone_of(session, ticket)),
        lengthened=lengthened,
        notify=notify,
    )
