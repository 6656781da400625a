"""The stream that tells an open page that something changed; the page then fetches what it shows."""

import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from afk_core.officers.service import Viewer
from bot.console.desk import Desk
from bot.console.presence import watch_of
from bot.console.queue import sees_a_queue
from bot.console.session import NotAllowed
from bot.doorbell import office_topic
from tickets import service as tickets
from tickets.ticket import QueueFilter

_PULSE_SECONDS = 15.0
"""A comment would keep proxies content, but a page sees only events: its watchdog needs one."""

_STOP_CHECK_SECONDS = 1.0
_RECHECK_SECONDS = 60.0


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/aliran`."""
    router = desk.router()

    async def allowed(request: Request) -> Viewer:
        viewer = await desk.gate.viewer(request)
        if not sees_a_queue(viewer):
            raise NotAllowed
        return viewer

    @router.get("/aliran", response_class=EventSourceResponse)
    async def stream(
        request: Request, viewer: Annotated[Viewer, Depends(allowed)]
    ) -> AsyncIterator[ServerSentEvent]:
        async with desk.context.db.read() as session:
            invited = {
                row.office_id for row in await tickets.queue(session, viewer, show=QueueFilter.HELPING)
            }
        # A ring says that something changed in an office, never what: who helps there may hear it.
        topics = [office_topic(office_id) for office_id in sorted(viewer.visible_office_ids | invited)]
        watch = await watch_of(desk, request, viewer)
        nursery, monotonic = desk.context.nursery, time.monotonic
        with desk.context.doorbell.subscribe(*topics) as bell:
            yield ServerSentEvent(event="berubah", raw_data="")
            pulse = checked = monotonic()
            while not nursery.stopping.is_set():
                if watch is not None:
                    async for present in watch.news():
                        yield ServerSentEvent(event="hadir", raw_data=present)
                if await bell.wait(_STOP_CHECK_SECONDS):
                    yield ServerSentEvent(event="berubah", raw_data="")
                    pulse = monotonic()
                elif monotonic() - pulse >= _PULSE_SECONDS:
                    yield ServerSentEvent(event="denyut", raw_data="")
                    pulse = monotonic()
                if monotonic() - checked >= _RECHECK_SECONDS:
                    checked = monotonic()
                    if await desk.gate.maybe_viewer(request) is None:
                        yield ServerSentEvent(event="selesai", raw_data="")
                        return

    return router
