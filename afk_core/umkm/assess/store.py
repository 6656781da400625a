"""All SQL of self-assessments."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.umkm.assess.models import Assessment
from afk_core.umkm.models import UmkmRegistration


async def draft_row(session: AsyncSession, conversation_id: int) -> Assessment | None:
    """The draft of a conversation."""
    return (
        await session.execute(
            select(Assessment).where(
                Assessment.conversation_id == conversation_id, Assessment.finished_at.is_(None)
            )
        )
    ).scalar_one_or_none()


async def add(session: AsyncSession, row: Assessment) -> Assessment:
    """Store a new assessment; it has its id afterwards."""
    session.add(row)
    await session.flush()
    return row


async def drop_draft(session: AsyncSession, conversation_id: int) -> None:
    """Forget the draft of a conversation, if there is one."""
    await session.execute(
        delete(Assessment).where(
            Assessment.conversation_id == conversation_id, Assessment.finished_at.is_(None)
        )
    )


async def drop_drafts_before(session: AsyncSession, moment: datetime) -> None:
    """Forget the drafts that nobody has touched since `moment`."""
    await session.execute(
        delete(Assessment).where(Assessment.finished_at.is_(None), Assessment.updated_at < moment)
    )


async def finished_rows(session: AsyncSession, conversation_id: int, limit: int) -> Sequence[Assessment]:
    """The finished assessments of a conversation, the newest first."""
    rows = await session.scalars(
        select(Assessment)
        .where(Assessment.conversation_id == conversation_id, Assessment.finished_at.is_not(None))
        .order_by(Assessment.finished_at.desc(), Assessment.id.desc())
        .limit(limit)
    )
    return rows.all()


async def finished_row(session: AsyncSession, assessment_id: int) -> Assessment | None:
    """The finished assessment with this id."""
    row = await session.get(Assessment, assessment_id)
    return row if row is not None and row.finished_at is not None else None


async def forget(session: AsyncSession, conversation_id: int) -> None:
    """Remove the assessments of a conversation, except those that a registration was filed with."""
    filed = select(UmkmRegistration.assessment_id).where(UmkmRegistration.assessment_id.is_not(None))
    await session.execute(
        delete(Assessment)
        .where(Assessment.conversation_id == conversation_id, Assessment.id.not_in(filed))
        .execution_options(synchronize_session=False)
    )
