"""The moment in which an answer can be taken back, and how it ends: sent, or a draft again.

The limit goes first: an answer that could miss it by waiting is sent at once (Standar Pelayanan 39 angka 3).
Sending and taking back both remove the row of the held message under the ticket's lock, so exactly one of
them happens, in however many processes they are tried.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.rules.roles import Act
from tickets import draft_store, store
from tickets.aids import file_store, holding_store
from tickets.aids.models import HeldReply
from tickets.models import Entry, EntryDelivery, Ticket
from tickets.service.access import change_of, locked_for_officer, seen_of
from tickets.service.answering import reply
from tickets.service.clocks import settle
from tickets.service.timeline import add_officer_entry
from tickets.ticket import DeliveryState, EntryKind, Replied, TicketChange, TicketStatus

ROOM: Final = timedelta(seconds=60)
"""What the channel may need after the waiting; a limit that ends sooner leaves no time to wait."""


class Sending(Struct, frozen=True):
    """An officer's message on its way; `release_at` is None when it is sent at once.

    `urgent` says that it would have waited, had the limit not been so near.
    """

    replied: Replied
    release_at: datetime | None
    urgent: bool


class Held(Struct, frozen=True):
    """A message that can still be taken back, until `release_at`, by the officer who wrote it."""

    entry_id: int
    officer_id: int
    release_at: datetime


async def send(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    ticket_id: int,
    text: str,
    *,
    seen_entry: int,
    final: bool,
    wait: timedelta,
    statements: Sequence[str] = (),
) -> Sending:
    """Write to the user, with the files beside the draft, after a `wait` in which it can be taken back.

    As `reply`, also in what it raises; the caller holds the conversation.
    """
    ticket = await locked_for_officer(session, viewer, ticket_id, Act.ANSWER_TICKET)
    before = (ticket.status, ticket.answered_at, ticket.waiting_since)
    seen = seen_of(ticket, seen_entry)
    urgent = await _is_urgent(session, now, ticket, now + wait + ROOM)
    replied = await reply(
        session,
        now,
        viewer,
        ticket_id,
        text,
        seen_entry=seen,
        final=final,
        with_files=True,
        statements=statements,
    )
    if urgent or not wait:
        return Sending(replied, None, urgent and bool(wait))
    held = HeldReply(
        entry_id=replied.entry_id,
        ticket_id=ticket_id,
        officer_id=viewer.officer_id,
        seen_entry=seen,
        release_at=now + wait,
        status_before=before[0],
        answered_before=before[1],
        waiting_before=before[2],
    )
    await holding_store.add(session, held)
    await _mark(session, replied.entry_id, DeliveryState.HELD)
    return Sending(replied, held.release_at, False)


async def held_replies(session: AsyncSession, ticket_id: int) -> tuple[Held, ...]:
    """The messages of a ticket that wait to be sent, oldest first."""
    rows = await holding_store.of_ticket(session, ticket_id)
    return tuple(Held(row.entry_id, row.officer_id, row.release_at) for row in rows)


async def conversation_of_held(session: AsyncSession, entry_id: int) -> int | None:
    """The conversation to lock before `release`; None when the message waits no more."""
    return await holding_store.conversation_of(session, entry_id)


async def release(session: AsyncSession, entry_id: int) -> Replied | None:
    """End the waiting of a message that is to be sent now; None when it was sent or taken back before.

    The caller holds the conversation.
    """
    found = await holding_store.ticket_of(session, entry_id)
    ticket = None if found is None else await store.lock_ticket(session, found)
    held = None if ticket is None else await holding_store.take(session, entry_id)
    if ticket is None or held is None:
        return None
    entry = await store.entry(session, entry_id)
    author = await holding_store.author(session, held.officer_id)
    if entry is None or author is None:
        return None
    await _mark(session, entry_id, DeliveryState.QUEUED)
    files = (await file_store.file_ids_of(session, [entry_id])).get(entry_id, [])
    return Replied(
        entry_id=entry_id,
        ticket_id=ticket.id,
        number=ticket.number,
        conversation_id=ticket.conversation_id,
        office_id=ticket.office_id,
        officer_name=author[0],
        officer_position=author[1],
        text=entry.text or "",
        final=entry.kind == EntryKind.ANSWER,
        files=tuple(files),
    )


async def take_back(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, entry_id: int
) -> TicketChange:
    """Make a message that still waits a draft of its officer again; the timeline keeps that it was.

    The caller holds the conversation. Raises DomainError `ticket.not_found`, `ticket.not_permitted`,
    `reply.left` when it was sent or taken back before, `reply.of_another` for another officer's message.
    """
    ticket = await locked_for_officer(session, viewer, ticket_id, Act.ANSWER_TICKET)
    owner = await holding_store.owner(session, ticket_id, entry_id)
    if owner is not None and owner != viewer.officer_id:
        raise DomainError("reply.of_another")
    held = await holding_store.take(session, entry_id) if owner is not None else None
    entry = await store.entry(session, entry_id)
    if held is None or entry is None:
        raise DomainError("reply.left")
    await _mark(session, entry_id, DeliveryState.RECALLED)
    step = await add_officer_entry(session, now, viewer, ticket, EntryKind.RECALLED, data={"entry": entry_id})
    _restore(ticket, held, entry)
    await _redraft(session, now, held, entry)
    await settle(session, now, ticket)
    return change_of(ticket, step)


def _restore(ticket: Ticket, held: HeldReply, entry: Entry) -> None:
    """Give the ticket back what the message changed, unless the user or somebody else went on meanwhile."""
    if entry.kind == EntryKind.ANSWER:
        ticket.answered_at = held.answered_before
        if ticket.status == TicketStatus.ANSWERED:
            # It was claimed with the message at the latest, and stays with who wrote it.
            claimed = held.status_before == TicketStatus.OPEN
            ticket.status = TicketStatus.CLAIMED.value if claimed else held.status_before
    elif ticket.waiting_since is not None:
        ticket.waiting_since = held.waiting_before


async def _redraft(session: AsyncSession, now: datetime, held: HeldReply, entry: Entry) -> None:
    """Words and files become the officer's draft again; what they typed since stays below the words."""
    later = await draft_store.draft(session, held.officer_id, held.ticket_id)
    words = "\n\n".join(part for part in (entry.text or "", later.text if later else "") if part)
    used = [*entry.data.get("statements", ()), *((later.statements or ()) if later else ())]
    await draft_store.put_draft(session, now, held.officer_id, held.ticket_id, words, held.seen_entry, used)
    for file_id in (await file_store.file_ids_of(session, [entry.id])).get(entry.id, []):
        await file_store.add_to_draft(session, held.officer_id, held.ticket_id, file_id)


async def _is_urgent(session: AsyncSession, now: datetime, ticket: Ticket, until: datetime) -> bool:
    """Whether a limit of the ticket ends by `until` and can still be met."""
    return any(
        row.closed_at is None and row.superseded_at is None and now <= row.due <= until
        for row, _ in await store.limits(session, ticket.id)
    )


async def _mark(session: AsyncSession, entry_id: int, state: DeliveryState) -> None:
    delivery: EntryDelivery | None = await store.delivery(session, entry_id)
    if delivery is not None:
        delivery.state = state.value
        await session.flush()
