"""The daftar isian in a chat: consent, a question at a time, the summary, sending (Lampiran E)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from afk_core.infra.errors import DomainError
from afk_core.rules.dates import format_short_date
from afk_core.rules.registration import DRAFT_DAYS, FieldError
from afk_core.umkm import service as umkm
from afk_core.umkm import steps
from afk_core.umkm.assess.service import latest_result
from afk_core.umkm.masking import klaster_text
from afk_core.umkm.registration import DraftView
from bot.conversation.flows import ask as asking
from bot.conversation.flows import menu, register_own
from bot.conversation.meaning import meaning_of
from bot.conversation.messages import Button
from bot.conversation.state import Form
from bot.conversation.turn import TurnContext, form_action
from bot.problems import problem_text
from bot.umkm import filling, words
from bot.umkm.telling import office_told

FORM = "register"
CONSENT = "setuju"
SUMMARY = "periksa"
CHANGE = "ubah"
_AREA_BUTTONS = 6


async def open_door(turn: TurnContext) -> None:
    """Offer what can be done now: begin, go on, or look at what was sent."""
    draft = await _draft(turn)
    main = turn.button("menu.main", "menu")
    sent = await umkm.own_registrations(turn.session, turn.conversation.id)
    status = [[turn.button("register.status", "rg:list")]] if sent else []
    if draft is not None:
        turn.say(
            "register.resume_offer",
            [turn.button("register.resume", "rg:resume")],
            *status,
            [turn.button("register.restart", "rg:restart"), main],
            done=steps.answered(draft.data),
            total=len(steps.path(draft.data)),
        )
    elif sent:
        await register_own.show_all(turn)
    else:
        if await umkm.has_expired_draft(turn.session, turn.now, turn.conversation.id):
            await umkm.drop_draft(turn.session, turn.conversation.id)
            turn.say("register.expired", days=DRAFT_DAYS)
        turn.say(
            "register.intro",
            [turn.button("register.begin", "rg:begin")],
            [turn.button("register.read", "t:umkm-binaan:syarat")],
            [turn.button("register.ask_officer", "h:register"), main],
            office=(await turn.office()).name,
        )


async def act(turn: TurnContext, verb: str) -> None:
    """Carry out a button that stands outside of the form."""
    match verb:
        case "begin":
            await _start(turn)
        case "restart":
            await umkm.drop_draft(turn.session, turn.conversation.id)
            await _start(turn)
        case "resume":
            await resume(turn)
        case "discard":
            await umkm.drop_draft(turn.session, turn.conversation.id)
            menu.offer(turn, "register.discarded")
        case "list":
            await register_own.show_all(turn)
        case _:
            menu.offer(turn, "ask.stale_button")


async def resume_row(turn: TurnContext) -> list[list[Button]]:
    """A row that offers to go on with a draft; none without one."""
    draft = await _draft(turn)
    begun = draft is not None and steps.answered(draft.data)
    return [[turn.button("register.resume", "rg:resume")]] if begun else []


async def resume(turn: TurnContext) -> None:
    """Go on with the draft where it was left."""
    draft = await _draft(turn)
    if draft is None:
        _gone(turn)
        return
    form = turn.state.start_form(FORM, steps.next_open(draft.data) or SUMMARY)
    await ask(turn, form)


def offers_choice(form: Form) -> bool:
    """Whether a bare number means a button here; where words or a number are asked it is the answer."""
    return form.step in (CONSENT, SUMMARY, CHANGE, "klaster", "sub_klaster", "kategori", "kabupaten")


async def ask(turn: TurnContext, form: Form, lead: str = "") -> None:
    """Put the present question, below the sentence `lead` if there is one."""
    if form.step == CONSENT:
        _ask_consent(turn, form, lead)
        return
    draft = await _draft(turn)
    if draft is None:
        _gone(turn)
        return
    if form.step not in (SUMMARY, CHANGE) and form.step not in steps.path(draft.data):
        form.step = steps.next_open(draft.data) or SUMMARY
    if form.step == SUMMARY:
        await _ask_summary(turn, form, draft, lead)
    elif form.step == CHANGE:
        _ask_change(turn, form, draft, lead)
    else:
        await _ask_step(turn, form, draft, lead)


async def answer(turn: TurnContext, form: Form, value: str, *, typed: bool) -> None:
    """Take the answer to the present question: a button's value, or words."""
    if form.step == CONSENT:
        await _consent(turn, form, meaning_of(turn.texts, value) or "" if typed else value)
        return
    draft = await _draft(turn)
    if draft is None:
        _gone(turn)
    elif not typed and value == "back":
        await _back(turn, form, draft)
    elif form.step == SUMMARY:
        await _at_summary(turn, form, draft, value)
    elif form.step == CHANGE:
        form.step = value if value in steps.path(draft.data) else CHANGE
        await ask(turn, form)
    else:
        await _take(turn, form, draft, value, typed=typed)


async def cancel(turn: TurnContext, form: Form) -> None:
    """Stop for now; what was filled in stays until it is too old, or is removed at once."""
    draft = await _draft(turn) if form.step != CONSENT else None
    turn.state.form = None
    if draft is None or not steps.answered(draft.data):
        await umkm.drop_draft(turn.session, turn.conversation.id)
        menu.offer(turn, "menu.cancelled")
        return
    tz = ZoneInfo((await turn.office()).time_zone)
    until = (draft.updated_at + timedelta(days=DRAFT_DAYS)).astimezone(tz).date()
    turn.say(
        "register.paused",
        [turn.button("register.resume", "rg:resume"), turn.button("register.pausing_removes", "rg:discard")],
        [turn.button("menu.main", "menu")],
        done=steps.answered(draft.data),
        total=len(steps.path(draft.data)),
        until=format_short_date(until),
    )


async def _start(turn: TurnContext) -> None:
    turn.state.detach()
    if await _draft(turn) is not None:
        await resume(turn)
        return
    await ask(turn, turn.state.start_form(FORM, CONSENT))


def _ask_consent(turn: TurnContext, form: Form, lead: str) -> None:
    text = turn.texts("register.consent", days=DRAFT_DAYS)
    choices = [
        turn.form_button(form, "register.agree", "yes"),
        turn.form_button(form, "register.refuse", "no"),
    ]
    turn.turn.say(_below(lead, text), choices, [turn.button("form.cancel", "cancel")])


async def _consent(turn: TurnContext, form: Form, value: str) -> None:
    if value == "yes":
        data = await filling.first_suggestions(turn.session, turn.conversation.id)
        await filling.begin(turn.session, turn.now, turn.conversation.id, data)
        form.step = steps.STEPS[0]
        await ask(turn, form)
    elif value == "no":
        turn.state.form = None
        turn.say("register.refused", *menu.main_rows(turn))
    else:
        await ask(turn, form, turn.texts("form.choose"))


async def _take(turn: TurnContext, form: Form, draft: DraftView, value: str, *, typed: bool) -> None:
    step, now, chat = form.step, turn.now, turn.conversation.id
    if typed and _asks(value):
        await asking.question(turn, value)
        if turn.state.form is form:
            await ask(turn, form, turn.texts("register.on_with_it"))
        return
    none = words.says_none(turn.texts, value) if typed else value == "none"
    if not typed and value == "keep":
        value = steps.current(draft.data, step)
    try:
        if none and step in steps.MAY_LACK:
            kept = await filling.answer_none(turn.session, now, chat, draft, step)
        else:
            kept = await filling.answer(turn.session, now, chat, draft, step, _meant(turn, step, value))
    except FieldError as error:
        await ask(turn, form, words.fault_words(turn.texts, error.code))
        return
    form.step = steps.next_open(kept.data) or SUMMARY
    await ask(turn, form)


def _asks(text: str) -> bool:
    """Whether the person asks something rather than answers; no field of the form ends so."""
    return text.rstrip().endswith("?") and len(text.split()) > 1


def _meant(turn: TurnContext, step: str, value: str) -> str:
    """The value of an option whose label was typed; otherwise what was typed."""
    labels = {words.value_words(turn.texts, step, each).casefold(): each for each in steps.options(step)}
    return labels.get(value.strip().casefold(), value)


async def _back(turn: TurnContext, form: Form, draft: DraftView) -> None:
    if form.step == CHANGE:
        form.step = SUMMARY
    else:
        form.step = steps.previous(draft.data, form.step) or steps.STEPS[0]
    await ask(turn, form)


async def _at_summary(turn: TurnContext, form: Form, draft: DraftView, value: str) -> None:
    if value == "change":
        form.step = CHANGE
        await ask(turn, form)
        return
    if value != "send":
        await ask(turn, form, turn.texts("form.choose"))
        return
    office = await turn.office()
    try:
        change = await filling.send(turn.session, turn.now, turn.conversation, draft, office)
    except DomainError as error:
        form.step = steps.next_open(draft.data) or SUMMARY
        await ask(turn, form, problem_text(error))
        return
    turn.state.form = None
    await office_told(turn.context, turn.session, change)
    await register_own.say_sent(turn, change, mended=steps.REGISTRATION in draft.data)


async def _ask_step(turn: TurnContext, form: Form, draft: DraftView, lead: str) -> None:
    number, total = steps.progress(draft.data, form.step)
    text = turn.texts("register.progress", number=number, total=total)
    text += "\n\n" + turn.texts(f"register.ask.{form.step}")
    now = steps.current(draft.data, form.step)
    if form.step == "klaster" and steps.ASSESSMENT in draft.data:
        text += "\n\n" + await _suggestion(turn)
    elif now:
        shown = words.value_words(turn.texts, form.step, now)
        text += "\n\n" + turn.texts("register.current", value=shown)
    turn.turn.say(_below(lead, text), *await _rows(turn, form, draft, now))


async def _suggestion(turn: TurnContext) -> str:
    """What the person's own assessment suggested, and that it is a suggestion."""
    result = await latest_result(turn.session, turn.conversation.id)
    if result is None:
        return ""
    tz = ZoneInfo((await turn.office()).time_zone)
    return turn.texts(
        "register.suggestion",
        date=format_short_date(result.finished_at.astimezone(tz).date()),
        klaster=klaster_text(result.klaster.value, result.sub_klaster.value if result.sub_klaster else ""),
    )


async def _rows(turn: TurnContext, form: Form, draft: DraftView, now: str) -> list[list[Button]]:
    rows = [
        [Button(words.value_words(turn.texts, form.step, value), form_action(form, value))]
        for value in steps.options(form.step)
    ]
    if form.step == "kabupaten":
        rows = await _areas(turn, form)
    if now:
        rows.append([turn.form_button(form, "register.keep", "keep")])
    if form.step in steps.MAY_LACK:
        rows.append([turn.form_button(form, "register.none_yet", "none")])
    cancel_button = turn.button("form.cancel", "cancel")
    if steps.previous(draft.data, form.step) is None:
        return [*rows, [cancel_button]]
    return [*rows, [turn.form_button(form, "form.back", "back"), cancel_button]]


async def _areas(turn: TurnContext, form: Form) -> list[list[Button]]:
    """The areas of the chat's office, to press instead of to write."""
    names = [area.name for area in (await turn.office()).served_areas][:_AREA_BUTTONS]
    buttons = [Button(name, form_action(form, name)) for name in names if ":" not in name]
    return [[button] for button in buttons if len(button.action.encode()) <= 64]


async def _ask_summary(turn: TurnContext, form: Form, draft: DraftView, lead: str) -> None:
    lines = "\n".join(
        turn.texts("register.line", label=label, value=value)
        for _step, label, value in words.summary_lines(turn.texts, draft.data)
    )
    goes_to = await filling.destination(turn.session, draft.data, await turn.office())
    needs = filling.lacks_nib(draft.data)
    text = turn.texts(
        "register.summary",
        lines=lines,
        office=goes_to.office.name,
        outside="" if goes_to.serves else "\n\n" + turn.texts("register.outside"),
        nib="\n\n" + turn.texts("register.nib_needed", klaster=needs.short) if needs else "",
    )
    turn.turn.say(
        _below(lead, text),
        [turn.form_button(form, "register.send", "send")],
        [turn.form_button(form, "register.change", "change"), turn.form_button(form, "form.back", "back")],
        [turn.button("form.cancel", "cancel")],
    )


def _ask_change(turn: TurnContext, form: Form, draft: DraftView, lead: str) -> None:
    buttons = [turn.form_button(form, f"register.short.{step}", step) for step in steps.path(draft.data)]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    back = turn.form_button(form, "form.back", "back")
    turn.turn.say(
        _below(lead, turn.texts("register.change_which")), *rows, [back, turn.button("form.cancel", "cancel")]
    )


async def _draft(turn: TurnContext) -> DraftView | None:
    return await umkm.read_draft(turn.session, turn.now, turn.conversation.id)


def _below(lead: str, text: str) -> str:
    return f"{lead}\n\n{text}" if lead else text


def _gone(turn: TurnContext) -> None:
    turn.state.form = None
    turn.say("register.gone", [turn.button("register.begin", "rg:begin")], [turn.button("menu.main", "menu")])
