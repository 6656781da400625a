"""Two replicas are restarted one after the other, as in an update, while somebody chats in a real browser."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import expect

from benchmarks.faults.servers import Proxy, free_ports
from tests.browser import PHONE, chromium, window
from tests.house import eventually
from tests.outage import away
from tests.postgres import PostgresServer
from tests.program import Program
from tests.stories.test_browser_story import hear, say, start_chat

_TOPICS = ("plb", "kawasan berikat", "gudang berikat", "kite ikm", "umkm binaan", "toko bebas bea")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_rolling_restart_loses_no_message_and_breaks_no_page(
    database_url: str, tmp_path: Path
) -> None:
    asked = [f"apa itu {topic} ({number})" for number, topic in enumerate(_TOPICS, 1)]
    waiting = iter(asked)
    ports = free_ports(2)
    replicas = [Program(tmp_path, PORT=str(port), KLINIK_DATABASE_URL=database_url) for port in ports]
    async with AsyncExitStack() as stack:
        for replica in replicas:
            stack.push_async_callback(replica.kill)
            await replica.start()
        proxy = await stack.enter_async_context(Proxy(ports))
        browser = await stack.enter_async_context(chromium())
        owner = await window(browser, PHONE)
        await start_chat(owner, proxy.base)
        for replica in replicas:
            await say(owner, next(waiting))
            ending = asyncio.ensure_future(replica.stop())
            await say(owner, next(waiting))
            assert await ending == 0
            await say(owner, next(waiting))
            await replica.start()
        await hear(owner, asked[-1])
        log = owner.get_by_role("log")
        # The last line of an answer; each question has one.
        await expect(log.get_by_text("Dasar:")).to_have_count(len(asked))
        await expect(owner.get_by_text("Tersambung", exact=True)).to_be_visible()
        await expect(log.get_by_text("belum terkirim")).to_have_count(0)
        for _ in ("as it stands", "read anew"):
            words = await log.inner_text()
            places = [words.index(question) for question in asked]
            assert places == sorted(places)
            assert [words.count(question) for question in asked] == [1] * len(asked)
            await owner.reload()
            await hear(owner, asked[-1])


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_start_while_the_database_is_away_takes_nobody_and_goes_on_when_it_is_back(
    postgres: PostgresServer, database_url: str, tmp_path: Path, unused_tcp_port: int
) -> None:
    replica = Program(tmp_path, PORT=str(unused_tcp_port), KLINIK_DATABASE_URL=database_url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(replica.kill)
        async with away(postgres, database_url):
            await replica.launch()
            await eventually(lambda: "the start waits" in replica.log.read_text(), seconds=40)
            # A proxy goes on to another replica.
            with pytest.raises(OSError, match="Connect call failed"):
                await asyncio.open_connection("127.0.0.1", unused_tcp_port)
            process = replica.pid
        await replica.wait_ready()
        assert replica.runs
        assert replica.pid == process
