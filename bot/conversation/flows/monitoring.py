"""The questions of the quarterly monitoring in the chat of a business (PER-25/BC/2024 Pasal 8)."""

from typing import Final

from afk_core.infra.errors import DomainError
from afk_core.monitoring import service
from afk_core.monitoring.monitoring import Asking, OwnQuestions
from afk_core.rules.dates import format_date
from afk_core.rules.monitoring_items import NO_OBSTACLE, Existence, ExportStatus, Item, Turnover
from bot.conversation.flows import ask as asking
from bot.conversation.flows import menu
from bot.conversation.flows.assess_understand import looks_like_a_question
from bot.conversation.meaning import one_of
from bot.conversation.messages import Button
from bot.conversation.state import Form
from bot.conversation.turn import TurnContext, form_action
from bot.umkm import monitoring as telling

FORM: Final = "monitoring"
SUMMARY: Final = "periksa"
_QUESTION: Final = "question"
_NO_CHANGE: Final = "tetap"
_GOES_ON: Final = (
    Item.EXISTENCE,
    Item.PRODUCT,
    Item.ADDRESS,
    Item.STAFF,
    Item.TURNOVER,
    Item.EXPORT,
    Item.EXPORT_NOTE,
    Item.OBSTACLE,
)
_STOPPED: Final = (Item.EXISTENCE, Item.EXISTENCE_NOTE)
_OPTIONS: Final = {
    Item.EXISTENCE: {
        Existence.RUNNING.value: "monitoring.options.berjalan",
        Existence.STOPPED.value: "monitoring.options.berhenti",
    },
    Item.TURNOVER: {
        Turnover.MICRO.value: "monitoring.options.mikro",
        Turnover.SMALL.value: "monitoring.options.kecil",
        Turnover.MEDIUM.value: "monitoring.options.menengah",
        Turnover.UNKNOWN.value: "monitoring.options.tidak_diketahui",
    },
    Item.EXPORT: {
        ExportStatus.NONE.value: "monitoring.options.belum_ekspor",
        ExportStatus.OWN.value: "monitoring.options.ekspor_mandiri",
        ExportStatus.OTHERS.value: "monitoring.options.ekspor_pihak_ketiga",
        ExportStatus.CHAIN.value: "monitoring.options.rantai_pasok",
    },
}
"""The choices of a question, each with the sentence on its button."""

_PASSED: Final = {
    Item.EXISTENCE_NOTE: "monitoring.skip",
    Item.PRODUCT: "monitoring.no_change",
    Item.ADDRESS: "monitoring.no_change",
    Item.STAFF: "monitoring.skip",
    Item.EXPORT_NOTE: "monitoring.skip",
    Item.OBSTACLE: "monitoring.none",
}
"""The words of the button that answers without words of one's own."""


async def act(turn: TurnContext, number: str, verb: str) -> None:
    """Carry out a button below the message that asked."""
    own = await service.own_questions(turn.session, turn.now, turn.conversation.id, int(number))
    if own is None:
        menu.offer(turn, "monitoring.gone")
    elif (closed := _closed(own)) is not None:
        turn.say(closed, *menu.main_rows(turn), quarter=own.quarter.label)
    elif verb == "refuse":
        await service.refuse(turn.session, turn.now, turn.conversation.id, own.id)
        turn.say("monitoring.refused", *menu.main_rows(turn), quarter=own.quarter.label)
    else:
        turn.state.detach()
        form = turn.state.start_form(FORM, _next(own) or SUMMARY)
        form.data[_QUESTION] = str(own.id)
        await ask(turn, form)


async def resume_row(turn: TurnContext) -> list[list[Button]]:
    """A row that offers to go on with answers that were begun; none without them."""
    begun = await service.begun_in_chat(turn.session, turn.now, turn.conversation.id)
    return [[turn.button("monitoring.resume", f"pm:{number}:begin")] for number in begun[:1]]


def offers_choice(form: Form) -> bool:
    """Whether a bare number means a button; where a number is asked it is the answer."""
    return form.step != Item.STAFF


async def ask(turn: TurnContext, form: Form, lead: str = "") -> None:
    """Put the present question, below the sentence `lead` if there is one."""
    own = await _own(turn, form)
    if own is None:
        return
    if form.step == SUMMARY:
        _ask_summary(turn, form, own)
        return
    item = Item(form.step)
    steps = _steps(own)
    number = steps.index(item) + 1 if item in steps else 1
    text = turn.texts(
        "monitoring.progress", number=number, total=len(steps), name=own.umkm, quarter=own.quarter.label
    )
    text += "\n\n" + turn.texts(f"monitoring.ask.{item.value}")
    if item.value in own.answers:
        text += "\n\n" + turn.texts(
            "monitoring.given", answer=_answer_words(turn, item, own.answers[item.value])
        )
    choices = _OPTIONS.get(item, {}).items()
    rows = [[Button(turn.texts(key), form_action(form, value))] for value, key in choices]
    if item in _PASSED:
        rows.append([turn.form_button(form, _PASSED[item], _NO_CHANGE)])
    cancel = turn.button("form.cancel", "cancel")
    rows.append([turn.form_button(form, "form.back", "back"), cancel] if number > 1 else [cancel])
    turn.turn.say(f"{lead}\n\n{text}" if lead else text, *rows)


async def answer(turn: TurnContext, form: Form, value: str, *, typed: bool) -> None:
    """Take the answer to the present question: a button's value, or words."""
    own = await _own(turn, form)
    if own is None:
        return
    if not typed and value == "back":
        form.step = _before(own, form.step)
        await ask(turn, form)
    elif form.step == SUMMARY:
        await _at_summary(turn, form, own, "" if typed else value)
    else:
        await _take(turn, form, own, value, typed=typed)


async def cancel(turn: TurnContext, form: Form) -> None:
    """Leave for now; what was answered stays until the quarter ends, and nobody reminds."""
    own = await _own(turn, form)
    if own is None:
        return
    turn.state.form = None
    turn.say(
        "monitoring.left",
        [turn.button("monitoring.resume", f"pm:{own.id}:begin")],
        [turn.button("monitoring.refuse", f"pm:{own.id}:refuse"), turn.button("menu.main", "menu")],
        until=format_date(own.quarter.last),
    )


async def _take(turn: TurnContext, form: Form, own: OwnQuestions, value: str, *, typed: bool) -> None:
    item = Item(form.step)
    given = value
    if typed and value.rstrip().endswith("?") and looks_like_a_question(value):
        await _aside(turn, form, value)
        return
    if not typed and value == _NO_CHANGE:
        given = NO_OBSTACLE if item is Item.OBSTACLE else ""
    elif typed and item in _PASSED and one_of(turn.texts, "monitoring.pass_words", value):
        given = ""
    elif item in _OPTIONS and value not in _OPTIONS[item]:
        await ask(turn, form, turn.texts("monitoring.unclear"))
        return
    try:
        own = await service.give_answer(turn.session, turn.now, turn.conversation.id, own.id, item, given)
    except DomainError as error:
        if error.code == "monitoring.question_gone":
            turn.state.form = None
            menu.offer(turn, "monitoring.gone")
            return
        key = "monitoring.number_only" if item is Item.STAFF else "monitoring.unclear"
        await ask(turn, form, turn.texts(key))
        return
    form.step = _next(own, item) or SUMMARY
    await ask(turn, form)


async def _aside(turn: TurnContext, form: Form, text: str) -> None:
    """Answer a question that comes in between, and go on."""
    await asking.question(turn, text)
    if turn.state.form is form:
        await ask(turn, form, turn.texts("monitoring.on_with_it"))


async def _at_summary(turn: TurnContext, form: Form, own: OwnQuestions, value: str) -> None:
    if value != "send":
        await ask(turn, form)
        return
    own = await service.send_answers(turn.session, turn.now, turn.conversation.id, own.id)
    await telling.answered(turn.context, turn.session, own)
    turn.state.form = None
    turn.say("monitoring.sent", *menu.main_rows(turn), office=own.office)


def _ask_summary(turn: TurnContext, form: Form, own: OwnQuestions) -> None:
    lines = [
        turn.texts(
            "monitoring.line", label=item.label, answer=_answer_words(turn, item, own.answers.get(item, ""))
        )
        for item in _steps(own)
    ]
    turn.say(
        "monitoring.summary",
        [turn.form_button(form, "monitoring.send", "send")],
        [turn.form_button(form, "form.back", "back"), turn.button("form.cancel", "cancel")],
        name=own.umkm,
        quarter=own.quarter.label,
        answers="\n".join(lines),
    )


def _answer_words(turn: TurnContext, item: Item, value: str) -> str:
    """An answer as its person chose or wrote it."""
    if not value:
        changed_not = _PASSED.get(item) == "monitoring.no_change"
        return turn.texts("monitoring.no_change" if changed_not else "monitoring.skipped")
    return turn.texts(_OPTIONS[item][value]) if item in _OPTIONS else value


async def _own(turn: TurnContext, form: Form) -> OwnQuestions | None:
    """The questions of the form; where they are gone or over, the form ends with a word on that."""
    number = form.data.get(_QUESTION, "")
    own = (
        await service.own_questions(turn.session, turn.now, turn.conversation.id, int(number))
        if number.isdecimal()
        else None
    )
    closed = "monitoring.gone" if own is None else _closed(own)
    if own is None or closed is not None:
        turn.state.form = None
        quarter = own.quarter.label if own else ""
        turn.say(closed or "monitoring.gone", *menu.main_rows(turn), quarter=quarter)
        return None
    return own


def _closed(own: OwnQuestions) -> str | None:
    """The sentence for questions that nobody can answer any more."""
    if own.status is Asking.ANSWERED:
        return "monitoring.already_sent"
    if own.status in (Asking.REFUSED, Asking.ERASED):
        return "monitoring.already_refused"
    return "monitoring.over" if own.over else None


def _steps(own: OwnQuestions) -> tuple[Item, ...]:
    """The questions that fit what was answered so far."""
    if own.answers.get(Item.EXISTENCE) == Existence.STOPPED:
        return _STOPPED
    never = own.answers.get(Item.EXPORT) == ExportStatus.NONE
    return tuple(item for item in _GOES_ON if not (never and item is Item.EXPORT_NOTE))


def _next(own: OwnQuestions, after: Item | None = None) -> Item | None:
    """The first question without an answer, from the one `after` on; None when all are answered."""
    steps = _steps(own)
    start = steps.index(after) + 1 if after in steps else 0
    return next((item for item in steps[start:] if item.value not in own.answers), None)


def _before(own: OwnQuestions, step: str) -> str:
    steps = _steps(own)
    if step == SUMMARY:
        return steps[-1].value
    place = steps.index(Item(step)) if Item(step) in steps else 0
    return steps[max(place - 1, 0)].value
