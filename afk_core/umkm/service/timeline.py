"""The timeline and the documents of a registration as plain data, for whoever may read them."""

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.umkm import store
from afk_core.umkm.registration import DocumentView, EventAudience, EventKind, EventView


async def timeline(session: AsyncSession, registration_id: int) -> tuple[EventView, ...]:
    """The entries of a registration in order."""
    return tuple(
        EventView(
            n=row.n,
            kind=EventKind(row.kind),
            audience=EventAudience(row.audience),
            officer=name or "",
            # What is asked for are personal data: they stand masked in `RegistrationDetail.correction`.
            text="" if row.kind == EventKind.CORRECTION_ASKED.value else row.text or "",
            data=row.data,
            at=row.at,
        )
        for row, name in await store.events(session, registration_id)
    )


async def documents_of(session: AsyncSession, registration_id: int) -> tuple[DocumentView, ...]:
    """The documents of a registration in the order in which they came."""
    return tuple(
        DocumentView(row.id, row.file_id, row.kind, name or "", row.at)
        for row, name in await store.documents(session, registration_id)
    )
