"""All SQL about officers."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.models import AuditRecord, Invitation, Officer, OfficerSession
from afk_core.officers.officer import OfficerView
from afk_core.offices.models import Office
from afk_core.rules.offices import OfficeKind, OfficeRef
from afk_core.rules.roles import Role


async def by_id(session: AsyncSession, officer_id: int, *, lock: bool = False) -> Officer | None:
    if not lock:
        return await session.get(Officer, officer_id)
    # What this transaction changed must be written before the row is read over it.
    await session.flush()
    return await session.get(Officer, officer_id, with_for_update=True, populate_existing=True)


async def by_username(session: AsyncSession, username: str) -> Officer | None:
    return await session.scalar(select(Officer).where(Officer.username == username))


async def officers_of(session: AsyncSession, office_ids: Collection[int] | None) -> Sequence[Officer]:
    """Officers by name, of these offices or of all."""
    query = select(Officer).order_by(Officer.active.desc(), Officer.name, Officer.id)
    if office_ids is not None:
        query = query.where(Officer.office_id.in_(office_ids))
    return (await session.scalars(query)).all()


async def names_of(session: AsyncSession, officer_ids: Collection[int]) -> dict[int, str]:
    """The names of these officers by id."""
    rows = await session.execute(select(Officer.id, Officer.name).where(Officer.id.in_(officer_ids)))
    return {row[0]: row[1] for row in rows}


async def other_administrators(session: AsyncSession, officer_id: int) -> int:
    """How many active administrators there are beside this one.

    Their rows are locked, so that two administrators cannot remove each other at the same time.
    """
    rows = await session.scalars(
        select(Officer.id)
        .where(Officer.role == Role.ADMINISTRATOR.value, Officer.active)
        .order_by(Officer.id)
        .with_for_update()
    )
    return sum(1 for found in rows if found != officer_id)


async def anyone_can_sign_in(session: AsyncSession) -> bool:
    query = select(Officer.id).where(Officer.active, Officer.password_hash.is_not(None)).limit(1)
    return await session.scalar(query) is not None


async def office_ref(session: AsyncSession, office_id: int) -> OfficeRef | None:
    found = await _office_refs(session, _offices().where(Office.id == office_id))
    return found[0] if found else None


async def all_office_refs(session: AsyncSession) -> list[OfficeRef]:
    return await _office_refs(session, _offices())


def _offices() -> Select[int, str, int | None]:
    return select(Office.id, Office.kind, Office.parent_id)


async def _office_refs(session: AsyncSession, query: Select[int, str, int | None]) -> list[OfficeRef]:
    return [OfficeRef(row[0], OfficeKind(row[1]), row[2]) for row in await session.execute(query)]


async def expire_invitations(session: AsyncSession, officer_id: int, now: datetime) -> None:
    """An older link of the officer is void as soon as a newer one exists."""
    await session.execute(
        update(Invitation)
        .where(Invitation.officer_id == officer_id, Invitation.used_at.is_(None), Invitation.expires_at > now)
        .values(expires_at=now)
    )


async def open_invitation(session: AsyncSession, token_hash: str, now: datetime) -> Officer | None:
    """The active officer whose unused and unexpired invitation this is."""
    return await session.scalar(
        select(Officer)
        .join(Invitation, Invitation.officer_id == Officer.id)
        .where(
            Invitation.token_hash == token_hash,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
            Officer.active,
        )
    )


async def use_invitation(session: AsyncSession, token_hash: str, now: datetime) -> int | None:
    """Use it up in one conditional update; the officer's id, or None if it was not usable any more."""
    return await session.scalar(
        update(Invitation)
        .where(Invitation.token_hash == token_hash, Invitation.used_at.is_(None), Invitation.expires_at > now)
        .values(used_at=now)
        .returning(Invitation.officer_id)
    )


async def signed_in(
    session: AsyncSession, token_hash: str, seen_after: datetime
) -> tuple[OfficerSession, Officer] | None:
    """The running session with its active officer, if it was used at or after `seen_after`."""
    row = (
        await session.execute(
            select(OfficerSession, Officer)
            .join(Officer, Officer.id == OfficerSession.officer_id)
            .where(
                OfficerSession.token_hash == token_hash,
                OfficerSession.ended_at.is_(None),
                OfficerSession.last_seen_at >= seen_after,
                Officer.active,
            )
        )
    ).first()
    return None if row is None else (row[0], row[1])


async def touch(session: AsyncSession, token_hash: str, now: datetime) -> None:
    await session.execute(
        update(OfficerSession).where(OfficerSession.token_hash == token_hash).values(last_seen_at=now)
    )


async def end_session(session: AsyncSession, token_hash: str, now: datetime) -> int | None:
    """The officer's id if a running session was ended."""
    return await session.scalar(
        update(OfficerSession)
        .where(OfficerSession.token_hash == token_hash, OfficerSession.ended_at.is_(None))
        .values(ended_at=now)
        .returning(OfficerSession.officer_id)
    )


async def end_all_sessions(session: AsyncSession, officer_id: int, now: datetime) -> None:
    await session.execute(
        update(OfficerSession)
        .where(OfficerSession.officer_id == officer_id, OfficerSession.ended_at.is_(None))
        .values(ended_at=now)
    )


async def audit_rows(
    session: AsyncSession,
    *,
    office_ids: Collection[int] | None,
    officer_id: int | None,
    subject: str | None,
    before_id: int | None,
    limit: int,
) -> Sequence[tuple[AuditRecord, str | None]]:
    """Records, newest first, each with the officer's name."""
    query = (
        select(AuditRecord, Officer.name)
        .outerjoin(Officer, Officer.id == AuditRecord.officer_id)
        .order_by(AuditRecord.id.desc())
        .limit(limit)
    )
    if office_ids is not None:
        query = query.where(AuditRecord.office_id.in_(office_ids))
    if officer_id is not None:
        query = query.where(AuditRecord.officer_id == officer_id)
    if subject is not None:
        query = query.where(AuditRecord.subject == subject)
    if before_id is not None:
        query = query.where(AuditRecord.id < before_id)
    return [(row[0], row[1]) for row in await session.execute(query)]


async def has_audit_since(
    session: AsyncSession, since: datetime, *, action: str, subject: str, officer_id: int
) -> bool:
    query = select(AuditRecord.id).where(
        AuditRecord.subject == subject,
        AuditRecord.action == action,
        AuditRecord.officer_id == officer_id,
        AuditRecord.at >= since,
    )
    return await session.scalar(query.limit(1)) is not None


async def account_records(session: AsyncSession, officer_ids: Collection[int]) -> Sequence[AuditRecord]:
    """What was done with these accounts, the oldest first."""
    query = select(AuditRecord).where(
        AuditRecord.subject.in_([f"officer:{each}" for each in officer_ids]),
        AuditRecord.action.in_(
            ["officer.created", "officer.changed", "officer.deactivated", "officer.activated"]
        ),
    )
    return (await session.scalars(query.order_by(AuditRecord.id))).all()


async def search_audit(
    session: AsyncSession,
    *,
    office_ids: Collection[int],
    everywhere: bool,
    officer_id: int | None,
    action: str,
    subject: str,
    since: datetime | None,
    until: datetime | None,
    before_id: int | None,
    limit: int,
) -> Sequence[tuple[AuditRecord, str | None]]:
    """As `audit_rows`, by more; empty texts and None leave the records as they are."""
    within = AuditRecord.office_id.in_(office_ids)
    conditions = [or_(within, AuditRecord.office_id.is_(None)) if everywhere else within]
    if officer_id is not None:
        conditions.append(AuditRecord.officer_id == officer_id)
    if action:
        whole = AuditRecord.action == action
        conditions.append(
            whole if "." in action else AuditRecord.action.startswith(f"{action}.", autoescape=True)
        )
    if subject:
        one = ":" in subject and not subject.endswith(":")
        conditions.append(
            AuditRecord.subject == subject
            if one
            else AuditRecord.subject.startswith(subject, autoescape=True)
        )
    if since is not None:
        conditions.append(AuditRecord.at >= since)
    if until is not None:
        conditions.append(AuditRecord.at < until)
    if before_id is not None:
        conditions.append(AuditRecord.id < before_id)
    query = (
        select(AuditRecord, Officer.name)
        .outerjoin(Officer, Officer.id == AuditRecord.officer_id)
        .where(*conditions)
        .order_by(AuditRecord.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def drop_old_sessions(session: AsyncSession, before: datetime, after: int, limit: int) -> Sequence[int]:
    """Remove up to `limit` sign-ins above the id `after` that nobody used since `before`; their ids."""
    query = select(OfficerSession.id).where(OfficerSession.id > after, OfficerSession.last_seen_at < before)
    ids = (await session.scalars(query.order_by(OfficerSession.id).limit(limit))).all()
    await session.execute(delete(OfficerSession).where(OfficerSession.id.in_(ids)))
    return ids


async def drop_old_invitations(
    session: AsyncSession, before: datetime, after: int, limit: int
) -> Sequence[int]:
    """Remove up to `limit` one-time links above the id `after` that ended before `before`; their ids."""
    query = select(Invitation.id).where(Invitation.id > after, Invitation.expires_at < before)
    ids = (await session.scalars(query.order_by(Invitation.id).limit(limit))).all()
    await session.execute(delete(Invitation).where(Invitation.id.in_(ids)))
    return ids


async def drop_old_audit(session: AsyncSession, before: datetime, after: int, limit: int) -> Sequence[int]:
    """Remove up to `limit` records above the id `after` from before `before`; their ids.

    The database itself refuses what is younger than five years.
    """
    query = select(AuditRecord.id).where(AuditRecord.id > after, AuditRecord.at < before)
    ids = (await session.scalars(query.order_by(AuditRecord.id).limit(limit))).all()
    await session.execute(delete(AuditRecord).where(AuditRecord.id.in_(ids)))
    return ids


def view_of(officer: Officer) -> OfficerView:
    """The row as plain data."""
    return OfficerView(
        id=officer.id,
        office_id=officer.office_id,
        username=officer.username,
        name=officer.name,
        position=officer.position,
        role=Role(officer.role),
        phone=officer.phone,
        email=officer.email,
        active=officer.active,
        has_password=officer.password_hash is not None,
        created_at=officer.created_at,
        last_sign_in_at=officer.last_sign_in_at,
    )
