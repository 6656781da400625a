"""From the bot to an officer: consent, who asks, what they ask, then a ticket with an honest promise."""

from afk_core.files.service import views
from afk_core.rules.dates import format_moment
from bot.complaints import tell_uki
from bot.conversation.contact import HERE, LONGEST, tidy_reach
from bot.conversation.flows import menu
from bot.conversation.meaning import meaning_of
from bot.conversation.messages import MAX_TEXT, Button
from bot.conversation.models import Contact
from bot.conversation.state import Form
from bot.conversation.store import contact_of, save_contact
from bot.conversation.turn import TurnContext, form_action
from bot.duty.balancing import ticket_opened
from bot.notify import limit_opened, ticket_changed
from tickets.service import open_ticket
from tickets.ticket import LimitView, NewTicket

FORM = "handover"
_STEPS = ("consent", "name", "kind", "business", "reach", "question", "confirm")
_LIMITS = {**LONGEST, "question": MAX_TEXT}
_COMPLAINT_TOPIC = "pengaduan"


async def start(turn: TurnContext, question: str | None, topic: str | None = None) -> None:
    """Begin the hand-over; `question` is what the person already asked, if they did, about `topic`."""
    contact = await contact_of(turn.session, turn.conversation.id)
    form = turn.state.start_form(FORM, "reuse" if contact else "consent")
    if question:
        form.data["pending"] = question
    if topic:
        form.data["topic"] = topic
    if contact:
        form.data |= {
            "name": contact.name,
            "kind": contact.business_kind,
            "business": contact.business,
            "reach": contact.reach,
        }
    turn.turn.outcome = "handover"
    await ask(turn, form)


def offers_choice(form: Form) -> bool:
    """Whether the first buttons of the present question are answers, so that a bare number means one."""
    return form.step not in ("name", "business") and (form.step != "question" or "pending" in form.data)


async def ask(turn: TurnContext, form: Form) -> None:
    """Put the present question of the form."""
    office = await turn.office()
    gaps = {
        "name": form.data.get("name", ""),
        "business": form.data.get("business", ""),
        "kind": turn.texts(f"kinds.{form.data['kind']}") if "kind" in form.data else "",
        "reach": _reach_in_words(turn, form.data.get("reach", "")),
        "question": form.data.get("question", ""),
        "office": office.name,
    }
    key = form.step
    if key == "question" and form.data.get("pending"):
        key, gaps["question"] = "question_pending", form.data["pending"]
    text = turn.texts(f"handover.{key}", **gaps)
    if form.step == "confirm" and turn.state.files:
        text += "\n\n" + await _with_files(turn)
    if form.step in _STEPS:
        progress = turn.texts("form.progress", number=_STEPS.index(form.step) + 1, total=len(_STEPS))
        text = f"{progress}\n\n{text}"
    turn.turn.say(text, *_rows(turn, form))


async def answer(turn: TurnContext, form: Form, value: str, *, typed: bool) -> None:
    """Take the answer to the present question: a button's value, or words."""
    value = value.strip()
    if not typed and value == "back":
        form.step = _previous(form)
        await ask(turn, form)
        return
    step = {
        "consent": _consent,
        "reuse": _reuse,
        "kind": _kind,
        "reach": _reach,
        "question": _question,
        "confirm": _confirm,
    }.get(form.step)
    if step is not None:
        await step(turn, form, value, typed)
    elif _fits(turn, form.step, value):
        form.data[form.step] = value
        await _next(turn, form)


async def cancel(turn: TurnContext, form: Form) -> None:
    """Stop at the person's wish; nothing was sent."""
    turn.state.form = None
    menu.offer(turn, "menu.cancelled")


async def _consent(turn: TurnContext, form: Form, value: str, typed: bool) -> None:
    value = meaning_of(turn.texts, value) or "" if typed else value
    if value == "yes":
        await _next(turn, form)
    elif value == "no":
        turn.state.form = None
        turn.say("handover.refused", *menu.main_rows(turn))
    else:
        await _choose(turn, form)


async def _reuse(turn: TurnContext, form: Form, value: str, typed: bool) -> None:
    if value in ("yes", "no"):
        form.step = "question" if value == "yes" else "name"
        await ask(turn, form)
    else:
        await _choose(turn, form)


async def _kind(turn: TurnContext, form: Form, value: str, typed: bool) -> None:
    kind = value.lower()
    if kind in menu.KINDS:
        form.data["kind"] = kind
        await _next(turn, form)
    else:
        await _choose(turn, form)


async def _reach(turn: TurnContext, form: Form, value: str, typed: bool) -> None:
    reach = HERE if value == HERE and not typed else tidy_reach(value)
    if reach is None:
        turn.say("handover.reach_invalid", *_rows(turn, form))
        return
    form.data["reach"] = reach
    await _next(turn, form)


async def _question(turn: TurnContext, form: Form, value: str, typed: bool) -> None:
    if not typed:
        value = form.data.get("pending", "")
    if _fits(turn, "question", value):
        form.data["question"] = value
        await _next(turn, form)


async def _confirm(turn: TurnContext, form: Form, value: str, typed: bool) -> None:
    if value == "send":
        await _open(turn, form)
    elif value == "change":
        form.step = "name"
        await ask(turn, form)
    else:
        await _choose(turn, form)


async def _open(turn: TurnContext, form: Form) -> None:
    data = form.data
    office = await turn.office()
    await save_contact(
        turn.session,
        Contact(
            conversation_id=turn.conversation.id,
            name=data["name"],
            business=data["business"],
            business_kind=data["kind"],
            reach=data["reach"],
            consented_at=turn.now,
        ),
    )
    complaint = data.get("topic") == _COMPLAINT_TOPIC
    opened = await open_ticket(
        turn.session,
        turn.now,
        NewTicket(
            office_id=office.id,
            conversation_id=turn.conversation.id,
            name=data["name"],
            business=data["business"],
            business_kind=data["kind"],
            reach="" if data["reach"] == HERE else data["reach"],
            question=data["question"],
            topic=data.get("topic"),
            complaint=complaint,
            files=tuple(turn.state.files),
        ),
    )
    turn.state.files = []
    await limit_opened(turn.context, turn.session, turn.now, opened.limit)
    await ticket_opened(turn.context, turn.session, turn.now, opened.ticket_id)
    await ticket_changed(turn.context, turn.session, office.id)
    if complaint:
        await tell_uki(
            turn.context,
            turn.session,
            turn.now,
            office_id=office.id,
            ticket_id=opened.ticket_id,
            number=opened.number,
        )
    turn.state.form, turn.state.pending = None, None
    turn.state.attach(opened.ticket_id)
    turn.turn.outcome = "handover"
    text = turn.texts(
        "handover.created", number=opened.number, office=office.name, **promise(turn, opened.limit)
    )
    if complaint:
        text += "\n\n" + turn.texts("handover.complaint")
    turn.turn.say(
        text,
        [
            turn.button("handover.why_due", f"tk:{opened.number}:why"),
            turn.button("menu.tickets", "menu:tickets"),
        ],
        [turn.button("handover.back_to_bot", "bot")],
    )


async def _with_files(turn: TurnContext) -> str:
    known = await views(turn.session, turn.state.files)
    # What waited too long is gone; the person sees what will really be sent.
    turn.state.files = [one for one in turn.state.files if one in known and not known[one].removed]
    names = ", ".join(known[one].name for one in turn.state.files)
    return turn.texts("files.list", names=names) if names else ""


def promise(turn: TurnContext, limit: LimitView) -> dict[str, str]:
    """The gaps `due` and `opening` of a sentence that promises an answer."""
    opening = ""
    if limit.counted_from > limit.received_at:
        opening = " " + turn.texts("handover.opening", opens=format_moment(limit.counted_from, limit.tz))
    return {"due": format_moment(limit.due, limit.tz), "opening": opening}


def _rows(turn: TurnContext, form: Form) -> list[list[Button]]:
    def choice(key: str, value: str) -> Button:
        return turn.form_button(form, key, value)

    rows: list[list[Button]] = []
    if form.step == "consent":
        rows = [[choice("handover.agree", "yes"), choice("handover.refuse", "no")]]
        return [*rows, [turn.button("form.cancel", "cancel")]]
    if form.step == "reuse":
        rows = [[choice("handover.reuse_yes", "yes"), choice("handover.reuse_no", "no")]]
        return [*rows, [turn.button("form.cancel", "cancel")]]
    if form.step == "kind":
        kinds = [choice(f"kinds.{kind}", kind) for kind in menu.KINDS]
        rows = [kinds[:2], kinds[2:4], kinds[4:]]
    elif form.step == "reach":
        rows = [[choice("handover.reach_here", HERE)]]
    elif form.step == "question" and form.data.get("pending"):
        rows = [[choice("handover.question_keep", "keep")]]
    elif form.step == "confirm":
        rows = [[choice("handover.send", "send"), choice("handover.change", "change")]]
    back = Button(turn.texts("form.back"), form_action(form, "back"))
    return [*rows, [back, turn.button("form.cancel", "cancel")]]


async def _choose(turn: TurnContext, form: Form) -> None:
    turn.say("form.choose", *_rows(turn, form))


async def _next(turn: TurnContext, form: Form) -> None:
    form.step = _STEPS[_STEPS.index(form.step) + 1]
    await ask(turn, form)


def _previous(form: Form) -> str:
    if form.step not in _STEPS:
        return form.step
    return _STEPS[max(_STEPS.index(form.step) - 1, 0)]


def _fits(turn: TurnContext, field: str, value: str) -> bool:
    if not value:
        turn.say("form.empty")
        return False
    if len(value) > _LIMITS[field]:
        turn.say("form.long", limit=_LIMITS[field])
        return False
    return True


def _reach_in_words(turn: TurnContext, reach: str) -> str:
    return turn.texts("handover.here") if reach == HERE else reach
