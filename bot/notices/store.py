"""All SQL of the notices to officers."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Exists, Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.models import Officer
from afk_core.offices.models import Office
from bot.notices.models import ELSEWHERE, Notice, NoticeSending
from bot.notices.notice import NewNotice


async def officers_with(
    session: AsyncSession, roles: Collection[str], *, office_id: int | None = None
) -> list[int]:
    """The officers with an open account and one of these roles, of an office or of all."""
    query = select(Officer.id).where(Officer.role.in_(roles), Officer.active).order_by(Officer.id)
    if office_id is not None:
        query = query.where(Officer.office_id == office_id)
    return list(await session.scalars(query))


async def office_of_each(session: AsyncSession, officer_ids: Collection[int]) -> list[tuple[int, int]]:
    """Id and office of these officers."""
    query = select(Officer.id, Officer.office_id).where(Officer.id.in_(officer_ids)).order_by(Officer.id)
    return [(row[0], row[1]) for row in await session.execute(query)]


async def add(
    session: AsyncSession,
    now: datetime,
    notice: NewNotice,
    officer_id: int,
    *,
    tell_at: datetime,
    late: bool,
) -> bool:
    """Keep a notice; False if the officer has one of this key already."""
    values = {
        "officer_id": officer_id,
        "office_id": notice.office_id,
        "kind": notice.kind.value,
        "ticket_id": notice.ticket_id,
        "limit_id": notice.limit_id,
        "due": notice.due,
        "key": notice.key,
        "words": notice.words,
        "at": notice.at,
        "made_at": now,
        "tell_at": tell_at,
        "late": late,
    }
    statement = _insert(session, Notice).values(**values)
    added = statement.on_conflict_do_nothing(index_elements=["officer_id", "key"]).returning(Notice.id)
    return (await session.execute(added)).first() is not None


async def waiting(session: AsyncSession, now: datetime, limit: int) -> Sequence[Notice]:
    """The notices whose time to be told has come, locked; what another worker tells is skipped."""
    query = (
        select(Notice)
        .where(Notice.tell_at <= now, Notice.told_at.is_(None), Notice.dropped_at.is_(None))
        .order_by(Notice.tell_at, Notice.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(query)).all()


async def unread(session: AsyncSession, officer_id: int) -> int:
    """How many told notices the officer has not read."""
    query = select(func.count()).where(
        Notice.officer_id == officer_id,
        Notice.told_at.is_not(None),
        Notice.read_at.is_(None),
        Notice.kind.not_in(ELSEWHERE),
    )
    return await session.scalar(query) or 0


async def told(session: AsyncSession, officer_id: int, limit: int) -> Sequence[tuple[Notice, str]]:
    """The officer's told notices with the zone of their office: unread first, then the newest."""
    query = (
        _with_zone()
        .where(Notice.officer_id == officer_id, Notice.told_at.is_not(None), Notice.kind.not_in(ELSEWHERE))
        .order_by(Notice.read_at.is_not(None), Notice.told_at.desc(), Notice.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def read(session: AsyncSession, now: datetime, officer_id: int, notice_ids: Collection[int]) -> None:
    """Mark those of the notices that were told to the officer as read."""
    await session.execute(
        update(Notice)
        .where(
            Notice.id.in_(notice_ids),
            Notice.officer_id == officer_id,
            Notice.told_at.is_not(None),
            Notice.read_at.is_(None),
        )
        .values(read_at=now)
    )


async def unsent(
    session: AsyncSession,
    channel: str,
    *,
    officer_ids: Collection[int],
    told_from: datetime,
    limit: int,
) -> Sequence[tuple[Notice, str]]:
    """Told and unread notices of these officers that did not go to `channel` yet, locked, oldest first.

    None for a blocked account.
    """
    query = (
        _with_zone()
        .join(Officer, Officer.id == Notice.officer_id)
        .where(
            Officer.active,
            Notice.officer_id.in_(officer_ids),
            Notice.told_at >= told_from,
            Notice.read_at.is_(None),
            ~_sent(channel),
        )
        .order_by(Notice.at, Notice.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Notice)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def unsent_in_office(
    session: AsyncSession,
    channel: str,
    office_id: int,
    kinds: Collection[str],
    *,
    told_from: datetime,
    limit: int,
) -> Sequence[tuple[Notice, str]]:
    """Told notices of an office and of these kinds that did not go to `channel` yet, oldest first."""
    query = (
        _with_zone()
        .where(
            Notice.office_id == office_id,
            Notice.kind.in_(kinds),
            Notice.told_at >= told_from,
            ~_sent(channel),
        )
        .order_by(Notice.at, Notice.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def keys_sent(session: AsyncSession, channel: str, keys: Collection[str]) -> set[str]:
    """Those of the keys of which some officer's notice went to `channel`."""
    query = select(Notice.key).where(Notice.key.in_(keys), _sent(channel))
    return set(await session.scalars(query))


async def add_sending(session: AsyncSession, now: datetime, channel: str, notice_id: int) -> None:
    """Record that a notice went to `channel`; a second time changes nothing."""
    statement = _insert(session, NoticeSending).values(notice_id=notice_id, channel=channel, at=now)
    await session.execute(statement.on_conflict_do_nothing(index_elements=["notice_id", "channel"]))


async def forget(session: AsyncSession, before: datetime, limit: int) -> None:
    """Remove notices that were told or dropped before that; the alerts that they tell of stay."""
    done = func.coalesce(Notice.told_at, Notice.dropped_at)
    old = select(Notice.id).where(done < before).order_by(Notice.id).limit(limit)
    ids = list(await session.scalars(old))
    await session.execute(delete(NoticeSending).where(NoticeSending.notice_id.in_(ids)))
    await session.execute(delete(Notice).where(Notice.id.in_(ids)))


def _sent(channel: str) -> Exists:
    return (
        select(NoticeSending.notice_id)
        .where(NoticeSending.notice_id == Notice.id, NoticeSending.channel == channel)
        .exists()
    )


def _with_zone() -> Select[Notice, str]:
    return select(Notice, Office.time_zone).join(Office, Office.id == Notice.office_id)


def _insert(session: AsyncSession, table: Any) -> Any:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite_insert(table) if is_sqlite else postgresql_insert(table)
