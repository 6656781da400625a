"""What happens to a ticket, told in its office's group as it happens, and to who has to know in private.

Every entry of a timeline leaves a mark (`tickets.service.take_news`), whoever made it and wherever. The feed
turns the marks into timer jobs, so that each ticket is told of in order, again after a fault, and once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.offices.service import calendar_of
from afk_core.rules.dates import format_moment
from afk_core.rules.workdays import CalendarError, is_open
from bot.context import Context
from bot.conversation.messages import Button, Desk, Reply
from bot.conversation.models import Conversation
from bot.conversation.store import locked_by_id
from bot.doorbell import JOBS_TIMER, TICKETS
from bot.jobs.models import JobKind
from bot.jobs.store import NewJob, add_jobs
from bot.limits.alerts import give
from bot.notices import recipients
from bot.notices.models import NoticeKind
from bot.notices.notice import NewNotice
from bot.officer_chat import store
from bot.officer_chat.link import GroupView
from bot.officer_chat.models import TicketTopic
from bot.officer_chat.words import entry_words, limit_words, rows_of
from bot.outbox.queue import queue_reply, queue_topic_change
from bot.topics import topic_title
from knowledge.editorial.anonymize import anonymize
from tickets import service as tickets
from tickets.desk import Outline
from tickets.ticket import Author, EntryKind, TicketStatus, TimelineEntry

FOLLOW: Final = "follow"
"""The timer that tells of one ticket."""

_AT_ONCE: Final = 50
_LOOK_SECONDS: Final = 5.0
_TOPIC_NAME: Final = 60
_QUIET: Final = (EntryKind.RATED, EntryKind.VERDICT_CORRECTED)
"""What officers need not hear of."""

_CALLS: Final = (EntryKind.QUESTION, EntryKind.REOPENED)
_WORDS: Final = (EntryKind.USER_MESSAGE, EntryKind.USER_EDIT, EntryKind.NOT_ANSWERED, EntryKind.REOPENED)


class Feed:
    """Turns marks into timers, for as long as the service runs."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def run(self) -> None:
        """Work until the nursery stops; raises when the database is away (the nursery starts it again)."""
        stopping = self._context.nursery.stopping
        with self._context.doorbell.subscribe(TICKETS) as bell:
            while not stopping.is_set():
                if not await self.run_some():
                    await bell.wait(_LOOK_SECONDS)

    async def run_some(self) -> bool:
        """Take over what is new; False when nothing was."""
        async with self._context.db.read() as session:
            if not await tickets.has_news(session):
                return False
        async with self._context.db.write() as session:
            news = await tickets.take_news(session, _AT_ONCE)
            if news and await store.anybody_follows(session):
                await self._set_timers(session, news)
        return bool(news)

    async def _set_timers(self, session: AsyncSession, news: Sequence[tuple[int, int]]) -> None:
        now = self._context.clock.now()
        first: dict[int, int] = {}
        for ticket_id, number in news:
            first[ticket_id] = min(number, first.get(ticket_id, number))
        jobs = [
            NewJob(
                kind=JobKind.TIMER,
                key=f"{FOLLOW}:{ticket_id}:{number}",
                lane=f"{FOLLOW}:{ticket_id}",
                payload={"timer": FOLLOW, "ticket_id": ticket_id, "after": number - 1},
                run_at=now,
            )
            for ticket_id, number in first.items()
        ]
        await add_jobs(session, now, jobs)
        await self._context.doorbell.ring(session, JOBS_TIMER)


async def follow(context: Context, session: AsyncSession, payload: Mapping[str, Any]) -> None:
    """Tell of what is new with one ticket."""
    now = context.clock.now()
    ticket = await tickets.outline(session, payload["ticket_id"])
    if ticket is None:
        return
    group = await store.group_view(session, ticket.office_id)
    if group is not None and not group.blocked:
        await _tell_group(context, session, now, group, ticket)
    await _tell_people(context, session, now, ticket, after=payload["after"])


# The group


async def _tell_group(
    context: Context, session: AsyncSession, now: datetime, group: GroupView, ticket: Outline
) -> None:
    conversation = await locked_by_id(session, group.conversation_id)
    if conversation is None:
        return
    topic = await _topic(context, session, group, ticket)
    news = [entry for entry in ticket.entries if entry.n > topic.posted]
    first = topic.posted == 0
    told = [entry for entry in news if entry.kind not in _QUIET]
    topic.posted = ticket.last_entry
    if told:
        silent = not await _office_is_open(session, now, ticket.office_id)
        desk = Desk(
            ticket_id=ticket.ticket_id, seen_entry=ticket.last_entry, topic_id=topic.id, silent=silent
        )
        rows = tuple(tuple(row) for row in rows_of(_buttons(context, ticket)))
        text = _words(context, ticket, told, now, first=first, flat=topic.flat)
        await queue_reply(context, session, now, conversation, Reply(text, rows, desk=desk))
    await _open_or_close(context, session, now, conversation, topic, ticket)


async def _topic(context: Context, session: AsyncSession, group: GroupView, ticket: Outline) -> TicketTopic:
    topic = await store.topic_of(session, group.conversation_id, ticket.ticket_id)
    if topic is None:
        title = topic_title(ticket.topic)
        name = context.texts("desk.card.topic_name", number=ticket.number, topic=title).strip()
        topic = TicketTopic(
            conversation_id=group.conversation_id,
            ticket_id=ticket.ticket_id,
            name=name[:_TOPIC_NAME],
            flat=not group.has_topics,
            is_open=True,
            wanted_open=True,
            posted=0,
        )
        await store.add(session, topic)
    return topic


async def _open_or_close(
    context: Context,
    session: AsyncSession,
    now: datetime,
    conversation: Conversation,
    topic: TicketTopic,
    ticket: Outline,
) -> None:
    """Let the topic stand as the ticket does, once everything was told in it."""
    wanted = ticket.status is not TicketStatus.CLOSED
    changed, topic.wanted_open = topic.wanted_open != wanted, wanted
    # A message into a closed topic opens it, so a ticket that stays closed closes it again.
    if not topic.flat and (changed or not wanted):
        await queue_topic_change(context, session, now, conversation, topic)


def _words(
    context: Context,
    ticket: Outline,
    entries: Sequence[TimelineEntry],
    now: datetime,
    *,
    first: bool,
    flat: bool,
) -> str:
    def veil(text: str) -> str:
        return anonymize(text, (ticket.name, ticket.business))

    texts, parts = context.texts, []
    if first:
        parts.append(_head(context, ticket, now))
    elif flat:
        parts.append(texts("desk.card.head", number=ticket.number, status=ticket.status.label))
    parts += [entry_words(texts, entry, now, ticket.tz, veil) for entry in entries]
    if first or any(entry.author is Author.USER for entry in entries):
        parts.append(texts("desk.card.how"))
    return "\n\n".join(parts)


def _head(context: Context, ticket: Outline, now: datetime) -> str:
    texts = context.texts
    topic = topic_title(ticket.topic) or texts("desk.card.no_topic")
    kind = texts.get(f"kinds.{ticket.business_kind}", ticket.business_kind)
    due = None if ticket.limit is None else ticket.limit.due
    lines = [
        texts("desk.card.head", number=ticket.number, status=ticket.status.label),
        *([texts("desk.card.complaint")] if ticket.complaint else []),
        texts("desk.card.about", kind=kind, topic=topic),
        limit_words(texts, due, now, ticket.tz),
        texts("desk.masked"),
    ]
    return "\n".join(lines)


def _buttons(context: Context, ticket: Outline) -> list[Button]:
    """What can be done in the group; whether this officer may is decided when they press."""

    def button(key: str, verb: str) -> Button:
        return Button(context.texts(key), f"o:{verb}:{ticket.ticket_id}")

    if ticket.status not in (TicketStatus.OPEN, TicketStatus.CLAIMED):
        return [button("desk.act.read", "read")]
    claim = ticket.holder_id is None
    return [
        button("desk.act.claim", "claim") if claim else button("desk.act.release", "release"),
        button("desk.act.escalate", "escalate"),
        button("desk.act.note", "note"),
        button("desk.act.close", "close"),
    ]


async def _office_is_open(session: AsyncSession, now: datetime, office_id: int) -> bool:
    """Whether people are at work; a calendar that cannot be read silences nobody."""
    try:
        return is_open(now, await calendar_of(session, office_id))
    except (CalendarError, DomainError):
        return True


# People


async def _tell_people(
    context: Context, session: AsyncSession, now: datetime, ticket: Outline, *, after: int
) -> None:
    """Keep notices for linked officers about what came after entry number `after`: a new request for the
    queue, the user's words for who holds it."""
    listening = {link.officer_id for link in await store.told_links(session)}
    news = [entry for entry in ticket.entries if entry.n > after]
    if not listening or not news:
        return
    called = _newest(news, _CALLS)
    if called is not None and ticket.holder_id is None and ticket.limit is not None:
        queue = await recipients.on_duty(session, now, ticket.office_id)
        suggested = {entry.data["to"] for entry in news if entry.kind is EntryKind.OFFERED}
        due = format_moment(ticket.limit.due, ticket.tz)
        words = context.texts("notices.new", number=ticket.number, due=due)
        # Who is suggested has a notice of their own.
        people = sorted(listening.intersection(queue) - suggested)
        await _notice(context, session, now, ticket, NoticeKind.NEW, called, words, people)
    if ticket.holder_id is None or ticket.holder_id not in listening:
        return
    for kind, entry, words in (
        (
            NoticeKind.WROTE,
            _newest(news, _WORDS),
            context.texts("notices.wrote", number=ticket.number),
        ),
        (
            NoticeKind.UNDELIVERED,
            _newest(news, (EntryKind.DELIVERY_FAILED,)),
            context.texts("notices.undelivered", number=ticket.number),
        ),
    ):
        if entry is not None and _is_news(ticket, entry):
            await _notice(context, session, now, ticket, kind, entry, words, [ticket.holder_id])


async def _notice(
    context: Context,
    session: AsyncSession,
    now: datetime,
    ticket: Outline,
    kind: NoticeKind,
    entry: TimelineEntry,
    words: str,
    people: list[int],
) -> None:
    if not people:
        return
    runs = ticket.limit if kind is NoticeKind.NEW else None
    notice = NewNotice(
        kind=kind,
        office_id=ticket.office_id,
        key=f"{kind.value}:{entry.id}",
        words=words,
        at=entry.at,
        ticket_id=ticket.ticket_id,
        limit_id=None if runs is None else runs.id,
        due=None if runs is None else runs.due,
    )
    await give(context, session, now, notice, people)


def _newest(entries: Sequence[TimelineEntry], kinds: tuple[EntryKind, ...]) -> TimelineEntry | None:
    return next((entry for entry in reversed(entries) if entry.kind in kinds), None)


def _is_news(ticket: Outline, entry: TimelineEntry) -> bool:
    """Whether nothing was done about it since: an officer who has answered has read it."""
    return not any(later.n > entry.n and later.author is Author.OFFICER for later in ticket.entries)
