"""Changing a calendar: who does it first sees which promised limits move, and then confirms."""

from collections.abc import Collection, Sequence

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from bot.console.calendar_contexts import ConfirmPage, MoveLine
from bot.console.desk import Desk
from bot.console.session import Posted
from bot.limits.recount import Move, apply_calendars, preview_moves

_AGREED = "setuju"
_SHOWN = 200


class Unconfirmed(Exception):
    """Limits would move that the person has not seen; rolls the change back."""

    def __init__(self, moves: Sequence[Move]) -> None:
        super().__init__("unconfirmed")
        self.moves = moves


async def keep_change(
    desk: Desk, session: AsyncSession, posted: Posted, office_ids: Collection[int] | None = None
) -> None:
    """Called after the change in its own transaction: move the limits that the person agreed to move.

    For these offices, or for all. Raises `Unconfirmed` when one moves that the posted form does not name with
    its new instant, DomainError `office.calendar_broken` when a limit could not be counted any more.
    """
    moves = await preview_moves(session, office_ids)
    agreed = set(posted.form.text(_AGREED).split())
    if not {_name(move) for move in moves} <= agreed:
        raise Unconfirmed(moves)
    await apply_calendars(desk.context, session, desk.context.clock.now(), office_ids)


def confirm_page(desk: Desk, posted: Posted, asked: Unconfirmed, *, action: str, back: str) -> Response:
    """The list of limits that would move, with the form to be sent again as it was."""
    fields = tuple(
        (name, value)
        for name, values in posted.form.fields.items()
        for value in values
        if name not in ("csrf", _AGREED)
    )
    page = ConfirmPage(
        frame=desk.frame(posted.viewer, "Batas waktu yang berubah", current="kantor"),
        action=action,
        back=back,
        fields=fields,
        agreed=" ".join(_name(move) for move in asked.moves),
        total=len(asked.moves),
        lines=tuple(
            MoveLine(
                move.number,
                move.office_name,
                move.recount.before.kind.value,
                move.recount.kind.value,
                move.recount.before.due,
                move.recount.due,
                move.tz,
            )
            for move in asked.moves[:_SHOWN]
        ),
    )
    return desk.pages.response("kalender_periksa.html", page)


def _name(move: Move) -> str:
    return f"{move.recount.before.id}@{move.recount.due.isoformat()}"
