"""What a person sends beside words: it goes to their ticket, or waits until they ask for an officer."""

from afk_core.files.accept import kinds_in_words
from afk_core.files.file import EVERY_KIND
from afk_core.files.service import views
from bot.conversation.flows import register_files, tickets
from bot.conversation.flows.forms import flow_of
from bot.conversation.state import Form
from bot.conversation.turn import TurnContext
from bot.problems import sentence_of

MOST_WAITING = 10
"""Files that can go with one question; more are asked for by the officer."""


async def take(turn: TurnContext) -> bool:
    """Take the files of the message; True when its words are still to be dealt with by themselves.

    While a form is filled in, words beside a file are no answer to its present question: they are kept as
    what the person wants to ask.
    Of an album that is sent together only the first file is answered; the others join it silently.
    """
    message, state = turn.message, turn.state
    if message.file_error:
        _refuse(turn, message.file_error)
        return True
    repeated = bool(message.album) and message.album == state.album
    state.album = message.album
    if state.form is None and state.attached and state.ticket_id is not None:
        await tickets.take(turn, message.text, files=message.files)
        if repeated:
            turn.turn.replies.clear()
        return False
    if await register_files.take(turn, repeated=repeated):
        return False
    name = await _name(turn)
    if len(state.files) >= MOST_WAITING:
        turn.say("files.too_many", limit=MOST_WAITING, name=name)
        return True
    state.files.extend(message.files)
    if state.form is not None and message.text.strip():
        state.form.data.setdefault("pending", message.text.strip())
    if not repeated:
        await _tell(turn, state.form, name)
    return state.form is None


async def _tell(turn: TurnContext, form: Form | None, name: str) -> None:
    if form is None:
        turn.say(
            "files.no_ticket",
            [turn.button("files.send", "h:files"), turn.button("menu.main", "menu")],
            name=name,
        )
        return
    turn.say("files.kept", name=name)
    flow = flow_of(form)
    if flow is not None:
        await flow.ask(turn, form)


def _refuse(turn: TurnContext, code: str) -> None:
    remote = turn.message.remote
    name = (remote.name if remote else "") or turn.texts("files.unnamed")
    limit = turn.context.settings.file_megabytes
    why = sentence_of(code, {"limit": limit, "allowed": kinds_in_words(EVERY_KIND)})
    turn.say("files.refused", name=name, why=why)


async def _name(turn: TurnContext) -> str:
    known = await views(turn.session, turn.message.files)
    return ", ".join(view.name for view in known.values()) or turn.texts("files.unnamed")
