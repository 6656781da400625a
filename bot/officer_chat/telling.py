"""Notices to officers on their way to Telegram: bundled to each linked account, once to each group.

What is told, when (office hours) and whether it is still true is decided by `bot/notices`; here it only
goes out, in the transaction that records that it did.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.context import Context
from bot.conversation.messages import Button, ChannelName, Desk, Reply
from bot.conversation.store import locked_by_id, locked_conversation
from bot.notices.models import NoticeKind
from bot.notices.notice import NoticeView
from bot.notices.service import mark_sent, untold, untold_in_office
from bot.officer_chat import store
from bot.officer_chat.link import GroupView, LinkView
from bot.officer_chat.words import rows_of, since_last_words, user_words
from bot.outbox.queue import queue_reply
from tickets import service as tickets
from tickets.desk import Outline
from tickets.ticket import TicketStatus

CHANNEL: Final = "telegram"
GROUP_CHANNEL: Final = "telegram-group"
_LINES: Final = 12
_BUTTONS: Final = 8
_OF_GROUP: Final = (NoticeKind.WARN, NoticeKind.UNCLAIMED, NoticeKind.BREACH)
"""What a group hears beside the steps of its tickets, which it is told as they happen."""


async def send_untold(context: Context, session: AsyncSession, now: datetime) -> None:
    """Queue what was told in the console, and not read there, for the linked accounts and groups."""
    links = {link.officer_id: link for link in await store.told_links(session)}
    if links:
        for bundle in await untold(session, now, CHANNEL, links.keys()):
            await _send(context, session, now, links[bundle.officer_id], bundle.notices)
            await mark_sent(session, now, CHANNEL, [notice.id for notice in bundle.notices])
    for group in await store.groups(session):
        await _tell_group(context, session, now, group)


async def skip_untold(session: AsyncSession, now: datetime, officer_id: int) -> None:
    """Count what is untold as sent: whoever begins to listen is not told what lies behind."""
    for bundle in await untold(session, now, CHANNEL, [officer_id]):
        await mark_sent(session, now, CHANNEL, [notice.id for notice in bundle.notices])


async def set_told(session: AsyncSession, now: datetime, officer_id: int, *, told: bool) -> bool:
    """Turn notices to a linked account on or off; False without a link."""
    link = await store.link_of(session, officer_id)
    if link is None:
        return False
    if told and not link.told:
        # What came while it was off is in the console; it would only be noise now.
        await skip_untold(session, now, officer_id)
    link.told = told
    return True


async def _send(
    context: Context, session: AsyncSession, now: datetime, link: LinkView, notices: Collection[NoticeView]
) -> None:
    conversation = await locked_conversation(session, now, ChannelName.TELEGRAM, link.account)
    shown = list(notices)[-_LINES:]
    ids = list(dict.fromkeys(each.ticket_id for each in shown if each.ticket_id is not None))
    found = {each: await tickets.outline(session, each) for each in ids}
    outlines = [each for each in found.values() if each is not None]
    only = outlines[0] if len(outlines) == 1 and len(ids) == 1 else None
    lines = [_line(context, notice) for notice in shown]
    if len(notices) > len(shown):
        lines.append(context.texts("desk.bundle.more", count=len(notices) - len(shown)))
    if only is not None:
        words = _waiting_words(context, only, now)
        reply = Reply(
            "\n\n".join([*lines, *([words] if words else [])]),
            tuple(tuple(row) for row in rows_of(_buttons_for(context, only))),
            desk=Desk(ticket_id=only.ticket_id, seen_entry=only.last_entry if words else 0),
        )
    else:
        buttons = [
            Button(context.texts("desk.bundle.open", number=each.number), f"o:read:{each.ticket_id}")
            for each in outlines[:_BUTTONS]
        ]
        reply = Reply("\n\n".join(lines), tuple(tuple(row) for row in rows_of(buttons)), desk=Desk())
    await queue_reply(context, session, now, conversation, reply)


def _waiting_words(context: Context, outline: Outline, now: datetime) -> str:
    """What the user wrote since the last words to them; a reply to the message has seen that."""
    return user_words(context.texts, since_last_words(outline.entries), now, outline.tz)


def _buttons_for(context: Context, outline: Outline) -> list[Button]:
    texts = context.texts
    buttons = [Button(texts("desk.act.read"), f"o:read:{outline.ticket_id}")]
    if outline.holder_id is None and outline.status is TicketStatus.OPEN:
        buttons.insert(0, Button(texts("desk.act.claim"), f"o:claim:{outline.ticket_id}"))
    return buttons


def _line(context: Context, notice: NoticeView) -> str:
    return f"{notice.words} {context.texts('desk.bundle.late')}" if notice.late else notice.words


async def _tell_group(context: Context, session: AsyncSession, now: datetime, group: GroupView) -> None:
    # The lock keeps two workers from telling the group the same notice, which each officer has a row of.
    conversation = await locked_by_id(session, group.conversation_id)
    if conversation is None:
        return
    found = await untold_in_office(session, now, GROUP_CHANNEL, group.office_id, _OF_GROUP)
    for notice in found.notices:
        topic = None
        if notice.ticket_id is not None:
            topic = await store.topic_of(session, conversation.id, notice.ticket_id)
        desk = Desk(
            ticket_id=notice.ticket_id,
            seen_entry=0 if topic is None else topic.posted,
            topic_id=None if topic is None else topic.id,
        )
        await queue_reply(context, session, now, conversation, Reply(_line(context, notice), desk=desk))
    await mark_sent(session, now, GROUP_CHANNEL, found.ids)
