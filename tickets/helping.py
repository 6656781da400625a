"""Plain data about helpers: staff of other units who were invited to one ticket."""

from datetime import datetime

from msgspec import Struct


class Person(Struct, frozen=True):
    """Somebody who can be invited, or who helps since `since`."""

    id: int
    name: str
    position: str
    office_name: str
    since: datetime | None = None


class HelperChange(Struct, frozen=True):
    """What became of an invitation, its end, or a proposal; `entry_id` is None when nothing had to change.

    `notify` are the officers to be told.
    """

    entry_id: int | None
    ticket_id: int
    number: str
    office_id: int
    notify: tuple[int, ...]
