"""A person's tickets: see them, add to them, and say whether the answer settles the matter."""

from afk_core.infra.errors import DomainError
from afk_core.rules.dates import format_moment
from bot.conversation.flows import handover, menu, survey
from bot.conversation.messages import MAX_TEXT, Button, NewMessage
from bot.conversation.store import tie_to_entry
from bot.conversation.turn import TurnContext
from bot.duty.absences import relieve_one
from bot.notify import limit_opened, ticket_changed
from knowledge.answers import Outcome
from tickets.service import (
    add_user_message,
    confirm_answered,
    edit_user_message,
    rate,
    ticket_for_user,
    tickets_of_conversation,
)
from tickets.ticket import TicketForUser, TicketStatus, TimelineEntry, UserMessageResult

_SHOWN_ENTRIES = 6
_SHOWN_TICKETS = 8
_RATINGS = (1, 2, 3, 4)
_SETTLED = (TicketStatus.ANSWERED, TicketStatus.CLOSED)


async def show_all(turn: TurnContext) -> None:
    """The tickets of this chat, newest first, each behind a button."""
    tickets = await tickets_of_conversation(turn.session, turn.conversation.id)
    if not tickets:
        turn.say("tickets.none", [turn.button("menu.officer", "h"), turn.button("menu.main", "menu")])
        return
    lines = [turn.texts("tickets.list")]
    rows: list[list[Button]] = []
    for ticket in tickets[:_SHOWN_TICKETS]:
        due = ""
        if ticket.due is not None and ticket.status in (TicketStatus.OPEN, TicketStatus.CLAIMED):
            due = turn.texts("tickets.line_due", due=format_moment(ticket.due, ticket.tz))
        status = turn.texts(f"tickets.status.{ticket.status}")
        lines.append(turn.texts("tickets.line", number=ticket.number, status=status, due=due))
        rows.append([Button(ticket.number, f"tk:{ticket.number}:show")])
    turn.turn.say("\n".join(lines), *rows, [turn.button("menu.main", "menu")])


async def act(turn: TurnContext, number: str, verb: str) -> None:
    """Carry out a button or command about one ticket; somebody else's number is not found."""
    try:
        ticket = await ticket_for_user(turn.session, turn.conversation.id, number)
    except DomainError:
        turn.say("tickets.not_found", [turn.button("menu.tickets", "menu:tickets")], number=number[:40])
        return
    if ticket.merged_into is not None and verb in ("add", "yes", "no"):
        ticket = await ticket_for_user(turn.session, turn.conversation.id, ticket.merged_into)
    if verb.startswith("rate"):
        await _rate(turn, ticket, verb.removeprefix("rate"))
        return
    verbs = {"show": _show, "why": _why, "add": _add, "yes": _settled, "no": _unsettled}
    if verb in verbs:
        await verbs[verb](turn, ticket)
    else:
        menu.offer(turn, "ask.stale_button")


async def take(turn: TurnContext, text: str, *, files: tuple[int, ...] = ()) -> None:
    """Give what was typed, and `files`, to the ticket that this conversation is attached to."""
    ticket_id = turn.state.ticket_id
    tickets = await tickets_of_conversation(turn.session, turn.conversation.id)
    ticket = next((item for item in tickets if item.ticket_id == ticket_id), None)
    if ticket is None:
        turn.state.detach()
        menu.offer(turn)
        return
    back = [turn.button("handover.back_to_bot", "bot")]
    smalltalk = not files and turn.knowledge.find_answer(text).outcome is Outcome.SMALLTALK
    if smalltalk and ticket.status in _SETTLED:
        await _note(
            turn, await add_user_message(turn.session, turn.now, ticket.ticket_id, text, is_question=False)
        )
        turn.say("tickets.thanks")
        if ticket.status is TicketStatus.ANSWERED:
            turn.say("tickets.answered_question", _yes_no(turn, ticket.number))
        return
    if smalltalk and ticket.status is TicketStatus.OPEN:
        due = "" if ticket.due is None else format_moment(ticket.due, ticket.tz)
        turn.say("tickets.waiting", back, number=ticket.number, due=due)
        return
    result = await add_user_message(turn.session, turn.now, ticket.ticket_id, text, files=files)
    await _note(turn, result)
    if result.reopened and result.limit is not None:
        turn.say("tickets.reopened", back, number=ticket.number, **handover.promise(turn, result.limit))
    elif not turn.state.acknowledged:
        turn.say("tickets.added", back, number=ticket.number)
    turn.state.acknowledged = True


async def edited(turn: TurnContext, entry_id: int, text: str) -> None:
    """Pass a changed message on to the ticket that has the old one."""
    if len(text) > MAX_TEXT:
        turn.say("ask.too_long", count=len(text))
        return
    if not text.strip():
        return
    result = await edit_user_message(turn.session, turn.now, entry_id, text)
    if result.entry_id is None:
        return
    await _note(turn, result)
    turn.say("ask.edited")


async def _note(turn: TurnContext, result: UserMessageResult) -> None:
    """Tie the stored message to its entry, set the clock of a new request, and tell the officers."""
    turn.turn.outcome = "handover"
    row = turn.inbound_row
    if isinstance(row, NewMessage) and row.entry_id is None and result.entry_id is not None:
        await tie_to_entry(turn.session, row, result.entry_id)
    if result.reopened and result.limit is not None:
        await limit_opened(turn.context, turn.session, turn.now, result.limit)
        await relieve_one(turn.context, turn.session, turn.now, result.ticket_id)
    await ticket_changed(turn.context, turn.session, result.office_id)


async def detach(turn: TurnContext) -> None:
    """Give the person the bot back, and say that the ticket goes on."""
    turn.state.detach()
    tickets = await tickets_of_conversation(turn.session, turn.conversation.id)
    number = next((item.number for item in tickets if item.ticket_id == turn.state.ticket_id), None)
    if number is None:
        menu.offer(turn)
    else:
        turn.say("tickets.detached", *menu.main_rows(turn), number=number)


async def _show(turn: TurnContext, ticket: TicketForUser) -> None:
    due = ""
    if ticket.limit is not None and ticket.status in (TicketStatus.OPEN, TicketStatus.CLAIMED):
        due = "\n" + turn.texts("tickets.head_due", due=format_moment(ticket.limit.due, ticket.limit.tz))
    status = turn.texts(f"tickets.status.{ticket.status}")
    parts = [turn.texts("tickets.head", number=ticket.number, status=status, due=due)]
    if ticket.merged_into is not None:
        parts.append(turn.texts("tickets.merged_head", number=ticket.merged_into))
    entries = [entry for entry in ticket.entries if entry.text or entry.files]
    if len(entries) > _SHOWN_ENTRIES:
        parts.append(turn.texts("tickets.earlier", count=len(entries) - _SHOWN_ENTRIES))
    for entry in entries[-_SHOWN_ENTRIES:]:
        at, words = format_moment(entry.at, ticket.tz), _words(turn, entry)
        if entry.officer_name:
            parts.append(turn.texts("tickets.line_officer", name=entry.officer_name, at=at, text=words))
        else:
            parts.append(turn.texts("tickets.line_user", at=at, text=words))
    turn.turn.say(
        "\n\n".join(parts),
        [
            turn.button("tickets.add", f"tk:{ticket.number}:add"),
            turn.button("handover.why_due", f"tk:{ticket.number}:why"),
        ],
        [turn.button("menu.tickets", "menu:tickets"), turn.button("menu.main", "menu")],
    )


def _words(turn: TurnContext, entry: TimelineEntry) -> str:
    """What an entry says, with the names of its files."""
    names = ", ".join(file.name for file in entry.files if not file.removed)
    files = turn.texts("files.list", names=names) if names else ""
    return "\n".join(part for part in (entry.text, files) if part)


async def _why(turn: TurnContext, ticket: TicketForUser) -> None:
    reasoning = ticket.limit.reasoning if ticket.limit is not None else ""
    turn.say("tickets.why", [turn.button("menu.main", "menu")], number=ticket.number, reasoning=reasoning)


async def _add(turn: TurnContext, ticket: TicketForUser) -> None:
    turn.state.attach(ticket.ticket_id)
    turn.say("tickets.adding", [turn.button("handover.back_to_bot", "bot")], number=ticket.number)


async def _settled(turn: TurnContext, ticket: TicketForUser) -> None:
    await confirm_answered(turn.session, turn.now, turn.conversation.id, ticket.number, True)
    await ticket_changed(turn.context, turn.session, ticket.office_id)
    turn.state.detach()
    scores = [turn.button(f"tickets.rate_{score}", f"tk:{ticket.number}:rate{score}") for score in _RATINGS]
    turn.say("tickets.rate", scores[:2], scores[2:], number=ticket.number)


async def _unsettled(turn: TurnContext, ticket: TicketForUser) -> None:
    turn.state.attach(ticket.ticket_id)
    turn.say("tickets.not_yet", [turn.button("handover.back_to_bot", "bot")], number=ticket.number)


async def _rate(turn: TurnContext, ticket: TicketForUser, score: str) -> None:
    if score not in map(str, _RATINGS):
        menu.offer(turn, "ask.stale_button")
        return
    try:
        await rate(turn.session, turn.now, turn.conversation.id, ticket.number, int(score))
    except DomainError:
        menu.offer(turn, "ask.stale_button")
        return
    await ticket_changed(turn.context, turn.session, ticket.office_id)
    turn.say("tickets.rated", [turn.button("menu.main", "menu")])
    await survey.offer(turn, ticket.office_id)


def _yes_no(turn: TurnContext, number: str) -> list[Button]:
    return [turn.button("tickets.yes", f"tk:{number}:yes"), turn.button("tickets.no", f"tk:{number}:no")]
