"""What is kept of the person who asks: shown, given as a copy, removed (service-rules section 9)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from afk_core.rules.dates import format_date
from afk_core.umkm.service import own_registrations
from bot.conversation.messages import Button
from bot.conversation.state import State
from bot.conversation.store import contact_of
from bot.conversation.turn import TurnContext
from bot.retention.erasing import erase
from bot.retention.store import messages_kept
from bot.retention.terms import term_in_words
from tickets.service import tickets_of_conversation
from tickets.ticket import TicketStatus, TicketSummary

_OPEN = (TicketStatus.OPEN, TicketStatus.CLAIMED)


async def open_door(turn: TurnContext) -> None:
    """Say what is kept and for how long, and offer a copy and the removal."""
    settings = turn.context.settings
    kept = await messages_kept(turn.session, turn.conversation.id)
    contact = await contact_of(turn.session, turn.conversation.id)
    turn.say(
        "data.door",
        [turn.button("data.copy", "d:copy")],
        [turn.button("data.erase", "d:erase")],
        [turn.button("menu.main", "menu")],
        count=kept.count,
        contact=turn.texts("data.contact_kept" if contact else "data.contact_absent"),
        tickets=len(await tickets_of_conversation(turn.session, turn.conversation.id)),
        registrations=len(await own_registrations(turn.session, turn.conversation.id)),
        term=term_in_words(settings.keep_conversations_days),
        ticket_term=term_in_words(settings.keep_tickets_days),
    )


async def act(turn: TurnContext, verb: str) -> None:
    """Carry out a button of the door."""
    match verb:
        case "copy":
            await _copy(turn)
        case "erase":
            await _ask_before(turn)
        case "yes":
            await _erase(turn)
        case _:
            await open_door(turn)


async def _copy(turn: TurnContext) -> None:
    tz = ZoneInfo((await turn.office()).time_zone)
    contact = await contact_of(turn.session, turn.conversation.id)
    kept = await messages_kept(turn.session, turn.conversation.id)
    lines = [turn.texts("data.copy_messages", count=kept.count, since=_day(kept.since or turn.now, tz))]
    if contact is not None:
        lines.append(
            turn.texts(
                "data.copy_contact",
                name=contact.name,
                business=contact.business,
                kind=turn.texts(f"kinds.{contact.business_kind}"),
                reach=contact.reach,
                consented=_day(contact.consented_at, tz),
            )
        )
    for ticket in await tickets_of_conversation(turn.session, turn.conversation.id):
        status = turn.texts(f"tickets.status.{ticket.status}")
        day = _day(ticket.opened_at, tz)
        lines.append(
            turn.texts(
                "data.copy_ticket", number=ticket.number, day=day, status=status, words=ticket.question
            )
        )
    for each in await own_registrations(turn.session, turn.conversation.id):
        day = _day(each.submitted_at, tz)
        lines.append(
            turn.texts("data.copy_registration", number=each.number, day=day, status=each.status.label)
        )
        lines += [f"  {name}: {value}" for name, value in each.data.items() if value]
    turn.turn.say("\n".join(lines), *_rows(turn))


async def _ask_before(turn: TurnContext) -> None:
    turn.say(
        "data.ask_before",
        [turn.button("data.erase_yes", "d:yes")],
        [turn.button("data.erase_no", "menu")],
        stays=await _what_stays(turn),
    )


async def _erase(turn: TurnContext) -> None:
    before = turn.inbound_row.seq if turn.inbound_row is not None else turn.conversation.last_seq + 1
    done = await erase(turn.session, turn.now, turn.conversation, before)
    waiting = {ticket.ticket_id for ticket in await _open_tickets(turn)}
    fresh = State(form_runs=turn.state.form_runs)
    if turn.state.ticket_id in waiting:
        fresh.ticket_id, fresh.attached = turn.state.ticket_id, turn.state.attached
    turn.state = fresh
    turn.say(
        "data.erased",
        *_rows(turn),
        messages=done.messages,
        files=done.files,
        tickets=done.tickets,
        stays=await _what_stays(turn),
    )


async def _what_stays(turn: TurnContext) -> str:
    lines = [turn.texts("data.stays_ticket", number=each.number) for each in await _open_tickets(turn)]
    filed = await own_registrations(turn.session, turn.conversation.id)
    lines += [turn.texts("data.stays_registration", number=each.number) for each in filed]
    return "\n".join(["", turn.texts("data.stays"), *lines]) if lines else ""


async def _open_tickets(turn: TurnContext) -> list[TicketSummary]:
    found = await tickets_of_conversation(turn.session, turn.conversation.id)
    return [ticket for ticket in found if ticket.status in _OPEN]


def _day(at: datetime, tz: ZoneInfo) -> str:
    return format_date(at.astimezone(tz).date())


def _rows(turn: TurnContext) -> list[list[Button]]:
    return [[turn.button("menu.main", "menu")]]
