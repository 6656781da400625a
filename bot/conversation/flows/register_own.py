"""What a person does with a daftar isian that was sent: look, mend, answer, withdraw."""

from afk_core.infra.errors import DomainError
from afk_core.rules.dates import format_moment
from afk_core.rules.umkm_lifecycle import RegistrationStatus, RegistrationStep, steps_open
from afk_core.umkm import service as umkm
from afk_core.umkm.registration import OwnRegistration, RegistrationChange
from bot.conversation.flows import menu
from bot.conversation.messages import Button, Reply
from bot.conversation.state import Form
from bot.conversation.turn import TurnContext
from bot.problems import problem_text
from bot.umkm import filling
from bot.umkm.attached import certificate_file, daftar_isian_file
from bot.umkm.papers import certificate_address
from bot.umkm.telling import office_told

REPLY_FORM = "register_reply"
_MOST_SHOWN = 10


async def show_all(turn: TurnContext) -> None:
    """Every registration of this chat, and the door to another one."""
    found = (await umkm.own_registrations(turn.session, turn.conversation.id))[:_MOST_SHOWN]
    if len(found) == 1:
        await show(turn, found[0])
        return
    lines = [
        turn.texts("register.own_line", number=each.number, name=each.name, status=each.status.label)
        for each in found
    ]
    rows = [[Button(each.number, f"rg:{each.id}:show")] for each in found]
    foot = [turn.button("register.new", "rg:begin"), turn.button("menu.main", "menu")]
    turn.turn.say("\n".join([turn.texts("register.own_list"), *lines]), *rows, foot)


async def act(turn: TurnContext, number: str, verb: str) -> None:
    """Carry out a button below a registration."""
    try:
        own = await umkm.own_registration(turn.session, turn.conversation.id, int(number))
        await _act(turn, own, verb)
    except DomainError as error:
        menu.offer(turn, "register.not_found") if error.code == "umkm.not_found" else _refused(turn, error)


async def show(turn: TurnContext, own: OwnRegistration) -> None:
    """How a registration stands, and what can be done with it now."""
    text = turn.texts(
        "register.own_head",
        number=own.number,
        name=own.name,
        office=own.office,
        status=own.status.label,
        submitted=format_moment(own.submitted_at, own.tz),
    )
    if own.wrong and own.status is RegistrationStatus.RETURNED:
        lines = "\n".join(
            turn.texts("register.told.wrong_line", label=field.label, note=note) for field, note in own.wrong
        )
        text += "\n\n" + turn.texts("register.own_wrong", lines=lines)
    if own.certificate_code:
        address = certificate_address(turn.context.settings, own.certificate_code)
        text += "\n\n" + turn.texts(
            "register.own_certificate", number=own.certificate_number, address=address
        )
    turn.turn.say(text, *_rows(turn, own))


async def say_sent(turn: TurnContext, change: RegistrationChange, *, mended: bool) -> None:
    """Say what happens next with a form that was just sent."""
    own = await umkm.own_registration(turn.session, turn.conversation.id, change.registration_id)
    key = "register.resent" if mended else "register.sent"
    paper = await daftar_isian_file(turn.context, turn.session, turn.now, turn.conversation.id, own.id)
    rows = ((turn.button("register.status", f"rg:{own.id}:show"), turn.button("menu.main", "menu")),)
    text = turn.texts(key, number=change.number, office=own.office)
    turn.turn.replies.append(Reply(text, rows, files=(paper,)))


async def _act(turn: TurnContext, own: OwnRegistration, verb: str) -> None:
    match verb:
        case "show":
            await show(turn, own)
        case "fix":
            await _mend(turn, own)
        case "paper":
            file = await daftar_isian_file(turn.context, turn.session, turn.now, turn.conversation.id, own.id)
            _give(turn, "register.form_file", own, file, own.number)
        case "certificate":
            file = await certificate_file(turn.context, turn.session, turn.now, turn.conversation.id, own.id)
            _give(turn, "register.certificate_paper", own, file, own.certificate_number)
        case "file_form" | "file_other":
            from bot.conversation.flows import register_files

            await register_files.attach(turn, own.id, verb)
        case "reply":
            form = turn.state.start_form(REPLY_FORM, "jawab")
            form.data["registration"] = str(own.id)
            await ask(turn, form)
        case "withdraw":
            turn.say(
                "register.withdraw_sure",
                [turn.button("register.withdraw_yes", f"rg:{own.id}:withdraw_yes")],
                [turn.button("register.withdraw_no", f"rg:{own.id}:show")],
                number=own.number,
            )
        case "withdraw_yes":
            change = await umkm.withdraw(turn.session, turn.now, turn.conversation.id, own.id)
            await office_told(turn.context, turn.session, change)
            turn.say("register.withdrawn", *menu.main_rows(turn), number=own.number)
        case _:
            menu.offer(turn, "ask.stale_button")


async def _mend(turn: TurnContext, own: OwnRegistration) -> None:
    if own.status is not RegistrationStatus.RETURNED:
        await show(turn, own)
        return
    from bot.conversation.flows import register

    await filling.mend(turn.session, turn.now, turn.conversation.id, own.id)
    await register.resume(turn)


def offers_choice(form: Form) -> bool:
    """Whatever is typed here is the answer."""
    return False


async def ask(turn: TurnContext, form: Form) -> None:
    """Ask for the answer to the officer's question."""
    turn.say("register.answering", [turn.button("form.cancel", "cancel")])


async def answer(turn: TurnContext, form: Form, value: str, *, typed: bool) -> None:
    """Bring the answer to the officer."""
    registration_id = int(form.data["registration"])
    try:
        change = await umkm.reply(turn.session, turn.now, turn.conversation.id, registration_id, value)
    except DomainError as error:
        turn.state.form = None
        _refused(turn, error)
        return
    turn.state.form = None
    await office_told(turn.context, turn.session, change)
    turn.say("register.answer_sent", [turn.button("register.status", f"rg:{registration_id}:show")])


async def cancel(turn: TurnContext, form: Form) -> None:
    """Stop without an answer."""
    turn.state.form = None
    menu.offer(turn, "menu.cancelled")


def _give(turn: TurnContext, key: str, own: OwnRegistration, file: int, number: str) -> None:
    """Send a paper as a file below the sentence of `key`."""
    rows = ((turn.button("register.status", f"rg:{own.id}:show"),),)
    turn.turn.replies.append(Reply(turn.texts(key, number=number), rows, files=(file,)))


def _rows(turn: TurnContext, own: OwnRegistration) -> list[list[Button]]:
    rows = []
    if own.status is RegistrationStatus.RETURNED:
        rows.append([turn.button("register.fix", f"rg:{own.id}:fix")])
    if own.asked:
        rows.append([turn.button("register.answer", f"rg:{own.id}:reply")])
    rows.append([turn.button("register.download", f"rg:{own.id}:paper")])
    if own.certificate_code:
        rows.append([turn.button("register.certificate_file", f"rg:{own.id}:certificate")])
    if RegistrationStep.WITHDRAW in steps_open(own.status):
        rows.append([turn.button("register.withdraw", f"rg:{own.id}:withdraw")])
    return [*rows, [turn.button("register.new", "rg:begin"), turn.button("menu.main", "menu")]]


def _refused(turn: TurnContext, error: DomainError) -> None:
    turn.turn.say(problem_text(error), *menu.main_rows(turn))
