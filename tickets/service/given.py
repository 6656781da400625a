"""The answers that the officers of an office gave, for a report about their work."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from tickets import given_store
from tickets.ticket import Verdict


class GivenAnswer(Struct, frozen=True):
    """One answer that reached its user; `emptied` says that the business was forgotten since.

    `on_time` is None for an answer that ended no limit.
    """

    entry_id: int
    ticket_id: int
    number: str
    business: str
    topic: str | None
    officer_id: int
    at: datetime
    on_time: bool | None
    emptied: bool = False


async def answers_given(
    session: AsyncSession, office_id: int, since: datetime, until: datetime
) -> list[GivenAnswer]:
    """The answers of an office from `since` until before `until`, in order.

    Who may ask is the caller's to check.
    """
    found: dict[int, GivenAnswer] = {}
    for ticket, entry_id, officer_id, at, verdict in await given_store.answers(
        session, office_id, since, until
    ):
        before = found.get(entry_id)
        on_time = None if verdict is None else verdict != Verdict.LATE
        if before is not None and before.on_time is False:
            on_time = False
        found[entry_id] = GivenAnswer(
            entry_id=entry_id,
            ticket_id=ticket.id,
            number=ticket.number,
            business=ticket.business,
            topic=ticket.topic,
            officer_id=officer_id,
            at=at,
            on_time=on_time,
            emptied=ticket.emptied_at is not None,
        )
    return list(found.values())
