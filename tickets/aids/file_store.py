"""All SQL of the files that entries and drafts carry."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files.file import FileView
from afk_core.files.models import StoredFile
from afk_core.files.service import hold, views
from tickets.aids.models import DraftFile, TicketFile
from tickets.models import Entry


async def attach(session: AsyncSession, entry_id: int, file_ids: Sequence[int]) -> None:
    """Let an entry carry these files for good."""
    if not file_ids:
        return
    session.add_all(
        TicketFile(entry_id=entry_id, n=n, file_id=file_id) for n, file_id in enumerate(file_ids, 1)
    )
    await hold(session, file_ids)
    await session.flush()


async def file_ids_of(session: AsyncSession, entry_ids: Collection[int]) -> dict[int, list[int]]:
    """The ids of the files of each entry that carries some, in order."""
    found: dict[int, list[int]] = {}
    if not entry_ids:
        return found
    query = select(TicketFile).where(TicketFile.entry_id.in_(entry_ids))
    for row in await session.scalars(query.order_by(TicketFile.entry_id, TicketFile.n)):
        found.setdefault(row.entry_id, []).append(row.file_id)
    return found


async def files_of(session: AsyncSession, entry_ids: Collection[int]) -> dict[int, tuple[FileView, ...]]:
    """What is shown of the files of each entry that carries some."""
    by_entry = await file_ids_of(session, entry_ids)
    known = await views(session, [one for ids in by_entry.values() for one in ids])
    return {entry_id: tuple(known[one] for one in ids) for entry_id, ids in by_entry.items()}


async def is_in_ticket(session: AsyncSession, ticket_id: int, file_id: int) -> bool:
    """Whether an entry of this ticket carries the file."""
    query = (
        select(TicketFile.file_id)
        .join(Entry, Entry.id == TicketFile.entry_id)
        .where(Entry.ticket_id == ticket_id, TicketFile.file_id == file_id)
    )
    return (await session.execute(query.limit(1))).first() is not None


async def add_to_draft(session: AsyncSession, officer_id: int, ticket_id: int, file_id: int) -> None:
    """Put a file beside an officer's draft."""
    session.add(DraftFile(file_id=file_id, officer_id=officer_id, ticket_id=ticket_id))
    await session.flush()


async def draft_file_ids(session: AsyncSession, officer_id: int, ticket_id: int) -> list[int]:
    """The ids of the files beside an officer's draft that are still kept, in the order in which they came."""
    query = (
        select(DraftFile.file_id)
        .join(StoredFile, StoredFile.id == DraftFile.file_id)
        .where(
            DraftFile.officer_id == officer_id,
            DraftFile.ticket_id == ticket_id,
            StoredFile.removed_at.is_(None),
        )
    )
    return list(await session.scalars(query.order_by(DraftFile.file_id)))


async def drop_draft_files(session: AsyncSession, officer_id: int, ticket_id: int) -> None:
    """Leave the draft without files; the files themselves stay."""
    await session.execute(
        delete(DraftFile).where(DraftFile.officer_id == officer_id, DraftFile.ticket_id == ticket_id)
    )


async def drop_draft_file(session: AsyncSession, officer_id: int, ticket_id: int, file_id: int) -> bool:
    """Take one file from a draft; False when it was not there."""
    statement = delete(DraftFile).where(
        DraftFile.file_id == file_id, DraftFile.officer_id == officer_id, DraftFile.ticket_id == ticket_id
    )
    return (await session.execute(statement.returning(DraftFile.file_id))).first() is not None
