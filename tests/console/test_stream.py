"""The stream over a real socket: it rings for the own office only, and ends with the service."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from bot import notify
from bot.console import make_router
from bot.context import Context
from tests.console.office import Work
from tests.console.serving import serving
from tests.fakes import PATIENCE_SECONDS


def console(context: Context) -> FastAPI:
    """The console alone."""
    return FastAPI(routes=make_router(context).routes)


async def ring(context: Context, office_id: int) -> None:
    """Something changed in an office."""
    async with context.db.write() as session:
        await notify.ticket_changed(context, session, office_id)


async def next_event(lines: AsyncIterator[str]) -> str:
    """The name of the next event."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        async for line in lines:
            if line.startswith("event: "):
                return line.removeprefix("event: ")
    return "end"


@asynccontextmanager
async def listening(work: Work, base: str, username: str) -> AsyncIterator[AsyncIterator[str]]:
    """The lines of an officer's stream."""
    async with httpx.AsyncClient(base_url=base, timeout=PATIENCE_SECONDS, verify=False) as client:
        await work.sign_in(client, username)
        headers = {"Accept": "text/event-stream"}
        async with client.stream("GET", "/petugas/aliran", headers=headers) as response:
            assert response.status_code == 200
            assert response.headers["content-type"].startswith("text/event-stream")
            assert response.headers["x-accel-buffering"] == "no"
            yield response.aiter_lines()


async def test_a_change_in_the_own_office_rings_and_one_elsewhere_does_not(
    context: Context, work: Work
) -> None:
    async with serving(console(context), context) as base, listening(work, base, "sari") as lines:
        assert await next_event(lines) == "berubah", "the first event says: look now"
        waiting = asyncio.ensure_future(next_event(lines))
        await ring(context, work.samarinda)
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await ring(context, work.balikpapan)
        assert await waiting == "berubah"


async def test_a_koordinator_wilayah_hears_of_the_offices_below(context: Context, work: Work) -> None:
    async with serving(console(context), context) as base, listening(work, base, "wilayah") as lines:
        await next_event(lines)
        await ring(context, work.samarinda)
        assert await next_event(lines) == "berubah"


async def test_the_stream_ends_when_the_service_stops(context: Context, work: Work) -> None:
    async with serving(console(context), context) as base, listening(work, base, "sari") as lines:
        await next_event(lines)
        context.nursery.stopping.set()
        assert await next_event(lines) == "end"


async def test_nobody_listens_without_signing_in(context: Context, work: Work) -> None:
    async with (
        serving(console(context), context) as base,
        httpx.AsyncClient(base_url=base, timeout=PATIENCE_SECONDS, verify=False) as client,
    ):
        answer = await client.get("/petugas/aliran", headers={"X-Bagian": "1"})
        assert answer.status_code == 401
