"""Plain data about limits that move, are about to end, or were judged wrongly."""

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.rules.recount import RunningLimit
from afk_core.rules.sla import LimitKind
from tickets.ticket import LimitView, Verdict


class PromisedLimit(Struct, frozen=True):
    """A limit that runs, and the ticket that it belongs to."""

    office_id: int
    ticket_id: int
    number: str
    conversation_id: int
    running: RunningLimit


class MovedLimit(Struct, frozen=True):
    """A limit that was counted anew because the calendar changed; `moved` says whether its due did."""

    ticket_id: int
    number: str
    office_id: int
    conversation_id: int
    before: datetime
    limit: LimitView
    moved: bool


class Standing(Struct, frozen=True):
    """How a limit stands: `runs` while nothing ended it, `held` while somebody with an open account has
    its ticket."""

    limit_id: int
    ticket_id: int
    number: str
    office_id: int
    kind: LimitKind
    due: datetime
    runs: bool
    held: bool
    tz: ZoneInfo


class Warned(Struct, frozen=True):
    """An alert before a limit that was recorded now; `holder_id` is who is to be told, None the queue."""

    limit_id: int
    ticket_id: int
    number: str
    office_id: int
    holder_id: int | None
    kind: LimitKind
    due: datetime
    at: datetime
    tz: ZoneInfo


class Difference(Struct, frozen=True):
    """A stored verdict that differs from what the events give."""

    limit_id: int
    ticket_id: int
    office_id: int
    stored: Verdict | None
    computed: Verdict | None


class Checked(Struct, frozen=True):
    """What one part of the nightly check found; `next_after` is where the next part begins."""

    limits: int
    differences: tuple[Difference, ...]
    next_after: int | None
