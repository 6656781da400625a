"""What became of every message, ticket, limit and alert of a run."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.offices.service import calendar_of
from afk_core.rules.alerts import WarningTimes, warn_at
from afk_core.rules.sla import LimitKind
from benchmarks.faults.acts import POISON_CHATS
from benchmarks.faults.officers import answer_to, answers
from benchmarks.faults.people import Person, Visitor
from benchmarks.faults.stage import Stage
from bot.conversation.messages import Author, ChannelName, Delivery
from bot.conversation.models import Conversation, Message
from bot.jobs.models import Job
from tests.botapi.server import BotApiServer
from tickets.deadlines import promise
from tickets.models import Alert, Entry, LimitRow, Request, Ticket
from tickets.service import check_verdicts

_EXAMPLES = 5
"""So many of each kind are kept."""

_TIMES = WarningTimes(
    direct=timedelta(minutes=15), last_day=timedelta(minutes=0), unclaimed=timedelta(minutes=15)
)


@dataclass
class Count:
    """What is counted; all but the first five ought to be 0."""

    messages: int = 0
    tickets: int = 0
    alerts: int = 0
    doubled_cut: int = 0
    """Sent again because the reply was cut off, marked as such."""
    doubled_killed: int = 0
    """Sent again because the sender ended between acceptance and commit, marked as such."""
    lost: int = 0
    twice: int = 0
    disorder: int = 0
    doubled_unmarked: int = 0
    set_aside: int = 0
    limits_wrong: int = 0
    alerts_missed: int = 0
    alerts_doubled: int = 0
    bad_exits: int = 0
    signed_out: int = 0
    two_pollers: int = 0
    examples: list[str] = field(default_factory=list)

    def found(self, kind: str, count: int, example: object = "") -> None:
        """Add to a figure; a few examples are kept."""
        if count:
            setattr(self, kind, getattr(self, kind) + count)
            known = sum(one.startswith(f"{kind}:") for one in self.examples)
            if known < _EXAMPLES:
                self.examples.append(f"{kind}: {example}")

    @property
    def wrong(self) -> dict[str, int]:
        """What ought to be 0 and is not."""
        names = [each.name for each in fields(self)][5:-1]
        return {name: getattr(self, name) for name in names if getattr(self, name)}


async def count(stage: Stage, people: Sequence[Person]) -> Count:
    """Look at everything once nothing moves any more."""
    counted = Count(messages=sum(len(person.said) for person in people))
    async with stage.database.read() as session:
        for person in people:
            await _count_person(counted, session, stage.bot_api, person)
        await _count_tickets(counted, session, people)
        await _count_limits(counted, session, stage)
        await _count_set_aside(counted, session)
    for replica in stage.replicas:
        for code, seconds in replica.stops:
            counted.found("bad_exits", int(code != 0 or seconds > 10), f"code {code} after {seconds:.1f} s")
    met = sum(call.code == 409 for call in stage.bot_api.calls("getUpdates"))
    counted.found("two_pollers", met, "getUpdates while another one waited")
    counted.signed_out = stage.notes.get("officers signed out", 0)
    return counted


async def _count_person(counted: Count, session: AsyncSession, server: BotApiServer, person: Person) -> None:
    rows = await _rows(session, person)
    said = [row.text for row in rows if row.author == Author.USER]
    if person.sending is not None and said[len(person.said) :] == [person.sending]:
        said.pop()
    missing, extra = Counter(person.said) - Counter(said), Counter(said) - Counter(person.said)
    counted.found("lost", missing.total(), f"{person.address} said {dict(missing)}")
    counted.found("twice", extra.total(), f"{person.address} is stored with {dict(extra)}")
    if not missing and not extra:
        moved = sum(1 for here, there in zip(person.said, said, strict=True) if here != there)
        counted.found("disorder", moved, f"{person.address} {said}")
    _count_replies(counted, person, rows)
    if isinstance(person, Visitor):
        _count_shown(counted, person, rows)
    else:
        _count_telegram(counted, server, person, rows)


def _count_replies(counted: Count, person: Person, rows: Sequence[Message]) -> None:
    """Every act has its reply, and a question only one."""
    for place, row in enumerate(rows):
        if row.author != Author.USER or row.text in person.to_officer:
            continue
        replies = 0
        for following in rows[place + 1 :]:
            if following.author == Author.USER:
                break
            replies += following.author == Author.BOT
        counted.found("lost", int(replies == 0), f"no reply to {row.text!r} of {person.address}")
        if row.text in person.questions:
            counted.found("twice", max(0, replies - 1), f"{replies} replies to {row.text!r}")


def _count_shown(counted: Count, person: Visitor, rows: Sequence[Message]) -> None:
    counted.found("lost", max(0, len(rows) - person.last), f"{person.address} was not shown all")
    counted.found("disorder", person.shown_out_of_order, f"{person.address} on the stream")


def _count_telegram(counted: Count, server: BotApiServer, person: Person, rows: Sequence[Message]) -> None:
    """What arrived against what was to be sent: the same, in order; a message may come again at once."""
    due = [row for row in rows if row.author != Author.USER]
    unsent = [row for row in due if row.delivery != Delivery.SENT]
    counted.found("lost", len(unsent), f"{person.address} not delivered: {[row.text for row in unsent]}")
    chat = int(person.address)
    cut = {
        call.params.get("text")
        for call in server.calls("sendMessage")
        if call.fault == "cut" and str(call.params.get("chat_id")) == person.address
    }
    place = 0
    for message in server.replies(chat):
        words = message.get("text", "")
        if place < len(due) and words == _as_sent(due[place]):
            place += 1
        elif place and words == _as_sent(due[place - 1]):
            marked = due[place - 1].perhaps_doubled
            kind = "doubled_cut" if words in cut else "doubled_killed"
            counted.found(kind if marked else "doubled_unmarked", 1, f"{person.address} {words[:60]!r}")
        else:
            counted.found("disorder", 1, f"{person.address} was sent {words[:60]!r}")
    counted.found("lost", len(due) - place, f"{person.address} never got {len(due) - place} messages")


def _as_sent(row: Message) -> str:
    named = f"{row.author_name}\n" if row.author == Author.OFFICER and row.author_name else ""
    return named + row.text.strip()


async def _rows(session: AsyncSession, person: Person) -> Sequence[Message]:
    query = (
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.channel == person.channel, Conversation.address == person.address)
        .order_by(Message.seq)
    )
    return (await session.scalars(query)).all()


async def _count_tickets(counted: Count, session: AsyncSession, people: Sequence[Person]) -> None:
    made = Counter((await session.scalars(select(Ticket.conversation_id))).all())
    counted.tickets = made.total()
    asked = sum("Kirim ke petugas" in person.said for person in people)
    counted.found("lost", max(0, asked - len(made)), "tickets")
    counted.found("twice", made.total() - len(made), "tickets of one chat")
    texts: dict[int, list[str]] = {}
    for entry in await session.scalars(select(Entry).where(Entry.author == "officer")):
        texts.setdefault(entry.ticket_id, []).append(entry.text or "")
    for ticket_id in (await session.scalars(select(Ticket.id))).all():
        given = texts.get(ticket_id, []).count(answer_to(ticket_id))
        counted.found("lost", int(answers(ticket_id) and not given), f"the answer to ticket {ticket_id}")
        counted.found("twice", max(0, given - 1), f"the answer to ticket {ticket_id}")


async def _count_limits(counted: Count, session: AsyncSession, stage: Stage) -> None:
    """Limits by the rules from what is recorded, verdicts by the nightly check, alerts by the limits."""
    query = (
        select(LimitRow, Ticket.office_id)
        .join(Request, Request.id == LimitRow.request_id)
        .join(Ticket, Ticket.id == Request.ticket_id)
    )
    expected: Counter[tuple[int, str]] = Counter()
    now = stage.clock.now()
    for limit, office_id in (await session.execute(query)).all():
        calendar = await calendar_of(session, office_id)
        promised = promise(limit.received_at, calendar)
        counted.found("limits_wrong", int(promised.due != limit.due), f"limit {limit.id}")
        warned_at = warn_at(LimitKind(limit.kind), limit.due, calendar, _TIMES)
        for kind, at in (("warn", warned_at), ("breach", limit.due)):
            if at < now and (limit.closed_at is None or limit.closed_at > at):
                expected[limit.id, kind] += 1
    rows = (await session.execute(select(Alert.limit_id, Alert.kind))).all()
    recorded = Counter((row.limit_id, row.kind) for row in rows if row.kind in ("warn", "breach"))
    counted.alerts = recorded.total()
    counted.found("alerts_missed", (expected - recorded).total(), dict(expected - recorded))
    counted.found("alerts_doubled", (recorded - expected).total(), dict(recorded - expected))
    after: int | None = 0
    while after is not None:
        checked = await check_verdicts(session, due_from=now - timedelta(days=2), due_to=now, after=after)
        counted.found("limits_wrong", len(checked.differences), checked.differences[:3])
        after = checked.next_after


async def _count_set_aside(counted: Count, session: AsyncSession) -> None:
    chats = (*POISON_CHATS, "?")
    lanes = [f"{way}:{ChannelName.TELEGRAM}:{chat}" for way in ("in", "out") for chat in chats]
    query = select(Job.kind, Job.error, func.count()).where(
        Job.dead_at.is_not(None), Job.lane.not_in(lanes) | Job.lane.is_(None)
    )
    for kind, error, number in (await session.execute(query.group_by(Job.kind, Job.error))).all():
        counted.found("set_aside", number, f"{kind} {error}")
