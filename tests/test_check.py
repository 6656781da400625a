"""`klinik check` says in words what is wrong with an installation, and changes nothing."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Connection, text
from typer.testing import CliRunner, Result

from afk_core.infra import crypto
from afk_core.infra.database import Database
from afk_core.infra.settings import Settings
from bot import schema
from bot.checkup import machine
from bot.checkup.finding import Weight
from bot.checkup.machine import compare_clock, look_at_folder
from bot.cli import app
from bot.jobs.models import JobKind
from bot.jobs.store import NewJob, add_jobs, bury, next_job
from tests.botapi.server import BotApiServer

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Run:
    """The command over one data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, **environment: str) -> Result:
        given = {"KLINIK_DATA_DIR": str(self._folder)} | environment
        result = CliRunner().invoke(app, ["check"], env=given)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        crypto.install(crypto.Cipher(b"k" * crypto.KEY_BYTES))
        return result


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Call the command in this process."""
    handlers = logging.getLogger().handlers[:]
    yield Run(tmp_path)
    logging.getLogger().handlers[:] = handlers
    structlog.reset_defaults()


def line(result: Result, what: str) -> str:
    """What was said of one part."""
    return next(each for each in result.stdout.splitlines() if each.startswith(f"{what}: "))


def test_a_place_where_nothing_runs_yet_is_sound_and_stays_untouched(run: Run, tmp_path: Path) -> None:
    result = run()
    assert result.exit_code == 0, result.output
    assert "dibuat saat layanan mulai" in line(result, "Basis data")
    assert "letakkan dahulu kunci cadangannya" in line(result, "Kunci")
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_others_read_and_a_full_disk_are_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "kunci-rahasia"
    key.write_text("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=\n")
    key.chmod(0o644)
    usage = type("Usage", (), {"free": 100 * 2**20, "total": 50 * 2**30})
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _path: usage)
    result = run()
    assert result.exit_code == 1
    assert f"chmod 600 {key}" in line(result, "Kunci")
    assert "tinggal 0,1 GB" in line(result, "Diska")
    key.chmod(0o600)
    key.write_text("bukan kunci")
    assert "tidak berisi kunci 32 byte" in line(run(), "Kunci")


async def test_the_state_of_the_database_is_named(database: Database, database_url: str, run: Run) -> None:
    assert (
        line(await asyncio.to_thread(run, KLINIK_DATABASE_URL=database_url), "Basis data")
        == "Basis data: baik"
    )

    async def said(revision: str, floor: str) -> str:
        def work(connection: Connection) -> None:
            connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
            connection.execute(text("UPDATE schema_floor SET oldest = :f"), {"f": floor})

        await database.run_sync(work)
        return line(await asyncio.to_thread(run, KLINIK_DATABASE_URL=database_url), "Basis data")

    assert "lebih lama daripada program" in await said("0008", "0008")
    assert await schema.state(database) == "behind"
    assert "masih melayani versi ini" in await said("yang-baru", "0008")
    assert "Pasang versi itu" in await said("yang-baru", "yang-baru")


@ON_SQLITE
async def test_work_set_aside_and_rows_from_the_future_are_named(
    database: Database, database_url: str, run: Run
) -> None:
    later = datetime.now(UTC) + timedelta(hours=3)
    async with database.write() as session:
        await add_jobs(session, later, [NewJob(JobKind.INBOX, "x", {}, later)])
        job = await next_job(session, later, JobKind.INBOX)
        assert job is not None
        bury(job, later, "x")
    result = await asyncio.to_thread(run, KLINIK_DATABASE_URL=database_url)
    assert "1 pekerjaan disisihkan" in line(result, "Pekerjaan")
    assert "lebih lambat daripada jam mesin ini" in line(result, "Jam")
    assert result.exit_code == 1


def test_a_clock_that_goes_wrong_is_named_with_its_side() -> None:
    now = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert compare_clock(now, now + timedelta(seconds=20), "Telegram").weight is Weight.FINE
    assert (
        "90 detik di belakang jam Telegram"
        in compare_clock(now, now + timedelta(seconds=90), "Telegram").sentence
    )
    assert (
        "90 detik mendahului jam PostgreSQL"
        in compare_clock(now, now - timedelta(seconds=90), "PostgreSQL").sentence
    )


def test_token_webhook_and_network_of_telegram_are_named(run: Run, bot_api: BotApiServer) -> None:
    given = {"KLINIK_TELEGRAM_TOKEN": bot_api.token, "KLINIK_TELEGRAM_API": bot_api.url}
    assert line(run(**given), "Telegram") == "Telegram: baik"
    assert line(run(**given), "Jam") == "Jam: baik"
    bot_api.fail("unauthorized", method="getMe")
    assert "Telegram menolak token ini" in line(run(**given), "Telegram")
    assert "bentuk" in line(run(**given | {"KLINIK_TELEGRAM_TOKEN": "tanpa titik dua"}), "Telegram").lower()
    away = run(**given | {"KLINIK_TELEGRAM_API": "http://127.0.0.1:9"})
    assert "tidak terjangkau" in line(away, "Telegram")
    assert away.exit_code == 1
    public = run(**given | {"KLINIK_PUBLIC_URL": bot_api.url})
    assert f"Webhook belum dipasang; seharusnya {bot_api.url}/telegram/webhook" in line(public, "Telegram")
    assert "bukan 200" in line(public, "Alamat publik")


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "berkas"
    file.write_text("")
    (finding,) = look_at_folder(Settings(_env_file=None, data_dir=file))
    assert "bukan folder" in finding.sentence
