"""Rows that are stored together get their ids in the order in which they were made, on both databases."""

import pytest
from sqlalchemy import delete, select

from afk_core.infra.database import Database
from bot.conversation.messages import Author, ChannelName, Delivery, Reply
from bot.conversation.models import Message
from bot.conversation.store import add_message, locked_conversation
from tests.fakes import FixedClock


async def _say(database: Database, clock: FixedClock, *words: str, spoilt: bool = False) -> None:
    async with database.write() as session:
        conversation = await locked_conversation(session, clock.now(), ChannelName.WEBCHAT, "a")
        for each in words:
            reply = Reply(each, author=Author.USER)
            await add_message(session, conversation, clock.now(), reply, delivery=Delivery.SENT)
        if spoilt:
            await session.flush()
            raise ZeroDivisionError


async def _said(database: Database) -> list[str]:
    async with database.read() as session:
        return list(await session.scalars(select(Message.text).order_by(Message.id)))


async def test_rows_stored_together_keep_their_order(database: Database, clock: FixedClock) -> None:
    await _say(database, clock, "satu")
    await _say(database, clock, "dua", "tiga", "empat")
    with pytest.raises(ZeroDivisionError):
        await _say(database, clock, "batal", "batal juga", spoilt=True)
    await _say(database, clock, "lima", "enam")
    assert await _said(database) == ["satu", "dua", "tiga", "empat", "lima", "enam"]


async def test_the_newest_rows_may_have_been_removed(database: Database, clock: FixedClock) -> None:
    await _say(database, clock, "satu", "dua", "tiga")
    async with database.write() as session:
        await session.execute(delete(Message))
    await _say(database, clock, "empat", "lima")
    assert await _said(database) == ["empat", "lima"]
