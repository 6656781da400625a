"""The buttons below a daftar isian that was sent: look, mend, answer, send files, take papers, withdraw."""

from afk_core.infra.errors import DomainError
from afk_core.rules.umkm_lifecycle import RegistrationStatus
from afk_core.umkm import service as umkm
from afk_core.umkm.registration import OwnRegistration
from bot.conversation.flows import (
    menu,
    register,
    register_amend,
    register_files,
    register_own,
    register_reply,
)
from bot.conversation.messages import Reply
from bot.conversation.turn import TurnContext
from bot.problems import problem_text
from bot.umkm import filling
from bot.umkm.attached import certificate_file, daftar_isian_file
from bot.umkm.telling import office_told


async def act(turn: TurnContext, number: str, verb: str) -> None:
    """Carry out a button below a registration."""
    try:
        own = await umkm.own_registration(turn.session, turn.conversation.id, int(number))
        await _act(turn, own, verb)
    except DomainError as error:
        menu.offer(turn, "register.not_found") if error.code == "umkm.not_found" else _refused(turn, error)


async def _act(turn: TurnContext, own: OwnRegistration, verb: str) -> None:
    match verb:
        case "show":
            await register_own.show(turn, own)
        case "fix":
            await _mend(turn, own)
        case "paper":
            file = await daftar_isian_file(turn.context, turn.session, turn.now, turn.conversation.id, own.id)
            _give(turn, "register.form_file", own, file, own.number)
        case "certificate":
            file = await certificate_file(turn.context, turn.session, turn.now, turn.conversation.id, own.id)
            _give(turn, "register.certificate_paper", own, file, own.certificate_number)
        case "file_form" | "file_other":
            await register_files.attach(turn, own.id, verb)
        case "amend":
            await register_amend.start(turn, own)
        case "reply":
            await register_reply.start(turn, own.id)
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
        await register_own.show(turn, own)
        return
    await filling.mend(turn.session, turn.now, turn.conversation.id, own.id)
    await register.resume(turn)


def _give(turn: TurnContext, key: str, own: OwnRegistration, file: int, number: str) -> None:
    """Send a paper as a file below the sentence of `key`."""
    rows = ((turn.button("register.status", f"rg:{own.id}:show"),),)
    turn.turn.replies.append(Reply(turn.texts(key, number=number), rows, files=(file,)))


def _refused(turn: TurnContext, error: DomainError) -> None:
    turn.turn.say(problem_text(error), *menu.main_rows(turn))
