"""The answer to a question that an officer asked about a registration."""

from afk_core.infra.errors import DomainError
from afk_core.umkm import service as umkm
from bot.conversation.flows import menu
from bot.conversation.state import Form
from bot.conversation.turn import TurnContext
from bot.problems import problem_text
from bot.umkm.telling import office_told

FORM = "register_reply"


async def start(turn: TurnContext, registration_id: int) -> None:
    """Let the next words be the answer."""
    form = turn.state.start_form(FORM, "jawab")
    form.data["registration"] = str(registration_id)
    await ask(turn, form)


def offers_choice(form: Form) -> bool:
    """Whatever is typed here is the answer."""
    return False


async def ask(turn: TurnContext, form: Form) -> None:
    """Ask for the answer to the officer's question."""
    turn.say("register.answering", [turn.button("form.cancel", "cancel")])


async def answer(turn: TurnContext, form: Form, value: str, *, typed: bool) -> None:
    """Bring the answer to the officer; only words are one."""
    if not typed:
        await ask(turn, form)
        return
    registration_id = int(form.data["registration"])
    try:
        change = await umkm.reply(turn.session, turn.now, turn.conversation.id, registration_id, value)
    except DomainError as error:
        turn.state.form = None
        turn.turn.say(problem_text(error), *menu.main_rows(turn))
        return
    turn.state.form = None
    await office_told(turn.context, turn.session, change)
    turn.say("register.answer_sent", [turn.button("register.status", f"rg:{registration_id}:show")])


async def cancel(turn: TurnContext, form: Form) -> None:
    """Stop without an answer."""
    turn.state.form = None
    menu.offer(turn, "menu.cancelled")
