"""Which flow takes a message."""

import re
from datetime import datetime, timedelta

from afk_core.offices.service import list_offices
from bot.conversation.flows import (
    ask,
    assess,
    files,
    handover,
    menu,
    monitoring,
    own_data,
    register,
    register_acts,
    survey,
    tickets,
)
from bot.conversation.flows.forms import UNDERSTAND_WORDS, flow_of
from bot.conversation.meaning import first_of, one_of
from bot.conversation.messages import MAX_TEXT, Button, InboundKind
from bot.conversation.state import Form
from bot.conversation.turn import TurnContext
from bot.officer_chat import desk

_MINUTE = timedelta(minutes=1)
_SHORTEST_BEGINNING = 4
_WORD = re.compile(r"\w", re.UNICODE)
_DOORS = re.compile(r"(?:nilai|daftar|survei)(?:[-_]|$)")
_UNSUPPORTED = ("photo", "voice", "video", "document", "sticker", "location", "contact")


async def route(turn: TurnContext) -> None:
    """Let one flow take the message of `turn`."""
    message = turn.message
    if await desk.take(turn):
        return
    if message.kind is InboundKind.BUTTON:
        await _button(turn, message.text)
    elif message.kind is InboundKind.COMMAND:
        await _command(turn, message.command.lower(), message.text.strip())
    elif message.kind is InboundKind.EDIT:
        if turn.inbound_row is not None and turn.inbound_row.entry_id is not None:
            await tickets.edited(turn, turn.inbound_row.entry_id, message.text)
    elif message.kind is InboundKind.UNSUPPORTED:
        await _unsupported(turn)
    elif message.kind is InboundKind.FILE and not _too_many(turn):
        await _file(turn)
    elif message.kind is InboundKind.TEXT and not _too_many(turn):
        await _text(turn, message.text)


async def _text(turn: TurnContext, text: str) -> None:
    if len(text) > MAX_TEXT:
        turn.say("ask.too_long", count=len(text))
        return
    if not text.strip():
        turn.say("ask.empty", *menu.main_rows(turn))
        return
    action = _chosen(turn, text)
    if action is not None:
        await _button(turn, action)
    elif turn.state.form is not None:
        await _typed_in_form(turn, turn.state.form, text)
    elif turn.state.attached and turn.state.ticket_id is not None:
        await tickets.take(turn, text)
    elif not _WORD.search(text):
        turn.say("ask.no_words", *menu.main_rows(turn))
    elif not await _door(turn, text):
        await ask.question(turn, text)


async def _door(turn: TurnContext, text: str) -> bool:
    """Open what the words ask for by its name, as its command does; whether there was such a thing."""
    door = first_of(turn.texts, (_TYPED_OFFICER, *_TYPED_DOORS), text)
    if door is None:
        return False
    if door == _TYPED_OFFICER:
        await _handover(turn, "")
    else:
        _leave(turn)
        await _TYPED_DOORS[door](turn)
    return True


_TYPED_OFFICER = "menu.typed.officer"
_TYPED_DOORS = {
    "menu.typed.assess": assess.open_door,
    "menu.typed.register": register.open_door,
    "menu.typed.data": own_data.open_door,
    "menu.typed.survey": survey.open_door,
    "menu.typed.tickets": tickets.show_all,
}


async def _typed_in_form(turn: TurnContext, form: Form, text: str) -> None:
    """Words while a form is filled in: to stop, to step back, or an answer."""
    if one_of(turn.texts, "form.stop_words", text):
        await _cancel(turn)
    elif one_of(turn.texts, "form.back_words", text):
        await _form_answer(turn, form, "back", typed=False)
    else:
        await _form_answer(turn, form, text, typed=True)


async def _button(turn: TurnContext, action: str) -> None:
    head, *rest = action.split(":")
    match head, rest:
        case "menu", []:
            _leave(turn)
            menu.offer(turn, rows=await _resume_rows(turn))
        case "menu", ["ask"]:
            _leave(turn)
            menu.choose_kind(turn)
        case "menu", ["assess"]:
            _leave(turn)
            await assess.open_door(turn)
        case "as", [verb]:
            _leave(turn)
            await assess.act(turn, verb)
        case "menu", ["register"]:
            _leave(turn)
            await register.open_door(turn)
        case "rg", [verb]:
            _leave(turn)
            await register.act(turn, verb)
        case "rg", [number, verb] if number.isdecimal() and len(number) <= 15:
            _leave(turn)
            await register_acts.act(turn, number, verb)
        case "sv", [verb]:
            _leave(turn)
            await survey.act(turn, verb)
        case "sv", ["at", number] if number.isdecimal() and len(number) <= 15:
            _leave(turn)
            await survey.open_for(turn, int(number))
        case "pm", [number, verb] if number.isdecimal() and len(number) <= 15:
            _leave(turn)
            await monitoring.act(turn, number, verb)
        case "d", [verb]:
            _leave(turn)
            await own_data.act(turn, verb)
        case "menu", ["tickets"]:
            await tickets.show_all(turn)
        case "k", [kind, page] if kind in (*menu.KINDS, "program") and page.isdecimal():
            menu.list_topics(turn, kind, int(page))
        case "t", [slug]:
            turn.state.detach()
            await ask.topic(turn, slug, "")
        case "t", [slug, aspect]:
            turn.state.detach()
            await ask.topic(turn, slug, aspect)
        case "h", _:
            await _handover(turn, rest[0] if rest else "")
        case "tk", [number, verb]:
            await tickets.act(turn, number, verb)
        case "bot", []:
            await tickets.detach(turn)
        case "cancel", []:
            await _cancel(turn)
        case "f", [run, step, value]:
            await _form_button(turn, run, step, value)
        case _:
            menu.offer(turn, "ask.stale_button")


async def _command(turn: TurnContext, command: str, argument: str) -> None:
    match command:
        case "start":
            await _start(turn, argument)
        case "menu":
            _leave(turn)
            menu.offer(turn, rows=await _resume_rows(turn))
        case "nilai":
            _leave(turn)
            await assess.open_door(turn)
        case "daftar":
            _leave(turn)
            await register.open_door(turn)
        case "survei":
            _leave(turn)
            await survey.open_door(turn)
        case "bantuan" | "help":
            turn.say("menu.help", *menu.main_rows(turn))
        case "tiket" if argument:
            await tickets.act(turn, argument.split()[0], "show")
        case "tiket":
            await tickets.show_all(turn)
        case "data":
            _leave(turn)
            await own_data.open_door(turn)
        case "petugas":
            await _handover(turn, "")
        case "batal":
            await _cancel(turn)
        case _:
            menu.offer(turn, "menu.unknown_command")


async def _start(turn: TurnContext, payload: str) -> None:
    kind, _, value = (payload.replace("-", "_", 1) if _DOORS.match(payload) else payload).partition("_")
    if kind in ("kantor", "nilai", "daftar", "survei"):
        named = [office for office in await list_offices(turn.session) if office.code == value]
        if named:
            turn.conversation.office_id = named[0].id
    if kind == "nilai":
        _leave(turn)
        await assess.open_door(turn)
        return
    if kind == "daftar":
        _leave(turn)
        await register.open_door(turn)
        return
    if kind == "survei":
        _leave(turn)
        await survey.open_door(turn)
        return
    if kind == "topik" and value.replace("_", "-") in turn.knowledge.collection.articles:
        _leave(turn)
        await ask.topic(turn, value.replace("_", "-"), "")
        return
    _leave(turn)
    await menu.greet(turn, rows=await _resume_rows(turn))


async def _resume_rows(turn: TurnContext) -> list[list[Button]]:
    """The forms that were left and can be taken up again."""
    return [
        *await assess.resume_row(turn),
        *await register.resume_row(turn),
        *await survey.resume_row(turn),
        *await monitoring.resume_row(turn),
    ]


async def _handover(turn: TurnContext, about: str) -> None:
    match about:
        case "assess":
            await handover.start(turn, await assess.question(turn), "umkm-klaster")
        case "register":
            await handover.start(turn, turn.texts("register.question"), "umkm-binaan")
        case "pending" | "files":
            await handover.start(turn, turn.state.pending, turn.state.pending_topic)
        case _:
            await handover.start(turn, None)


async def _form_button(turn: TurnContext, run: str, step: str, value: str) -> None:
    form = turn.state.form
    if form is None:
        menu.offer(turn, "ask.stale_button")
    elif (run, step) == (str(form.run), form.step):
        await _form_answer(turn, form, value, typed=False)
    elif (flow := flow_of(form)) is not None:
        turn.say("form.stale")
        await flow.ask(turn, form)


async def _form_answer(turn: TurnContext, form: Form, value: str, *, typed: bool) -> None:
    flow = flow_of(form)
    if flow is None:
        _leave(turn)
        menu.offer(turn)
    else:
        await flow.answer(turn, form, value, typed=typed)


async def _file(turn: TurnContext) -> None:
    words_remain = await files.take(turn)
    if words_remain and turn.message.text.strip():
        await _text(turn, turn.message.text)


async def _unsupported(turn: TurnContext) -> None:
    content = turn.message.content if turn.message.content in _UNSUPPORTED else "other"
    turn.say(f"unsupported.{content}")
    if turn.message.text.strip():
        await _text(turn, turn.message.text)
    elif turn.state.attached:
        turn.say("unsupported.to_ticket")


async def _cancel(turn: TurnContext) -> None:
    form = turn.state.form
    flow = flow_of(form) if form is not None else None
    if form is None or flow is None:
        turn.state.form = None
        menu.offer(turn, "menu.nothing_to_cancel")
    else:
        await flow.cancel(turn, form)


def _leave(turn: TurnContext) -> None:
    turn.state.form = None
    turn.state.detach()


def _chosen(turn: TurnContext, text: str) -> str | None:
    """The action behind a typed number or label of the buttons that were offered last."""
    typed = text.strip().casefold()
    for number, (label, action) in enumerate(turn.state.options, start=1):
        if typed == label.casefold() or (typed == str(number) and _answers_with_buttons(turn)):
            return action
    return _begun_label(turn, typed)


def _begun_label(turn: TurnContext, typed: str) -> str | None:
    """The action of the only button whose label begins with what was typed ("mulai", "setuju", "kirim")."""
    form = turn.state.form
    if not _answers_with_buttons(turn) or (form is not None and form.name in UNDERSTAND_WORDS):
        return None
    if len(typed) < _SHORTEST_BEGINNING:
        return None
    found = [action for label, action in turn.state.options if label.casefold().startswith(typed)]
    return found[0] if len(found) == 1 else None


def _answers_with_buttons(turn: TurnContext) -> bool:
    """Whether a bare number can only mean a button: not while a form or an officer waits for words."""
    form = turn.state.form
    if form is not None:
        flow = flow_of(form)
        return flow is not None and flow.offers_choice(form)
    return not turn.state.attached


def _too_many(turn: TurnContext) -> bool:
    """Whether this message is over the limit of a minute; it is stored all the same."""
    state, limit = turn.state, turn.context.settings.messages_per_minute
    started = datetime.fromisoformat(state.burst_start) if state.burst_start else None
    if started is None or turn.now - started >= _MINUTE:
        state.burst_start, state.burst_count = turn.now.isoformat(), 0
    state.burst_count += 1
    if state.burst_count <= limit or state.attached:
        return False
    if state.burst_count == limit + 1:
        turn.say("ask.too_many")
    return True
