"""Two waiting tickets of one person become one thread.

The requests of the one move to the other with everything that was promised: receipt, due instant, reasoning
and verdict stay as they are, and the next answer in the thread that goes on answers them all. The timeline
of the merged ticket stays as it is and ends with a reference.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.officers.service import record_audit
from afk_core.rules.dates import format_moment
from afk_core.rules.roles import Act
from tickets import limit_store, store
from tickets.aids.file_store import attach
from tickets.lifecycle import Step, after
from tickets.models import LimitRow, Ticket
from tickets.service.access import (
    holder_of,
    locked_for_officer,
    read_by_officer,
    refuse_if_held_by_other,
    zone_of,
)
from tickets.service.clocks import limit_view, rehang, settle
from tickets.service.timeline import add_officer_entry
from tickets.service.words import asked_words, words_of_request
from tickets.threads import Beside, Rethreaded
from tickets.ticket import Audience, Author, EntryKind, TicketStatus


async def merge(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, into_id: int | None
) -> Rethreaded:
    """Let the ticket `into_id` go on with the requests of `ticket_id`, which closes.

    The caller holds the conversation. Who merges may act on both.
    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `ticket.held_by_other` (`holder`),
    `ticket.step_forbidden`, `merge.other_person`, `merge.in_flight` (`number`), `merge.escalated` (`number`).
    """
    if into_id is None or into_id == ticket_id:
        raise DomainError("merge.other_person")
    pair = {
        each: await locked_for_officer(session, viewer, each, Act.ANSWER_TICKET)
        for each in sorted((ticket_id, into_id))
    }
    source, target = pair[ticket_id], pair[into_id]
    if (source.conversation_id, source.office_id) != (target.conversation_id, target.office_id):
        raise DomainError("merge.other_person")
    for each in (source, target):
        await refuse_if_held_by_other(session, viewer, each)
        after(TicketStatus(each.status), Step.MERGE)
        await settle(session, now, each)
    await _refuse_unsettled(session, source)
    moved = await _move_requests(session, now, source, target)
    await _join(session, now, viewer, source, target)
    await settle(session, now, source)
    await settle(session, now, target)
    await _audit(session, now, viewer, target, source, moved)
    tz = await zone_of(session, target)
    kept = {row.id for row, _ in moved}
    views = [limit_view(row, n, tz) for row, n in await store.limits(session, target.id) if row.id in kept]
    return Rethreaded(
        ticket_id=target.id,
        number=target.number,
        other_id=source.id,
        other_number=source.number,
        office_id=target.office_id,
        conversation_id=target.conversation_id,
        moved=tuple(view for view in views if view.closed_at is None),
        words="",
        complaint=target.complaint,
    )


async def tickets_beside(session: AsyncSession, viewer: Viewer, ticket_id: int) -> list[Beside]:
    """The other waiting tickets of the same person in this office. Raises DomainError `ticket.not_found`."""
    ticket = await read_by_officer(session, viewer, ticket_id)
    found = await store.waiting_beside(session, ticket)
    questions = await store.first_questions(session, [each.id for each in found])
    names = await store.active_officers(session, {each.holder_id for each in found})
    return [
        Beside(each.id, each.number, questions[each.id], names.get(each.holder_id or 0), each.next_due)
        for each in found
    ]


async def _refuse_unsettled(session: AsyncSession, source: Ticket) -> None:
    """An answer under way belongs to this ticket's requests; who is asked would look in vain for it."""
    if any(answer.under_way for answer in await store.answers(session, source.id)):
        raise DomainError("merge.in_flight", number=source.number)
    if await limit_store.last_escalation(session, source.id) is not None:
        raise DomainError("merge.escalated", number=source.number)


async def _move_requests(
    session: AsyncSession, now: datetime, source: Ticket, target: Ticket
) -> Sequence[tuple[LimitRow, int]]:
    """Give the open requests of `source` to `target`; their limits come back."""
    tz = await zone_of(session, source)
    limits = await store.limits(session, source.id)
    every = await store.requests(session, source.id)
    number = max((request.n for request, _, _ in await store.requests(session, target.id)), default=0)
    words = await asked_words(session, source.id)
    moved: list[tuple[LimitRow, int]] = []
    for request, opened_n, _ in every:
        if request.closed_at is not None:
            continue
        number += 1
        rows = [row for row, _ in limits if row.request_id == request.id]
        said = words_of_request(words, opened_n, [opened for _, opened, _ in every])
        due = next((row.due for row in reversed(rows) if row.closed_at is None), None)
        data = {
            "from": source.id,
            "number": source.number,
            "request": request.n,
            "entries": [each.entry_id for each in said],
            "due": None if due is None else format_moment(due, tz),
        }
        entry = await store.add_entry(
            session,
            target,
            now,
            EntryKind.MERGED,
            Author.USER,
            audience=Audience.USER,
            text="\n\n".join(each.text for each in said),
            data=data,
        )
        await attach(session, entry.id, [file_id for each in said for file_id in each.files])
        await rehang(session, request, rows, target, number, entry)
        moved += [(row, number) for row in rows]
    return moved


async def _join(session: AsyncSession, now: datetime, viewer: Viewer, source: Ticket, target: Ticket) -> None:
    data = {"to": target.id, "number": target.number}
    await add_officer_entry(
        session, now, viewer, source, EntryKind.MERGED_INTO, data=data, audience=Audience.USER
    )
    source.status, source.closed_at = TicketStatus.CLOSED.value, now
    source.merged_into_id, source.waiting_since, source.offered_id = target.id, None, None
    if await holder_of(session, target) is None and (held := await holder_of(session, source)) is not None:
        target.holder_id = held[0]
        target.status = TicketStatus.CLAIMED.value
        await store.add_entry(session, target, now, EntryKind.CLAIMED, Author.OFFICER, officer_id=held[0])
    if source.complaint and not target.complaint:
        target.complaint = True
        await add_officer_entry(session, now, viewer, target, EntryKind.COMPLAINT, data={"complaint": True})
    target.topic = target.topic or source.topic


async def _audit(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    target: Ticket,
    source: Ticket,
    moved: Sequence[tuple[LimitRow, int]],
) -> None:
    await record_audit(
        session,
        now,
        action="ticket.merged",
        subject=f"ticket:{source.id}",
        officer_id=viewer.officer_id,
        office_id=target.office_id,
        detail={"into": target.id, "limits": [row.id for row, _ in moved]},
    )
