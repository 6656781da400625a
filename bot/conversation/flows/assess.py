"""The self-assessment in a chat: begin or resume, a question at a time, the summary, the result."""

from afk_core.infra.errors import DomainError
from afk_core.offices.service import office_zone
from afk_core.rules.lampiran_c import CODES, Aspect, items_of
from afk_core.umkm.assess import service, steps
from afk_core.umkm.assess.assessment import AssessmentDraft
from bot.assess import words
from bot.conversation.flows import ask as asking
from bot.conversation.flows import assess_result, menu
from bot.conversation.flows.assess_understand import WHICH, looks_like_a_question, understood
from bot.conversation.meaning import one_of
from bot.conversation.messages import Button
from bot.conversation.state import Form
from bot.conversation.turn import TurnContext, form_action
from bot.problems import problem_text

FORM = "assess"
SUMMARY = "ringkasan"
CHANGE = "ubah"
_EXPORT = "ekspor"


async def open_door(turn: TurnContext) -> None:
    """Offer what can be done now: begin, go on, or look at and renew the last result."""
    draft = await _draft(turn)
    last = await service.latest_result(turn.session, turn.conversation.id)
    main = turn.button("menu.main", "menu")
    if draft is not None and draft.values:
        turn.say(
            "assess.resume_offer",
            [turn.button("assess.resume", "as:resume")],
            [turn.button("assess.restart", "as:begin"), main],
            done=steps.answered_items(draft.values),
        )
    elif last is not None:
        tz = await office_zone(turn.session, last.office_id)
        turn.say(
            "assess.again",
            [turn.button("assess.from_last", "as:update"), turn.button("assess.restart", "as:begin")],
            [turn.button("assess.last", "as:last"), turn.button("assess.history", "as:history")],
            [main],
            klaster=words.klaster_words(last.klaster, last.sub_klaster),
            date=words.date_words(last.finished_at, tz),
        )
    else:
        turn.say(
            "assess.intro",
            [turn.button("assess.begin", "as:begin")],
            [turn.button("assess.read", "t:umkm-klaster"), main],
            office=(await turn.office()).name,
        )


async def act(turn: TurnContext, verb: str) -> None:
    """Carry out a button that stands outside of the form."""
    match verb:
        case "begin":
            await _begin(turn, {})
        case "update":
            last = await service.latest_result(turn.session, turn.conversation.id)
            await _begin(turn, {} if last is None else dict(last.values))
        case "resume":
            await _resume(turn)
        case "discard":
            await service.discard(turn.session, turn.conversation.id)
            turn.state.form = None
            menu.offer(turn, "assess.discarded")
        case "last":
            await assess_result.show_last(turn)
        case "history":
            await assess_result.show_history(turn)
        case _:
            menu.offer(turn, "ask.stale_button")


async def resume_row(turn: TurnContext) -> list[list[Button]]:
    """A row that offers to go on with a draft; none without one."""
    draft = await _draft(turn)
    return [[turn.button("assess.resume", "as:resume")]] if draft is not None and draft.values else []


async def question(turn: TurnContext) -> str | None:
    """What an officer is asked by who wants to talk about the last result; None without one."""
    last = await service.latest_result(turn.session, turn.conversation.id)
    if last is None:
        return None
    return turn.texts("assess.question", klaster=words.klaster_words(last.klaster, last.sub_klaster))


def offers_choice(form: Form) -> bool:
    """Whether a bare number means a button here; where a number is asked it is the answer."""
    return form.step not in steps.COUNTS


async def ask(turn: TurnContext, form: Form, lead: str = "") -> None:
    """Put the present question, below the sentence `lead` if there is one."""
    draft = await _draft(turn)
    if draft is None:
        _gone(turn)
        return
    if form.step not in (SUMMARY, CHANGE) and form.step not in steps.path(draft.values):
        form.step = steps.next_open(draft.values) or SUMMARY
    if form.step == SUMMARY:
        _ask_summary(turn, form, draft, lead)
    elif form.step == CHANGE:
        _ask_change(turn, form, lead)
    else:
        turn.turn.say(_question(turn, form.step, draft, lead), *_rows(turn, form, draft))


async def answer(turn: TurnContext, form: Form, value: str, *, typed: bool) -> None:
    """Take the answer to the present question: a button's value, or words."""
    draft = await _draft(turn)
    if draft is None:
        _gone(turn)
    elif typed:
        await _typed(turn, form, draft, value.strip())
    elif value == "back":
        await _back(turn, form, draft)
    elif value == "annex" and form.step in CODES:
        await ask(turn, form, words.annex(turn.texts, form.step))
    elif form.step == SUMMARY:
        await _at_summary(turn, form, value)
    elif form.step == CHANGE:
        await _chosen_to_change(turn, form, draft, value)
    else:
        await _take(turn, form, value)


async def cancel(turn: TurnContext, form: Form) -> None:
    """Stop for now; the answers stay until they are too old, or are removed at once."""
    draft = await _draft(turn)
    turn.state.form = None
    if draft is None or not draft.values:
        await service.discard(turn.session, turn.conversation.id)
        menu.offer(turn, "menu.cancelled")
        return
    tz = await office_zone(turn.session, (await turn.office()).id)
    turn.say(
        "assess.paused",
        [turn.button("assess.resume", "as:resume"), turn.button("assess.discard", "as:discard")],
        [turn.button("menu.main", "menu")],
        done=steps.answered_items(draft.values),
        until=words.date_words(draft.updated_at + service.DRAFT_LASTS, tz),
    )


async def _begin(turn: TurnContext, values: dict[str, str]) -> None:
    office = await turn.office()
    turn.state.detach()
    draft = await service.begin(turn.session, turn.now, turn.conversation.id, office.id, values)
    form = turn.state.start_form(FORM, steps.next_open(draft.values) or SUMMARY)
    await ask(turn, form)


async def _resume(turn: TurnContext) -> None:
    draft = await _draft(turn)
    if draft is None:
        _gone(turn)
        return
    turn.state.detach()
    form = turn.state.start_form(FORM, steps.next_open(draft.values) or SUMMARY)
    await ask(turn, form, turn.texts("assess.resumed"))


async def _take(turn: TurnContext, form: Form, value: str) -> None:
    try:
        draft = await service.answer(turn.session, turn.now, turn.conversation.id, form.step, value)
    except DomainError as error:
        await ask(turn, form, problem_text(error))
        return
    form.step = steps.next_open(draft.values, form.step) or SUMMARY
    await ask(turn, form)


async def _typed(turn: TurnContext, form: Form, draft: AssessmentDraft, text: str) -> None:
    code = text.casefold().replace(" ", "")
    if form.step in (SUMMARY, CHANGE):
        if code in steps.path(draft.values):
            form.step = code
            await ask(turn, form)
        else:
            await _aside(turn, form, text, "assess.no_such_item")
        return
    if form.step in CODES and one_of(turn.texts, "assess.words.explain", text):
        await ask(turn, form, words.annex(turn.texts, form.step))
        return
    value = understood(turn.texts, form.step, text)
    if value == WHICH:
        await ask(turn, form, turn.texts("assess.which"))
    elif value is not None and not _asks(text, value, form.step):
        await _take(turn, form, value)
    elif form.step in steps.COUNTS and not looks_like_a_question(text):
        await _take(turn, form, text[:20] or "-")
    else:
        await _aside(turn, form, text, "assess.unclear")


def _asks(text: str, value: str, step: str) -> bool:
    """Whether words that could be an answer are a question all the same ("sudah punya NPWP itu apa?")."""
    return step not in steps.COUNTS and text.rstrip().endswith("?") and len(text.split()) > 1 and bool(value)


async def _aside(turn: TurnContext, form: Form, text: str, otherwise: str) -> None:
    """Answer a question that comes in between and go on; say `otherwise` to what is none."""
    if not looks_like_a_question(text):
        await ask(turn, form, turn.texts(otherwise))
        return
    await asking.question(turn, text)
    if turn.state.form is form:
        await ask(turn, form, turn.texts("assess.on_with_it"))


async def _back(turn: TurnContext, form: Form, draft: AssessmentDraft) -> None:
    if form.step == CHANGE:
        form.step = SUMMARY
    else:
        form.step = steps.previous(draft.values, form.step) or steps.EVER
    await ask(turn, form)


async def _at_summary(turn: TurnContext, form: Form, value: str) -> None:
    if value == "change":
        form.step = CHANGE
        await ask(turn, form)
        return
    try:
        result = await service.finish(turn.session, turn.now, turn.conversation.id, (await turn.office()).id)
    except DomainError as error:
        form.step = SUMMARY
        draft = await _draft(turn)
        if draft is not None:
            form.step = steps.next_open(draft.values) or SUMMARY
        await ask(turn, form, problem_text(error))
        return
    turn.state.form = None
    await assess_result.show(turn, result)


async def _chosen_to_change(turn: TurnContext, form: Form, draft: AssessmentDraft, value: str) -> None:
    """An aspect opens its items; a step is asked again."""
    if value in steps.path(draft.values):
        form.step = value
        await ask(turn, form)
        return
    known = {str(aspect.value): [item.code for item in items_of(aspect)] for aspect in Aspect}
    known[_EXPORT] = [step for step in steps.path(draft.values) if step not in CODES]
    if value not in known:
        await ask(turn, form)
        return
    rows = [[turn.form_button(form, f"assess.short.{step}", step)] for step in known[value]]
    turn.say("assess.change_which", *rows, _foot(turn, form))


def _ask_summary(turn: TurnContext, form: Form, draft: AssessmentDraft, lead: str) -> None:
    listed = "\n".join(words.answer_lines(turn.texts, draft.values))
    text = turn.texts("assess.summary", answers=listed)
    turn.turn.say(
        _below(lead, text),
        [turn.form_button(form, "assess.finish", "finish")],
        [turn.form_button(form, "assess.change", "change"), turn.button("form.cancel", "cancel")],
    )


def _ask_change(turn: TurnContext, form: Form, lead: str) -> None:
    buttons = [Button(aspect.label, form_action(form, str(aspect.value))) for aspect in Aspect]
    export = turn.form_button(form, "assess.change_export", _EXPORT)
    rows = [[button] for button in (export, *buttons)]
    turn.turn.say(_below(lead, turn.texts("assess.change_which")), *rows, _foot(turn, form))


def _question(turn: TurnContext, step: str, draft: AssessmentDraft, lead: str) -> str:
    text = f"{words.progress(turn.texts, step)}\n\n{words.question(turn.texts, step)}"
    if step in draft.values:
        given = words.option_words(turn.texts, step, draft.values[step])
        text += "\n\n" + turn.texts("assess.your_answer", answer=given)
    return _below(lead, text)


def _rows(turn: TurnContext, form: Form, draft: AssessmentDraft) -> list[list[Button]]:
    rows = [
        [Button(words.option_words(turn.texts, form.step, value), form_action(form, value))]
        for value in steps.options(form.step)
    ]
    if form.step in steps.COUNTS:
        rows = [[turn.form_button(form, "assess.unknown_number", "0")]]
    if form.step in CODES:
        rows.append([turn.form_button(form, "assess.annex", "annex")])
    if steps.previous(draft.values, form.step) is None:
        return [*rows, [turn.button("form.cancel", "cancel")]]
    return [*rows, _foot(turn, form)]


def _foot(turn: TurnContext, form: Form) -> list[Button]:
    return [turn.form_button(form, "form.back", "back"), turn.button("form.cancel", "cancel")]


def _below(lead: str, text: str) -> str:
    return f"{lead}\n\n{text}" if lead else text


def _gone(turn: TurnContext) -> None:
    turn.state.form = None
    turn.say("assess.no_draft", [turn.button("assess.begin", "as:begin")], [turn.button("menu.main", "menu")])


async def _draft(turn: TurnContext) -> AssessmentDraft | None:
    return await service.find_draft(turn.session, turn.now, turn.conversation.id)
