"""A group in Telegram that becomes the group of an office, and what it is called since."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.offices.service import office_by_id
from bot.context import Context
from bot.conversation.messages import Desk, InboundKind, InboundMessage, Reply
from bot.conversation.store import locked_conversation
from bot.officer_chat import linking, store
from bot.officer_chat.link import GroupView
from bot.outbox.queue import queue_reply
from bot.problems import problem_text

GROUP_LINK: Final = "grup_"
"""What the payload of a deep link begins with."""


def group_code(message: InboundMessage) -> str | None:
    """The code with which somebody wants to link the group; None when the message is something else."""
    if message.kind is not InboundKind.COMMAND:
        return None
    if message.command == "tautkan":
        return message.text
    if message.command == "start" and message.text.startswith(GROUP_LINK):
        return message.text.removeprefix(GROUP_LINK)
    return None


async def link_group(
    context: Context, session: AsyncSession, now: datetime, message: InboundMessage, code: str
) -> None:
    """Link the group to the office of whoever made the code, and say in the group what became of it."""
    conversation = await locked_conversation(session, now, message.channel, message.address)
    texts, quote, group = context.texts, quote_of(message), message.group
    if group is None:
        return
    if message.sender is None:
        words = texts("desk.nobody")
    elif not code.strip():
        words = texts("desk.code_here")
    else:
        try:
            async with session.begin_nested():
                viewer = await linking.link_group(
                    session,
                    now,
                    code,
                    message.sender,
                    conversation,
                    title=group.title,
                    has_topics=group.has_topics,
                )
            office = await office_by_id(session, viewer.office_id)
            words = texts("desk.group_linked", office=office.name)
            if group.has_topics:
                words += "\n\n" + texts("desk.group_topics")
        except DomainError as error:
            words = problem_text(error)
    await queue_reply(context, session, now, conversation, Reply(words, desk=Desk(quote=quote)))


async def keep_up(session: AsyncSession, group: GroupView, message: InboundMessage) -> None:
    """Note what Telegram says of the group now: its name, and whether it has topics."""
    now_is = message.group
    if now_is is None or (now_is.title, now_is.has_topics) == (group.title, group.has_topics):
        return
    # Below a pressed button the chat comes shortened.
    if message.kind is InboundKind.BUTTON or not now_is.title:
        return
    row = await store.group_of_conversation(session, group.conversation_id)
    if row is not None:
        row.title, row.has_topics = now_is.title[:120], now_is.has_topics


def quote_of(message: InboundMessage) -> str | None:
    """The message in a group that an answer to `message` quotes."""
    return message.external_id or message.button_message_id
