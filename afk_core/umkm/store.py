"""All SQL of registrations and businesses; that of certificates stands in `certificate_store.py`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.models import Officer
from afk_core.offices.models import Office
from afk_core.rules.umkm_lifecycle import RegistrationStatus
from afk_core.umkm.models import (
    Umkm,
    UmkmDocument,
    UmkmDraft,
    UmkmEvent,
    UmkmFieldCheck,
    UmkmFingerprint,
    UmkmRegistration,
    UmkmSequence,
)
from afk_core.umkm.registration import EventAudience, EventKind


async def next_number(session: AsyncSession, kind: str, office_id: int, year: int) -> int:
    """The next number of this kind in the office's year.

    The row stays locked until the transaction ends, so a number that was rolled back is given again.
    """
    statement = insert_into(session, UmkmSequence.__table__).values(
        kind=kind, office_id=office_id, year=year, last=1
    )
    raised = statement.on_conflict_do_update(
        index_elements=["kind", "office_id", "year"], set_={"last": UmkmSequence.last + 1}
    ).returning(UmkmSequence.last)
    return int((await session.execute(raised)).scalar_one())


async def add(session: AsyncSession, row: Umkm | UmkmRegistration | UmkmDocument) -> None:
    """Insert a row; its id is known afterwards."""
    session.add(row)
    await session.flush()


async def add_event(
    session: AsyncSession,
    registration: UmkmRegistration,
    now: datetime,
    kind: EventKind,
    *,
    audience: EventAudience = EventAudience.OFFICERS,
    officer_id: int | None = None,
    text: str | None = None,
    data: Mapping[str, object] | None = None,
) -> UmkmEvent:
    """Append to the timeline of a registration that this transaction has locked or made."""
    registration.last_event += 1
    registration.changed_at = now
    event = UmkmEvent(
        registration_id=registration.id,
        n=registration.last_event,
        kind=kind.value,
        audience=audience.value,
        officer_id=officer_id,
        text=text,
        data=dict(data or {}),
        at=now,
    )
    session.add(event)
    await session.flush()
    return event


async def lock_registration(session: AsyncSession, registration_id: int) -> UmkmRegistration | None:
    """The registration as it is now, locked against every other change until the transaction ends."""
    # What this transaction changed must be written before the row is read over it.
    await session.flush()
    return await session.get(UmkmRegistration, registration_id, with_for_update=True, populate_existing=True)


async def registration(session: AsyncSession, registration_id: int) -> UmkmRegistration | None:
    """The registration, for reading."""
    return await session.get(UmkmRegistration, registration_id)


async def umkm(session: AsyncSession, umkm_id: int) -> Umkm:
    """The business; it exists for every registration."""
    return await session.get_one(Umkm, umkm_id)


async def registrations_of(session: AsyncSession, conversation_id: int) -> Sequence[UmkmRegistration]:
    """A person's registrations, the newest first."""
    query = select(UmkmRegistration).where(UmkmRegistration.conversation_id == conversation_id)
    return (await session.scalars(query.order_by(UmkmRegistration.id.desc()))).all()


async def list_registrations(
    session: AsyncSession,
    office_ids: Collection[int],
    statuses: Collection[RegistrationStatus],
    *,
    before_id: int | None,
    limit: int,
) -> Sequence[tuple[UmkmRegistration, Umkm, Office]]:
    """Registrations of these offices in these states, the newest first; `before_id` turns the page."""
    query = (
        select(UmkmRegistration, Umkm, Office)
        .join(Umkm, Umkm.id == UmkmRegistration.umkm_id)
        .join(Office, Office.id == UmkmRegistration.office_id)
        .where(
            UmkmRegistration.office_id.in_(office_ids),
            UmkmRegistration.status.in_([status.value for status in statuses]),
        )
        .order_by(UmkmRegistration.id.desc())
        .limit(limit)
    )
    if before_id is not None:
        query = query.where(UmkmRegistration.id < before_id)
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def count_by_status(session: AsyncSession, office_ids: Collection[int]) -> dict[str, int]:
    """How many registrations of these offices are in each state."""
    query = (
        select(UmkmRegistration.status, func.count())
        .where(UmkmRegistration.office_id.in_(office_ids))
        .group_by(UmkmRegistration.status)
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def put_fingerprints(session: AsyncSession, umkm_id: int, values: Mapping[str, str]) -> None:
    """Put these fingerprints (by kind) in the place of all earlier ones of the business."""
    await session.execute(delete(UmkmFingerprint).where(UmkmFingerprint.umkm_id == umkm_id))
    session.add_all(
        UmkmFingerprint(umkm_id=umkm_id, kind=kind, value=value) for kind, value in values.items()
    )
    await session.flush()


async def fingerprints(session: AsyncSession, umkm_id: int) -> dict[str, str]:
    """The fingerprints of a business by kind."""
    query = select(UmkmFingerprint).where(UmkmFingerprint.umkm_id == umkm_id)
    return {row.kind: row.value for row in await session.scalars(query)}


async def with_fingerprint(session: AsyncSession, kind: str, value: str) -> Sequence[int]:
    """The businesses that bear a fingerprint, in order."""
    query = select(UmkmFingerprint.umkm_id).where(
        UmkmFingerprint.kind == kind, UmkmFingerprint.value == value
    )
    return (await session.scalars(query.order_by(UmkmFingerprint.umkm_id))).all()


async def latest_registrations(
    session: AsyncSession, umkm_ids: Collection[int]
) -> dict[int, tuple[Umkm, Office, UmkmRegistration | None]]:
    """Businesses with their office and their newest registration, by id."""
    newest = (
        select(UmkmRegistration.umkm_id, func.max(UmkmRegistration.id).label("id"))
        .where(UmkmRegistration.umkm_id.in_(umkm_ids))
        .group_by(UmkmRegistration.umkm_id)
        .subquery()
    )
    query = (
        select(Umkm, Office, UmkmRegistration)
        .join(Office, Office.id == Umkm.office_id)
        .outerjoin(newest, newest.c.umkm_id == Umkm.id)
        .outerjoin(UmkmRegistration, UmkmRegistration.id == newest.c.id)
        .where(Umkm.id.in_(umkm_ids))
    )
    return {row[0].id: (row[0], row[1], row[2]) for row in await session.execute(query)}


async def field_checks(session: AsyncSession, registration_id: int) -> Sequence[tuple[UmkmFieldCheck, str]]:
    """What was found of each field, with the officer's name."""
    query = (
        select(UmkmFieldCheck, Officer.name)
        .join(Officer, Officer.id == UmkmFieldCheck.officer_id)
        .where(UmkmFieldCheck.registration_id == registration_id)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def put_field_check(session: AsyncSession, check: UmkmFieldCheck) -> None:
    """Keep a finding in the place of an earlier one about the same field."""
    await session.merge(check)
    await session.flush()


async def drop_field_checks(session: AsyncSession, registration_id: int, fields: Collection[str]) -> None:
    """Forget what was found of fields that have changed since."""
    await session.execute(
        delete(UmkmFieldCheck).where(
            UmkmFieldCheck.registration_id == registration_id, UmkmFieldCheck.field.in_(fields)
        )
    )


async def events(session: AsyncSession, registration_id: int) -> Sequence[tuple[UmkmEvent, str | None]]:
    """The timeline in order, each entry with its officer's name."""
    query = (
        select(UmkmEvent, Officer.name)
        .outerjoin(Officer, Officer.id == UmkmEvent.officer_id)
        .where(UmkmEvent.registration_id == registration_id)
        .order_by(UmkmEvent.n)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def last_officer(session: AsyncSession, registration_id: int) -> str | None:
    """The name of the officer who took the newest step; None if it was the person."""
    query = (
        select(Officer.name)
        .select_from(UmkmEvent)
        .outerjoin(Officer, Officer.id == UmkmEvent.officer_id)
        .where(UmkmEvent.registration_id == registration_id)
        .order_by(UmkmEvent.n.desc())
        .limit(1)
    )
    return await session.scalar(query)


async def documents(session: AsyncSession, registration_id: int) -> Sequence[tuple[UmkmDocument, str | None]]:
    """The documents in the order in which they came, each with the officer's name if one added it."""
    query = (
        select(UmkmDocument, Officer.name)
        .outerjoin(Officer, Officer.id == UmkmDocument.officer_id)
        .where(UmkmDocument.registration_id == registration_id)
        .order_by(UmkmDocument.id)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def document(session: AsyncSession, document_id: int) -> UmkmDocument | None:
    """The document with this id."""
    return await session.get(UmkmDocument, document_id)


async def draft(session: AsyncSession, conversation_id: int) -> UmkmDraft | None:
    """The unsent daftar isian of a conversation."""
    return await session.get(UmkmDraft, conversation_id, populate_existing=True)


async def put_draft(session: AsyncSession, row: UmkmDraft) -> None:
    """Keep a draft in the place of an earlier one."""
    await session.merge(row)
    await session.flush()


async def drop_draft(session: AsyncSession, conversation_id: int) -> None:
    """Forget the unsent daftar isian of a conversation."""
    await session.execute(delete(UmkmDraft).where(UmkmDraft.conversation_id == conversation_id))


async def drop_old_drafts(session: AsyncSession, before: datetime) -> int:
    """Forget drafts that were last touched before an instant; how many there were."""
    found = await session.scalars(
        delete(UmkmDraft).where(UmkmDraft.updated_at < before).returning(UmkmDraft.conversation_id)
    )
    return len(found.all())


async def forget_fingerprints(session: AsyncSession, umkm_id: int) -> None:
    """Let a business be found by no number any more."""
    await session.execute(delete(UmkmFingerprint).where(UmkmFingerprint.umkm_id == umkm_id))


async def forget_words(session: AsyncSession, registration_id: int) -> None:
    """Remove documents, findings and every word of a registration's timeline; the steps stay."""
    for table in (UmkmDocument, UmkmFieldCheck):
        await session.execute(delete(table).where(table.registration_id == registration_id))
    await session.execute(
        update(UmkmEvent).where(UmkmEvent.registration_id == registration_id).values(text=None)
    )


def insert_into(session: AsyncSession, table: Any) -> Any:
    """Both databases know ON CONFLICT, but SQLAlchemy has it on their own INSERT only."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)
