"""Files that a person sends while a registration is open: the signed form, and what was asked for."""

from afk_core.files import service as files
from afk_core.infra.errors import DomainError
from afk_core.rules.umkm_lifecycle import ENDED
from afk_core.umkm import service as umkm
from afk_core.umkm.registration import OwnRegistration
from bot.conversation.flows import menu, register_reply
from bot.conversation.turn import TurnContext
from bot.problems import problem_text
from bot.umkm.telling import office_told

KINDS = {"file_form": "formulir", "file_other": "pendukung"}
"""The verbs of the buttons, and the kind of document that each makes."""


async def take(turn: TurnContext, *, repeated: bool) -> bool:
    """Ask what the files of the message are for; whether there is a registration that they can belong to.

    Further files of an album join the first silently. While a question of the officer is answered, the
    files belong to the answer.
    """
    open_ones = [each for each in await _own(turn) if each.status not in ENDED]
    form = turn.state.form
    if not open_ones or (form is not None and form.name != register_reply.FORM):
        return False
    turn.state.files.extend(turn.message.files)
    if form is not None:
        await attach(turn, int(form.data["registration"]), "file_other", quiet=repeated)
    elif not repeated:
        _ask(turn, open_ones[0])
    return True


async def attach(turn: TurnContext, registration_id: int, verb: str, *, quiet: bool = False) -> None:
    """Put the waiting files into a registration."""
    waiting, turn.state.files = tuple(turn.state.files), []
    if not waiting:
        menu.offer(turn, "ask.stale_button")
        return
    try:
        for file_id in waiting:
            change = await umkm.add_document(
                turn.session, turn.now, turn.conversation.id, registration_id, file_id, KINDS[verb]
            )
        await files.hold(turn.session, waiting)
    except DomainError as error:
        turn.turn.say(problem_text(error), *menu.main_rows(turn))
        return
    await office_told(turn.context, turn.session, change)
    if not quiet:
        turn.say(
            "register.file_taken",
            [turn.button("register.status", f"rg:{registration_id}:show")],
            number=change.number,
        )


def _ask(turn: TurnContext, own: OwnRegistration) -> None:
    turn.say(
        "register.file_ask",
        [turn.button("register.file_form", f"rg:{own.id}:file_form")],
        [turn.button("register.file_other", f"rg:{own.id}:file_other")],
        [turn.button("files.send", "h:files")],
        number=own.number,
    )


async def _own(turn: TurnContext) -> list[OwnRegistration]:
    return await umkm.own_registrations(turn.session, turn.conversation.id)
