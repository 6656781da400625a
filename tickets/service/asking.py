"""What users do: ask, add, correct, confirm, rate."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.offices.service import office_by_id
from tickets import store
from tickets.aids.file_store import attach
from tickets.lifecycle import Step, after, allowed_steps
from tickets.models import Entry, Ticket
from tickets.service.access import (
    change_of,
    checked_text,
    follow_merges,
    holder_of,
    locked_for_user,
    zone_of,
)
from tickets.service.clocks import running_limit, start_request
from tickets.ticket import (
    Audience,
    Author,
    EntryKind,
    LimitView,
    NewTicket,
    OpenedTicket,
    TicketChange,
    TicketStatus,
    UserMessageResult,
)

SCORES: Final = range(1, 5)
_WORDS: Final = (EntryKind.QUESTION.value, EntryKind.USER_MESSAGE.value)


async def open_ticket(session: AsyncSession, now: datetime, new: NewTicket) -> OpenedTicket:
    """Hand a request to the officers of an office: public number, first entry, limit from `now`.

    The number counts per office and year (of the office's zone), without gaps: "<kode kantor>-<year>-<5
    digits>". Raises DomainError `ticket.text_empty`, `ticket.text_too_long`, `office.not_found`,
    `office.calendar_broken`.
    """
    question = checked_text(new.question)
    ticket = Ticket(
        number=await public_number(session, now, new.office_id),
        office_id=new.office_id,
        conversation_id=new.conversation_id,
        name=new.name.strip(),
        business=new.business.strip(),
        business_kind=new.business_kind,
        reach=new.reach.strip(),
        topic=new.topic,
        complaint=new.complaint,
        status=TicketStatus.OPEN.value,
        opened_at=now,
        last_entry=0,
    )
    await store.add(session, ticket)
    entry = await _add_words(session, now, ticket, EntryKind.QUESTION, question)
    await attach(session, entry.id, new.files)
    limit = await start_request(session, now, ticket, entry)
    await session.flush()
    return OpenedTicket(ticket.id, ticket.number, ticket.office_id, limit)


async def add_user_message(
    session: AsyncSession,
    now: datetime,
    ticket_id: int,
    text: str,
    *,
    is_question: bool = True,
    files: Sequence[int] = (),
) -> UserMessageResult:
    """Add the user's words to their ticket; beside `files` there need not be any.

    Until an answer is sent off they belong to the running request and its clock. Afterwards they open the
    next request with a limit of its own from `now`, and the earlier verdict stays; this holds also while
    the answer is still on its way, so that it does not matter which of the two is recorded first. The
    ticket goes back to its holder, who knows the matter and can release it; if the holder's account is
    blocked, to everybody. Words to a ticket that was merged go to the one that goes on with it. With
    `is_question` False ("terima kasih") nothing is opened.
    Raises DomainError `ticket.not_found`, `ticket.text_empty`, `ticket.text_too_long`.
    """
    words = checked_text(text) if text.strip() or not files else ""
    ticket = await _locked(session, ticket_id)
    entry = await _add_words(session, now, ticket, EntryKind.USER_MESSAGE, words)
    await attach(session, entry.id, files)
    return await _take_up(session, now, ticket, entry, reopens=is_question)


async def edit_user_message(
    session: AsyncSession, now: datetime, entry_id: int, text: str, *, is_question: bool = True
) -> UserMessageResult:
    """Record that the user changed an earlier message; the old words stay, the new ones refer to them.

    After an answer a changed question opens the next request, as `add_user_message`. The same words
    again (Telegram reports edits that change nothing visible) are not recorded.
    Raises DomainError `ticket.entry_not_found` when `entry_id` is not a user's message, and as
    `add_user_message`.
    """
    words = checked_text(text)
    original = await store.entry(session, entry_id)
    if original is None or original.kind not in _WORDS:
        raise DomainError("ticket.entry_not_found")
    ticket = await _locked(session, original.ticket_id)
    if words == (await store.latest_edit(session, original, ticket.id) or original.text):
        return await _result(session, ticket, None)
    data = {"entry": original.id}
    entry = await _add_words(session, now, ticket, EntryKind.USER_EDIT, words, data)
    return await _take_up(session, now, ticket, entry, reopens=is_question)


async def confirm_answered(
    session: AsyncSession, now: datetime, conversation_id: int, number: str, answered: bool
) -> UserMessageResult:
    """The user's reply to "sudah terjawab?": yes closes the ticket, no reopens it with a new request.

    A button pressed twice, or one of an earlier answer while a request is open, changes nothing.
    Raises DomainError `ticket.not_found`.
    """
    ticket = await follow_merges(session, await locked_for_user(session, conversation_id, number))
    status = TicketStatus(ticket.status)
    if Step.CONFIRM not in allowed_steps(status) or (answered and status is TicketStatus.CLOSED):
        return await _result(session, ticket, None)
    if not answered:
        entry = await _add_step(session, now, ticket, EntryKind.NOT_ANSWERED)
        return await _reopen(session, now, ticket, entry)
    ticket.status, ticket.closed_at = after(status, Step.CONFIRM).value, now
    entry = await _add_step(session, now, ticket, EntryKind.CONFIRMED)
    return await _result(session, ticket, entry)


async def rate(
    session: AsyncSession, now: datetime, conversation_id: int, number: str, score: int
) -> TicketChange:
    """Rate the newest answer from 1 to 4; a second rating of the same answer replaces the first.

    Raises DomainError `ticket.not_found`, `ticket.score_invalid`, `ticket.not_answered`.
    """
    if score not in SCORES:
        raise DomainError("ticket.score_invalid")
    ticket = await locked_for_user(session, conversation_id, number)
    given = [answer for answer in await store.answers(session, ticket.id) if answer.left]
    if not given:
        raise DomainError("ticket.not_answered")
    data = {"score": score, "entry": given[-1].entry_id}
    last = await store.last_of_kind(session, ticket.id, EntryKind.RATED)
    if last is not None and last.data == data:
        return change_of(ticket, None)
    ticket.rating = score
    return change_of(ticket, await _add_step(session, now, ticket, EntryKind.RATED, data))


async def public_number(session: AsyncSession, now: datetime, office_id: int) -> str:
    """The next public number of an office."""
    office = await office_by_id(session, office_id)
    year = now.astimezone(ZoneInfo(office.time_zone)).year
    return f"{office.code}-{year}-{await store.next_number(session, office_id, year):05d}"


async def _locked(session: AsyncSession, ticket_id: int) -> Ticket:
    ticket = await store.lock_ticket(session, ticket_id)
    if ticket is None:
        raise DomainError("ticket.not_found")
    return await follow_merges(session, ticket)


async def _add_words(
    session: AsyncSession,
    now: datetime,
    ticket: Ticket,
    kind: EntryKind,
    words: str,
    data: Mapping[str, object] | None = None,
) -> Entry:
    return await store.add_entry(
        session, ticket, now, kind, Author.USER, audience=Audience.USER, text=words, data=data
    )


async def _add_step(
    session: AsyncSession,
    now: datetime,
    ticket: Ticket,
    kind: EntryKind,
    data: Mapping[str, object] | None = None,
) -> Entry:
    return await store.add_entry(session, ticket, now, kind, Author.USER, data=data)


async def _take_up(
    session: AsyncSession, now: datetime, ticket: Ticket, entry: Entry, *, reopens: bool
) -> UserMessageResult:
    ticket.waiting_since = None
    if Step.REOPEN in allowed_steps(TicketStatus(ticket.status)) and reopens:
        return await _reopen(session, now, ticket, entry)
    return await _result(session, ticket, entry)


async def _reopen(session: AsyncSession, now: datetime, ticket: Ticket, entry: Entry) -> UserMessageResult:
    held = await holder_of(session, ticket) is not None
    ticket.status = after(TicketStatus(ticket.status), Step.REOPEN, held=held).value
    ticket.holder_id = ticket.holder_id if held else None
    ticket.closed_at = ticket.waiting_since = None
    limit = await start_request(session, now, ticket, entry)
    return await _result(session, ticket, entry, reopened=True, limit=limit)


async def _result(
    session: AsyncSession,
    ticket: Ticket,
    entry: Entry | None,
    *,
    reopened: bool = False,
    limit: LimitView | None = None,
) -> UserMessageResult:
    await session.flush()
    return UserMessageResult(
        ticket_id=ticket.id,
        number=ticket.number,
        office_id=ticket.office_id,
        entry_id=None if entry is None else entry.id,
        reopened=reopened,
        limit=limit or await running_limit(session, ticket, await zone_of(session, ticket)),
        holder_id=ticket.holder_id,
    )
