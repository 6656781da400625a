"""A person corrects what they filed: one line or several, then everything at once."""

import json
from datetime import date
from zoneinfo import ZoneInfo

from afk_core.infra.errors import DomainError
from afk_core.rules.registration import FieldError
from afk_core.rules.umkm_lifecycle import RegistrationStep, step_to_mend
from afk_core.umkm import service as umkm
from afk_core.umkm import steps
from afk_core.umkm.registration import AMENDABLE, CONTACT, KEYS_OF, EventKind, OwnRegistration
from bot.conversation.flows import menu
from bot.conversation.messages import Button
from bot.conversation.state import Form
from bot.conversation.turn import TurnContext, form_action
from bot.problems import problem_text
from bot.umkm import filling, words
from bot.umkm.telling import office_told

FORM = "register_amend"
WHICH = "pilih"
SUMMARY = "kirim"
_CONTACT_KEYS = frozenset(key for field in CONTACT for key in KEYS_OF[field])


def may_amend(own: OwnRegistration) -> bool:
    """Whether something of this registration can be changed by its person now, besides mending it whole."""
    return step_to_mend(own.status, contact=True) is not None


async def start(turn: TurnContext, own: OwnRegistration) -> None:
    """Ask which line is to be changed."""
    if not may_amend(own):
        turn.say(
            "register.amend_closed", *menu.main_rows(turn), number=own.number, status=own.status.label.lower()
        )
        return
    form = turn.state.start_form(FORM, WHICH)
    form.data |= {"registration": str(own.id), "values": "{}"}
    await ask(turn, form)


def offers_choice(form: Form) -> bool:
    """Whether a bare number means a button here; where words or a number are asked it is the answer."""
    return form.step in (WHICH, SUMMARY, "kategori", "kabupaten")


async def ask(turn: TurnContext, form: Form, lead: str = "") -> None:
    """Put the present question, below the sentence `lead` if there is one."""
    own = await _own(turn, form)
    if own is None:
        return
    if form.step == WHICH:
        _ask_which(turn, form, own, lead)
    elif form.step == SUMMARY:
        _ask_summary(turn, form, own, lead)
    else:
        _ask_value(turn, form, own, lead)


async def answer(turn: TurnContext, form: Form, value: str, *, typed: bool) -> None:
    """Take the answer to the present question: a button's value, or words."""
    own = await _own(turn, form)
    if own is None:
        return
    if not typed and value == "back":
        form.step = WHICH
        await ask(turn, form)
    elif form.step == WHICH:
        form.step = value if value in _offered(own, form) else WHICH
        await ask(turn, form, "" if form.step == value else turn.texts("form.choose"))
    elif form.step == SUMMARY:
        await _at_summary(turn, form, own, value)
    else:
        await _take(turn, form, own, value, typed=typed)


async def cancel(turn: TurnContext, form: Form) -> None:
    """Stop without a change."""
    turn.state.form = None
    menu.offer(turn, "menu.cancelled")


def _ask_which(turn: TurnContext, form: Form, own: OwnRegistration, lead: str) -> None:
    buttons = [turn.form_button(form, f"register.short.{step}", step) for step in _offered(own, form)]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    text = turn.texts("register.amend_which", number=own.number)
    turn.turn.say(_below(lead, text), *rows, [turn.button("form.cancel", "cancel")])


def _ask_value(turn: TurnContext, form: Form, own: OwnRegistration, lead: str) -> None:
    shown = words.value_words(turn.texts, form.step, _data(own, form).get(form.step, ""))
    text = "\n\n".join(
        (
            turn.texts("register.amend_progress", number=own.number),
            turn.texts(f"register.ask.{form.step}"),
            turn.texts("register.amend_before", value=shown),
        )
    )
    rows = [
        [Button(words.value_words(turn.texts, form.step, value), form_action(form, value))]
        for value in steps.options(form.step)
    ]
    foot = [turn.form_button(form, "form.back", "back"), turn.button("form.cancel", "cancel")]
    turn.turn.say(_below(lead, text), *rows, foot)


def _ask_summary(turn: TurnContext, form: Form, own: OwnRegistration, lead: str) -> None:
    values = _values(form)
    lines = [
        turn.texts(
            "register.amend_line",
            label=turn.texts(f"register.short.{key}"),
            before=words.value_words(turn.texts, key, own.data.get(key, "")),
            after=words.value_words(turn.texts, key, value),
        )
        for key, value in values.items()
    ]
    at_once = [key for key in values if _steps_of(own, key) is not RegistrationStep.ASK_CORRECTION]
    effect = "amend_at_once" if len(at_once) == len(values) else "amend_both" if at_once else "amend_asked"
    text = turn.texts(
        "register.amend_summary",
        number=own.number,
        lines="\n".join(lines),
        effect=turn.texts(f"register.{effect}"),
    )
    turn.turn.say(
        _below(lead, text),
        [turn.form_button(form, "register.amend_send", "send")],
        [turn.form_button(form, "register.amend_more", "back"), turn.button("form.cancel", "cancel")],
    )


async def _take(turn: TurnContext, form: Form, own: OwnRegistration, value: str, *, typed: bool) -> None:
    today = turn.now.astimezone(ZoneInfo("Asia/Jakarta")).date()
    try:
        data = await _changed(turn, _data(own, form), form.step, value, today, typed=typed)
    except FieldError as error:
        await ask(turn, form, words.fault_words(turn.texts, error.code))
        return
    values = {
        key: data[key]
        for key in AMENDABLE
        if key in data and (data[key] != own.data.get(key, "") or key in _values(form))
    }
    form.data["values"] = json.dumps(values, ensure_ascii=False)
    if not values:
        form.step = WHICH
        await ask(turn, form, problem_text(DomainError("umkm.nothing_found")))
        return
    form.step = "nik" if steps.next_open(data) == "nik" else SUMMARY
    await ask(turn, form)


async def _changed(
    turn: TurnContext, data: dict[str, str], step: str, value: str, today: date, *, typed: bool
) -> dict[str, str]:
    if step in steps.MAY_LACK and typed and words.says_none(turn.texts, value):
        return steps.take_none(data, step)
    return steps.take(data, step, value, today, await filling.served_areas(turn.session))


async def _at_summary(turn: TurnContext, form: Form, own: OwnRegistration, value: str) -> None:
    if value != "send":
        await ask(turn, form, turn.texts("form.choose"))
        return
    turn.state.form = None
    try:
        changes = await umkm.amend(turn.session, turn.now, turn.conversation.id, own.id, _values(form))
    except DomainError as error:
        turn.turn.say(problem_text(error), *menu.main_rows(turn))
        return
    for change in changes:
        await office_told(turn.context, turn.session, change)
        asked = change.kind is EventKind.CORRECTION_ASKED
        turn.say(
            "register.amend_sent" if asked else "register.amend_done",
            [turn.button("register.status", f"rg:{own.id}:show"), turn.button("menu.main", "menu")],
            number=own.number,
            fields=", ".join(field.label for field, _note in change.fields),
        )


async def _own(turn: TurnContext, form: Form) -> OwnRegistration | None:
    """The registration that is being changed; without one, or when it is closed, the form ends."""
    try:
        own = await umkm.own_registration(turn.session, turn.conversation.id, int(form.data["registration"]))
    except DomainError:
        turn.state.form = None
        menu.offer(turn, "register.not_found")
        return None
    if may_amend(own):
        return own
    turn.state.form = None
    menu.offer(turn, "ask.stale_button")
    return None


def _offered(own: OwnRegistration, form: Form) -> list[str]:
    return [step for step in steps.path(_data(own, form)) if step in AMENDABLE]


def _steps_of(own: OwnRegistration, key: str) -> RegistrationStep | None:
    return step_to_mend(own.status, contact=key in _CONTACT_KEYS)


def _values(form: Form) -> dict[str, str]:
    found: dict[str, str] = json.loads(form.data["values"])
    return found


def _data(own: OwnRegistration, form: Form) -> dict[str, str]:
    """What was filed, with the changes so far; without NPWP an unfilled NIK is still to be asked."""
    data = {**own.data, **_values(form)}
    return {
        key: value for key, value in data.items() if not (key == "nik" and not value and not data["npwp"])
    }


def _below(lead: str, text: str) -> str:
    return f"{lead}\n\n{text}" if lead else text
