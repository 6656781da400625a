"""The audit trail: every change and every look at personal data (PER-25/BC/2024 Pasal 15 ayat (2))."""

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import Struct
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
    return [audit_entry(row, name) for row, name in rows]


async def was_recorded_since(
    session: AsyncSession, since: datetime, *, action: str, subject: str, officer_id: int
) -> bool:
    """Whether the officer did `action` to the subject at or after `since`."""
    return await store.has_audit_since(session, since, action=action, subject=subject, officer_id=officer_id)


class AuditSearch(Struct, frozen=True):
    """What is looked for in the audit trail; empty texts and None mean everything.

    `everywhere` includes what belongs to no office (holidays, work of the system). `action` is an action or
    the part before its dot, `subject` one subject ("ticket:12") or the kind of it ("ticket"). From `since` up
    to but not including `until`, both aware; `before_id` turns the page.
    """

    office_ids: Collection[int]
    everywhere: bool = False
    officer_id: int | None = None
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before_id: int | None = None


async def search_audit(session: AsyncSession, search: AuditSearch, *, limit: int) -> list[AuditEntry]:
    """Records that fit everything that is asked for, newest first."""
    rows = await store.search_audit(
        session,
        office_ids=search.office_ids,
        everywhere=search.everywhere,
        officer_id=search.officer_id,
        action=search.action,
        subject=search.subject,
        since=search.since,
        until=search.until,
        before_id=search.before_id,
        limit=limit,
    )
    return [audit_entry(row, name) for row, name in rows]


def audit_entry(row: AuditRecord, name: str | None) -> AuditEntry:
    """A record with the name of who did it, as plain data."""
    return AuditEntry(
        id=row.id,
        at=row.at,
        officer_id=row.officer_id,
        officer_name=name,
        office_id=row.office_id,
        action=row.action,
        subject=row.subject,
        detail=row.detail,
    )
