"""Notices to officers: kept once, told in office hours if still true, read in the console or elsewhere.

A notice is first kept, in the transaction of what it reports. It is told from `tell_at` on; what is not
true any more by then is dropped. Another channel takes what was told and not read by `untold`, as one
bundle per officer, and records with `mark_sent` what it delivered.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.offices.service import calendar_of
from afk_core.rules.alerts import tell_at
from afk_core.rules.workdays import CalendarError, OfficeCalendar
from bot.notices import store
from bot.notices.models import Notice, NoticeKind
from bot.notices.notice import Bundle, NewNotice, NoticeView, OfficeBundle, Told
from tickets.service import standing_of

MAX_SHOWN: Final = 100
_AT_ONCE: Final = 200
_LATE_AFTER: Final = timedelta(minutes=2)
_TELL_ELSEWHERE_FOR: Final = timedelta(hours=12)
_KEEP: Final = timedelta(days=90)
_UNTIL_TAKEN: Final = (
    NoticeKind.NEW.value,
    NoticeKind.UNCLAIMED.value,
    NoticeKind.OFFERED.value,
    NoticeKind.RETURNED.value,
)
_WHILE_IT_RUNS: Final = (NoticeKind.WARN.value, *_UNTIL_TAKEN)


async def make_notice(
    session: AsyncSession, now: datetime, notice: NewNotice, officer_ids: Collection[int]
) -> datetime:
    """Keep a notice for each of these officers; who has one of its key keeps that. Returns when to tell."""
    calendar = await _calendar(session, notice.office_id)
    running_until = notice.due if notice.kind.value in _WHILE_IT_RUNS else None
    meant = _tell_from(notice.at, calendar, running_until)
    possible = _tell_from(max(notice.at, now), calendar, running_until)
    late = possible - meant > _LATE_AFTER
    for officer_id in officer_ids:
        await store.add(session, now, notice, officer_id, tell_at=possible, late=late)
    return possible


async def tell_due(session: AsyncSession, now: datetime) -> Told:
    """Tell what is due and still true, and drop what is not; where the office is closed by now, put it off.

    Several workers may call this at once: each notice is told by one.
    """
    offices: set[int] = set()
    later: set[datetime] = set()
    for notice in await store.waiting(session, now, _AT_ONCE):
        notice.late = notice.late or now - notice.tell_at > _LATE_AFTER
        running_until = notice.due if notice.kind in _WHILE_IT_RUNS else None
        opens = _tell_from(now, await _calendar(session, notice.office_id), running_until)
        if not await _holds(session, now, notice):
            notice.dropped_at = now
        elif opens > now:
            notice.tell_at = opens
            later.add(opens)
        else:
            notice.told_at = now
            offices.add(notice.office_id)
    await session.flush()
    return Told(frozenset(offices), frozenset(later))


async def unread_count(session: AsyncSession, officer_id: int) -> int:
    """How many notices the officer has not read."""
    return await store.unread(session, officer_id)


async def list_notices(session: AsyncSession, officer_id: int) -> list[NoticeView]:
    """The officer's notices, unread first, then the newest; at most `MAX_SHOWN`."""
    return [_view(*row) for row in await store.told(session, officer_id, MAX_SHOWN)]


async def mark_read(
    session: AsyncSession, now: datetime, officer_id: int, notice_ids: Collection[int]
) -> None:
    """Mark these notices as read, as far as they are the officer's own."""
    await store.read(session, now, officer_id, notice_ids)


async def untold(
    session: AsyncSession, now: datetime, channel: str, officer_ids: Collection[int]
) -> list[Bundle]:
    """What these officers are to be told on `channel` ("telegram"), one bundle each; locked until the commit.

    Only what was told in the console within the last 12 hours and not read there. Call `mark_sent` with
    what was delivered or handed to a queue, in the same transaction, and nobody is told twice.
    """
    rows = await store.unsent(
        session, channel, officer_ids=officer_ids, told_from=now - _TELL_ELSEWHERE_FOR, limit=_AT_ONCE
    )
    by_officer: defaultdict[int, list[NoticeView]] = defaultdict(list)
    for row in rows:
        by_officer[row[0].officer_id].append(_view(*row))
    return [Bundle(officer_id, tuple(notices)) for officer_id, notices in by_officer.items()]


async def untold_in_office(
    session: AsyncSession, now: datetime, channel: str, office_id: int, kinds: Collection[NoticeKind]
) -> OfficeBundle:
    """What an office is to be told of these kinds on `channel`, whoever has read it: each thing once.

    The caller keeps two of these for one office and channel from running side by side, and marks all `ids`.
    """
    rows = await store.unsent_in_office(
        session,
        channel,
        office_id,
        [kind.value for kind in kinds],
        told_from=now - _TELL_ELSEWHERE_FOR,
        limit=_AT_ONCE,
    )
    known = await store.keys_sent(session, channel, {row[0].key for row in rows})
    first = {row[0].key: row for row in reversed(rows) if row[0].key not in known}
    views = sorted((_view(*row) for row in first.values()), key=lambda view: (view.at, view.id))
    return OfficeBundle(tuple(views), tuple(row[0].id for row in rows))


async def mark_sent(session: AsyncSession, now: datetime, channel: str, notice_ids: Iterable[int]) -> None:
    """Record that these notices went to `channel`."""
    for notice_id in notice_ids:
        await store.add_sending(session, now, channel, notice_id)


async def forget_old(session: AsyncSession, now: datetime) -> None:
    """Remove notices older than 90 days; what they told of stays with the tickets."""
    await store.forget(session, now - _KEEP, _AT_ONCE)


async def _calendar(session: AsyncSession, office_id: int) -> OfficeCalendar | None:
    try:
        return await calendar_of(session, office_id)
    except (CalendarError, DomainError):
        return None


def _tell_from(at: datetime, calendar: OfficeCalendar | None, running_until: datetime | None) -> datetime:
    """From when people may be told of what happened at `at`: in office hours.

    A warning in the lunch break that could only be told after its limit has ended is told at once. A
    calendar that never opens is a fault that must not silence anybody.
    """
    try:
        opens = at if calendar is None else tell_at(at, calendar)
    except CalendarError:
        return at
    return at if running_until is not None and at < running_until <= opens else opens


async def _holds(session: AsyncSession, now: datetime, notice: Notice) -> bool:
    if notice.kind not in _WHILE_IT_RUNS or notice.limit_id is None:
        return True
    standing = await standing_of(session, notice.limit_id)
    if standing is None or not standing.runs or standing.due != notice.due or now > standing.due:
        return False
    return notice.kind not in _UNTIL_TAKEN or not standing.held


def _view(notice: Notice, time_zone: str) -> NoticeView:
    return NoticeView(
        id=notice.id,
        officer_id=notice.officer_id,
        office_id=notice.office_id,
        kind=NoticeKind(notice.kind),
        ticket_id=notice.ticket_id,
        words=notice.words,
        at=notice.at,
        told_at=notice.told_at or notice.made_at,
        read_at=notice.read_at,
        late=notice.late,
        tz=ZoneInfo(time_zone),
    )
