"""SQL about the limits of many tickets at once, and about escalations."""

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.models import Officer
from afk_core.offices.models import CalendarVersion
from tickets.deadlines import AnswerEvent, Ending
from tickets.models import Entry, EntryDelivery, LimitRow, Request, Ticket
from tickets.ticket import DeliveryState, EntryKind

_ESCALATION = (EntryKind.ESCALATED.value, EntryKind.HANDED_BACK.value, EntryKind.ANSWER.value)


class VerdictFacts(Struct, frozen=True):
    """Everything that the verdicts of one request follow from, and the verdicts that are stored."""

    ticket_id: int
    office_id: int
    opened_n: int
    ended: Ending | None
    rows: tuple[LimitRow, ...]
    answers: tuple[AnswerEvent, ...]


async def running(
    session: AsyncSession, office_ids: Collection[int] | None
) -> Sequence[tuple[LimitRow, Request, Ticket]]:
    """The limits that run without a verdict, with request and ticket, by ticket; None: of every office."""
    query = (
        select(LimitRow, Request, Ticket)
        .join(Request, Request.id == LimitRow.request_id)
        .join(Ticket, Ticket.id == Request.ticket_id)
        .where(LimitRow.closed_at.is_(None), LimitRow.verdict.is_(None))
        .order_by(Ticket.id, LimitRow.id)
    )
    if office_ids is not None:
        query = query.where(Ticket.office_id.in_(office_ids))
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def offices_behind(session: AsyncSession) -> list[int]:
    """The offices with a running limit that was counted by an older version of their calendar."""
    current = (
        select(CalendarVersion.office_id, func.max(CalendarVersion.version).label("version"))
        .group_by(CalendarVersion.office_id)
        .subquery()
    )
    query = (
        select(Ticket.office_id)
        .join(Request, Request.ticket_id == Ticket.id)
        .join(LimitRow, LimitRow.request_id == Request.id)
        .join(current, current.c.office_id == Ticket.office_id)
        .where(
            LimitRow.closed_at.is_(None),
            LimitRow.verdict.is_(None),
            LimitRow.calendar_version < current.c.version,
        )
        .distinct()
    )
    return sorted(await session.scalars(query))


async def standing(session: AsyncSession, limit_id: int) -> tuple[LimitRow, Ticket] | None:
    """A limit with its ticket, as they are now."""
    query = (
        select(LimitRow, Ticket)
        .join(Request, Request.id == LimitRow.request_id)
        .join(Ticket, Ticket.id == Request.ticket_id)
        .where(LimitRow.id == limit_id)
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(query)).first()
    return None if row is None else (row[0], row[1])


async def last_escalation(session: AsyncSession, ticket_id: int) -> Entry | None:
    """The newest escalation of a ticket, if neither handing back nor an answer followed it."""
    query = (
        select(Entry)
        .outerjoin(EntryDelivery, EntryDelivery.entry_id == Entry.id)
        .where(
            Entry.ticket_id == ticket_id,
            Entry.kind.in_(_ESCALATION),
            # An answer that was taken back ends nothing.
            func.coalesce(EntryDelivery.state, "") != DeliveryState.RECALLED.value,
        )
    )
    newest = await session.scalar(query.order_by(Entry.n.desc()).limit(1))
    return newest if newest is not None and newest.kind == EntryKind.ESCALATED.value else None


async def officers_with(
    session: AsyncSession, office_id: int, roles: Collection[str]
) -> Sequence[tuple[int, str, str]]:
    """Id, name and role of the officers with an open account and one of these roles, by name."""
    query = (
        select(Officer.id, Officer.name, Officer.role)
        .where(Officer.office_id == office_id, Officer.role.in_(roles), Officer.active)
        .order_by(Officer.name, Officer.id)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def verdict_facts(
    session: AsyncSession, *, due_from: datetime, due_to: datetime, after_request: int, limit: int
) -> list[VerdictFacts]:
    """The next requests by id that have a limit due in [due_from, due_to), with all that judges them."""
    wanted = LimitRow.due >= due_from, LimitRow.due < due_to, LimitRow.request_id > after_request
    ids = (
        await session.scalars(
            select(LimitRow.request_id).where(*wanted).distinct().order_by(LimitRow.request_id).limit(limit)
        )
    ).all()
    requests = await _requests(session, Request.id.in_(ids))
    rows: dict[int, list[LimitRow]] = {}
    limits = select(LimitRow).where(LimitRow.request_id.in_(ids)).order_by(LimitRow.id)
    for row in await session.scalars(limits):
        rows.setdefault(row.request_id, []).append(row)
    answers = await _answers(session, {ticket.id for _, ticket, _, _ in requests})
    return [
        VerdictFacts(
            ticket.id,
            ticket.office_id,
            opened_n,
            ended,
            tuple(rows[request.id]),
            tuple(answers.get(ticket.id, ())),
        )
        for request, ticket, opened_n, ended in requests
    ]


async def _requests(
    session: AsyncSession, which: ColumnElement[bool]
) -> list[tuple[Request, Ticket, int, Ending | None]]:
    opening, closing = Entry.__table__.alias("opening"), Entry.__table__.alias("closing")
    query = (
        select(Request, Ticket, opening.c.n, closing.c.kind)
        .join(Ticket, Ticket.id == Request.ticket_id)
        .join(opening, opening.c.id == Request.opened_by)
        .outerjoin(closing, closing.c.id == Request.closed_by)
        .where(which)
        .order_by(Request.id)
    )
    found = []
    for request, ticket, opened_n, closed_kind in await session.execute(query):
        ended = None
        if request.closed_by and request.closed_at and closed_kind != EntryKind.ANSWER.value:
            ended = Ending(request.closed_by, request.closed_at, answered=False)
        found.append((request, ticket, opened_n, ended))
    return found


async def _answers(session: AsyncSession, ticket_ids: Collection[int]) -> dict[int, list[AnswerEvent]]:
    query = (
        select(Entry.ticket_id, Entry.n, EntryDelivery)
        .join(EntryDelivery, EntryDelivery.entry_id == Entry.id)
        .where(Entry.ticket_id.in_(ticket_ids), Entry.kind == EntryKind.ANSWER.value)
        .order_by(Entry.ticket_id, Entry.n)
    )
    found: dict[int, list[AnswerEvent]] = {}
    for ticket_id, n, sending in await session.execute(query):
        event = AnswerEvent(
            entry_id=sending.entry_id,
            n=n,
            state=DeliveryState(sending.state),
            first_attempt_at=sending.first_attempt_at,
            delivered_at=sending.delivered_at,
            blocked_at=sending.blocked_at,
        )
        found.setdefault(ticket_id, []).append(event)
    return found
