"""All SQL of the answers that officers have begun."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from tickets.models import Draft
from tickets.store import insert_into


async def draft(session: AsyncSession, officer_id: int, ticket_id: int) -> Draft | None:
    query = select(Draft).where(Draft.officer_id == officer_id, Draft.ticket_id == ticket_id)
    return await session.scalar(query.execution_options(populate_existing=True))


async def put_draft(
    session: AsyncSession,
    now: datetime,
    officer_id: int,
    ticket_id: int,
    text: str,
    seen_entry: int,
    statements: Sequence[str] | None = None,
) -> None:
    """Keep the draft in the place of an earlier one; without `statements` those of the earlier stay."""
    values: dict[str, Any] = {"text": text, "seen_entry": seen_entry, "saved_at": now}
    if statements is not None:
        values["statements"] = list(statements)
    statement = insert_into(session, Draft.__table__).values(
        officer_id=officer_id, ticket_id=ticket_id, **values
    )
    await session.execute(
        statement.on_conflict_do_update(index_elements=["officer_id", "ticket_id"], set_=values)
    )


async def drop_draft(session: AsyncSession, officer_id: int, ticket_id: int) -> None:
    where = and_(Draft.officer_id == officer_id, Draft.ticket_id == ticket_id)
    await session.execute(delete(Draft).where(where))
