"""What can be done with sealed files: gather, register, check.

Every verb takes the session first and never commits. A file is for those who may read the audit trail
(PER-25/BC/2024 Pasal 3 ayat (3), 4, 11).
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.audit import audit_entry, record_audit
from afk_core.officers.officer import Viewer
from afk_core.offices.models import CalendarVersion
from afk_core.rules.roles import Act
from tickets.models import LimitRow
from tickets.sealing import store
from tickets.sealing.models import SealedFile
from tickets.sealing.sealed import AlertRecord, LimitRecord, Material, Seal
from tickets.service.clocks import limit_view
from tickets.service.reading import detail as read_detail
from tickets.ticket import AlertKind

LEAST_SIGNS: Final = 12
"""Of the printed checksum, so many signs at least are asked for: fewer could fit another file."""

_HEX: Final = re.compile(r"[0-9a-f]+")


async def material(session: AsyncSession, viewer: Viewer, ticket_id: int) -> Material:
    """Everything about a ticket; raises DomainError `ticket.not_found`, `ticket.not_permitted`."""
    detail = await read_detail(session, viewer, ticket_id)
    if not viewer.can(Act.SEE_AUDIT, detail.office_id):
        raise DomainError("ticket.not_permitted")
    numbers = await store.entry_numbers(session, ticket_id)
    rows = await store.limit_rows(session, ticket_id)
    limit_ids = [row.id for row, _, _ in rows]
    subjects = [f"ticket:{ticket_id}", *(f"limit:{limit_id}" for limit_id in limit_ids)]
    return Material(
        detail=detail,
        limits=tuple(
            _limit_record(row, request, calendar, numbers, detail.tz) for row, request, calendar in rows
        ),
        alerts=tuple(
            AlertRecord(row.limit_id, AlertKind(row.kind), row.at, row.recorded_at)
            for row in await store.alerts(session, limit_ids)
        ),
        looks=tuple(audit_entry(row, name) for row, name in await store.audit_of(session, subjects)),
    )


async def register_seal(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    about: Material,
    *,
    pages: int,
    content_sha256: str,
    file_sha256: str,
) -> None:
    """Enter a file that was made; recorded in the audit trail too."""
    detail = about.detail
    await store.add(
        session,
        SealedFile(
            ticket_id=detail.ticket_id,
            made_at=now,
            made_by=viewer.officer_id,
            last_entry=detail.last_entry,
            pages=pages,
            content_sha256=content_sha256,
            file_sha256=file_sha256,
        ),
    )
    await record_audit(
        session,
        now,
        action="ticket.sealed",
        subject=f"ticket:{detail.ticket_id}",
        officer_id=viewer.officer_id,
        office_id=detail.office_id,
        detail={"content": content_sha256, "pages": pages},
    )


async def seal_of_file(
    session: AsyncSession, file_sha256: str, office_ids: Collection[int] | None = None
) -> Seal | None:
    """The file with this checksum if it was made in these offices (None is all) and is unchanged."""
    found = [_seal(*row) for row in await store.sealed(session, file=file_sha256.lower())]
    return next((seal for seal in found if office_ids is None or seal.office_id in office_ids), None)


async def seals_by_print(
    session: AsyncSession, typed: str, office_ids: Collection[int] | None = None
) -> list[Seal]:
    """The files whose printed checksum begins with what was typed, blanks ignored.

    Raises DomainError `seal.too_short` with `minimum`.
    """
    signs = "".join(typed.split()).lower()
    if len(signs) < LEAST_SIGNS or len(signs) > 64 or not _HEX.fullmatch(signs):
        raise DomainError("seal.too_short", minimum=LEAST_SIGNS)
    found = [_seal(*row) for row in await store.sealed(session, content=signs)]
    return [seal for seal in found if office_ids is None or seal.office_id in office_ids]


def _limit_record(
    row: LimitRow, request: int, calendar: CalendarVersion | None, numbers: Mapping[int, int], tz: ZoneInfo
) -> LimitRecord:
    return LimitRecord(
        limit=limit_view(row, request, tz),
        calendar_version=row.calendar_version,
        calendar_since=None if calendar is None else calendar.created_at,
        calendar_reason="" if calendar is None else calendar.reason,
        judged_at=row.judged_at,
        opened_by=numbers[row.opened_by],
        closed_by=None if row.closed_by is None else numbers.get(row.closed_by),
    )


def _seal(row: SealedFile, number: str, office_id: int, office_name: str, made_by: str) -> Seal:
    return Seal(
        ticket_id=row.ticket_id,
        number=number,
        office_id=office_id,
        office_name=office_name,
        made_at=row.made_at,
        made_by=made_by,
        last_entry=row.last_entry,
        pages=row.pages,
        content_sha256=row.content_sha256,
        file_sha256=row.file_sha256,
    )
