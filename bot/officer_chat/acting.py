"""What officers do with tickets from a chat: the same verbs as in the console, with the same rights."""

from typing import Final

from afk_core.infra.errors import DomainError
from afk_core.offices.service import office_by_id
from afk_core.rules.dates import format_moment
from bot import notify
from bot.conversation.messages import Button
from bot.conversation.store import locked_by_id
from bot.officer_chat import store
from bot.officer_chat.models import PreparedAct
from bot.officer_chat.prepared import (
    Deed,
    ask_words,
    call_off,
    confirm_close,
    may_go_on,
    show_stale,
)
from bot.officer_chat.reading import seen, show
from bot.officer_chat.seat import Seat
from bot.officer_chat.words import rows_of
from bot.problems import problem_text
from tickets import service as tickets
from tickets.desk import TicketDetail
from tickets.escalation import Escalated, EscalationKind, EscalationTarget
from tickets.lifecycle import Step
from tickets.ticket import Replied, TicketChange

_STALE: Final = "ticket.stale_view"


async def claim(seat: Seat, ticket_id: int) -> None:
    """Take a ticket; in a private chat it is then shown."""
    detail = await seen(seat, ticket_id)
    if detail is None:
        return

    async def work() -> TicketChange:
        change = await tickets.claim(seat.session, seat.now, seat.viewer, ticket_id)
        await notify.ticket_changed(seat.context, seat.session, change.office_id)
        return change

    if await seat.do(work) is not None and seat.group is None:
        seat.say("desk.done.claimed", number=detail.number)
        await show(seat, ticket_id)


async def release(seat: Seat, ticket_id: int) -> None:
    """Give a ticket back to the queue."""
    detail = await seen(seat, ticket_id)
    if detail is None:
        return

    async def work() -> TicketChange:
        change = await tickets.release(seat.session, seat.now, seat.viewer, ticket_id)
        await notify.ticket_changed(seat.context, seat.session, change.office_id)
        return change

    if await seat.do(work) is not None:
        seat.confirm("desk.done.released", number=detail.number)


async def begin_note(seat: Seat, ticket_id: int) -> None:
    """Ask for the words of a note."""
    detail = await _able(seat, ticket_id, Step.NOTE)
    if detail is not None:
        await ask_words(seat, Deed.NOTE, ticket_id, detail.number)


async def begin_close(seat: Seat, ticket_id: int) -> None:
    """Ask for confirmation, or for the reason where the ticket was not answered."""
    detail = await _able(seat, ticket_id, Step.CLOSE)
    if detail is None:
        return
    if detail.unanswered:
        await ask_words(seat, Deed.CLOSE, ticket_id, detail.number)
    else:
        await confirm_close(seat, ticket_id, detail.number)


async def begin_back(seat: Seat, ticket_id: int) -> None:
    """Ask for the words that end an escalation."""
    detail = await seen(seat, ticket_id)
    if detail is not None:
        await ask_words(seat, Deed.BACK, ticket_id, detail.number)


async def choose_target(seat: Seat, ticket_id: int) -> None:
    """Offer to whom a ticket can be escalated."""
    detail = await _able(seat, ticket_id, Step.ESCALATE)
    if detail is None:
        return
    office = await office_by_id(seat.session, detail.office_id)
    others = await tickets.colleagues(seat.session, seat.viewer, ticket_id)
    kinds = [
        kind
        for kind in EscalationKind
        if (kind is not EscalationKind.OFFICER or others)
        and (kind is not EscalationKind.KANWIL or office.parent_id is not None)
    ]
    buttons = [Button(kind.label, f"o:to:{ticket_id}:{kind.value}") for kind in kinds]
    text = seat.texts("desk.words.escalate_to", number=detail.number)
    seat.show(text, *rows_of(buttons), ticket_id=ticket_id, seen_entry=detail.last_entry)


async def target(seat: Seat, ticket_id: int, kind: EscalationKind) -> None:
    """Ask for the reason, or first for the colleague."""
    detail = await _able(seat, ticket_id, Step.ESCALATE)
    if detail is None:
        return
    if kind is not EscalationKind.OFFICER:
        wanted = {"kind": kind.value, "name": kind.label}
        await ask_words(seat, Deed.ESCALATE, ticket_id, detail.number, wanted)
        return
    others = await tickets.colleagues(seat.session, seat.viewer, ticket_id)
    buttons = [Button(name[:40], f"o:col:{ticket_id}:{officer_id}") for officer_id, name in others]
    text = seat.texts("desk.words.escalate_officer", number=detail.number)
    seat.show(text, *rows_of(buttons), ticket_id=ticket_id, seen_entry=detail.last_entry)


async def colleague(seat: Seat, ticket_id: int, officer_id: int) -> None:
    """Ask for the reason of an escalation to a colleague."""
    detail = await _able(seat, ticket_id, Step.ESCALATE)
    if detail is None:
        return
    names = dict(await tickets.colleagues(seat.session, seat.viewer, ticket_id))
    if officer_id not in names:
        seat.show(problem_text(DomainError("escalation.officer_unknown")))
        return
    wanted = {
        "kind": EscalationKind.OFFICER.value,
        "officer_id": officer_id,
        "name": names[officer_id],
    }
    await ask_words(seat, Deed.ESCALATE, ticket_id, detail.number, wanted)


async def confirmed(seat: Seat, act_id: int, how: str) -> None:
    """Carry out a prepared act, once; `how` says what becomes of the words of a reply."""
    act = await store.locked_act(seat.session, act_id)
    if act is None:
        seat.say("desk.stale_button")
        return
    if not await may_go_on(seat, act) or act.text is None:
        return
    match Deed(act.act), how:
        case Deed.REPLY, "answer" | "ask":
            await _reply(seat, act, final=how == "answer")
        case ((Deed.REPLY | Deed.NOTE), "note"):
            await note(seat, act)
        case Deed.CLOSE, "go":
            await _close(seat, act)
        case Deed.ESCALATE, "go":
            await _escalate(seat, act)
        case Deed.BACK, "go":
            await _hand_back(seat, act)
        case _:
            seat.say("desk.stale_button")


async def cancelled(seat: Seat, act_id: int) -> None:
    """Drop a prepared act."""
    act = await store.locked_act(seat.session, act_id)
    if act is None:
        seat.say("desk.stale_button")
    elif await may_go_on(seat, act):
        await call_off(seat, act)


async def note(seat: Seat, act: PreparedAct) -> None:
    """Keep words that only officers read."""

    async def work() -> TicketChange:
        change = await tickets.note(seat.session, seat.now, seat.viewer, act.ticket_id, act.text or "")
        await _drop_own_draft(seat, act)
        await notify.ticket_changed(seat.context, seat.session, change.office_id)
        return change

    change = await seat.do(work)
    if change is not None:
        act.done_at = seat.now
        seat.confirm("desk.done.noted", number=change.number)


async def _reply(seat: Seat, act: PreparedAct, *, final: bool) -> None:
    async def work() -> Replied:
        await _hold(seat, act.ticket_id)
        replied = await tickets.reply(
            seat.session,
            seat.now,
            seat.viewer,
            act.ticket_id,
            act.text or "",
            seen_entry=act.seen_entry,
            final=final,
        )
        await notify.officer_replied(seat.context, seat.session, seat.now, replied)
        return replied

    result = await seat.attempt(work)
    if isinstance(result, Replied):
        act.done_at = seat.now
        seat.confirm("desk.done.answered" if final else "desk.done.asked", number=result.number)
        return
    found = await tickets.outline(seat.session, act.ticket_id, after=act.seen_entry)
    if result.code == _STALE and found is not None:
        await show_stale(seat, act, found)
    else:
        seat.show(problem_text(result), ticket_id=act.ticket_id, seen_entry=act.seen_entry)


async def _close(seat: Seat, act: PreparedAct) -> None:
    async def work() -> TicketChange:
        await _hold(seat, act.ticket_id)
        change = await tickets.close(
            seat.session, seat.now, seat.viewer, act.ticket_id, reason=act.text or ""
        )
        await notify.ticket_closed(
            seat.context,
            seat.session,
            seat.now,
            conversation_id=change.conversation_id,
            office_id=change.office_id,
            number=change.number,
        )
        return change

    change = await seat.do(work)
    if change is not None:
        act.done_at = seat.now
        seat.confirm("desk.done.closed", number=change.number)


async def _escalate(seat: Seat, act: PreparedAct) -> None:
    wanted = act.target or {}
    to = EscalationTarget(EscalationKind(wanted["kind"]), wanted.get("officer_id"), wanted.get("unit", ""))

    async def work() -> Escalated:
        await _hold(seat, act.ticket_id)
        done = await tickets.escalate(
            seat.session, seat.now, seat.viewer, act.ticket_id, to=to, reason=act.text or ""
        )
        await notify.escalated(seat.context, seat.session, seat.now, done)
        return done

    done = await seat.do(work)
    if done is None:
        return
    act.done_at = seat.now
    if done.entry_id is None:
        seat.say("desk.done.escalated_same", number=done.number)
    elif done.limit is None:
        seat.confirm("desk.done.escalated_open", number=done.number, to=wanted["name"])
    else:
        due = format_moment(done.limit.due, done.limit.tz)
        seat.confirm("desk.done.escalated", number=done.number, to=wanted["name"], due=due)


async def _hand_back(seat: Seat, act: PreparedAct) -> None:
    async def work() -> Escalated:
        done = await tickets.hand_back(seat.session, seat.now, seat.viewer, act.ticket_id, act.text or "")
        await notify.handed_back(seat.context, seat.session, seat.now, done)
        return done

    done = await seat.do(work)
    if done is not None:
        act.done_at = seat.now
        seat.confirm("desk.done.handed_back", number=done.number)


async def _able(seat: Seat, ticket_id: int, step: Step) -> TicketDetail | None:
    """The ticket if the officer can take `step` now; else why not is said."""
    detail = await seen(seat, ticket_id)
    if detail is None or step in detail.steps:
        return detail
    if detail.holder_name is not None and detail.holder_id != seat.viewer.officer_id:
        error = DomainError("ticket.held_by_other", holder=detail.holder_name)
    else:
        error = DomainError("ticket.not_permitted" if not detail.steps else "ticket.step_forbidden")
    seat.show(problem_text(error))
    return None


async def _hold(seat: Seat, ticket_id: int) -> None:
    """Lock the user's conversation before their ticket (docs/decisions/0009-lock-order.md)."""
    await locked_by_id(seat.session, await tickets.conversation_of(seat.session, seat.viewer, ticket_id))


async def _drop_own_draft(seat: Seat, act: PreparedAct) -> None:
    draft = await tickets.draft_of(seat.session, seat.viewer, act.ticket_id)
    if draft is not None and draft.text == act.text:
        await tickets.drop_draft(seat.session, seat.viewer, act.ticket_id)
