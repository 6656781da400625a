"""Plain data about who holds a ticket, and why it changed hands."""

from enum import StrEnum

from msgspec import Struct

from tickets.ticket import LimitView


class Why(StrEnum):
    """Why an officer holds a ticket that they did not take themselves, as stored."""

    LEAD = "lead"
    """Somebody who coordinates gave it to them."""
    ABSENCE = "absence"
    """Its holder is away."""
    BALANCE = "balance"
    """It was their turn."""


class Passed(Struct, frozen=True):
    """A ticket that changed hands, or was suggested; `entry_id` is None when nothing had to be changed.

    `holder_id` is who holds it now, None: the queue. `before` held it; `offered` that it is only suggested to
    `holder_id`. `limit` is the one that is due next.
    """

    ticket_id: int
    number: str
    office_id: int
    entry_id: int | None
    holder_id: int | None
    before: int | None
    limit: LimitView | None
    offered: bool = False
