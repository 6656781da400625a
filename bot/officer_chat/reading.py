"""What officers read in a chat: the queue, one ticket, and the contact behind it."""

from typing import Final

from afk_core.infra.errors import DomainError
from afk_core.offices.service import office_by_id
from afk_core.rules.roles import Act
from bot.conversation.messages import Button
from bot.officer_chat import store
from bot.officer_chat.seat import Seat
from bot.officer_chat.words import due_words, limit_words, rows_of, timeline_words
from bot.topics import topic_title
from tickets import service as tickets
from tickets.desk import QueueRow, TicketDetail
from tickets.lifecycle import Step
from tickets.reporting.service import ticket_of_number
from tickets.ticket import LimitView, QueueFilter, TicketStatus

_ROWS: Final = 8
_ENTRIES: Final = 12
_QUESTION: Final = 90


async def panel(seat: Seat) -> None:
    """What an officer can do here, and how their notices are set."""
    rows = await tickets.queue(seat.session, seat.viewer)
    office = await office_by_id(seat.session, seat.viewer.office_id)
    link = await store.link_of(seat.session, seat.viewer.officer_id)
    told = link is not None and link.told
    seat.say(
        "desk.panel",
        [seat.button("desk.queue_button", "queue")],
        [seat.button("desk.turn_off", "off") if told else seat.button("desk.turn_on", "on")],
        [Button(seat.texts("desk.as_user"), "menu"), seat.button("desk.unlink", "unlink")],
        name=seat.viewer.name,
        position=seat.viewer.position,
        office=office.name,
        waiting=len(rows),
        mine=sum(1 for row in rows if row.holder_id == seat.viewer.officer_id),
        told=seat.texts("desk.told_on" if told else "desk.told_off"),
    )


async def queue(seat: Seat) -> None:
    """The tickets that wait, by due; in a group those of its office."""
    rows = await tickets.queue(seat.session, seat.viewer)
    if seat.group is not None:
        rows = [row for row in rows if row.office_id == seat.group.office_id]
    if not rows:
        seat.say("desk.queue.empty")
        return
    office = await office_by_id(seat.session, rows[0].office_id if seat.group else seat.viewer.office_id)
    lines = [seat.texts("desk.queue.head", office=office.name, count=len(rows))]
    lines += [_queue_line(seat, place, row) for place, row in enumerate(rows[:_ROWS], start=1)]
    if len(rows) > _ROWS:
        lines.append(seat.texts("desk.queue.more", count=len(rows) - _ROWS))
    buttons = [Button(row.number, f"o:read:{row.ticket_id}") for row in rows[:_ROWS]]
    seat.show("\n\n".join(lines), *rows_of(buttons))


async def show_number(seat: Seat, number: str) -> bool:
    """The ticket with this public number; False when the officer may see none of that number."""
    asked = number.strip().upper()[:40]
    ticket_id = await ticket_of_number(seat.session, asked, seat.viewer.visible_office_ids)
    if ticket_id is None:
        # A helper of another unit sees the tickets to which they were invited, and no office.
        rows = await tickets.queue(seat.session, seat.viewer, show=QueueFilter.ALL)
        ticket_id = next((row.ticket_id for row in rows if row.number == asked), None)
    if ticket_id is None:
        return False
    await show(seat, ticket_id)
    return True


async def show(seat: Seat, ticket_id: int) -> None:
    """A ticket with its thread, the contact masked; the look is recorded."""
    detail = await seen(seat, ticket_id)
    if detail is None:
        return
    await tickets.record_reading(seat.session, seat.now, seat.viewer, ticket_id)
    veil = seat.veil(detail.name, detail.business)
    thread = timeline_words(seat.texts, detail.timeline, seat.now, detail.tz, veil, at_most=_ENTRIES)
    parts = [_head(seat, detail), thread]
    if Step.ANSWER in detail.steps:
        parts.append(seat.texts("desk.card.how"))
    buttons = await _buttons(seat, detail)
    seat.show("\n\n".join(parts), *rows_of(buttons), ticket_id=ticket_id, seen_entry=detail.last_entry)


async def seen(seat: Seat, ticket_id: int) -> TicketDetail | None:
    """The ticket, if the officer may read it and it belongs into this chat; else that is said."""
    detail = await seat.do(lambda: tickets.detail(seat.session, seat.viewer, ticket_id))
    if detail is not None and seat.group is not None and detail.office_id != seat.group.office_id:
        seat.say("desk.not_found", number=detail.number)
        return None
    return detail


async def contact(seat: Seat, ticket_id: int) -> None:
    """The contact in full, in a private chat only; the look is recorded."""
    detail = await seen(seat, ticket_id)
    if detail is None or seat.group is not None:
        return
    found = await seat.do(lambda: tickets.reveal_contact(seat.session, seat.now, seat.viewer, ticket_id))
    if found is not None:
        reach = found.reach or seat.texts("desk.done.no_contact")
        text = seat.texts(
            "desk.done.contact",
            number=detail.number,
            name=found.name,
            business=found.business or "-",
            reach=reach,
        )
        seat.show(text, ticket_id=ticket_id, seen_entry=detail.last_entry)


def _queue_line(seat: Seat, place: int, row: QueueRow) -> str:
    question = " ".join(seat.veil()(row.question).split())
    if len(question) > _QUESTION:
        question = f"{question[:_QUESTION].rstrip()} ..."
    mine = row.holder_id == seat.viewer.officer_id
    holder = seat.texts("desk.queue.yours") if mine and seat.group is None else row.holder_name
    return seat.texts(
        "desk.queue.line",
        place=place,
        number=row.number,
        due=due_words(seat.texts, row.due, seat.now),
        holder=holder or seat.texts("desk.queue.free"),
        question=question,
    )


def _head(seat: Seat, detail: TicketDetail) -> str:
    texts = seat.texts
    limit = _running(detail.limits)
    topic = topic_title(detail.topic) or texts("desk.card.no_topic")
    lines = [texts("desk.card.head", number=detail.number, status=detail.status.label)]
    if detail.complaint:
        lines.append(texts("desk.card.complaint"))
    lines.append(texts("desk.card.about", kind=_kind(seat, detail.business_kind), topic=topic))
    if seat.group is None:
        key = "desk.card.person" if detail.business else "desk.card.person_only"
        lines.append(texts(key, name=detail.name, business=detail.business))
        if detail.reach:
            lines.append(texts("desk.card.reach", reach=detail.reach))
    else:
        lines.append(texts("desk.masked"))
    waits = detail.status in (TicketStatus.OPEN, TicketStatus.CLAIMED)
    if waits or limit is not None:
        lines.append(limit_words(texts, limit.due if limit else None, seat.now, detail.tz))
    if detail.holder_name is not None:
        lines.append(texts("desk.card.holder", name=detail.holder_name))
    elif waits:
        lines.append(texts("desk.card.free"))
    return "\n".join(lines)


def _running(limits: tuple[LimitView, ...]) -> LimitView | None:
    return next((limit for limit in reversed(limits) if limit.closed_at is None), None)


def _kind(seat: Seat, code: str) -> str:
    return seat.texts.get(f"kinds.{code}", code)


async def _buttons(seat: Seat, detail: TicketDetail) -> list[Button]:
    acts = [
        (Step.CLAIM, "desk.act.claim", "claim"),
        (Step.RELEASE, "desk.act.release", "release"),
        (Step.ESCALATE, "desk.act.escalate", "escalate"),
        (Step.NOTE, "desk.act.note", "note"),
        (Step.CLOSE, "desk.act.close", "close"),
    ]
    found = [
        seat.button(key, f"{verb}:{detail.ticket_id}") for step, key, verb in acts if step in detail.steps
    ]
    try:
        waiting = await tickets.open_escalation(seat.session, seat.viewer, detail.ticket_id)
    except DomainError:
        waiting = None
    if waiting is not None and seat.viewer.officer_id in (*waiting.officers, waiting.by, detail.holder_id):
        found.append(seat.button("desk.act.back", f"back:{detail.ticket_id}"))
    if seat.group is None and seat.viewer.can(Act.SEE_PERSONAL_DATA, detail.office_id):
        found.append(seat.button("desk.act.contact", f"contact:{detail.ticket_id}"))
    return found
