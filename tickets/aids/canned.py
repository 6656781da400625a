"""Canned replies of an office: kept by who keeps its material, used by everybody who answers there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.officers.service import record_audit
from afk_core.rules.roles import Act
from tickets.aids import canned_store
from tickets.aids.models import CannedReply
from tickets.aids.variables import checked
from tickets.service.access import checked_text

MAX_TITLE: Final = 80


class Canned(Struct, frozen=True):
    """A canned reply; `revision` says which text was seen, when it is changed."""

    id: int
    office_id: int
    title: str
    text: str
    revision: int
    changed_by: str
    changed_at: datetime
    retired: bool


async def replies_of(
    session: AsyncSession, viewer: Viewer, office_id: int, *, retired: bool = False
) -> Sequence[Canned]:
    """The canned replies of an office by title, with `retired` those out of use too.

    Raises DomainError `canned.not_found` for an office that the viewer does not see.
    """
    if office_id not in viewer.visible_office_ids:
        raise DomainError("canned.not_found")
    rows = await canned_store.of_office(session, office_id, retired=retired)
    return [_view(row, name) for row, name in rows]


async def reply_of(session: AsyncSession, viewer: Viewer, canned_id: int) -> Canned:
    """One canned reply. Raises DomainError `canned.not_found`."""
    found = await canned_store.one(session, canned_id)
    if found is None or found[0].office_id not in viewer.visible_office_ids:
        raise DomainError("canned.not_found")
    return _view(*found)


async def create(
    session: AsyncSession, now: datetime, viewer: Viewer, office_id: int, title: str, text: str
) -> int:
    """Make a canned reply; its id.

    Raises DomainError `canned.not_permitted`, `canned.title_missing`, `ticket.text_empty`,
    `ticket.text_too_long`, `canned.variable_unknown`, `canned.brace_open`.
    """
    _permit(viewer, office_id)
    row = CannedReply(
        office_id=office_id,
        title=_title(title),
        text=checked(checked_text(text)),
        revision=1,
        changed_by=viewer.officer_id,
        changed_at=now,
    )
    await canned_store.add(session, row)
    await _audit(session, now, viewer, row, "canned.created")
    return row.id


async def change(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    canned_id: int,
    title: str,
    text: str,
    *,
    revision: int,
) -> None:
    """Change title and text; `revision` is that of the text that was seen.

    Raises as `create`, and DomainError `canned.not_found`, `canned.changed` when somebody else was first.
    """
    row = await _locked(session, viewer, canned_id)
    if row.revision != revision:
        raise DomainError("canned.changed")
    row.title, row.text = _title(title), checked(checked_text(text))
    row.revision, row.changed_by, row.changed_at = revision + 1, viewer.officer_id, now
    await _audit(session, now, viewer, row, "canned.changed")


async def retire(
    session: AsyncSession, now: datetime, viewer: Viewer, canned_id: int, *, retired: bool
) -> None:
    """Take a canned reply out of use, or put it back; the same again changes nothing.

    Raises DomainError `canned.not_found`, `canned.not_permitted`.
    """
    row = await _locked(session, viewer, canned_id)
    if (row.retired_at is not None) == retired:
        return
    row.retired_at = now if retired else None
    row.changed_by, row.changed_at = viewer.officer_id, now
    await _audit(session, now, viewer, row, "canned.retired" if retired else "canned.restored")


async def _locked(session: AsyncSession, viewer: Viewer, canned_id: int) -> CannedReply:
    row = await canned_store.locked(session, canned_id)
    if row is None or row.office_id not in viewer.visible_office_ids:
        raise DomainError("canned.not_found")
    _permit(viewer, row.office_id)
    return row


def _permit(viewer: Viewer, office_id: int) -> None:
    if not viewer.can(Act.KEEP_CANNED_REPLIES, office_id):
        raise DomainError("canned.not_permitted")


def _title(title: str) -> str:
    words = " ".join(title.split())
    if not words or len(words) > MAX_TITLE:
        raise DomainError("canned.title_missing")
    return words


def _view(row: CannedReply, changed_by: str) -> Canned:
    return Canned(
        id=row.id,
        office_id=row.office_id,
        title=row.title,
        text=row.text,
        revision=row.revision,
        changed_by=changed_by,
        changed_at=row.changed_at,
        retired=row.retired_at is not None,
    )


async def _audit(session: AsyncSession, now: datetime, viewer: Viewer, row: CannedReply, action: str) -> None:
    await record_audit(
        session,
        now,
        action=action,
        subject=f"canned:{row.id}",
        officer_id=viewer.officer_id,
        office_id=row.office_id,
        detail={"revision": row.revision},
    )
