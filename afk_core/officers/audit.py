"""The audit trail: every change and every look at personal data (PER-25/BC/2024 Pasal 15 ayat (2))."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers import store
from afk_core.officers.models import AuditRecord
from afk_core.officers.officer import AuditEntry


async def record_audit(
    session: AsyncSession,
    now: datetime,
    *,
    action: str,
    subject: str,
    officer_id: int | None = None,
    office_id: int | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Add a record. `subject` is like "ticket:12"; `detail` holds codes and ids, never personal data."""
    session.add(
        AuditRecord(
            at=now,
            officer_id=officer_id,
            office_id=office_id,
            action=action,
            subject=subject,
            detail=dict(detail or {}),
        )
    )
    await session.flush()


async def audit_records(
    session: AsyncSession,
    *,
    office_ids: Collection[int] | None = None,
    officer_id: int | None = None,
    subject: str | None = None,
    before_id: int | None = None,
    limit: int = 100,
) -> list[AuditEntry]:
    """Records that fit all that is given, newest first; `before_id` turns the page."""
    rows = await store.audit_rows(
        session,
        office_ids=office_ids,
        officer_id=officer_id,
        subject=subject,
        before_id=before_id,
        limit=limit,
    )
    return [
        AuditEntry(
            id=row.id,
            at=row.at,
            officer_id=row.officer_id,
            officer_name=name,
            office_id=row.office_id,
            action=row.action,
            subject=row.subject,
            detail=row.detail,
        )
        for row, name in rows
    ]
