"""An officer's words to the user, and the drafts of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.rules.roles import Act
from tickets import draft_store, store
from tickets.aids.file_store import attach, draft_file_ids, drop_draft_files
from tickets.desk import DraftView
from tickets.lifecycle import Step, after
from tickets.models import Entry, EntryDelivery, Ticket
from tickets.service.access import (
    checked_text,
    holder_of,
    locked_for_officer,
    read_by_officer,
    refuse_if_held_by_other,
    seen_of,
)
from tickets.service.timeline import add_officer_entry, read_timeline
from tickets.ticket import MAX_REPLY, Audience, DeliveryState, EntryKind, Replied, TicketStatus

_NEWS: Final = (
    EntryKind.QUESTION,
    EntryKind.USER_MESSAGE,
    EntryKind.USER_EDIT,
    EntryKind.NOT_ANSWERED,
    EntryKind.MERGED,
)
"""What an officer must have read before answering; a rating or a thank-you button is none of it."""


async def reply(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    ticket_id: int,
    text: str,
    *,
    seen_entry: int,
    final: bool,
    with_files: bool = False,
    statements: Sequence[str] = (),
) -> Replied:
    """Write to the user: the answer (`final`), or a question back, which stops no clock.

    The answer meets the limit when it is delivered (`record_delivery`). A ticket that nobody holds is
    claimed with it, also by somebody whom an escalation asks. `seen_entry` is the number of the newest
    entry that the officer had seen. On any refusal nothing is changed; on success the officer's draft is
    dropped. `with_files` sends the files beside the draft along; `statements` are the ids of what the
    words use of articles.
    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `ticket.held_by_other` (`holder`),
    `ticket.step_forbidden`, `ticket.text_empty`, `ticket.text_too_long`, and `ticket.stale_view` with
    `entries` (TimelineEntry of what the user wrote since) if the user wrote after `seen_entry`.
    """
    ticket = await locked_for_officer(session, viewer, ticket_id, Act.ANSWER_TICKET)
    await refuse_if_held_by_other(session, viewer, ticket)
    status = after(TicketStatus(ticket.status), Step.ANSWER if final else Step.ASK)
    words = checked_text(text)
    await _refuse_stale_view(session, ticket, seen_of(ticket, seen_entry))
    holder = await holder_of(session, ticket)
    if holder is None or holder[0] != viewer.officer_id:
        await add_officer_entry(session, now, viewer, ticket, EntryKind.CLAIMED)
        ticket.holder_id = viewer.officer_id
    kind = EntryKind.ANSWER if final else EntryKind.QUESTION_BACK
    data = {"statements": list(statements)} if statements else None
    entry = await add_officer_entry(session, now, viewer, ticket, kind, words, data, audience=Audience.USER)
    await store.add(session, EntryDelivery(entry_id=entry.id, state=DeliveryState.QUEUED.value))
    files = await draft_file_ids(session, viewer.officer_id, ticket_id) if with_files else []
    await attach(session, entry.id, files)
    ticket.status = status.value
    ticket.waiting_since = None if final else now
    ticket.answered_at = now if final else ticket.answered_at
    await draft_store.drop_draft(session, viewer.officer_id, ticket_id)
    if with_files:
        await drop_draft_files(session, viewer.officer_id, ticket_id)
    return _replied(viewer, ticket, entry, words, final=final, files=files)


async def save_draft(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    ticket_id: int,
    text: str,
    *,
    seen_entry: int,
    statements: Sequence[str] | None = None,
) -> None:
    """Keep an unsent reply; blank words drop it.

    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `ticket.text_too_long` beyond twice the
    length of a reply, so that words pasted too long can be kept and cut.
    """
    ticket = await read_by_officer(session, viewer, ticket_id)
    if not viewer.can(Act.ANSWER_TICKET, ticket.office_id):
        raise DomainError("ticket.not_permitted")
    if len(text) > 2 * MAX_REPLY:
        raise DomainError("ticket.text_too_long", maximum=MAX_REPLY)
    if text.strip():
        seen = seen_of(ticket, seen_entry)
        await draft_store.put_draft(session, now, viewer.officer_id, ticket_id, text, seen, statements)
    else:
        await draft_store.drop_draft(session, viewer.officer_id, ticket_id)


async def draft_of(session: AsyncSession, viewer: Viewer, ticket_id: int) -> DraftView | None:
    """The viewer's own draft. Raises DomainError `ticket.not_found`."""
    await read_by_officer(session, viewer, ticket_id)
    draft = await draft_store.draft(session, viewer.officer_id, ticket_id)
    if draft is None:
        return None
    return DraftView(draft.text, draft.seen_entry, draft.saved_at, tuple(draft.statements or ()))


async def drop_draft(session: AsyncSession, viewer: Viewer, ticket_id: int) -> None:
    """Forget the viewer's own draft, if there is one."""
    await draft_store.drop_draft(session, viewer.officer_id, ticket_id)


async def _refuse_stale_view(session: AsyncSession, ticket: Ticket, seen_entry: int) -> None:
    since = await read_timeline(session, ticket.id, after=seen_entry)
    news = tuple(entry for entry in since if entry.kind in _NEWS)
    if news:
        raise DomainError("ticket.stale_view", entries=news)


def _replied(
    viewer: Viewer, ticket: Ticket, entry: Entry, words: str, *, final: bool, files: Sequence[int]
) -> Replied:
    return Replied(
        entry_id=entry.id,
        ticket_id=ticket.id,
        number=ticket.number,
        conversation_id=ticket.conversation_id,
        office_id=ticket.office_id,
        officer_name=viewer.name,
        officer_position=viewer.position,
        text=words,
        final=final,
        files=tuple(files),
    )
