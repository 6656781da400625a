"""What one replica rings is heard in another, through a real PostgreSQL."""

import asyncio

from afk_core.infra.database import Database
from bot.doorbell import Doorbell, listen
from tests.house import eventually
from tests.postgres import PostgresServer


async def test_all_that_a_transaction_rings_reaches_another_replica(postgres: PostgresServer) -> None:
    ringing, listening = Doorbell(notify=True), Doorbell(notify=True)
    topics = [f"percakapan-ke-{number}-{'é' * 60}" for number in range(300)]
    heard: list[str] = []
    echoed: list[str] = []
    listening.hear("percakapan-", heard.append)
    ringing.hear("percakapan-", echoed.append)
    database, stopping = Database(postgres.url("postgres")), asyncio.Event()
    ears = [asyncio.ensure_future(listen(each, database.url, stopping)) for each in (listening, ringing)]
    try:
        await asyncio.sleep(0.5)
        async with database.write() as session:
            for topic in topics:
                await ringing.ring(session, topic)

        async def all_heard() -> bool:
            return len(heard) >= len(topics)

        await eventually(all_heard)
        await asyncio.sleep(0.2)
        assert sorted(heard) == sorted(topics)
        # Whoever rang was told by the commit, and is not told again.
        assert echoed == topics
    finally:
        stopping.set()
        await asyncio.gather(*ears)
        await database.close()
