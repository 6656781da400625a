"""What a transaction says is stored with what it writes next, whole and in order, or not at all."""

from contextlib import suppress

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.database import Database
from bot.context import Context
from bot.conversation.messages import Author, ChannelName, Delivery, Desk, NewMessage, Reply
from bot.conversation.models import Conversation, Message
from bot.conversation.store import (
    add_message,
    locked_conversation,
    message_by_external_id,
    messages_after,
    tie_to_entry,
    words_since,
)
from bot.jobs.models import Job, JobKind
from bot.officer_chat.models import DeskMessage
from bot.outbox.queue import queue_reply
from tests.dialogue import make_context
from tests.fakes import FixedClock


@pytest.fixture
def context(database: Database, clock: FixedClock) -> Context:
    return make_context(database, clock)


async def _stored(context: Context, conversation_id: int) -> list[tuple[int, str]]:
    query = select(Message).where(Message.conversation_id == conversation_id).order_by(Message.id)
    async with context.db.read() as session:
        return [(row.seq, row.text) for row in await session.scalars(query)]


async def _to_send(context: Context) -> list[str]:
    """The texts of what the jobs send, in their order."""
    async with context.db.read() as session:
        texts = {row.id: row.text for row in await session.scalars(select(Message))}
        jobs = await session.scalars(select(Job).where(Job.kind == JobKind.SEND).order_by(Job.id))
        return [texts[job.payload["message_id"]] for job in jobs if job.payload is not None]


async def _say(
    session: AsyncSession, chat: Conversation, context: Context, reply: Reply, external_id: str | None = None
) -> NewMessage:
    now = context.clock.now()
    return await add_message(session, chat, now, reply, delivery=Delivery.SENT, external_id=external_id)


@pytest.mark.parametrize("stored", [False, True])
async def test_what_a_savepoint_said_goes_with_it(context: Context, stored: bool) -> None:
    """Whether it was stored by then or not; what stood before it stays."""
    told: list[str] = []
    context.fresh.hear(lambda _conversation, message: told.append(message.reply.text))
    now = context.clock.now()
    async with context.db.write() as session:
        chat = await locked_conversation(session, now, ChannelName.TELEGRAM, "1")
        await queue_reply(context, session, now, chat, Reply("sebelum"))
        async with session.begin_nested():
            kept = await locked_conversation(session, now, ChannelName.TELEGRAM, "2")
            await queue_reply(context, session, now, kept, Reply("tetap"))
        with suppress(ZeroDivisionError):
            async with session.begin_nested():
                lost = await locked_conversation(session, now, ChannelName.TELEGRAM, "3")
                async with session.begin_nested():
                    await queue_reply(context, session, now, lost, Reply("batal"))
                await queue_reply(context, session, now, lost, Reply("batal juga"))
                if stored:
                    await session.flush()
                raise ZeroDivisionError
        again = await locked_conversation(session, now, ChannelName.TELEGRAM, "3")
        await queue_reply(context, session, now, again, Reply("sesudah"))
        await queue_reply(context, session, now, chat, Reply("akhir"))
    assert await _stored(context, chat.id) == [(1, "sebelum"), (2, "akhir")]
    assert await _stored(context, kept.id) == [(1, "tetap")]
    assert await _stored(context, again.id) == [(1, "sesudah")]
    assert await _to_send(context) == told == ["sebelum", "tetap", "sesudah", "akhir"]


async def test_the_transaction_that_says_something_reads_it(context: Context) -> None:
    now = context.clock.now()
    async with context.db.write() as session:
        chat = await locked_conversation(session, now, ChannelName.WEBCHAT, "a")
        await _say(session, chat, context, Reply("satu", author=Author.USER), external_id="m1")
        await queue_reply(context, session, now, chat, Reply("dua"))
        assert [row.text for row in await messages_after(session, chat.id, 0)] == ["satu", "dua"]
        await _say(session, chat, context, Reply("tiga", author=Author.USER), external_id="m1")
        assert [text for _at, text in await words_since(session, chat.id, now)] == ["satu", "tiga"]
        await _say(session, chat, context, Reply("empat", author=Author.USER), external_id="m1")
        newest = await message_by_external_id(session, chat.id, "m1")
        assert newest is not None
        assert (newest.seq, newest.text) == (4, "empat")
    assert await _stored(context, chat.id) == [(1, "satu"), (2, "dua"), (3, "tiga"), (4, "empat")]


async def test_what_is_tied_to_a_message_finds_it(context: Context) -> None:
    """The entry of a ticket, before and after the message is stored, and what makes it one to officers."""
    now = context.clock.now()
    async with context.db.write() as session:
        chat = await locked_conversation(session, now, ChannelName.TELEGRAM, "a")
        early = await _say(session, chat, context, Reply("satu", author=Author.USER))
        await tie_to_entry(session, early, 11)
        late = await _say(session, chat, context, Reply("dua", author=Author.USER))
        await session.flush()
        await tie_to_entry(session, late, 12)
        desk = await queue_reply(context, session, now, chat, Reply("tiga", desk=Desk(quote="q")))
    async with context.db.read() as session:
        rows = list(await session.scalars(select(Message).order_by(Message.seq)))
        about = await session.get(DeskMessage, desk.id)
    assert [(row.id, row.entry_id) for row in rows] == [(early.id, 11), (late.id, 12), (desk.id, None)]
    assert about is not None
    assert about.quote == "q"
