"""Invitations and sessions: only SHA-256 of a token is stored, so a copy of the table opens nothing."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers import store
from afk_core.officers.audit import record_audit
from afk_core.officers.models import Invitation, Officer, OfficerSession
from afk_core.officers.officer import OfficerView, SessionTokens, Viewer
from afk_core.rules.offices import OfficeKind
from afk_core.rules.roles import EVERYWHERE, Act, Actor, Role, offices_where

_TOUCH_EVERY: Final = timedelta(minutes=1)


async def invite(
    session: AsyncSession, now: datetime, officer_id: int, hours: int = 24, *, by: int | None = None
) -> str:
    """The token of a new one-time link, good for `hours`; older links of the officer are void.

    Raises DomainError `officer.not_found` also for a blocked account.
    """
    officer = await store.by_id(session, officer_id, lock=True)
    if officer is None or not officer.active:
        raise DomainError("officer.not_found")
    await store.expire_invitations(session, officer_id, now)
    token = secrets.token_urlsafe(32)
    expires = now + timedelta(hours=hours)
    session.add(Invitation(token_hash=_digest(token), officer_id=officer_id, expires_at=expires))
    await _record(session, now, "officer.invited", officer, by=by)
    return token


async def invitation_officer(session: AsyncSession, now: datetime, token: str) -> OfficerView:
    """The officer who may set a password with this token.

    Raises DomainError `invitation.invalid` for an unknown, used or expired token alike.
    """
    return store.view_of(await _invited(session, now, token))


async def accept_invitation(session: AsyncSession, now: datetime, token: str, password_hash: str) -> int:
    """Set the password, use the token up, end the officer's other sessions; returns the officer's id.

    The hash is made before (`hash_password`), outside of the transaction.
    Raises DomainError `invitation.invalid`.
    """
    officer = await _invited(session, now, token)
    if await store.use_invitation(session, _digest(token), now) is None:
        raise DomainError("invitation.invalid")
    officer.password_hash = password_hash
    await store.end_all_sessions(session, officer.id, now)
    await _record(session, now, "officer.password_set", officer, by=officer.id)
    return officer.id


async def sign_in(session: AsyncSession, now: datetime, username: str) -> tuple[int, str] | None:
    """First half of signing in: id and password hash of an active officer, None for anybody else.

    Then call `verify_password(hash or None, password)` outside of the transaction, also for None so that
    it takes as long, and `start_session`.
    """
    officer = await store.by_username(session, username.strip().lower())
    if officer is None or not officer.active or officer.password_hash is None:
        return None
    return officer.id, officer.password_hash


async def start_session(session: AsyncSession, now: datetime, officer_id: int) -> SessionTokens:
    """Second half of signing in. Raises DomainError `officer.not_found` if blocked meanwhile."""
    officer = await store.by_id(session, officer_id, lock=True)
    if officer is None or not officer.active:
        raise DomainError("officer.not_found")
    tokens = SessionTokens(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    session.add(
        OfficerSession(
            token_hash=_digest(tokens.token),
            officer_id=officer_id,
            csrf_token=tokens.csrf,
            created_at=now,
            last_seen_at=now,
        )
    )
    officer.last_sign_in_at = now
    await _record(session, now, "officer.signed_in", officer, by=officer_id)
    return tokens


async def viewer_of(session: AsyncSession, now: datetime, token: str, idle_hours: int) -> Viewer | None:
    """Who is signed in with this token, None if nobody; writes the time of use at most once a minute.

    In a reading transaction use `read_viewer`, which tells whether a write is due.
    """
    found = await read_viewer(session, now, token, idle_hours)
    if found is None:
        return None
    viewer, touch_due = found
    if touch_due:
        await store.touch(session, _digest(token), now)
    return viewer


async def read_viewer(
    session: AsyncSession, now: datetime, token: str, idle_hours: int
) -> tuple[Viewer, bool] | None:
    """As `viewer_of` but writes nothing; the flag says that `viewer_of` should soon be called in a
    writing transaction, or the session ends `idle_hours` after its last recorded use."""
    found = await store.signed_in(session, _digest(token), now - timedelta(hours=idle_hours))
    if found is None:
        return None
    signed_in, officer = found
    viewer = Viewer(
        officer_id=officer.id,
        name=officer.name,
        position=officer.position,
        role=Role(officer.role),
        office_id=officer.office_id,
        csrf_token=signed_in.csrf_token,
        rights=await _rights(session, officer),
    )
    return viewer, now - signed_in.last_seen_at >= _TOUCH_EVERY


async def viewer_by_id(session: AsyncSession, officer_id: int) -> Viewer | None:
    """An officer and what they may do now, for a face without browser sessions; None if blocked."""
    officer = await store.by_id(session, officer_id)
    if officer is None or not officer.active:
        return None
    return Viewer(
        officer_id=officer.id,
        name=officer.name,
        position=officer.position,
        role=Role(officer.role),
        office_id=officer.office_id,
        csrf_token="",
        rights=await _rights(session, officer),
    )


async def end_session(session: AsyncSession, now: datetime, token: str) -> None:
    """Sign out; an unknown or ended token changes nothing."""
    officer_id = await store.end_session(session, _digest(token), now)
    officer = None if officer_id is None else await store.by_id(session, officer_id)
    if officer is not None:
        await _record(session, now, "officer.signed_out", officer, by=officer.id)


async def _invited(session: AsyncSession, now: datetime, token: str) -> Officer:
    officer = await store.open_invitation(session, _digest(token), now)
    if officer is None:
        raise DomainError("invitation.invalid")
    return officer


async def _rights(session: AsyncSession, officer: Officer) -> dict[Act, frozenset[int]]:
    own = await store.office_ref(session, officer.office_id)
    if own is None:
        raise DomainError("office.not_found")
    role = Role(officer.role)
    beyond_own = role in EVERYWHERE or (role is Role.KOORDINATOR and own.kind is OfficeKind.KANWIL)
    offices = await store.all_office_refs(session) if beyond_own else [own]
    return {act: offices_where(Actor(role, own), act, offices) for act in Act}


async def _record(
    session: AsyncSession, now: datetime, action: str, officer: Officer, *, by: int | None
) -> None:
    await record_audit(
        session,
        now,
        action=action,
        subject=f"officer:{officer.id}",
        officer_id=by,
        office_id=officer.office_id,
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
