"""Which act of a person in Telegram is an officer's work, and who does it.

In a private chat an officer is told from an ordinary asker by the kind of message: a reply to a ticket's
message, a button of ours, `/antrean`, `/tiket NOMOR`, `/petugas`. Everything else is answered as anybody's.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from afk_core.rules.roles import Act
from bot.context import Context
from bot.conversation.messages import Desk, InboundKind, InboundMessage, Reply
from bot.conversation.models import Conversation
from bot.conversation.state import State
from bot.conversation.store import locked_conversation
from bot.conversation.turn import TurnContext
from bot.officer_chat import acting, linking, prepared, reading, store
from bot.officer_chat.grouping import GROUP_LINK, group_code, keep_up, link_group, quote_of
from bot.officer_chat.link import GroupView
from bot.officer_chat.models import DeskMessage, PreparedAct
from bot.officer_chat.seat import Seat
from bot.officer_chat.telling import set_told, skip_untold
from bot.outbox.queue import queue_reply
from bot.problems import problem_text
from tickets.escalation import EscalationKind

PREFIX: Final = "o:"
"""What the actions of officers' buttons begin with."""

ACCOUNT_LINK: Final = "petugas_"
"""What the payload of a deep link begins with."""

_REFUSE_AGAIN: Final = timedelta(minutes=10)
_SILENT: Final = (InboundKind.BLOCKED, InboundKind.UNBLOCKED)


async def expect(session: AsyncSession, messages: Iterable[InboundMessage]) -> None:
    """Prepare turns of `messages` in the transaction of `session`: who of the senders is an officer."""
    senders = {message.sender for message in messages if message.sender is not None}
    if senders:
        await store.read_officers(session, senders)


async def take(turn: TurnContext) -> bool:
    """Do what an officer wants in their private chat; False when it is no officer's work."""
    message = turn.message
    if message.sender is None:
        return False
    if await _links(turn):
        return True
    viewer = await linking.viewer_of_account(turn.session, message.sender)
    if viewer is None:
        if message.kind is InboundKind.BUTTON and message.text.startswith(PREFIX):
            turn.say("desk.not_linked")
            return True
        return False
    seat = Seat(turn.context, turn.session, turn.now, viewer, turn.conversation)
    if not await _in_private(seat, message):
        return False
    turn.turn.replies += seat.replies
    # The officer may be the user of the ticket too, whose state the act has changed.
    turn.state = State.from_json(turn.conversation.state)
    return True


async def in_group(context: Context, session: AsyncSession, now: datetime, message: InboundMessage) -> None:
    """Do what is done in a group; in one that belongs to no office, only linking it."""
    code = group_code(message)
    if code is not None:
        await link_group(context, session, now, message, code)
        return
    group = await store.group_at(session, message.channel, message.address)
    if group is None:
        return
    conversation = await locked_conversation(session, now, message.channel, message.address)
    if message.kind in _SILENT:
        conversation.blocked_at = now if message.kind is InboundKind.BLOCKED else None
        return
    if message.kind is InboundKind.MOVED:
        conversation.address = message.text
        return
    await keep_up(session, group, message)
    shown = await _shown(session, conversation, message)
    if not _is_work(message, shown):
        return
    viewer = None if message.sender is None else await linking.viewer_of_account(session, message.sender)
    if viewer is None or not _belongs(viewer, group):
        await _refuse(context, session, now, conversation, message)
        return
    seat = Seat(context, session, now, viewer, conversation, group, quote=quote_of(message))
    seat.topic_id = await _topic(seat, message, shown)
    await _act(seat, message, shown)
    await _give(seat)


async def failed_in_group(
    context: Context, session: AsyncSession, now: datetime, message: InboundMessage
) -> None:
    """Say in a linked group that what was asked could not be done."""
    if await store.group_at(session, message.channel, message.address) is None:
        return
    conversation = await locked_conversation(session, now, message.channel, message.address)
    desk = Desk(quote=quote_of(message))
    await queue_reply(context, session, now, conversation, Reply(context.texts("desk.failed"), desk=desk))


async def _links(turn: TurnContext) -> bool:
    """Take a code that links the account; False when the message carries none."""
    message, code = turn.message, ""
    if message.kind is not InboundKind.COMMAND or message.sender is None:
        return False
    if message.command == "start" and message.text.startswith(ACCOUNT_LINK):
        code = message.text.removeprefix(ACCOUNT_LINK)
    elif message.command == "start" and message.text.startswith(GROUP_LINK):
        turn.say("desk.code_for_group")
        return True
    elif message.command == "tautkan":
        code = message.text
    else:
        return False
    if not code.strip():
        turn.say("desk.code_here")
        return True
    try:
        async with turn.session.begin_nested():
            viewer = await linking.link_account(turn.session, turn.now, code, message.sender)
            await skip_untold(turn.session, turn.now, viewer.officer_id)
    except DomainError as error:
        turn.turn.say(problem_text(error))
        return True
    turn.say("desk.linked", name=viewer.name, position=viewer.position)
    return True


async def _in_private(seat: Seat, message: InboundMessage) -> bool:
    """Whether the message was an officer's work; it is done then."""
    shown = await _shown(seat.session, seat.conversation, message)
    if message.kind is InboundKind.COMMAND:
        return await _command(seat, message)
    if message.kind is InboundKind.TEXT and shown is None and message.reply_to is None:
        since = seat.now - prepared.PATIENCE
        act = await store.waiting_question(seat.session, seat.viewer.officer_id, seat.conversation.id, since)
        if act is not None:
            await _finish_note(seat, await prepared.answer_question(seat, act, message.text))
        return act is not None
    if not _is_work(message, shown):
        return False
    await _act(seat, message, shown)
    return True


async def _command(seat: Seat, message: InboundMessage) -> bool:
    match message.command:
        case "antrean":
            await reading.queue(seat)
        case "petugas":
            await reading.panel(seat)
        case "tiket" if message.text:
            # It may be the number of a ticket that the officer asked for themselves.
            return await reading.show_number(seat, message.text.split()[0])
        case "batal":
            since = seat.now - prepared.PATIENCE
            act = await store.waiting_question(
                seat.session, seat.viewer.officer_id, seat.conversation.id, since
            )
            if act is not None:
                await prepared.call_off(seat, act)
            return act is not None
        case _:
            return False
    return True


async def _act(seat: Seat, message: InboundMessage, shown: DeskMessage | None) -> None:
    match message.kind:
        case InboundKind.BUTTON:
            await _button(seat, message.text.removeprefix(PREFIX))
        case InboundKind.COMMAND if message.command == "antrean":
            await reading.queue(seat)
        case InboundKind.COMMAND:
            number = message.text.split()[0] if message.text else "-"
            if not await reading.show_number(seat, number):
                seat.say("desk.not_found", number=number[:40])
        case InboundKind.UNSUPPORTED | InboundKind.FILE:
            seat.say("desk.unsupported")
        case InboundKind.TEXT if shown is not None:
            await _finish_note(seat, await prepared.take_words(seat, shown, message.text))


async def _finish_note(seat: Seat, act: PreparedAct | None) -> None:
    if act is not None:
        await acting.note(seat, act)


async def _button(seat: Seat, action: str) -> None:
    verb, *rest = action.split(":")
    numbers = [int(word) if word.isascii() and word.isdigit() and len(word) < 19 else 0 for word in rest]
    match verb, rest:
        case "queue", []:
            await reading.queue(seat)
        case (("on" | "off"), []) if seat.group is None:
            await _tell(seat, told=verb == "on")
        case "unlink", [] if seat.group is None:
            yes = [seat.button("desk.unlink_yes", "unlink:yes")]
            seat.say("desk.unlink_question", yes)
        case "unlink", ["yes"] if seat.group is None:
            await linking.unlink_account(seat.session, seat.now, seat.viewer)
            seat.say("desk.unlinked")
        case "read", [_]:
            await reading.show(seat, numbers[0])
        case "claim", [_]:
            await acting.claim(seat, numbers[0])
        case "release", [_]:
            await acting.release(seat, numbers[0])
        case "note", [_]:
            await acting.begin_note(seat, numbers[0])
        case "close", [_]:
            await acting.begin_close(seat, numbers[0])
        case "back", [_]:
            await acting.begin_back(seat, numbers[0])
        case "contact", [_]:
            await reading.contact(seat, numbers[0])
        case "escalate", [_]:
            await acting.choose_target(seat, numbers[0])
        case "to", [_, kind] if kind in set(EscalationKind):
            await acting.target(seat, numbers[0], EscalationKind(kind))
        case "col", [_, _]:
            await acting.colleague(seat, numbers[0], numbers[1])
        case "do", [_, how]:
            await acting.confirmed(seat, numbers[0], how)
        case "no", [_]:
            await acting.cancelled(seat, numbers[0])
        case _:
            seat.say("desk.stale_button")


async def _tell(seat: Seat, *, told: bool) -> None:
    await set_told(seat.session, seat.now, seat.viewer.officer_id, told=told)
    seat.say("desk.turned_on" if told else "desk.turned_off")


def _is_work(message: InboundMessage, shown: DeskMessage | None) -> bool:
    match message.kind:
        case InboundKind.BUTTON:
            return message.text.startswith(PREFIX)
        case InboundKind.COMMAND:
            return message.command in ("antrean", "tiket")
        case InboundKind.TEXT | InboundKind.UNSUPPORTED | InboundKind.FILE:
            return shown is not None
    return False


async def _shown(
    session: AsyncSession, conversation: Conversation, message: InboundMessage
) -> DeskMessage | None:
    """What the answered message is about, if it is about a ticket or an act."""
    if message.reply_to is None:
        return None
    found = await store.shown(session, conversation.id, message.reply_to)
    about_something = found is not None and (found.ticket_id is not None or found.act_id is not None)
    return found if about_something else None


# The group


def _belongs(viewer: Viewer, group: GroupView) -> bool:
    return viewer.office_id == group.office_id and viewer.can(Act.SEE_TICKETS, group.office_id)


async def _refuse(
    context: Context,
    session: AsyncSession,
    now: datetime,
    conversation: Conversation,
    message: InboundMessage,
) -> None:
    """Say that nothing was done; to the same person once in ten minutes, so that nobody fills the group."""
    sender = message.sender or "?"
    told: dict[str, str] = dict((conversation.state or {}).get("refused", {}))
    last = told.get(sender)
    if last is not None and now - datetime.fromisoformat(last) < _REFUSE_AGAIN:
        return
    recent = {who: at for who, at in told.items() if now - datetime.fromisoformat(at) < _REFUSE_AGAIN}
    conversation.state = {"refused": recent | {sender: now.isoformat()}}
    words = context.texts("desk.stranger" if message.sender is not None else "desk.nobody")
    await queue_reply(context, session, now, conversation, Reply(words, desk=Desk(quote=quote_of(message))))


async def _topic(seat: Seat, message: InboundMessage, shown: DeskMessage | None) -> int | None:
    """The place in the group in which the officer is answered: where they spoke."""
    if message.thread is not None:
        topic = await store.topic_by_thread(seat.session, seat.conversation.id, message.thread)
        return None if topic is None else topic.id
    return None if shown is None else shown.topic_id


async def _give(seat: Seat) -> None:
    for reply in seat.replies:
        await queue_reply(seat.context, seat.session, seat.now, seat.conversation, reply)
