"""The files of a ticket: what an officer puts beside a draft, and what they open; each look is recorded."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files import service as files
from afk_core.files.file import CheckedFile, FileView
from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.officers.service import record_audit
from afk_core.rules.roles import Act
from tickets.aids import file_store
from tickets.models import Ticket
from tickets.service.access import locked_for_officer, read_by_officer


async def add_draft_file(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, checked: CheckedFile, *, most: int
) -> FileView:
    """Put a checked file beside the viewer's draft, at most `most` of them; the same one again is one.

    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `file.too_many` (`limit`).
    """
    # The ticket's lock makes two uploads at once count one after the other.
    await locked_for_officer(session, viewer, ticket_id, Act.ANSWER_TICKET)
    present = await draft_files(session, viewer, ticket_id)
    for view in present:
        if (view.sha256, view.name) == (checked.sha256, checked.name):
            return view
    if len(present) >= most:
        raise DomainError("file.too_many", limit=most)
    file_id = await files.store(session, now, checked)
    await file_store.add_to_draft(session, viewer.officer_id, ticket_id, file_id)
    return (await files.views(session, [file_id]))[file_id]


async def draft_files(session: AsyncSession, viewer: Viewer, ticket_id: int) -> tuple[FileView, ...]:
    """The files beside the viewer's own draft that are still kept."""
    ids = await file_store.draft_file_ids(session, viewer.officer_id, ticket_id)
    known = await files.views(session, ids)
    return tuple(known[one] for one in ids)


async def drop_draft_file(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, file_id: int
) -> None:
    """Take a file from the viewer's draft and forget it. Raises DomainError `file.not_found`."""
    await read_by_officer(session, viewer, ticket_id)
    if not await file_store.drop_draft_file(session, viewer.officer_id, ticket_id, file_id):
        raise DomainError("file.not_found")
    await files.remove(session, now, [file_id])


async def open_file(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, file_id: int
) -> CheckedFile:
    """A file of the ticket, or of the viewer's own draft, with its content.

    What people send is personal data: only who may see such data gets it, and the look is recorded in the
    same transaction. Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `file.not_found`.
    """
    ticket = await read_by_officer(session, viewer, ticket_id)
    if file_id in await file_store.draft_file_ids(session, viewer.officer_id, ticket_id):
        return await files.read(session, file_id)
    if not await file_store.is_in_ticket(session, ticket_id, file_id):
        raise DomainError("file.not_found")
    if not viewer.can(Act.SEE_PERSONAL_DATA, ticket.office_id):
        raise DomainError("ticket.not_permitted")
    found = await files.read(session, file_id)
    await _record_look(session, now, viewer, ticket, file_id)
    return found


async def _record_look(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket: Ticket, file_id: int
) -> None:
    await record_audit(
        session,
        now,
        action="ticket.file_seen",
        subject=f"ticket:{ticket.id}",
        officer_id=viewer.officer_id,
        office_id=ticket.office_id,
        detail={"file": file_id},
    )
