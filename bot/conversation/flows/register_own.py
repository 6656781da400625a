"""A daftar isian that was sent, as its own person sees it in the chat."""

from afk_core.rules.dates import format_moment
from afk_core.rules.umkm_lifecycle import RegistrationStatus, RegistrationStep, step_to_mend, steps_open
from afk_core.umkm import service as umkm
from afk_core.umkm.registration import OwnRegistration, RegistrationChange
from bot.conversation.messages import Button, Reply
from bot.conversation.turn import TurnContext
from bot.umkm.attached import daftar_isian_file
from bot.umkm.papers import certificate_address

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


def _rows(turn: TurnContext, own: OwnRegistration) -> list[list[Button]]:
    rows = []
    if own.status is RegistrationStatus.RETURNED:
        rows.append([turn.button("register.fix", f"rg:{own.id}:fix")])
    if own.asked:
        rows.append([turn.button("register.answer", f"rg:{own.id}:reply")])
    rows.append([turn.button("register.download", f"rg:{own.id}:paper")])
    if own.certificate_code:
        rows.append([turn.button("register.certificate_file", f"rg:{own.id}:certificate")])
    if step_to_mend(own.status, contact=True) is not None:
        rows.append([turn.button("register.amend", f"rg:{own.id}:amend")])
    if RegistrationStep.WITHDRAW in steps_open(own.status):
        rows.append([turn.button("register.withdraw", f"rg:{own.id}:withdraw")])
    return [*rows, [turn.button("register.new", "rg:begin"), turn.button("menu.main", "menu")]]
