"""Chosen words of a user get a ticket of their own.

Their clock goes with them: the new request has the receipt, the due instant, the reasoning and, if it was
breached, the verdict of the one that they stood under, so that splitting never gains time. Where every word
of a request is chosen the request itself moves. The words stay in the old timeline, marked as moved.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.rules.roles import Act
from tickets import store
from tickets.aids.file_store import attach
from tickets.lifecycle import Step, after
from tickets.models import Entry, LimitRow, Request, Ticket
from tickets.service.access import (
    holder_of,
    locked_for_officer,
    read_by_officer,
    refuse_if_held_by_other,
    zone_of,
)
from tickets.service.asking import public_number
from tickets.service.clocks import limit_view, rehang, settle, unanswered_requests
from tickets.service.timeline import add_officer_entry, record_act
from tickets.service.words import Said, asked_words
from tickets.threads import Movable, Rethreaded
from tickets.ticket import MAX_REPLY, Audience, Author, EntryKind, TicketStatus


class _Open(Struct, frozen=True):
    """A request without an answer, the number of the entry that opened it, and its limits."""

    request: Request
    opened_n: int
    rows: tuple[LimitRow, ...]

    @property
    def due(self) -> datetime:
        return next(row.due for row in reversed(self.rows) if row.closed_at is None)


async def split(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, entry_ids: Collection[int]
) -> Rethreaded:
    """Open a ticket for these words of the user, held by who holds this one.

    The caller holds the conversation. At least one unanswered request must stay.
    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `ticket.held_by_other` (`holder`),
    `ticket.step_forbidden`, `split.nothing_chosen`, `split.not_movable`, `split.nothing_left`,
    `ticket.text_too_long` (`maximum`).
    """
    ticket = await locked_for_officer(session, viewer, ticket_id, Act.ANSWER_TICKET)
    await refuse_if_held_by_other(session, viewer, ticket)
    after(TicketStatus(ticket.status), Step.SPLIT)
    await settle(session, now, ticket)
    wanted = set(entry_ids)
    if not wanted:
        raise DomainError("split.nothing_chosen")
    words, requests = await asked_words(session, ticket.id), await _open_requests(session, ticket)
    chosen = [each for each in words if each.entry_id in wanted]
    owners = {each.entry_id: _owner(each, requests) for each in words}
    if len(chosen) != len(wanted) or any(owners[each.entry_id] is None for each in chosen):
        raise DomainError("split.not_movable")
    whole = _whole(chosen, owners)
    if len(whole) == len(requests):
        raise DomainError("split.nothing_left")
    made, opening = await _open_beside(session, now, ticket, chosen)
    sources = {own.request.id: own for each in chosen if (own := owners[each.entry_id]) is not None}
    for number, source in enumerate(sorted(sources.values(), key=lambda own: own.request.n), 1):
        if source.request.id in whole:
            await rehang(session, source.request, source.rows, made, number, opening)
        else:
            await _copy(session, source, made, number, opening)
    data = {"to": made.id, "number": made.number, "entries": sorted(wanted)}
    await add_officer_entry(session, now, viewer, ticket, EntryKind.SPLIT, data=data, audience=Audience.USER)
    await settle(session, now, ticket)
    await settle(session, now, made)
    await record_act(session, now, viewer, ticket, "ticket.split", to=made.id, entries=sorted(wanted))
    tz = await zone_of(session, made)
    views = [limit_view(row, n, tz) for row, n in await store.limits(session, made.id)]
    return Rethreaded(
        ticket_id=ticket.id,
        number=ticket.number,
        other_id=made.id,
        other_number=made.number,
        office_id=ticket.office_id,
        conversation_id=ticket.conversation_id,
        moved=tuple(view for view in views if view.closed_at is None),
        words=opening.text or "",
        complaint=made.complaint,
    )


async def movable_words(session: AsyncSession, viewer: Viewer, ticket_id: int) -> list[Movable]:
    """The user's words that wait for an answer, each with the limit that it stands under.

    Raises DomainError `ticket.not_found`.
    """
    ticket = await read_by_officer(session, viewer, ticket_id)
    requests = await _open_requests(session, ticket)
    found = [(each, _owner(each, requests)) for each in await asked_words(session, ticket_id)]
    return [
        Movable(said.entry_id, said.n, said.text, said.at, owner.due)
        for said, owner in found
        if owner is not None
    ]


async def _open_requests(session: AsyncSession, ticket: Ticket) -> list[_Open]:
    waiting = {request.id for request in await unanswered_requests(session, ticket)}
    limits = await store.limits(session, ticket.id)
    return [
        _Open(request, opened_n, tuple(row for row, _ in limits if row.request_id == request.id))
        for request, opened_n, _ in await store.requests(session, ticket.id)
        if request.id in waiting
    ]


def _owner(said: Said, requests: Sequence[_Open]) -> _Open | None:
    """The waiting request that words stand under: the one that they opened, else of those that ran when
    they came the one that is due first, which is the stricter reading."""
    opened = next((each for each in requests if each.opened_n == said.n), None)
    before = [each for each in requests if each.opened_n < said.n]
    return opened or min(before, key=lambda each: each.due, default=None)


def _whole(chosen: Sequence[Said], owners: Mapping[int, _Open | None]) -> set[int]:
    """The requests of which no word stays."""
    ids = {each.entry_id for each in chosen}
    leaving = {owner.request.id for entry_id, owner in owners.items() if owner and entry_id in ids}
    staying = {owner.request.id for entry_id, owner in owners.items() if owner and entry_id not in ids}
    return leaving - staying


async def _open_beside(
    session: AsyncSession, now: datetime, ticket: Ticket, chosen: Sequence[Said]
) -> tuple[Ticket, Entry]:
    words = "\n\n".join(each.text for each in chosen)
    if len(words) > 2 * MAX_REPLY:
        raise DomainError("ticket.text_too_long", maximum=2 * MAX_REPLY)
    held = await holder_of(session, ticket)
    made = Ticket(
        number=await public_number(session, now, ticket.office_id),
        office_id=ticket.office_id,
        conversation_id=ticket.conversation_id,
        name=ticket.name,
        business=ticket.business,
        business_kind=ticket.business_kind,
        reach=ticket.reach,
        topic=None,
        complaint=ticket.complaint,
        status=(TicketStatus.OPEN if held is None else TicketStatus.CLAIMED).value,
        holder_id=None if held is None else held[0],
        opened_at=now,
        last_entry=0,
    )
    await store.add(session, made)
    data = {"from": ticket.id, "number": ticket.number, "entries": [each.entry_id for each in chosen]}
    entry = await store.add_entry(
        session,
        made,
        now,
        EntryKind.QUESTION,
        Author.USER,
        audience=Audience.USER,
        text=words,
        data=data,
    )
    await attach(session, entry.id, [file_id for each in chosen for file_id in each.files])
    return made, entry


async def _copy(session: AsyncSession, source: _Open, made: Ticket, n: int, opening: Entry) -> None:
    request = Request(
        ticket_id=made.id,
        n=n,
        opened_by=opening.id,
        received_at=source.request.received_at,
        escalated_at=source.request.escalated_at,
    )
    await store.add(session, request)
    for row in source.rows:
        await store.add(
            session,
            LimitRow(
                request_id=request.id,
                kind=row.kind,
                received_at=row.received_at,
                counted_from=row.counted_from,
                due=row.due,
                calendar_version=row.calendar_version,
                reasoning=row.reasoning,
                opened_by=opening.id,
                closed_by=row.closed_by,
                closed_at=row.closed_at,
                undeliverable=row.undeliverable,
                verdict=row.verdict,
                judged_at=row.judged_at,
                superseded_at=row.superseded_at,
            ),
        )
