"""All SQL of pemberdayaan."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.offices.models import Office
from afk_core.umkm.activity.models import UmkmActivity, UmkmActivityFile, UmkmActivityParticipant
from afk_core.umkm.models import Umkm

_Found = tuple[UmkmActivity, Office, int]


async def add(session: AsyncSession, row: UmkmActivity, umkm_ids: Collection[int]) -> None:
    """Insert an activity with its participants."""
    session.add(row)
    await session.flush()
    session.add_all(UmkmActivityParticipant(activity_id=row.id, umkm_id=each) for each in umkm_ids)
    await session.flush()


async def locked(session: AsyncSession, activity_id: int) -> UmkmActivity | None:
    """The activity, locked until the transaction ends."""
    await session.flush()
    return await session.get(UmkmActivity, activity_id, with_for_update=True, populate_existing=True)


async def one(session: AsyncSession, activity_id: int) -> _Found | None:
    """An activity with its office and the number of its participants."""
    query = _rows().where(UmkmActivity.id == activity_id)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


async def page(
    session: AsyncSession, office_ids: Collection[int], *, offset: int, limit: int
) -> Sequence[_Found]:
    """Activities of these offices: the planned ones first, each group with the newest at the top."""
    planned_first = case((UmkmActivity.status == "planned", 0), else_=1)
    query = (
        _rows()
        .where(UmkmActivity.office_id.in_(office_ids))
        .order_by(planned_first, UmkmActivity.starts_at.desc(), UmkmActivity.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def of_umkm(session: AsyncSession, umkm_id: int) -> Sequence[_Found]:
    """The activities of a business."""
    mine = select(UmkmActivityParticipant.activity_id).where(UmkmActivityParticipant.umkm_id == umkm_id)
    return [
        (row[0], row[1], row[2]) for row in await session.execute(_rows().where(UmkmActivity.id.in_(mine)))
    ]


async def held_between(
    session: AsyncSession, office_id: int, since: datetime, until: datetime
) -> Sequence[UmkmActivity]:
    """The activities of an office that took place in a period, in order."""
    query = select(UmkmActivity).where(
        UmkmActivity.office_id == office_id,
        UmkmActivity.status == "held",
        UmkmActivity.starts_at >= since,
        UmkmActivity.starts_at < until,
    )
    return (await session.scalars(query.order_by(UmkmActivity.starts_at, UmkmActivity.id))).all()


async def held_counts(
    session: AsyncSession, office_ids: Collection[int], since: datetime, until: datetime
) -> list[tuple[int, str, int, int]]:
    """Office, theme, number of activities that took place, number of businesses that came."""
    came = func.sum(case((UmkmActivityParticipant.attended.is_(True), 1), else_=0))
    query = (
        select(UmkmActivity.office_id, UmkmActivity.theme, func.count(UmkmActivity.id.distinct()), came)
        .outerjoin(UmkmActivityParticipant, UmkmActivityParticipant.activity_id == UmkmActivity.id)
        .where(
            UmkmActivity.office_id.in_(office_ids),
            UmkmActivity.status == "held",
            UmkmActivity.starts_at >= since,
            UmkmActivity.starts_at < until,
        )
        .group_by(UmkmActivity.office_id, UmkmActivity.theme)
    )
    return [(row[0], row[1], int(row[2]), int(row[3] or 0)) for row in await session.execute(query)]


async def participants(session: AsyncSession, activity_id: int) -> Sequence[tuple[Umkm, bool | None]]:
    """The businesses of an activity by name, and whether they came."""
    query = (
        select(Umkm, UmkmActivityParticipant.attended)
        .join(UmkmActivityParticipant, UmkmActivityParticipant.umkm_id == Umkm.id)
        .where(UmkmActivityParticipant.activity_id == activity_id)
        .order_by(func.lower(Umkm.name), Umkm.id)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def who_came(session: AsyncSession, activity_ids: Collection[int]) -> Sequence[tuple[int, str]]:
    """Activity and name of every business that came to one of these, by name."""
    query = (
        select(UmkmActivityParticipant.activity_id, Umkm.name)
        .join(Umkm, Umkm.id == UmkmActivityParticipant.umkm_id)
        .where(
            UmkmActivityParticipant.activity_id.in_(activity_ids), UmkmActivityParticipant.attended.is_(True)
        )
        .order_by(func.lower(Umkm.name), Umkm.id)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def in_office(session: AsyncSession, office_id: int, umkm_ids: Collection[int]) -> set[int]:
    """Those of these businesses that are in the office."""
    query = select(Umkm.id).where(Umkm.office_id == office_id, Umkm.id.in_(umkm_ids))
    return set(await session.scalars(query))


async def put_attendance(session: AsyncSession, activity_id: int, came: Collection[int]) -> None:
    """Record who came; everybody else of the activity did not."""
    await session.execute(
        update(UmkmActivityParticipant)
        .where(UmkmActivityParticipant.activity_id == activity_id)
        .values(attended=UmkmActivityParticipant.umkm_id.in_(came))
        .execution_options(synchronize_session=False)
    )


async def touch(session: AsyncSession, umkm_ids: Collection[int], at: datetime) -> None:
    """Let the last contact of these businesses be not before an instant."""
    await session.execute(
        update(Umkm)
        .where(Umkm.id.in_(umkm_ids), Umkm.last_contact_at < at)
        .values(last_contact_at=at)
        .execution_options(synchronize_session=False)
    )


async def add_file(session: AsyncSession, row: UmkmActivityFile) -> None:
    """Insert a file of an activity."""
    session.add(row)
    await session.flush()


async def file_ids(session: AsyncSession, activity_id: int) -> Sequence[int]:
    """The ids of the stored files of an activity, in order."""
    query = select(UmkmActivityFile.file_id).where(UmkmActivityFile.activity_id == activity_id)
    return (await session.scalars(query.order_by(UmkmActivityFile.id))).all()


def _rows() -> Select[Any]:
    number = (
        select(func.count())
        .select_from(UmkmActivityParticipant)
        .where(UmkmActivityParticipant.activity_id == UmkmActivity.id)
        .correlate(UmkmActivity)
        .scalar_subquery()
    )
    return select(UmkmActivity, Office, number).join(Office, Office.id == UmkmActivity.office_id)
