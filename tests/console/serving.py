"""The console on a real port, for streams and browsers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from bot.context import Context


@asynccontextmanager
async def serving(app: FastAPI, context: Context) -> AsyncIterator[str]:
    """Serve `app` until the block ends; its address."""
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
    )
    running = asyncio.ensure_future(server.serve())
    while not server.started:  # noqa: ASYNC110 (uvicorn tells it by this flag alone)
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        context.nursery.stopping.set()
        server.should_exit = True
        await running
