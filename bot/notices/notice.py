"""Plain data about notices to officers."""

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.notices.models import NoticeKind


class NewNotice(Struct, frozen=True):
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


class NoticeView(Struct, frozen=True):
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


class Bundle(Struct, frozen=True):
    """What one officer is to be told in one go on another channel, oldest first."""

    officer_id: int
    notices: tuple[NoticeView, ...]


class OfficeBundle(Struct, frozen=True):
    """What an office is to be told in one go, each thing once; `ids` are the notices of all its officers."""

    notices: tuple[NoticeView, ...]
    ids: tuple[int, ...]


class Told(Struct, frozen=True):
    """The offices whose officers were told something, and the instants until which the rest was put off."""

    office_ids: frozenset[int]
    later: frozenset[datetime]
