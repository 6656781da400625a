"""All SQL of sealed files."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.models import AuditRecord, Officer
from afk_core.offices.models import CalendarVersion, Office
from tickets.models import Alert, Entry, LimitRow, Request, Ticket
from tickets.sealing.models import SealedFile


async def limit_rows(
    session: AsyncSession, ticket_id: int
) -> Sequence[tuple[LimitRow, int, CalendarVersion | None]]:
    """The limits of a ticket, each with its request's number and the calendar it was counted by."""
    query = (
        select(LimitRow, Request.n, CalendarVersion)
        .join(Request, Request.id == LimitRow.request_id)
        .join(Ticket, Ticket.id == Request.ticket_id)
        .outerjoin(
            CalendarVersion,
            (CalendarVersion.office_id == Ticket.office_id)
            & (CalendarVersion.version == LimitRow.calendar_version),
        )
        .where(Ticket.id == ticket_id)
        .order_by(Request.n, LimitRow.id)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def alerts(session: AsyncSession, limit_ids: Collection[int]) -> Sequence[Alert]:
    """What was recorded about these limits, in order."""
    query = select(Alert).where(Alert.limit_id.in_(limit_ids)).order_by(Alert.at, Alert.id)
    return (await session.scalars(query)).all()


async def entry_numbers(session: AsyncSession, ticket_id: int) -> dict[int, int]:
    """The numbers of a ticket's entries by their ids."""
    rows = await session.execute(select(Entry.id, Entry.n).where(Entry.ticket_id == ticket_id))
    return {row[0]: row[1] for row in rows}


async def audit_of(
    session: AsyncSession, subjects: Collection[str]
) -> Sequence[tuple[AuditRecord, str | None]]:
    """The audit records about these subjects, oldest first, each with the officer's name."""
    query = (
        select(AuditRecord, Officer.name)
        .outerjoin(Officer, Officer.id == AuditRecord.officer_id)
        .where(AuditRecord.subject.in_(subjects))
        .order_by(AuditRecord.id)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def add(session: AsyncSession, row: SealedFile) -> None:
    """Enter a file into the register."""
    session.add(row)
    await session.flush()


async def sealed(
    session: AsyncSession, *, content: str = "", file: str = ""
) -> Sequence[tuple[SealedFile, str, int, str, str]]:
    """Files of the register, newest first: by the checksum of the file, or by the first signs of that of the
    content; each with the ticket's number, the office's id and name, and who made it.

    Nothing encrypted is read.
    """
    query = (
        select(SealedFile, Ticket.number, Office.id, Office.name, Officer.name)
        .join(Ticket, Ticket.id == SealedFile.ticket_id)
        .join(Office, Office.id == Ticket.office_id)
        .join(Officer, Officer.id == SealedFile.made_by)
        .order_by(SealedFile.id.desc())
        .limit(20)
    )
    if file:
        query = query.where(SealedFile.file_sha256 == file)
    if content:
        query = query.where(SealedFile.content_sha256.startswith(content, autoescape=True))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in await session.execute(query)]
