"""All SQL of officers' work in Telegram."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.models import Officer
from bot.conversation.messages import ChannelName
from bot.conversation.models import Conversation
from bot.officer_chat.link import GroupView, LinkView
from bot.officer_chat.models import (
    DeskMessage,
    DeskPart,
    LinkCode,
    OfficeGroup,
    OfficerLink,
    PreparedAct,
    TicketTopic,
)

_OFFICERS = "officers of accounts"
_OF_ACCOUNTS = select(OfficerLink.account, OfficerLink.officer_id).where(
    OfficerLink.account.in_(bindparam("accounts", expanding=True))
)


async def void_codes(session: AsyncSession, officer_id: int, *, group: bool) -> None:
    """Remove the officer's earlier codes of this kind."""
    for_group = LinkCode.office_id.is_not(None) if group else LinkCode.office_id.is_(None)
    await session.execute(delete(LinkCode).where(LinkCode.officer_id == officer_id, for_group))


async def add_code(session: AsyncSession, code: LinkCode) -> None:
    """Store a new code."""
    session.add(code)
    await session.flush()


async def open_code(session: AsyncSession, now: datetime, code_hash: str) -> LinkCode | None:
    """The code with this hash if it is still good."""
    query = select(LinkCode).where(
        LinkCode.code_hash == code_hash, LinkCode.used_at.is_(None), LinkCode.expires_at > now
    )
    return await session.scalar(query)


async def use_code(session: AsyncSession, now: datetime, code_hash: str) -> bool:
    """Use a code up; False if somebody else did."""
    statement = (
        update(LinkCode)
        .where(LinkCode.code_hash == code_hash, LinkCode.used_at.is_(None))
        .values(used_at=now)
        .returning(LinkCode.code_hash)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(statement)).first() is not None


async def link_of(session: AsyncSession, officer_id: int) -> OfficerLink | None:
    """The link of an officer."""
    return await session.get(OfficerLink, officer_id)


async def read_officers(session: AsyncSession, accounts: Collection[str]) -> None:
    """Look up at once whose these accounts are, for the rest of the transaction of `session`."""
    officers: dict[str, int | None] = dict.fromkeys(accounts)
    found = await session.execute(_OF_ACCOUNTS, {"accounts": list(accounts)})
    officers.update((row.account, row.officer_id) for row in found)
    session.info[_OFFICERS] = officers


async def officer_of_account(session: AsyncSession, account: str) -> int | None:
    """The officer to whom an account is linked."""
    known: Mapping[str, int | None] = session.info.get(_OFFICERS, {})
    if account in known:
        return known[account]
    query = select(OfficerLink.officer_id).where(OfficerLink.account == account)
    # Asked at every turn: what the turn has stored so far need not be written for it.
    return await session.scalar(query.execution_options(autoflush=False))


async def add_link(session: AsyncSession, link: OfficerLink) -> bool:
    """Store a link; False if the officer or the account has one by now."""
    session.info.pop(_OFFICERS, None)
    values = {
        "officer_id": link.officer_id,
        "account": link.account,
        "told": link.told,
        "linked_at": link.linked_at,
    }
    statement = _insert(session, OfficerLink).values(**values).on_conflict_do_nothing()
    return (await session.execute(statement.returning(OfficerLink.officer_id))).first() is not None


async def drop_link(session: AsyncSession, officer_id: int) -> bool:
    """Remove the link of an officer; False if there was none."""
    session.info.pop(_OFFICERS, None)
    statement = delete(OfficerLink).where(OfficerLink.officer_id == officer_id)
    return (await session.execute(statement.returning(OfficerLink.officer_id))).first() is not None


async def link_view(session: AsyncSession, officer_id: int) -> LinkView | None:
    """The link of an officer, and whether the account refuses messages."""
    row = (await session.execute(_links().where(OfficerLink.officer_id == officer_id))).first()
    return None if row is None else _link_view(row[0], row[1])


async def told_links(session: AsyncSession, office_id: int | None = None) -> list[LinkView]:
    """The links of open accounts to which notices go, of one office or of all."""
    query = _links().join(Officer, Officer.id == OfficerLink.officer_id)
    query = query.where(Officer.active, OfficerLink.told, Conversation.blocked_at.is_(None))
    if office_id is not None:
        query = query.where(Officer.office_id == office_id)
    rows = await session.execute(query.order_by(OfficerLink.officer_id))
    return [_link_view(row[0], row[1]) for row in rows]


async def anybody_follows(session: AsyncSession) -> bool:
    """Whether an account or a group is linked at all."""
    for key in (OfficerLink.officer_id, OfficeGroup.office_id):
        if await session.scalar(select(key).limit(1)) is not None:
            return True
    return False


async def group_of_conversation(session: AsyncSession, conversation_id: int) -> OfficeGroup | None:
    """The group that is this conversation."""
    return await session.scalar(select(OfficeGroup).where(OfficeGroup.conversation_id == conversation_id))


async def add_group(session: AsyncSession, group: OfficeGroup) -> None:
    """Store a group."""
    session.add(group)
    await session.flush()


async def drop_group(session: AsyncSession, office_id: int) -> bool:
    """Part an office from its group; False if it had none. What was told there stays."""
    statement = delete(OfficeGroup).where(OfficeGroup.office_id == office_id)
    return (await session.execute(statement.returning(OfficeGroup.office_id))).first() is not None


async def group_view(session: AsyncSession, office_id: int) -> GroupView | None:
    """The group of an office."""
    row = (await session.execute(_groups().where(OfficeGroup.office_id == office_id))).first()
    return None if row is None else _group_view(row[0], row[1])


async def group_at(session: AsyncSession, channel: ChannelName, address: str) -> GroupView | None:
    """The group with this address."""
    query = _groups().where(Conversation.channel == channel, Conversation.address == address)
    row = (await session.execute(query)).first()
    return None if row is None else _group_view(row[0], row[1])


async def groups(session: AsyncSession) -> list[GroupView]:
    """Every group that can be told something."""
    rows = await session.execute(_groups().where(Conversation.blocked_at.is_(None)))
    return [_group_view(row[0], row[1]) for row in rows]


async def topic_of(session: AsyncSession, conversation_id: int, ticket_id: int) -> TicketTopic | None:
    """The place of a ticket in a group, as it is now; the caller holds the group's conversation."""
    query = select(TicketTopic).where(
        TicketTopic.conversation_id == conversation_id, TicketTopic.ticket_id == ticket_id
    )
    return await session.scalar(query.execution_options(populate_existing=True))


async def topic_by_thread(session: AsyncSession, conversation_id: int, thread: str) -> TicketTopic | None:
    """The ticket's place that is this forum topic."""
    query = select(TicketTopic).where(
        TicketTopic.conversation_id == conversation_id, TicketTopic.thread == thread
    )
    return await session.scalar(query)


async def topic_by_id(session: AsyncSession, topic_id: int) -> TicketTopic | None:
    """A ticket's place in a group, as it is now."""
    return await session.get(TicketTopic, topic_id, populate_existing=True)


async def add(session: AsyncSession, row: TicketTopic | PreparedAct | DeskMessage) -> None:
    """Insert a row; its id is known afterwards."""
    session.add(row)
    await session.flush()


async def add_part(session: AsyncSession, conversation_id: int, external_id: str, message_id: int) -> None:
    """Remember which message a part belongs to."""
    statement = _insert(session, DeskPart).values(
        conversation_id=conversation_id, external_id=external_id, message_id=message_id
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["conversation_id", "external_id"], set_={"message_id": message_id}
        )
    )


async def shown(session: AsyncSession, conversation_id: int, external_id: str) -> DeskMessage | None:
    """What the message of the bot with this id of the channel is about; None if it is about no ticket."""
    query = (
        select(DeskMessage)
        .join(DeskPart, DeskPart.message_id == DeskMessage.message_id)
        .where(DeskPart.conversation_id == conversation_id, DeskPart.external_id == external_id)
    )
    return await session.scalar(query)


async def desk_message(session: AsyncSession, message_id: int) -> DeskMessage | None:
    """What a message is about, if it is one to officers."""
    return await session.get(DeskMessage, message_id)


async def locked_act(session: AsyncSession, act_id: int) -> PreparedAct | None:
    """A prepared act, locked until the transaction ends."""
    query = select(PreparedAct).where(PreparedAct.id == act_id).with_for_update()
    return await session.scalar(query.execution_options(populate_existing=True))


async def waiting_question(
    session: AsyncSession, officer_id: int, conversation_id: int, since: datetime
) -> PreparedAct | None:
    """The newest act of the officer, if it still waits for its words and was begun after `since`."""
    query = (
        select(PreparedAct)
        .where(PreparedAct.officer_id == officer_id, PreparedAct.conversation_id == conversation_id)
        .order_by(PreparedAct.id.desc())
        .limit(1)
    )
    act = await session.scalar(query)
    waits = act is not None and act.asked and act.done_at is None and act.text is None
    return act if waits and act is not None and act.made_at >= since else None


async def forget_acts(session: AsyncSession, before: datetime, limit: int) -> None:
    """Remove acts that were prepared before that, with what refers to them."""
    old = select(PreparedAct.id).where(PreparedAct.made_at < before).order_by(PreparedAct.id).limit(limit)
    ids = list(await session.scalars(old))
    mine = select(DeskMessage.message_id).where(DeskMessage.act_id.in_(ids))
    await session.execute(delete(DeskPart).where(DeskPart.message_id.in_(mine)))
    await session.execute(delete(DeskMessage).where(DeskMessage.act_id.in_(ids)))
    await session.execute(delete(PreparedAct).where(PreparedAct.id.in_(ids)))


def _links() -> Select[OfficerLink, datetime | None]:
    return select(OfficerLink, Conversation.blocked_at).outerjoin(
        Conversation,
        (Conversation.channel == ChannelName.TELEGRAM.value) & (Conversation.address == OfficerLink.account),
    )


def _groups() -> Select[OfficeGroup, Conversation]:
    return select(OfficeGroup, Conversation).join(
        Conversation, Conversation.id == OfficeGroup.conversation_id
    )


def _link_view(link: OfficerLink, blocked_at: datetime | None) -> LinkView:
    return LinkView(link.officer_id, link.account, link.told, blocked_at is not None, link.linked_at)


def _group_view(group: OfficeGroup, conversation: Conversation) -> GroupView:
    return GroupView(
        office_id=group.office_id,
        conversation_id=conversation.id,
        address=conversation.address,
        title=group.title,
        has_topics=group.has_topics,
        blocked=conversation.blocked_at is not None,
        refused=group.refused,
        linked_by=group.linked_by,
        linked_at=group.linked_at,
    )


def _insert(session: AsyncSession, table: Any) -> Any:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite_insert(table) if is_sqlite else postgresql_insert(table)
