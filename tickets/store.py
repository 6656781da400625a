"""All SQL of tickets."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.models import Officer
from afk_core.offices.models import Office
from tickets.deadlines import AnswerEvent, Ending
from tickets.models import (
    Alert,
    Entry,
    EntryDelivery,
    LimitRow,
    Request,
    Ticket,
    TicketNews,
    TicketSequence,
)
from tickets.ticket import AlertKind, Audience, Author, DeliveryState, EntryKind, TicketStatus

WAITING = (TicketStatus.OPEN.value, TicketStatus.CLAIMED.value)
"""The states in which a ticket waits for an answer."""


async def offices_of(session: AsyncSession, office_ids: Collection[int]) -> dict[int, Office]:
    """Offices by id."""
    found = await session.scalars(select(Office).where(Office.id.in_(office_ids)))
    return {office.id: office for office in found}


async def active_officers(session: AsyncSession, officer_ids: Collection[int | None]) -> dict[int, str]:
    """The names of those of these officers whose account is open, by id."""
    query = select(Officer.id, Officer.name).where(Officer.id.in_(officer_ids), Officer.active)
    return {row[0]: row[1] for row in await session.execute(query)}


async def next_number(session: AsyncSession, office_id: int, year: int) -> int:
    """The next number of the office in that year.

    The row stays locked until the transaction ends, so a number that was rolled back is given again.
    """
    statement = insert_into(session, TicketSequence.__table__).values(office_id=office_id, year=year, last=1)
    raised = statement.on_conflict_do_update(
        index_elements=["office_id", "year"], set_={"last": TicketSequence.last + 1}
    ).returning(TicketSequence.last)
    return int((await session.execute(raised)).scalar_one())


async def lock_ticket(session: AsyncSession, ticket_id: int) -> Ticket | None:
    """The ticket as it is now, locked against every other change until the transaction ends."""
    # What this transaction changed must be written before the row is read over it.
    await session.flush()
    return await session.get(Ticket, ticket_id, with_for_update=True, populate_existing=True)


async def lock_user_ticket(session: AsyncSession, conversation_id: int, number: str) -> Ticket | None:
    """As `lock_ticket`, by its public number, only for the conversation that it belongs to."""
    query = select(Ticket).where(Ticket.number == number, Ticket.conversation_id == conversation_id)
    return await session.scalar(query.with_for_update().execution_options(populate_existing=True))


async def ticket(session: AsyncSession, ticket_id: int) -> Ticket | None:
    return await session.get(Ticket, ticket_id)


async def waiting_beside(session: AsyncSession, ticket: Ticket) -> Sequence[Ticket]:
    """The other waiting tickets of the same conversation and office, by id."""
    query = select(Ticket).where(
        Ticket.conversation_id == ticket.conversation_id,
        Ticket.office_id == ticket.office_id,
        Ticket.id != ticket.id,
        Ticket.status.in_(WAITING),
    )
    return (await session.scalars(query.order_by(Ticket.id))).all()


async def user_ticket(session: AsyncSession, conversation_id: int, number: str) -> Ticket | None:
    query = select(Ticket).where(Ticket.number == number, Ticket.conversation_id == conversation_id)
    return await session.scalar(query)


async def claim(session: AsyncSession, ticket_id: int, officer_id: int) -> bool:
    """Take a waiting ticket that nobody with an open account holds: one conditional update."""
    blocked = select(Officer.id).where(Officer.active.is_(False))
    taken = await session.scalar(
        update(Ticket)
        .where(
            Ticket.id == ticket_id,
            Ticket.status.in_(WAITING),
            or_(Ticket.holder_id.is_(None), Ticket.holder_id.in_(blocked)),
        )
        .values(holder_id=officer_id, status=TicketStatus.CLAIMED.value)
        .returning(Ticket.id)
        .execution_options(synchronize_session=False)
    )
    return taken is not None


async def add_entry(
    session: AsyncSession,
    ticket: Ticket,
    now: datetime,
    kind: EntryKind,
    author: Author,
    *,
    audience: Audience = Audience.OFFICERS,
    officer_id: int | None = None,
    text: str | None = None,
    data: Mapping[str, object] | None = None,
) -> Entry:
    """Append to the timeline of a ticket that this transaction has locked or made."""
    ticket.last_entry += 1
    entry = Entry(
        ticket_id=ticket.id,
        n=ticket.last_entry,
        kind=kind.value,
        audience=audience.value,
        author=author.value,
        officer_id=officer_id,
        text=text,
        data=dict(data or {}),
        at=now,
    )
    session.add_all((entry, TicketNews(ticket_id=ticket.id, n=entry.n)))
    await session.flush()
    return entry


async def take_news(session: AsyncSession, limit: int) -> list[tuple[int, int]]:
    """Ticket and entry number of the oldest news, which are removed; what another worker takes is skipped."""
    query = select(TicketNews.id, TicketNews.ticket_id, TicketNews.n).order_by(TicketNews.id).limit(limit)
    rows = (await session.execute(query.with_for_update(skip_locked=True))).all()
    await session.execute(delete(TicketNews).where(TicketNews.id.in_([row[0] for row in rows])))
    return [(row[1], row[2]) for row in rows]


async def has_news(session: AsyncSession) -> bool:
    """Whether a ticket has something new."""
    return await session.scalar(select(TicketNews.id).limit(1)) is not None


async def add(session: AsyncSession, row: Ticket | Request | LimitRow | EntryDelivery) -> None:
    """Insert a row; its id is known afterwards."""
    session.add(row)
    await session.flush()


async def entry(session: AsyncSession, entry_id: int) -> Entry | None:
    return await session.get(Entry, entry_id)


async def delivery(session: AsyncSession, entry_id: int) -> EntryDelivery | None:
    """The delivery as it is now; the caller holds the ticket's lock."""
    return await session.get(EntryDelivery, entry_id, populate_existing=True)


async def timeline(
    session: AsyncSession, ticket_id: int, *, audience: Audience | None = None, after: int = 0
) -> Sequence[tuple[Entry, EntryDelivery | None, str | None]]:
    """Entries after number `after` in order, each with its delivery and its officer's name."""
    query = (
        select(Entry, EntryDelivery, Officer.name)
        .outerjoin(EntryDelivery, EntryDelivery.entry_id == Entry.id)
        .outerjoin(Officer, Officer.id == Entry.officer_id)
        .where(Entry.ticket_id == ticket_id, Entry.n > after)
        .order_by(Entry.n)
    )
    if audience is not None:
        query = query.where(Entry.audience == audience.value)
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def latest_edit(session: AsyncSession, original: Entry, ticket_id: int) -> str | None:
    """The words that the newest edit of an entry gave it; None if it was never edited.

    `ticket_id` is the ticket that goes on with the entry's own, where that was merged.
    """
    query = select(Entry).where(
        Entry.ticket_id.in_((original.ticket_id, ticket_id)),
        Entry.id > original.id,
        Entry.kind == EntryKind.USER_EDIT.value,
    )
    edits = (await session.scalars(query.order_by(Entry.id.desc()))).all()
    return next((edit.text for edit in edits if edit.data.get("entry") == original.id), None)


async def last_of_kind(session: AsyncSession, ticket_id: int, kind: EntryKind) -> Entry | None:
    """The newest entry of this kind."""
    query = select(Entry).where(Entry.ticket_id == ticket_id, Entry.kind == kind.value)
    return await session.scalar(query.order_by(Entry.n.desc()).limit(1))


async def first_questions(session: AsyncSession, ticket_ids: Collection[int]) -> dict[int, str]:
    """The opening question of each ticket."""
    rows = await session.execute(
        select(Entry.ticket_id, Entry.text).where(Entry.ticket_id.in_(ticket_ids), Entry.n == 1)
    )
    return {row[0]: row[1] or "" for row in rows}


async def answers(session: AsyncSession, ticket_id: int) -> list[AnswerEvent]:
    """Every final answer of a ticket with what is known of its delivery, in order."""
    rows = await session.execute(
        select(Entry, EntryDelivery)
        .join(EntryDelivery, EntryDelivery.entry_id == Entry.id)
        .where(Entry.ticket_id == ticket_id, Entry.kind == EntryKind.ANSWER.value)
        .order_by(Entry.n)
    )
    return [
        AnswerEvent(
            entry_id=answer.id,
            n=answer.n,
            state=DeliveryState(sending.state),
            first_attempt_at=sending.first_attempt_at,
            delivered_at=sending.delivered_at,
            blocked_at=sending.blocked_at,
        )
        for answer, sending in rows
    ]


async def requests(session: AsyncSession, ticket_id: int) -> Sequence[tuple[Request, int, Ending | None]]:
    """Requests in order, each with the number of the entry that opened it, and the step that ended it
    without an answer, if one did."""
    opening, closing = Entry.__table__.alias("opening"), Entry.__table__.alias("closing")
    query = (
        select(Request, opening.c.n, closing.c.kind)
        .join(opening, opening.c.id == Request.opened_by)
        .outerjoin(closing, closing.c.id == Request.closed_by)
        .where(Request.ticket_id == ticket_id)
        .order_by(Request.n)
        .execution_options(populate_existing=True)
    )
    found: list[tuple[Request, int, Ending | None]] = []
    for request, opened_n, closed_kind in await session.execute(query):
        ended = None
        if request.closed_by and request.closed_at and closed_kind != EntryKind.ANSWER.value:
            ended = Ending(request.closed_by, request.closed_at, answered=False)
        found.append((request, opened_n, ended))
    return found


async def limits(session: AsyncSession, ticket_id: int) -> Sequence[tuple[LimitRow, int]]:
    """The limits of a ticket in order of their requests, each with its request's number."""
    query = (
        select(LimitRow, Request.n)
        .join(Request, Request.id == LimitRow.request_id)
        .where(Request.ticket_id == ticket_id)
        .order_by(Request.n, LimitRow.id)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def limit_of_kind(session: AsyncSession, request_id: int, kind: str) -> LimitRow | None:
    """The limit of a request that is of this kind."""
    query = select(LimitRow).where(LimitRow.request_id == request_id, LimitRow.kind == kind)
    return await session.scalar(query.execution_options(populate_existing=True))


async def ticket_of_limit(session: AsyncSession, limit_id: int) -> int | None:
    """The id of the ticket that a limit belongs to."""
    query = select(Request.ticket_id).join(LimitRow, LimitRow.request_id == Request.id)
    return await session.scalar(query.where(LimitRow.id == limit_id))


async def add_alert(
    session: AsyncSession, now: datetime, limit_id: int, kind: AlertKind, due: datetime, at: datetime
) -> bool:
    """Record an alert about `due` that stands for the instant `at`; False if it was recorded before."""
    values = {"limit_id": limit_id, "kind": kind.value, "due": due, "at": at, "recorded_at": now}
    statement = insert_into(session, Alert.__table__).values(**values)
    added = statement.on_conflict_do_nothing(index_elements=["limit_id", "kind", "due"]).returning(Alert.id)
    return (await session.execute(added)).first() is not None


async def tickets_of_conversation(session: AsyncSession, conversation_id: int) -> Sequence[Ticket]:
    """A user's tickets, newest first."""
    query = select(Ticket).where(Ticket.conversation_id == conversation_id)
    return (await session.scalars(query.order_by(Ticket.opened_at.desc(), Ticket.id.desc()))).all()


async def waiting_tickets(
    session: AsyncSession,
    office_ids: Collection[int],
    holder_id: int | None,
    limit: int,
    *,
    complaint: bool = False,
) -> Sequence[Ticket]:
    """Tickets that wait for an answer, by next due; of all or of those that are complaints."""
    query = _scope(office_ids, complaint=complaint).where(Ticket.status.in_(WAITING))
    if holder_id is not None:
        query = query.where(Ticket.holder_id == holder_id)
    query = query.order_by(Ticket.next_due.is_(None), Ticket.next_due, Ticket.id)
    return (await session.scalars(query.limit(limit))).all()


async def settled_tickets(
    session: AsyncSession, office_ids: Collection[int], limit: int, *, complaint: bool = False
) -> Sequence[Ticket]:
    """Tickets that do not wait, the newest first; of all or of those that are complaints."""
    query = _scope(office_ids, complaint=complaint).where(Ticket.status.not_in(WAITING))
    query = query.order_by(Ticket.opened_at.desc(), Ticket.id.desc())
    return (await session.scalars(query.limit(limit))).all()


def _scope(office_ids: Collection[int], *, complaint: bool) -> Select[Ticket]:
    query = select(Ticket).where(Ticket.office_id.in_(office_ids))
    return query.where(Ticket.complaint) if complaint else query


async def next_limits(session: AsyncSession, ticket_ids: Collection[int]) -> dict[int, LimitRow]:
    """The open limit of each ticket that is due first."""
    query = (
        select(Request.ticket_id, LimitRow)
        .join(Request, Request.id == LimitRow.request_id)
        .where(Request.ticket_id.in_(ticket_ids), LimitRow.closed_at.is_(None))
        .order_by(LimitRow.due.desc())
    )
    return {row[0]: row[1] for row in await session.execute(query)}


def insert_into(session: AsyncSession, table: Any) -> Any:
    """Both databases know ON CONFLICT, but SQLAlchemy has it on their own INSERT only."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)
