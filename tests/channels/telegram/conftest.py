"""A service's shared parts, a bot at the tests' own Bot API server, and faults of the database."""

from collections.abc import AsyncIterator, Callable

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from afk_core.infra.database import Database
from afk_core.infra.metrics import Metrics
from afk_core.infra.settings import Settings, load_settings
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.setup import Telegram, build
from bot.context import Context
from bot.conversation.texts import Texts
from bot.doorbell import Doorbell
from bot.jobs.models import Job
from tests.botapi.fixtures import bot_api
from tests.botapi.server import BotApiServer
from tests.fakes import FixedClock, UncertainDatabase

__all__ = ["bot_api"]

TEXTS = Texts(
    {
        "telegram": {
            "description": "Tanya fasilitas kepabeanan.",
            "short_description": "Klinik Ekspor.",
            "commands": {
                "start": "Mulai",
                "bantuan": "Cara memakai",
                "menu": "Pilihan utama",
                "nilai": "Cek kesiapan ekspor",
                "survei": "Nilai layanan kami",
                "daftar": "Daftar UMKM Binaan",
                "tiket": "Tiket saya",
                "petugas": "Hubungi petugas",
                "data": "Data saya",
                "batal": "Batalkan isian",
            },
        },
        "desk": {"commands": {"antrean": "Antrean", "tiket": "Buka tiket", "tautkan": "Tautkan grup"}},
    }
)


@pytest.fixture
async def uncertain(database_url: str) -> AsyncIterator[UncertainDatabase]:
    database = UncertainDatabase(database_url)
    yield database
    await database.close()


@pytest.fixture
def pace() -> Pace:
    """The waits of the service, shortened."""
    return Pace(
        poll=2,
        poll_slack=0.5,
        renew=0.2,
        follow=0.05,
        first_fault=0.02,
        longest_fault=0.05,
        conflict=0.05,
        refused=0.05,
    )


@pytest.fixture
def settings(bot_api: BotApiServer) -> Settings:
    return load_settings(telegram_api=bot_api.url, telegram_token=SecretStr(bot_api.token), public_url="")


MakeContext = Callable[[Database], Context]


@pytest.fixture
async def make_context(settings: Settings, clock: FixedClock) -> AsyncIterator[MakeContext]:
    """Contexts whose nurseries end with the test."""
    made: list[Context] = []

    def make(database: Database) -> Context:
        doorbell = Doorbell(notify=not database.is_sqlite)
        made.append(Context(settings, database, clock, doorbell, Metrics(), texts=TEXTS))
        return made[-1]

    yield make
    for context in made:
        await context.nursery.stop(2)


@pytest.fixture
async def telegram(settings: Settings) -> AsyncIterator[Telegram]:
    """The bot, connected to the server."""
    built = build(settings, TEXTS)
    assert built is not None
    yield built
    await built.close()


async def stored(database: Database) -> list[tuple[str, str]]:
    """Key and lane of what the inbox holds, in the order in which it is worked on."""
    async with database.read() as session:
        rows = await session.execute(select(Job.key, Job.lane).order_by(Job.id))
        return [(key, lane or "") for key, lane in rows]


async def until_stored(database: Database, count: int, bot_api: BotApiServer) -> list[tuple[str, str]]:
    """The inbox once it holds `count` rows and Telegram has nothing left."""
    await bot_api.eventually(lambda: not bot_api.pending())
    rows = await stored(database)
    assert len(rows) == count
    return rows
