"""The quarterly survey in a chat: a question at a time, free words, sent once.

What the person answers must not stay in the conversation: their words are not stored as messages
(`forms.keeps_words`), and no question or summary repeats an answer.
"""

from typing import Final

from afk_core.infra.errors import DomainError
from afk_core.offices.service import list_offices, office_by_id
from afk_core.rules.dates import format_short_date
from afk_core.rules.satisfaction import SCORES, Element
from afk_core.satisfaction import service
from afk_core.satisfaction.survey import REMARK, Respondent, SurveyDraft
from bot.conversation.flows import ask as asking
from bot.conversation.flows import menu
from bot.conversation.flows.assess_understand import closest_label, looks_like_a_question
from bot.conversation.messages import Button
from bot.conversation.state import Form
from bot.conversation.turn import TurnContext, form_action
from bot.problems import problem_text

FORM: Final = "survey"
CHECK: Final = "kirim"
CHANGE: Final = "ubah"
ELEMENTS: Final = tuple(element.value for element in Element)
"""The steps of the nine questions."""

_KEEP: Final = "same"


async def open_door(turn: TurnContext) -> None:
    """Offer what can be done now: begin or go on; who has answered is told when the next survey opens."""
    draft = await _draft(turn)
    if draft is not None and draft.values:
        turn.say(
            "survey.resume_offer",
            [turn.button("survey.resume", "sv:resume")],
            [turn.button("survey.restart", "sv:begin"), turn.button("menu.main", "menu")],
            office=(await office_by_id(turn.session, draft.office_id)).name,
            done=draft.answered,
        )
        return
    office = await turn.office()
    if await service.has_answered(turn.session, turn.now, _who(turn), office.id):
        await _taken(turn, office.id)
        return
    period = await service.present_quarter(turn.session, turn.now, office.id)
    turn.say(
        "survey.intro",
        [turn.button("survey.begin", "sv:begin")],
        [turn.button("menu.main", "menu")],
        office=office.name,
        period=period.label,
        notice=turn.texts("survey.notice"),
    )


async def act(turn: TurnContext, verb: str) -> None:
    """Carry out a button that stands outside of the form."""
    match verb:
        case "open":
            await open_door(turn)
        case "begin":
            await _begin(turn)
        case "resume":
            await _resume(turn)
        case "discard":
            await service.discard(turn.session, turn.conversation.id)
            turn.state.form = None
            menu.offer(turn, "survey.discarded")
        case "later":
            menu.offer(turn, "survey.later_said")
        case _:
            menu.offer(turn, "ask.stale_button")


async def open_for(turn: TurnContext, office_id: int) -> None:
    """Open the survey about an office that the person was asked to rate."""
    if office_id in {office.id for office in await list_offices(turn.session)}:
        turn.conversation.office_id = office_id
    await open_door(turn)


async def offer(turn: TurnContext, office_id: int) -> None:
    """Ask whether the person would answer, once a quarter and never again in it."""
    period = await service.present_quarter(turn.session, turn.now, office_id)
    if turn.state.survey_offered == period.key:
        return
    turn.state.survey_offered = period.key
    if await service.has_answered(turn.session, turn.now, _who(turn), office_id):
        return
    turn.say(
        "survey.offer",
        [turn.button("survey.begin", f"sv:at:{office_id}"), turn.button("survey.later", "sv:later")],
        office=(await office_by_id(turn.session, office_id)).name,
    )


async def resume_row(turn: TurnContext) -> list[list[Button]]:
    """A row that offers to go on with a draft; none without one."""
    draft = await _draft(turn)
    return [[turn.button("survey.resume", "sv:resume")]] if draft is not None and draft.values else []


def offers_choice(form: Form) -> bool:
    """Whether a bare number means a button here; in the remark it is part of the words."""
    return form.step != REMARK


async def ask(turn: TurnContext, form: Form, lead: str = "") -> None:
    """Put the present question, below the sentence `lead` if there is one."""
    draft = await _draft(turn)
    if draft is None:
        await _gone(turn)
    elif form.step == CHECK:
        turn.turn.say(
            _below(lead, turn.texts("survey.check")),
            [turn.form_button(form, "survey.send", "send")],
            [turn.form_button(form, "survey.change", "change"), turn.button("form.cancel", "cancel")],
        )
    elif form.step == CHANGE:
        rows = [[Button(f"{each.code} {each.label}", form_action(form, each.value))] for each in Element]
        rows.append([turn.form_button(form, "survey.change_remark", REMARK)])
        turn.turn.say(_below(lead, turn.texts("survey.change_which")), *rows, _foot(turn, form))
    elif form.step == REMARK:
        text = f"{turn.texts('survey.remark')}\n\n{turn.texts('survey.remark_hint')}"
        turn.turn.say(_below(lead, text), *_remark_rows(turn, form, draft))
    else:
        _ask_element(turn, form, draft, lead)


async def answer(turn: TurnContext, form: Form, value: str, *, typed: bool) -> None:
    """Take the answer to the present question: a button's value, or words."""
    draft = await _draft(turn)
    if draft is None:
        await _gone(turn)
    elif typed:
        await _typed(turn, form, value.strip())
    elif value == "back":
        form.step = _before(form.step)
        await ask(turn, form)
    elif form.step == CHECK:
        await _at_check(turn, form, value)
    elif form.step == CHANGE:
        form.step = value if value in (*ELEMENTS, REMARK) else CHANGE
        await ask(turn, form)
    elif form.step == REMARK:
        await _take_remark(turn, form, draft.values.get(REMARK, "") if value == _KEEP else "")
    elif value == _KEEP:
        await _go_on(turn, form, draft)
    else:
        await _take(turn, form, value)


async def cancel(turn: TurnContext, form: Form) -> None:
    """Stop for now; the answers stay until the quarter ends, or are removed at once."""
    draft = await _draft(turn)
    turn.state.form = None
    if draft is None or not draft.values:
        await service.discard(turn.session, turn.conversation.id)
        menu.offer(turn, "menu.cancelled")
        return
    turn.say(
        "survey.paused",
        [turn.button("survey.resume", "sv:resume"), turn.button("survey.discard", "sv:discard")],
        [turn.button("menu.main", "menu")],
        done=draft.answered,
        until=format_short_date(draft.period.last),
    )


async def _begin(turn: TurnContext) -> None:
    office = await turn.office()
    turn.state.detach()
    try:
        await service.begin(turn.session, turn.now, _who(turn), office.id)
    except DomainError:
        await _taken(turn, office.id)
        return
    await ask(turn, turn.state.start_form(FORM, ELEMENTS[0]))


async def _resume(turn: TurnContext) -> None:
    draft = await _draft(turn)
    if draft is None:
        await _gone(turn)
        return
    turn.state.detach()
    form = turn.state.start_form(FORM, _next(draft))
    await ask(turn, form, turn.texts("survey.resumed"))


async def _take(turn: TurnContext, form: Form, value: str) -> None:
    try:
        draft = await service.answer(turn.session, turn.now, turn.conversation.id, form.step, value)
    except DomainError as error:
        await ask(turn, form, problem_text(error))
        return
    await _go_on(turn, form, draft)


async def _take_remark(turn: TurnContext, form: Form, words: str) -> None:
    try:
        await service.remark(turn.session, turn.now, turn.conversation.id, words)
    except DomainError as error:
        await ask(turn, form, problem_text(error))
        return
    form.step = CHECK
    await ask(turn, form)


async def _go_on(turn: TurnContext, form: Form, draft: SurveyDraft) -> None:
    """The next question; who came back to change one answer goes to where they were."""
    place = ELEMENTS.index(form.step) + 1
    following = ELEMENTS[place] if place < len(ELEMENTS) else None
    if REMARK in draft.values or following is None or following in draft.values:
        form.step = _next(draft)
    else:
        form.step = following
    await ask(turn, form)


async def _typed(turn: TurnContext, form: Form, text: str) -> None:
    if form.step == REMARK:
        await _take_remark(turn, form, text)
        return
    labels = {str(score): _option(turn, form.step, score) for score in SCORES}
    value = closest_label(text, labels) if form.step in ELEMENTS else None
    if value is not None:
        await _take(turn, form, value)
    elif looks_like_a_question(text):
        await asking.question(turn, text)
        if turn.state.form is form:
            await ask(turn, form, turn.texts("survey.on_with_it"))
    else:
        await ask(turn, form, turn.texts("survey.unclear" if form.step in ELEMENTS else "form.choose"))


async def _at_check(turn: TurnContext, form: Form, value: str) -> None:
    if value == "change":
        form.step = CHANGE
        await ask(turn, form)
        return
    draft = await _draft(turn)
    try:
        period = await service.send(turn.session, turn.now, _who(turn))
    except DomainError as error:
        if error.code == "survey.incomplete" and draft is not None:
            form.step = _next(draft)
            await ask(turn, form, problem_text(error))
            return
        turn.state.form = None
        menu.offer(turn, "survey.no_draft")
        return
    turn.state.form = None
    office = await (turn.office() if draft is None else office_by_id(turn.session, draft.office_id))
    turn.say("survey.thanks", [turn.button("menu.main", "menu")], period=period.label, office=office.name)


def _ask_element(turn: TurnContext, form: Form, draft: SurveyDraft, lead: str) -> None:
    element = Element(form.step)
    head = turn.texts("survey.progress", number=ELEMENTS.index(form.step) + 1, element=element.label)
    text = f"{head}\n\n{turn.texts(f'survey.question.{form.step}')}"
    rows = [[Button(_option(turn, form.step, score), form_action(form, str(score)))] for score in SCORES]
    if form.step in draft.values:
        text += "\n\n" + turn.texts("survey.answered_before")
        rows.append([turn.form_button(form, "survey.same", _KEEP)])
    first = form.step == ELEMENTS[0]
    foot = [turn.button("form.cancel", "cancel")] if first else _foot(turn, form)
    turn.turn.say(_below(lead, text), *rows, foot)


def _remark_rows(turn: TurnContext, form: Form, draft: SurveyDraft) -> list[list[Button]]:
    if draft.values.get(REMARK):
        keep = [
            turn.form_button(form, "survey.remark_same", _KEEP),
            turn.form_button(form, "survey.remark_none", "skip"),
        ]
        return [keep, _foot(turn, form)]
    return [[turn.form_button(form, "survey.remark_skip", "skip")], _foot(turn, form)]


def _option(turn: TurnContext, element: str, score: int) -> str:
    return turn.texts(f"survey.option.{element}_{score}")


def _next(draft: SurveyDraft) -> str:
    """The first step that is open."""
    if draft.next_open is not None:
        return draft.next_open.value
    return CHECK if REMARK in draft.values else REMARK


def _before(step: str) -> str:
    """The step before `step`."""
    order = (*ELEMENTS, REMARK, CHECK, CHANGE)
    return order[max(order.index(step) - 1, 0)] if step in order else CHECK


def _foot(turn: TurnContext, form: Form) -> list[Button]:
    return [turn.form_button(form, "form.back", "back"), turn.button("form.cancel", "cancel")]


def _below(lead: str, text: str) -> str:
    return f"{lead}\n\n{text}" if lead else text


async def _gone(turn: TurnContext) -> None:
    turn.state.form = None
    turn.say("survey.no_draft", [turn.button("survey.begin", "sv:open")], [turn.button("menu.main", "menu")])


async def _taken(turn: TurnContext, office_id: int) -> None:
    period = await service.present_quarter(turn.session, turn.now, office_id)
    code = (await office_by_id(turn.session, office_id)).code
    address = f"{turn.context.settings.base_url}/survei/hasil/{code}"
    words = turn.texts("survey.taken", period=period.label, next=format_short_date(period.after().first))
    turn.turn.say(
        f"{words}\n\n{turn.texts('survey.results', address=address)}", [turn.button("menu.main", "menu")]
    )


async def _draft(turn: TurnContext) -> SurveyDraft | None:
    return await service.find_draft(turn.session, turn.now, turn.conversation.id)


def _who(turn: TurnContext) -> Respondent:
    conversation = turn.conversation
    return Respondent(conversation.channel, conversation.address, conversation.id)
