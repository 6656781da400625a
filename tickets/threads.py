"""Plain data about merging and splitting tickets of one person."""

from datetime import datetime

from msgspec import Struct

from tickets.ticket import LimitView


class Beside(Struct, frozen=True):
    """Another waiting ticket of the same person."""

    ticket_id: int
    number: str
    question: str
    holder_name: str | None
    due: datetime | None


class Movable(Struct, frozen=True):
    """Words of the user that can go to a ticket of their own; `due` is the limit that they stand under."""

    entry_id: int
    n: int
    text: str
    at: datetime
    due: datetime


class Rethreaded(Struct, frozen=True):
    """Two tickets after merging or splitting.

    `ticket_id` goes on: the one merged into, or the one that words were taken out of. `other_id` was merged
    away, or is the new one. `moved` are the limits that changed their ticket or were copied for the new one,
    each with the due instant that was promised.
    """

    ticket_id: int
    number: str
    other_id: int
    other_number: str
    office_id: int
    conversation_id: int
    moved: tuple[LimitView, ...]
    words: str
    complaint: bool = False
