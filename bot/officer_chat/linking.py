"""Linking an officer's Telegram account, and an office's group, by one-time codes made in the console.

Only the hash of a code is kept. A code is good for ten minutes and one use; a newer one voids it.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer, record_audit, viewer_by_id
from afk_core.rules.roles import Act
from bot.conversation.models import Conversation
from bot.officer_chat import store
from bot.officer_chat.link import Code, GroupView, LinkView
from bot.officer_chat.models import LinkCode, OfficeGroup, OfficerLink

CODE_MINUTES: Final = 10
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without what looks alike: I and 1, O and 0."""
_LENGTH: Final = 10
_MAX_TITLE: Final = 120


async def make_code(session: AsyncSession, now: datetime, viewer: Viewer) -> Code:
    """A code with which the viewer links their own account.

    Raises DomainError `link.already` while an account is linked.
    """
    if await store.link_of(session, viewer.officer_id) is not None:
        raise DomainError("link.already")
    return await _make(session, now, viewer, None)


async def make_group_code(session: AsyncSession, now: datetime, viewer: Viewer) -> Code:
    """A code with which the viewer, and nobody else, links a group to their own office.

    Raises DomainError `link.not_permitted`, `link.own_first` while the viewer's account is not linked.
    """
    if not viewer.can(Act.LINK_GROUP):
        raise DomainError("link.not_permitted")
    if await store.link_of(session, viewer.officer_id) is None:
        raise DomainError("link.own_first")
    return await _make(session, now, viewer, viewer.office_id)


async def link_account(session: AsyncSession, now: datetime, words: str, account: str) -> Viewer:
    """Use a code from the private chat of `account`; who is linked to it now.

    Raises DomainError `link.code_invalid` (unknown, used, expired, or meant for a group), `link.already`,
    `link.account_taken` when another officer has the account.
    """
    code = await _open_code(session, now, words)
    viewer = None if code is None else await viewer_by_id(session, code.officer_id)
    if code is None or code.office_id is not None or viewer is None:
        raise DomainError("link.code_invalid")
    if await store.link_of(session, viewer.officer_id) is not None:
        raise DomainError("link.already")
    if await store.officer_of_account(session, account) is not None:
        raise DomainError("link.account_taken")
    link = OfficerLink(officer_id=viewer.officer_id, account=account, told=True, linked_at=now)
    if not await store.use_code(session, now, code.code_hash) or not await store.add_link(session, link):
        raise DomainError("link.code_invalid")
    await _audit(session, now, viewer, "officer.chat_linked")
    return viewer


async def link_group(
    session: AsyncSession,
    now: datetime,
    words: str,
    account: str | None,
    conversation: Conversation,
    *,
    title: str,
    has_topics: bool,
) -> Viewer:
    """Use a code from a group; only the account of the officer who made it may. It replaces the office's
    earlier group. Who linked it.

    Raises DomainError `link.code_invalid`, `link.group_taken` when another office has the group.
    """
    officer_id = None if account is None else await store.officer_of_account(session, account)
    code = await _open_code(session, now, words)
    if code is None or code.office_id is None or code.officer_id != officer_id:
        raise DomainError("link.code_invalid")
    viewer = await viewer_by_id(session, code.officer_id)
    if viewer is None or viewer.office_id != code.office_id or not viewer.can(Act.LINK_GROUP):
        raise DomainError("link.code_invalid")
    known = await store.group_of_conversation(session, conversation.id)
    if known is not None and known.office_id != code.office_id:
        raise DomainError("link.group_taken")
    if not await store.use_code(session, now, code.code_hash):
        raise DomainError("link.code_invalid")
    await store.drop_group(session, code.office_id)
    group = OfficeGroup(
        office_id=code.office_id,
        conversation_id=conversation.id,
        title=title[:_MAX_TITLE],
        has_topics=has_topics,
        linked_by=viewer.officer_id,
        linked_at=now,
    )
    await store.add_group(session, group)
    conversation.blocked_at = None
    await _audit(session, now, viewer, "office.group_linked")
    return viewer


async def unlink_account(session: AsyncSession, now: datetime, viewer: Viewer) -> None:
    """Part the viewer from their account; without one nothing changes."""
    if await store.drop_link(session, viewer.officer_id):
        await _audit(session, now, viewer, "officer.chat_unlinked")


async def unlink_group(session: AsyncSession, now: datetime, viewer: Viewer) -> None:
    """Part the viewer's office from its group. Raises DomainError `link.not_permitted`."""
    if not viewer.can(Act.LINK_GROUP):
        raise DomainError("link.not_permitted")
    if await store.drop_group(session, viewer.office_id):
        await _audit(session, now, viewer, "office.group_unlinked")


async def link_of(session: AsyncSession, officer_id: int) -> LinkView | None:
    """The linked account of an officer."""
    return await store.link_view(session, officer_id)


async def group_of(session: AsyncSession, office_id: int) -> GroupView | None:
    """The group of an office."""
    return await store.group_view(session, office_id)


async def viewer_of_account(session: AsyncSession, account: str) -> Viewer | None:
    """The officer behind an account; None for nobody, and for a blocked officer."""
    officer_id = await store.officer_of_account(session, account)
    return None if officer_id is None else await viewer_by_id(session, officer_id)


async def _make(session: AsyncSession, now: datetime, viewer: Viewer, office_id: int | None) -> Code:
    words = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    expires = now + timedelta(minutes=CODE_MINUTES)
    await store.void_codes(session, viewer.officer_id, group=office_id is not None)
    await store.add_code(
        session,
        LinkCode(
            code_hash=_digest(words), officer_id=viewer.officer_id, office_id=office_id, expires_at=expires
        ),
    )
    return Code(words, expires)


async def _open_code(session: AsyncSession, now: datetime, words: str) -> LinkCode | None:
    return await store.open_code(session, now, _digest(words))


def _digest(words: str) -> str:
    # However it was typed: in small letters, in groups.
    tidy = "".join(letter for letter in words.upper() if letter.isalnum())
    return hashlib.sha256(tidy.encode("utf-8", "surrogatepass")).hexdigest()


async def _audit(session: AsyncSession, now: datetime, viewer: Viewer, action: str) -> None:
    kind, number = action.partition(".")[0], viewer.officer_id
    await record_audit(
        session,
        now,
        action=action,
        subject=f"officer:{number}" if kind == "officer" else f"office:{viewer.office_id}",
        officer_id=viewer.officer_id,
        office_id=viewer.office_id,
    )
