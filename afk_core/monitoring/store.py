"""All SQL of the quarterly monitoring."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from afk_core.monitoring.models import UmkmMonitoring, UmkmMonitoringQuestion, UmkmPlan
from afk_core.officers.models import Officer
from afk_core.umkm.activity.models import UmkmActivity, UmkmActivityParticipant
from afk_core.umkm.models import Umkm, UmkmCertificate

FoundRow = tuple[UmkmMonitoring, str, bool]
"""What was recorded, and name and standing of the officer who did so last."""

QuestionRow = tuple[UmkmMonitoringQuestion, str]
"""The questions, and the name of who asked."""


class CertificateRow(Struct, frozen=True):
    """One certificate of a business; `ended` is when it was revoked or replaced, None while it holds.

    Of both only what monitoring looks at: a page about six quarters of an office must not read every paper.
    """

    umkm_id: int
    name: str
    kategori: str
    profile: Mapping[str, str]
    conversation_id: int | None
    number: str
    registration_id: int
    klaster: str
    sub_klaster: str
    issued_on: date
    ended: datetime | None


async def certificates(
    session: AsyncSession, *, office_id: int | None = None, umkm_id: int | None = None
) -> Sequence[CertificateRow]:
    """Every certificate of the businesses of an office, or of one business, in the order of issue."""
    after = aliased(UmkmCertificate)
    query = (
        select(
            Umkm.id,
            Umkm.name,
            Umkm.kategori,
            Umkm.profile,
            Umkm.conversation_id,
            UmkmCertificate.number,
            UmkmCertificate.registration_id,
            UmkmCertificate.klaster,
            UmkmCertificate.sub_klaster,
            UmkmCertificate.issued_on,
            func.coalesce(UmkmCertificate.revoked_at, after.issued_at),
        )
        .join(UmkmCertificate, UmkmCertificate.umkm_id == Umkm.id)
        .outerjoin(after, after.replaces_id == UmkmCertificate.id)
        .order_by(UmkmCertificate.id)
    )
    if office_id is not None:
        query = query.where(Umkm.office_id == office_id)
    if umkm_id is not None:
        query = query.where(Umkm.id == umkm_id)
    return [CertificateRow(*row) for row in await session.execute(query)]


async def certificate_spans(
    session: AsyncSession, office_ids: Collection[int]
) -> Sequence[tuple[int, str, str, date, datetime | None]]:
    """Office, klaster and sub-klaster, day of issue, and end of every certificate of their businesses."""
    after = aliased(UmkmCertificate)
    query = (
        select(
            Umkm.office_id,
            UmkmCertificate.klaster,
            UmkmCertificate.sub_klaster,
            UmkmCertificate.issued_on,
            func.coalesce(UmkmCertificate.revoked_at, after.issued_at),
        )
        .join(UmkmCertificate, UmkmCertificate.umkm_id == Umkm.id)
        .outerjoin(after, after.replaces_id == UmkmCertificate.id)
        .where(Umkm.office_id.in_(office_ids))
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in await session.execute(query)]


async def business(session: AsyncSession, umkm_id: int) -> Umkm | None:
    """The business with this id."""
    return await session.get(Umkm, umkm_id)


async def lock_business(session: AsyncSession, umkm_id: int) -> None:
    """Let nobody else record or ask about this business until the transaction ends."""
    await session.execute(select(Umkm.id).where(Umkm.id == umkm_id).with_for_update())


async def found(
    session: AsyncSession, umkm_ids: Collection[int], periods: Collection[str] | None = None
) -> Sequence[FoundRow]:
    """What was recorded of these businesses, in these quarters or all, the oldest quarter first."""
    query = (
        select(UmkmMonitoring, Officer.name, Officer.active)
        .join(Officer, Officer.id == UmkmMonitoring.changed_by)
        .where(UmkmMonitoring.umkm_id.in_(umkm_ids))
        .order_by(UmkmMonitoring.period)
        .execution_options(populate_existing=True)
    )
    if periods is not None:
        query = query.where(UmkmMonitoring.period.in_(periods))
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def questions(
    session: AsyncSession, umkm_ids: Collection[int], periods: Collection[str]
) -> Sequence[QuestionRow]:
    """The questions that were put to these businesses in these quarters."""
    query = _questions().where(
        UmkmMonitoringQuestion.umkm_id.in_(umkm_ids), UmkmMonitoringQuestion.period.in_(periods)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def own_questions(
    session: AsyncSession, conversation_id: int, question_id: int
) -> tuple[UmkmMonitoringQuestion, Umkm] | None:
    """Questions that were put into this chat, with the business; nobody else's."""
    query = (
        select(UmkmMonitoringQuestion, Umkm)
        .join(Umkm, Umkm.id == UmkmMonitoringQuestion.umkm_id)
        .where(
            UmkmMonitoringQuestion.id == question_id,
            UmkmMonitoringQuestion.conversation_id == conversation_id,
        )
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1])


async def questions_of_chat(session: AsyncSession, conversation_id: int) -> Sequence[UmkmMonitoringQuestion]:
    """All questions that were ever put into a chat."""
    query = select(UmkmMonitoringQuestion).where(UmkmMonitoringQuestion.conversation_id == conversation_id)
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def assistance(
    session: AsyncSession, office_id: int, since: datetime, before: datetime
) -> Sequence[tuple[UmkmActivity, int]]:
    """The activities that an office held in a span of time, once for each business that came, in order."""
    query = (
        select(UmkmActivity, UmkmActivityParticipant.umkm_id)
        .join(UmkmActivityParticipant, UmkmActivityParticipant.activity_id == UmkmActivity.id)
        .where(
            UmkmActivity.office_id == office_id,
            UmkmActivity.status == "held",
            UmkmActivityParticipant.attended.is_(True),
            UmkmActivity.starts_at >= since,
            UmkmActivity.starts_at < before,
        )
        .order_by(UmkmActivity.starts_at, UmkmActivity.id)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def plans(session: AsyncSession, office_id: int, periods: Collection[str]) -> dict[str, int]:
    """How many UMKM an office planned to assist, by quarter."""
    query = select(UmkmPlan).where(UmkmPlan.office_id == office_id, UmkmPlan.period.in_(periods))
    found_ = await session.scalars(query.execution_options(populate_existing=True))
    return {row.period: row.planned for row in found_}


async def put_plan(session: AsyncSession, row: UmkmPlan) -> None:
    """Keep a plan in the place of an earlier one."""
    await session.merge(row)
    await session.flush()


async def add(session: AsyncSession, row: UmkmMonitoring | UmkmMonitoringQuestion) -> None:
    """Insert a row; its id is known afterwards."""
    session.add(row)
    await session.flush()


def _questions() -> Select[UmkmMonitoringQuestion, str]:
    return (
        select(UmkmMonitoringQuestion, Officer.name)
        .join(Officer, Officer.id == UmkmMonitoringQuestion.asked_by)
        .execution_options(populate_existing=True)
    )
