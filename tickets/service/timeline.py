"""The timeline as plain data."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files.file import FileView
from afk_core.officers.audit import record_audit
from afk_core.officers.officer import Viewer
from tickets import store
from tickets.aids.file_store import files_of
from tickets.models import Entry, EntryDelivery, Ticket
from tickets.ticket import Audience, Author, DeliveryState, DeliveryView, EntryKind, TimelineEntry


async def read_timeline(
    session: AsyncSession, ticket_id: int, *, audience: Audience | None = None, after: int = 0
) -> tuple[TimelineEntry, ...]:
    """The entries after number `after` in order, all or those of one audience."""
    rows = await store.timeline(session, ticket_id, audience=audience, after=after)
    files = await files_of(session, [row[0].id for row in rows])
    return tuple(_entry_view(*row, files=files.get(row[0].id, ())) for row in rows)


async def add_officer_entry(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    ticket: Ticket,
    kind: EntryKind,
    words: str | None = None,
    data: Mapping[str, object] | None = None,
    *,
    audience: Audience = Audience.OFFICERS,
) -> Entry:
    """Record a step of an officer, by default for officers' eyes, on a locked ticket."""
    return await store.add_entry(
        session,
        ticket,
        now,
        kind,
        Author.OFFICER,
        audience=audience,
        officer_id=viewer.officer_id,
        text=words,
        data=data,
    )


async def record_act(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket: Ticket, action: str, **detail: object
) -> None:
    """Leave in the audit trail what an officer did with a ticket; `now` is aware UTC."""
    await record_audit(
        session,
        now,
        action=action,
        subject=f"ticket:{ticket.id}",
        officer_id=viewer.officer_id,
        office_id=ticket.office_id,
        detail=detail,
    )


def _entry_view(
    entry: Entry, delivery: EntryDelivery | None, officer_name: str | None, *, files: tuple[FileView, ...]
) -> TimelineEntry:
    return TimelineEntry(
        id=entry.id,
        n=entry.n,
        kind=EntryKind(entry.kind),
        audience=Audience(entry.audience),
        author=Author(entry.author),
        officer_name=officer_name,
        text=entry.text,
        data=entry.data,
        at=entry.at,
        delivery=None if delivery is None else _delivery_view(delivery),
        files=files,
    )


def _delivery_view(delivery: EntryDelivery) -> DeliveryView:
    return DeliveryView(
        state=DeliveryState(delivery.state),
        first_attempt_at=delivery.first_attempt_at,
        delivered_at=delivery.delivered_at,
        error=delivery.error,
    )
