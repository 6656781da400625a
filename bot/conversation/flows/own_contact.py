"""A person corrects what is kept of them as contact: name, kind of business, business, how to be reached."""

from bot.conversation.contact import HERE, LONGEST, tidy_reach
from bot.conversation.flows import menu
from bot.conversation.messages import Button
from bot.conversation.models import Contact
from bot.conversation.state import Form
from bot.conversation.store import contact_of, save_contact
from bot.conversation.turn import TurnContext
from bot.notify import ticket_changed
from tickets.service import correct_contact

FORM = "own_contact"
WHICH = "pilih"
_FIELDS = ("name", "kind", "business", "reach")


async def start(turn: TurnContext) -> None:
    """Ask which line is wrong."""
    if await contact_of(turn.session, turn.conversation.id) is None:
        menu.offer(turn, "data.no_contact")
        return
    await ask(turn, turn.state.start_form(FORM, WHICH))


def offers_choice(form: Form) -> bool:
    """Whether a bare number means a button here; where words are asked it is the answer."""
    return form.step in (WHICH, "kind")


async def ask(turn: TurnContext, form: Form, lead: str = "") -> None:
    """Put the present question, below the sentence `lead` if there is one."""
    contact = await contact_of(turn.session, turn.conversation.id)
    if contact is None:
        turn.state.form = None
        menu.offer(turn, "data.no_contact")
        return
    text = turn.texts(
        "data.fix_which" if form.step == WHICH else f"handover.{form.step}",
        name=contact.name,
        business=contact.business,
        kind=turn.texts(f"kinds.{contact.business_kind}"),
        reach=_reach_in_words(turn, contact.reach),
    )
    turn.turn.say(f"{lead}\n\n{text}" if lead else text, *_rows(turn, form))


async def answer(turn: TurnContext, form: Form, value: str, *, typed: bool) -> None:
    """Take the line that is wrong, or what it should say."""
    value = value.strip()
    if not typed and value == "back":
        form.step = WHICH
        await ask(turn, form)
    elif form.step == WHICH:
        form.step = value if value in _FIELDS else WHICH
        await ask(turn, form, "" if form.step == value else turn.texts("form.choose"))
    else:
        await _take(turn, form, value, typed=typed)


async def cancel(turn: TurnContext, form: Form) -> None:
    """Stop without a change."""
    turn.state.form = None
    menu.offer(turn, "menu.cancelled")


async def _take(turn: TurnContext, form: Form, value: str, *, typed: bool) -> None:
    fault = _fault(turn, form.step, value, typed=typed)
    contact = await contact_of(turn.session, turn.conversation.id)
    if fault or contact is None:
        await ask(turn, form, fault)
        return
    given = _tidy(form.step, value)
    fixed = Contact(
        conversation_id=contact.conversation_id,
        name=given if form.step == "name" else contact.name,
        business=given if form.step == "business" else contact.business,
        business_kind=given if form.step == "kind" else contact.business_kind,
        reach=given if form.step == "reach" else contact.reach,
        consented_at=contact.consented_at,
    )
    await save_contact(turn.session, fixed)
    told = await correct_contact(
        turn.session,
        turn.now,
        turn.conversation.id,
        name=fixed.name,
        business=fixed.business,
        business_kind=fixed.business_kind,
        reach="" if fixed.reach == HERE else fixed.reach,
    )
    for office_id in {change.office_id for change in told}:
        await ticket_changed(turn.context, turn.session, office_id)
    turn.state.form = None
    numbers = ", ".join(change.number for change in told)
    turn.say(
        "data.fixed",
        [turn.button("data.fix_more", "d:fix"), turn.button("menu.main", "menu")],
        label=turn.texts(f"data.fix_{form.step}"),
        tickets=" " + turn.texts("data.fixed_tickets", numbers=numbers) if told else "",
    )


def _fault(turn: TurnContext, field: str, value: str, *, typed: bool) -> str:
    """What is wrong with what was given; empty for nothing."""
    if not value:
        return turn.texts("form.empty")
    if field == "kind" and value.lower() not in menu.KINDS:
        return turn.texts("form.choose")
    if field in LONGEST and len(value) > LONGEST[field]:
        return turn.texts("form.long", limit=LONGEST[field])
    if field == "reach" and (typed or value != HERE) and tidy_reach(value) is None:
        return turn.texts("handover.reach_invalid")
    return ""


def _tidy(field: str, value: str) -> str:
    if field == "kind":
        return value.lower()
    return tidy_reach(value) or HERE if field == "reach" else value


def _reach_in_words(turn: TurnContext, reach: str) -> str:
    return turn.texts("handover.here") if reach == HERE else reach


def _rows(turn: TurnContext, form: Form) -> list[list[Button]]:
    if form.step == WHICH:
        buttons = [turn.form_button(form, f"data.fix_{field}", field) for field in _FIELDS]
        return [buttons[:2], buttons[2:], [turn.button("form.cancel", "cancel")]]
    rows: list[list[Button]] = []
    if form.step == "kind":
        kinds = [turn.form_button(form, f"kinds.{kind}", kind) for kind in menu.KINDS]
        rows = [kinds[:2], kinds[2:4], kinds[4:]]
    elif form.step == "reach":
        rows = [[turn.form_button(form, "handover.reach_here", HERE)]]
    return [*rows, [turn.form_button(form, "form.back", "back"), turn.button("form.cancel", "cancel")]]
