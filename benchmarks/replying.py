"""The service with a hand inside: each key that comes in on its standard input gets an officer's reply.

Only for `benchmarks.chats`: a reply through the console's page would measure the page as well.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from afk_core.infra.settings import load_settings
from bot import bootstrap, serve
from bot.channels.webchat.key import address_of
from bot.context import Context
from bot.conversation.messages import Author, ChannelName, Reply
from bot.conversation.store import locked_conversation
from bot.outbox.queue import queue_reply

_running = bootstrap.running


async def reply(context: Context, key: str) -> None:
    """Store an officer's reply as the console does, in one transaction."""
    now = context.clock.now()
    said = Reply("Berkas Anda sudah kami terima dan lengkap.", author=Author.OFFICER, author_name="Sari")
    async with context.db.write() as session:
        conversation = await locked_conversation(session, now, ChannelName.WEBCHAT, address_of(key) or "")
        await queue_reply(context, session, now, conversation, said)


@asynccontextmanager
async def running_with_hand(context: Context, *parts: object) -> AsyncIterator[None]:
    """The background work of the service, and the hand."""

    async def listen() -> None:
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
        while key := (await reader.readline()).decode().strip():
            await reply(context, key)

    async with _running(context, *parts):  # type: ignore[arg-type]
        context.nursery.run_once("hand", listen)
        yield


if __name__ == "__main__":
    vars(serve)["running"] = running_with_hand
    serve.serve(load_settings())
