"""What is done with pemberdayaan: plan, record, cancel, attach, read; each step is in the audit trail.

Verbs take the session first and never commit.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files import service as files
from afk_core.files.file import CheckedFile
from afk_core.infra.errors import DomainError
from afk_core.officers.audit import record_audit
from afk_core.officers.officer import Viewer
from afk_core.offices.models import Office
from afk_core.rules.lampiran_d import ALL_THEMES
from afk_core.rules.roles import Act
from afk_core.umkm.activity import store
from afk_core.umkm.activity.activity import (
    MAX_PARTICIPANTS,
    MAX_WORDS,
    ActivityDetail,
    ActivityRow,
    ActivityStatus,
    HeldActivity,
    NewActivity,
    Participant,
    theme_at,
)
from afk_core.umkm.activity.models import UmkmActivity, UmkmActivityFile

PAGE: Final = 50
MOST_FILES: Final = 20


async def plan(session: AsyncSession, now: datetime, viewer: Viewer, new: NewActivity) -> int:
    """Plan an activity for businesses of one office; its id. It may lie in the past, to be recorded.

    Raises DomainError `umkm.not_permitted`, `activity.theme`, `activity.words_missing`, `umkm.too_long`,
    `activity.nobody`, `activity.too_many`, `umkm.not_found`.
    """
    if not viewer.can(Act.EDIT_UMKM, new.office_id):
        raise DomainError("umkm.not_permitted")
    if theme_at(new.theme) is None:
        raise DomainError("activity.theme")
    wanted = set(new.umkm_ids)
    if not wanted:
        raise DomainError("activity.nobody")
    if len(wanted) > MAX_PARTICIPANTS:
        raise DomainError("activity.too_many", maximum=MAX_PARTICIPANTS)
    place, matter = _words(new.place), _words(new.matter)
    if await store.in_office(session, new.office_id, wanted) != wanted:
        raise DomainError("umkm.not_found")
    row = UmkmActivity(
        office_id=new.office_id,
        theme=new.theme,
        status=ActivityStatus.PLANNED.value,
        starts_at=new.starts_at,
        place=place,
        matter=matter,
        obstacle="",
        result="",
        officer_id=viewer.officer_id,
        changed_at=now,
    )
    await store.add(session, row, sorted(wanted))
    await _record(session, now, viewer, row, "umkm.activity_planned")
    return row.id


async def record(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    activity_id: int,
    came: Collection[int],
    *,
    obstacle: str,
    result: str,
) -> None:
    """Record who came, what stood in the way and what came of it; a record can be mended later.

    Raises DomainError `activity.not_found`, `umkm.not_permitted`, `activity.cancelled`, `activity.ahead`,
    `activity.words_missing`, `umkm.too_long`.
    """
    row = await _for_change(session, viewer, activity_id)
    if row.starts_at > now:
        raise DomainError("activity.ahead")
    row.obstacle, row.result = _words(obstacle, needed=False), _words(result)
    row.status, row.changed_at = ActivityStatus.HELD.value, now
    here = {umkm.id for umkm, _attended in await store.participants(session, row.id)} & set(came)
    await store.put_attendance(session, row.id, here)
    await store.touch(session, here, row.starts_at)
    await _record(session, now, viewer, row, "umkm.activity_recorded")


async def cancel(session: AsyncSession, now: datetime, viewer: Viewer, activity_id: int) -> None:
    """Cancel a planned activity.

    Raises DomainError `activity.not_found`, `umkm.not_permitted`, `activity.cancelled`, `activity.held`.
    """
    row = await _for_change(session, viewer, activity_id)
    if row.status == ActivityStatus.HELD.value:
        raise DomainError("activity.held")
    row.status, row.changed_at = ActivityStatus.CANCELLED.value, now
    await _record(session, now, viewer, row, "umkm.activity_cancelled")


async def attach(
    session: AsyncSession, now: datetime, viewer: Viewer, activity_id: int, file: CheckedFile
) -> None:
    """Keep a checked file with an activity.

    Raises DomainError `activity.not_found`, `umkm.not_permitted`, `activity.cancelled`,
    `activity.too_many_files`.
    """
    row = await _for_change(session, viewer, activity_id)
    if len(await store.file_ids(session, row.id)) >= MOST_FILES:
        raise DomainError("activity.too_many_files", maximum=MOST_FILES)
    file_id = await files.store(session, now, file, loose=False)
    await store.add_file(
        session,
        UmkmActivityFile(activity_id=row.id, file_id=file_id, officer_id=viewer.officer_id, at=now),
    )
    await _record(session, now, viewer, row, "umkm.activity_file_added")


async def file_of(
    session: AsyncSession, now: datetime, viewer: Viewer, activity_id: int, file_id: int
) -> CheckedFile:
    """A file of an activity, for who may see personal data there; the look is recorded.

    Raises DomainError `activity.not_found` also for a file of another activity, `umkm.not_permitted`,
    `file.not_found`.
    """
    row, _office, _count = await _found(session, viewer, activity_id)
    if not viewer.can(Act.SEE_PERSONAL_DATA, row.office_id):
        raise DomainError("umkm.not_permitted")
    if file_id not in await store.file_ids(session, activity_id):
        raise DomainError("activity.not_found")
    await _record(session, now, viewer, row, "umkm.activity_file_read")
    return await files.read(session, file_id)


async def activities(session: AsyncSession, viewer: Viewer, page: int = 1) -> list[ActivityRow]:
    """A page of the activities in the viewer's offices, the planned ones first."""
    offices = viewer.rights.get(Act.SEE_UMKM, frozenset())
    found = await store.page(session, offices, offset=(page - 1) * PAGE, limit=PAGE)
    return [_row(*each) for each in found]


async def of_umkm(session: AsyncSession, viewer: Viewer, umkm_id: int) -> list[ActivityRow]:
    """The activities of a business in the viewer's offices."""
    offices = viewer.rights.get(Act.SEE_UMKM, frozenset())
    return [_row(*each) for each in await store.of_umkm(session, umkm_id) if each[0].office_id in offices]


async def of_person(
    session: AsyncSession, umkm_ids: Collection[int]
) -> list[tuple[ActivityRow, bool | None]]:
    """The activities of these businesses for their own person, and whether they came (None: not recorded)."""
    found = []
    for umkm_id in umkm_ids:
        for each in await store.of_umkm(session, umkm_id):
            came = {umkm.id: attended for umkm, attended in await store.participants(session, each[0].id)}
            found.append((_row(*each), came.get(umkm_id)))
    return found


async def detail(session: AsyncSession, viewer: Viewer, activity_id: int) -> ActivityDetail:
    """One activity; raises DomainError `activity.not_found` also outside of the viewer's offices."""
    return await _detail(session, *(await _found(session, viewer, activity_id)))


async def for_telling(session: AsyncSession, activity_id: int) -> ActivityDetail | None:
    """One activity as it is now, for what its participants are told."""
    found = await store.one(session, activity_id)
    return None if found is None else await _detail(session, *found)


async def conversation_of(session: AsyncSession, activity_id: int, umkm_id: int) -> int | None:
    """The chat of a participant; None without one."""
    for umkm, _attended in await store.participants(session, activity_id):
        if umkm.id == umkm_id:
            return umkm.conversation_id
    return None


async def held_between(
    session: AsyncSession, office_id: int, since: datetime, until: datetime
) -> list[HeldActivity]:
    """What took place in an office from `since` until before `until`, in order, for a report about it.

    Who may ask is the caller's to check.
    """
    rows = await store.held_between(session, office_id, since, until)
    came: defaultdict[int, list[str]] = defaultdict(list)
    for activity_id, name in await store.who_came(session, [row.id for row in rows]):
        came[activity_id].append(name)
    return [
        HeldActivity(
            row.id,
            theme_at(row.theme) or ALL_THEMES[0],
            row.starts_at,
            row.matter,
            row.result,
            row.officer_id,
            tuple(came[row.id]),
        )
        for row in rows
    ]


async def held_counts(
    session: AsyncSession, office_ids: Collection[int], since: datetime, until: datetime
) -> list[tuple[int, str, int, int]]:
    """Office, kind ("1", "2", "3" of Lampiran D), number of activities, number of businesses that came.

    Who may ask is the caller's to check.
    """
    rows = await store.held_counts(session, office_ids, since, until)
    return [(office_id, theme[:1], count, came) for office_id, theme, count, came in rows]


async def _detail(session: AsyncSession, row: UmkmActivity, office: Office, count: int) -> ActivityDetail:
    people = tuple(
        Participant(umkm.id, umkm.name, attended, umkm.conversation_id is not None)
        for umkm, attended in await store.participants(session, row.id)
    )
    return ActivityDetail(_row(row, office, count), people, tuple(await store.file_ids(session, row.id)))


async def _found(session: AsyncSession, viewer: Viewer, activity_id: int) -> tuple[UmkmActivity, Office, int]:
    found = await store.one(session, activity_id)
    if found is None or found[0].office_id not in viewer.rights.get(Act.SEE_UMKM, frozenset()):
        raise DomainError("activity.not_found")
    return found


async def _for_change(session: AsyncSession, viewer: Viewer, activity_id: int) -> UmkmActivity:
    row = await store.locked(session, activity_id)
    if row is None or row.office_id not in viewer.rights.get(Act.SEE_UMKM, frozenset()):
        raise DomainError("activity.not_found")
    if not viewer.can(Act.EDIT_UMKM, row.office_id):
        raise DomainError("umkm.not_permitted")
    if row.status == ActivityStatus.CANCELLED.value:
        raise DomainError("activity.cancelled")
    return row


def _words(text: str, *, needed: bool = True) -> str:
    words = text.strip()
    if needed and not words:
        raise DomainError("activity.words_missing")
    if len(words) > MAX_WORDS:
        raise DomainError("umkm.too_long", maximum=MAX_WORDS)
    return words


async def _record(
    session: AsyncSession, now: datetime, viewer: Viewer, row: UmkmActivity, action: str
) -> None:
    await record_audit(
        session,
        now,
        action=action,
        subject=f"activity:{row.id}",
        officer_id=viewer.officer_id,
        office_id=row.office_id,
    )


def _row(row: UmkmActivity, office: Office, count: int) -> ActivityRow:
    return ActivityRow(
        id=row.id,
        theme=theme_at(row.theme) or ALL_THEMES[0],
        status=ActivityStatus(row.status),
        starts_at=row.starts_at,
        place=row.place,
        matter=row.matter,
        obstacle=row.obstacle,
        result=row.result,
        office_id=office.id,
        office=office.name,
        tz=ZoneInfo(office.time_zone),
        participants=count,
    )
