"""Peers: what one writes who promises nothing but the one thing that is measured.

python -m benchmarks.bare insert PORT DATABASE-URL   FastAPI, one committed INSERT through SQLAlchemy
python -m benchmarks.bare driver PORT DATABASE-URL   the same straight through aiosqlite or asyncpg
python -m benchmarks.bare stream PORT                Starlette, a server-sent event stream that only pings
python -m benchmarks.bare echo TOKEN API-URL         aiogram, a bot that repeats what it is told
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import UUID4, BaseModel
from sqlalchemy import String, Text
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from afk_core.infra.database import Database

PING_SECONDS = 15.0


class Base(DeclarativeBase):
    """Base of the one table."""


class Row(Base):
    """What the route stores."""

    __tablename__ = "bare_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(String(64), unique=True)
    text: Mapped[str] = mapped_column(Text)


class Body(BaseModel):
    """What is posted."""

    client_id: UUID4
    text: str


Keep = Callable[[str, str], Awaitable[None]]


def insert_app(url: str, *, driver: bool) -> FastAPI:
    """`POST /messages`, answered 202 after the commit."""
    keep: Keep | None = None

    @asynccontextmanager
    async def live(_app: FastAPI) -> AsyncIterator[None]:
        nonlocal keep
        # The same connection settings as ours: WAL and synchronous=FULL, one writer; or a pool.
        database = Database(url)
        engine: AsyncEngine = database._writer
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        if not driver:
            keep = _through_sqlalchemy(engine)
            yield
        elif database.is_sqlite:
            async with _through_aiosqlite(url) as keep:
                yield
        else:
            async with _through_asyncpg(url) as keep:
                yield
        await database.close()

    app = FastAPI(lifespan=live)

    @app.post("/messages", status_code=202)
    async def messages(body: Body) -> dict[str, bool]:
        assert keep is not None
        await keep(str(body.client_id), body.text)
        return {"stored": True}

    return app


def _through_sqlalchemy(engine: AsyncEngine) -> Keep:
    sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def keep(client_id: str, text: str) -> None:
        async with sessions() as session:
            session.add(Row(client_id=client_id, text=text))
            await session.commit()

    return keep


@asynccontextmanager
async def _through_aiosqlite(url: str) -> AsyncIterator[Keep]:
    import aiosqlite

    async with aiosqlite.connect(url.split("///", 1)[1]) as connection:
        await connection.execute("PRAGMA journal_mode=WAL")
        await connection.execute("PRAGMA synchronous=FULL")
        turn = asyncio.Lock()

        async def keep(client_id: str, text: str) -> None:
            async with turn:
                await connection.execute(
                    "INSERT INTO bare_message (client_id, text) VALUES (?, ?)", (client_id, text)
                )
                await connection.commit()

        yield keep


@asynccontextmanager
async def _through_asyncpg(url: str) -> AsyncIterator[Keep]:
    import asyncpg

    async with asyncpg.create_pool(url.replace("+asyncpg", ""), min_size=8, max_size=16) as pool:

        async def keep(client_id: str, text: str) -> None:
            await pool.execute("INSERT INTO bare_message (client_id, text) VALUES ($1, $2)", client_id, text)

        yield keep


def stream_app() -> Starlette:
    """`GET /stream`: a stream that says nothing but that it is there."""

    async def events() -> AsyncIterator[bytes]:
        while True:
            yield b": ada\n\n"
            await asyncio.sleep(PING_SECONDS)

    async def stream(_request: Request) -> StreamingResponse:
        return StreamingResponse(events(), media_type="text/event-stream")

    return Starlette(routes=[Route("/stream", stream)])


async def echo(token: str, api: str) -> None:
    """aiogram's own polling, its own dispatcher, and one handler."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message

    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def repeat(message: Message) -> None:
        await message.answer(message.text or "?")

    await dispatcher.start_polling(bot)


def main(arguments: list[str]) -> None:
    """The program."""
    kind, first, *rest = arguments
    options: dict[str, Any] = {"log_config": None, "access_log": False, "timeout_keep_alive": 75}
    if kind == "echo":
        asyncio.run(echo(first, rest[0]))
    elif kind == "stream":
        uvicorn.run(stream_app(), port=int(first), backlog=4096, **options)
    else:
        uvicorn.run(insert_app(rest[0], driver=kind == "driver"), port=int(first), **options)


if __name__ == "__main__":
    main(sys.argv[1:])
