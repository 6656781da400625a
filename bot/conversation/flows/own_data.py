"""What is kept of the person who asks: shown, given as files, corrected, removed."""

from zoneinfo import ZoneInfo

from afk_core.files import service as files
from afk_core.rules.dates import format_moment
from afk_core.rules.umkm_lifecycle import ENDED, RegistrationStatus
from afk_core.umkm.assess.service import results_of
from afk_core.umkm.registration import OwnRegistration
from afk_core.umkm.service import own_registrations
from bot.conversation.flows import menu, own_contact, register_amend
from bot.conversation.messages import Button, Reply
from bot.conversation.state import State
from bot.conversation.store import contact_of
from bot.conversation.turn import TurnContext
from bot.own_data.gathering import gather
from bot.own_data.papers import own_data_files
from bot.retention.erasing import erase
from bot.retention.store import messages_kept
from bot.retention.terms import term_in_words
from tickets.service import tickets_of_conversation
from tickets.ticket import TicketStatus, TicketSummary

_OPEN = (TicketStatus.OPEN, TicketStatus.CLAIMED)
_CERTIFIED = (RegistrationStatus.CERTIFIED, RegistrationStatus.REVOKED)


async def open_door(turn: TurnContext) -> None:
    """Say what is kept and for how long, and offer a copy, the correction and the removal."""
    settings = turn.context.settings
    kept = await messages_kept(turn.session, turn.conversation.id)
    contact = await contact_of(turn.session, turn.conversation.id)
    turn.say(
        "data.door",
        [turn.button("data.copy", "d:copy")],
        [turn.button("data.fix", "d:fix"), turn.button("data.erase", "d:erase")],
        [turn.button("menu.main", "menu")],
        count=kept.count,
        contact=turn.texts("data.contact_kept" if contact else "data.contact_absent"),
        tickets=len(await tickets_of_conversation(turn.session, turn.conversation.id)),
        assessments=len(await results_of(turn.session, turn.conversation.id)),
        registrations=len(await own_registrations(turn.session, turn.conversation.id)),
        term=term_in_words(settings.keep_conversations_days),
        ticket_term=term_in_words(settings.keep_tickets_days),
    )


async def act(turn: TurnContext, verb: str) -> None:
    """Carry out a button of the door."""
    match verb:
        case "copy":
            await _copy(turn)
        case "fix":
            await _offer_fixing(turn)
        case "fix_contact":
            await own_contact.start(turn)
        case "erase":
            await _ask_before(turn)
        case "yes":
            await _erase(turn)
        case _:
            await open_door(turn)


async def _copy(turn: TurnContext) -> None:
    """Both files; like everything that nothing holds they go after a week."""
    office = await turn.office()
    data = await gather(turn.session, turn.now, turn.texts, turn.conversation, office)
    made = [
        await files.store(turn.session, turn.now, each) for each in await own_data_files(turn.texts, data)
    ]
    text = turn.texts("data.copied", at=format_moment(turn.now, ZoneInfo(office.time_zone)))
    rows = ((turn.button("data.fix", "d:fix"), turn.button("menu.main", "menu")),)
    turn.turn.replies.append(Reply(text, rows, files=tuple(made)))


async def _offer_fixing(turn: TurnContext) -> None:
    rows: list[list[Button]] = []
    if await contact_of(turn.session, turn.conversation.id) is not None:
        rows.append([turn.button("data.fix_contact", "d:fix_contact")])
    for each in await own_registrations(turn.session, turn.conversation.id):
        verb = _fixing(each)
        if verb:
            label = turn.texts("data.fix_registration", number=each.number)
            rows.append([Button(label, f"rg:{each.id}:{verb}")])
    if await results_of(turn.session, turn.conversation.id):
        rows.append([turn.button("data.fix_assessment", "as:update")])
    if rows:
        turn.say("data.fix_what", *rows, [turn.button("menu.main", "menu")])
    else:
        menu.offer(turn, "data.fix_nothing")


def _fixing(own: OwnRegistration) -> str:
    """The button that mends a registration in its state; empty where nothing can be changed any more."""
    if own.status is RegistrationStatus.RETURNED:
        return "fix"
    return "amend" if register_amend.may_amend(own) else ""


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
        [turn.button("menu.main", "menu")],
        messages=done.messages,
        files=done.files,
        tickets=done.tickets,
        registrations=done.registrations,
        stays=await _what_stays(turn),
    )


async def _what_stays(turn: TurnContext) -> str:
    lines = [turn.texts("data.stays_ticket", number=each.number) for each in await _open_tickets(turn)]
    for each in await own_registrations(turn.session, turn.conversation.id):
        if each.status in _CERTIFIED:
            lines.append(turn.texts("data.stays_certificate", number=each.number))
        elif each.status not in ENDED:
            lines.append(turn.texts("data.stays_running", number=each.number))
    return "\n".join(["", turn.texts("data.stays"), *lines]) if lines else ""


async def _open_tickets(turn: TurnContext) -> list[TicketSummary]:
    found = await tickets_of_conversation(turn.session, turn.conversation.id)
    return [ticket for ticket in found if ticket.status in _OPEN]
