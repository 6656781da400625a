"""What a person told about themselves stands neither in the logs nor readable in the database."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from afk_core.infra import logs
from afk_core.infra.database import Database
from knowledge.answers import KnowledgeBase
from tests.conftest import MONDAY_MORNING
from tests.fakes import ShiftedClock
from tests.house import open_house
from tests.stories.test_web_story import seen_entry, ticket_path

_SECRETS = ("Zulaikha", "Kerupuk Amplang", "811-5550-123", "811 5550 123", "rahasia dapur", "Jawaban privat")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, down to DEBUG."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("DEBUG", as_json=True, stream=stream)
    yield stream
    root.handlers[:], root.level = before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_logs_and_tables_keep_a_persons_words_to_themselves(
    database: Database, knowledge: KnowledgeBase, log: io.StringIO, tmp_path: Path
) -> None:
    async with open_house(database, ShiftedClock(MONDAY_MORNING), knowledge) as house:
        visitor, clerk = await house.visitor(), await house.clerk()
        await visitor.says("/petugas")
        await visitor.presses_when_offered("Setuju, lanjutkan")
        await visitor.hears("Siapa nama Anda?")
        await visitor.says("Zulaikha")
        await visitor.presses_when_offered("UMKM")
        await visitor.hears("nama usaha")
        await visitor.says("Kerupuk Amplang")
        await visitor.hears("menghubungi Anda")
        await visitor.says("0811 5550 123")
        await visitor.hears("Apa pertanyaan Anda")
        await visitor.says("Ini rahasia dapur saya, bagaimana ekspornya?")
        await visitor.presses_when_offered("Kirim ke petugas")
        number = (await visitor.hears("Nomor tiket Anda"))["text"].split()[3]
        path = await ticket_path(clerk, number)
        page = await clerk.page(path)
        assert "Zulaikha" in page
        assert "5550" not in page
        await clerk.sends(f"{path}/balas", seen_entry=seen_entry(page), teks="Jawaban privat", jenis="jawab")
        await visitor.hears("Jawaban privat")
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert stored
    assert log.getvalue()
    for secret in _SECRETS:
        assert secret not in log.getvalue(), f"{secret} is in the log"
        assert secret.encode() not in stored, f"{secret} is readable in the database"
