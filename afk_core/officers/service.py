"""What can be done with officers' accounts; the session comes first and is never committed here."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Final

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers import store
from afk_core.officers.audit import audit_records, record_audit
from afk_core.officers.contact import email_address, phone_number
from afk_core.officers.models import Officer
from afk_core.officers.officer import AuditEntry, NewOfficer, OfficerView, SessionTokens, Term, Viewer
from afk_core.officers.passwords import check_password_rules, hash_password, verify_password
from afk_core.officers.sign_in import (
    accept_invitation,
    end_session,
    invitation_officer,
    invite,
    read_viewer,
    sign_in,
    start_session,
    viewer_by_id,
    viewer_of,
)
from afk_core.rules.roles import Role

__all__ = [
    "AuditEntry",
    "NewOfficer",
    "OfficerView",
    "SessionTokens",
    "Viewer",
    "accept_invitation",
    "activate",
    "audit_records",
    "check_password_rules",
    "create_officer",
    "deactivate",
    "end_session",
    "first_administrator",
    "hash_password",
    "invitation_officer",
    "invite",
    "list_officers",
    "officer_by_id",
    "officer_by_username",
    "officer_names",
    "read_viewer",
    "record_audit",
    "sign_in",
    "start_session",
    "terms_of",
    "update_officer",
    "verify_password",
    "viewer_by_id",
    "viewer_of",
]

_USERNAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,38})[a-z0-9]", re.ASCII)
_MAX_NAME: Final = 120
_FIRST_USERNAME: Final = "admin"


async def officer_names(session: AsyncSession, officer_ids: Collection[int]) -> dict[int, str]:
    """The names of these officers by id."""
    return await store.names_of(session, officer_ids)


async def create_officer(
    session: AsyncSession, now: datetime, new: NewOfficer, *, by: int | None = None
) -> OfficerView:
    """Add an account without a password; `by` is the officer who does it.

    Raises DomainError `officer.username_invalid` (3-40 of a-z, 0-9, dot, dash, underscore),
    `officer.username_taken`, `officer.name_missing`, `officer.position_missing`, `officer.phone_invalid`,
    `officer.email_invalid`, `office.not_found`.
    """
    username = new.username.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise DomainError("officer.username_invalid")
    if await store.by_username(session, username) is not None:
        raise DomainError("officer.username_taken", username=username)
    officer = Officer(username=username, active=True, created_at=now)
    await _fill(session, officer, new)
    session.add(officer)
    await session.flush()
    await _record(session, now, "officer.created", officer, by)
    return store.view_of(officer)


async def update_officer(
    session: AsyncSession, now: datetime, officer_id: int, entered: NewOfficer, *, by: int | None = None
) -> OfficerView:
    """Change everything but the user name, which stays for good.

    Raises as `create_officer`, and `officer.not_found`, `officer.last_administrator`.
    """
    officer = await _officer(session, officer_id)
    if entered.role is not Role.ADMINISTRATOR:
        await _keep_an_administrator(session, officer)
    before = {"role": officer.role, "office_id": officer.office_id}
    await _fill(session, officer, entered)
    await session.flush()
    await _record(session, now, "officer.changed", officer, by, before=before)
    return store.view_of(officer)


async def deactivate(
    session: AsyncSession, now: datetime, officer_id: int, *, by: int | None = None
) -> OfficerView:
    """Block the account: open sessions end, invitations are void, held tickets can be taken by others.

    Raises DomainError `officer.not_found`, `officer.last_administrator`.
    """
    officer = await _officer(session, officer_id)
    await _keep_an_administrator(session, officer)
    officer.active = False
    await store.end_all_sessions(session, officer_id, now)
    await store.expire_invitations(session, officer_id, now)
    await session.flush()
    await _record(session, now, "officer.deactivated", officer, by)
    return store.view_of(officer)


async def activate(
    session: AsyncSession, now: datetime, officer_id: int, *, by: int | None = None
) -> OfficerView:
    """Open a blocked account again; its password holds. Raises DomainError `officer.not_found`."""
    officer = await _officer(session, officer_id)
    officer.active = True
    await session.flush()
    await _record(session, now, "officer.activated", officer, by)
    return store.view_of(officer)


async def list_officers(
    session: AsyncSession, office_ids: Collection[int] | None = None
) -> list[OfficerView]:
    """The officers of these offices (None is all), active ones first, by name."""
    return [store.view_of(officer) for officer in await store.officers_of(session, office_ids)]


async def officer_by_id(session: AsyncSession, officer_id: int) -> OfficerView:
    """Raises DomainError `officer.not_found`."""
    officer = await store.by_id(session, officer_id)
    if officer is None:
        raise DomainError("officer.not_found")
    return store.view_of(officer)


async def terms_of(session: AsyncSession, officers: Collection[OfficerView]) -> dict[int, Term]:
    """Since when each of these accounts has its role, by id, as the audit trail tells it."""
    terms = {each.id: Term(each.created_at) for each in officers}
    for record in await store.account_records(session, terms.keys()):
        officer_id = int(record.subject.removeprefix("officer:"))
        before = record.detail.get("before")
        if before is not None and any(before[name] != record.detail[name] for name in ("role", "office_id")):
            terms[officer_id] = replace(terms[officer_id], since=record.at)
        if record.action in ("officer.deactivated", "officer.activated"):
            blocked_at = record.at if record.action == "officer.deactivated" else None
            terms[officer_id] = replace(terms[officer_id], blocked_at=blocked_at)
    return terms


async def officer_by_username(session: AsyncSession, username: str) -> OfficerView | None:
    """The account of that name in any letter case, active or not."""
    officer = await store.by_username(session, username.strip().lower())
    return None if officer is None else store.view_of(officer)


async def first_administrator(session: AsyncSession, now: datetime, office_id: int) -> str | None:
    """A fresh one-time token for the account `admin`, as long as nobody can sign in; else None.

    The account is made in that office if it does not exist, and opened again if it was blocked: who can
    read the service's start-up output owns the machine anyway.
    """
    if await store.anyone_can_sign_in(session):
        return None
    found = await store.by_username(session, _FIRST_USERNAME)
    if found is None:
        new = NewOfficer(office_id, _FIRST_USERNAME, "Administrator", "Administrator", Role.ADMINISTRATOR)
        officer_id = (await create_officer(session, now, new)).id
    else:
        found.active, found.role, officer_id = True, Role.ADMINISTRATOR.value, found.id
        await session.flush()
    return await invite(session, now, officer_id)


async def _officer(session: AsyncSession, officer_id: int) -> Officer:
    officer = await store.by_id(session, officer_id, lock=True)
    if officer is None:
        raise DomainError("officer.not_found")
    return officer


async def _keep_an_administrator(session: AsyncSession, officer: Officer) -> None:
    is_one = officer.active and officer.role == Role.ADMINISTRATOR.value
    if is_one and await store.other_administrators(session, officer.id) == 0:
        raise DomainError("officer.last_administrator")


async def _fill(session: AsyncSession, officer: Officer, entered: NewOfficer) -> None:
    if await store.office_ref(session, entered.office_id) is None:
        raise DomainError("office.not_found")
    officer.office_id = entered.office_id
    officer.name = _text(entered.name, "officer.name_missing")
    officer.position = _text(entered.position, "officer.position_missing")
    officer.role = entered.role.value
    officer.phone = phone_number(entered.phone)
    officer.email = email_address(entered.email)


def _text(value: str, code: str) -> str:
    text = " ".join(value.split())[:_MAX_NAME]
    if not text:
        raise DomainError(code)
    return text


async def _record(
    session: AsyncSession, now: datetime, action: str, officer: Officer, by: int | None, **detail: object
) -> None:
    detail |= {"role": officer.role, "office_id": officer.office_id}
    await record_audit(
        session,
        now,
        action=action,
        subject=f"officer:{officer.id}",
        officer_id=by,
        office_id=officer.office_id,
        detail=detail,
    )
