"""Plain data about notices to officers."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.models import NoticeKind


@dataclass(frozen=True)
class NewNotice:
    """Something that officers are to be told; `key` is unique for each of them.

    `at` is the instant that it stands for. `due` is set where it holds only for a limit that ends then.
    """

    kind: NoticeKind
    office_id: int
    key: str
    words: str
    at: datetime
    ticket_id: int | None = None
    limit_id: int | None = None
    due: datetime | None = None


@dataclass(frozen=True)
class NoticeView:
    """A notice as its officer reads it; instants are shown in `tz`, the zone of `office_id`.

    `late` says that it came after its time because the service was down.
    """

    id: int
    officer_id: int
    office_id: int
    kind: NoticeKind
    ticket_id: int | None
    words: str
    at: datetime
    told_at: datetime
    read_at: datetime | None
    late: bool
    tz: ZoneInfo


@dataclass(frozen=True)
class Bundle:
    """What one officer is to be told in one go on another channel, oldest first."""

    officer_id: int
    notices: tuple[NoticeView, ...]


@dataclass(frozen=True)
class OfficeBundle:
    """What an office is to be told in one go, each thing once; `ids` are the notices of all its officers."""

    notices: tuple[NoticeView, ...]
    ids: tuple[int, ...]


@dataclass(frozen=True)
class Told:
    """The offices whose officers were told something, and the instants until which the rest was put off."""

    office_ids: frozenset[int]
    later: frozenset[datetime]
