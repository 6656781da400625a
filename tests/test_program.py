"""The `klinik` command: what it prints for people and programs, and that every refusal is one sentence."""

import asyncio
import base64
import hashlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import structlog
from sqlalchemy import make_url
from typer.testing import CliRunner, Result

from afk_core.infra.database import Database
from afk_core.rules.roles import Role
from bot.cli import app
from knowledge.editorial import service as editorial
from tests.conftest import MONDAY_MORNING
from tests.fakes import PATIENCE_SECONDS, FixedClock
from tests.knowledge.editorial.desk import open_desk
from tests.program import CHECKOUT
from tests.tickets.desk import Desk
from tickets.sealing import service as sealing

Run = Callable[..., Result]

_START_SECONDS = 40.0
_HOST = "127.0.0.2"
"""Not the default, so that honouring HOST shows; every Linux has it."""

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Call the command in this process, in a folder of its own; its output is never a traceback."""

    def call(*arguments: str, stdin: bytes = b"", **environment: str) -> Result:
        given = {"KLINIK_DATA_DIR": str(tmp_path), "PORT": "0"} | environment
        result = CliRunner().invoke(app, arguments, input=stdin, env=given)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result

    handlers = logging.getLogger().handlers[:]
    yield call
    logging.getLogger().handlers[:] = handlers
    structlog.reset_defaults()


def _refusal(result: Result) -> str:
    """The one sentence that a refused command says on standard error."""
    assert result.exit_code == 1, result.output
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def _served(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`klinik serve` as a process of its own; what it says goes to `serve.log`."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": CHECKOUT,
        "HOST": _HOST,
        "PORT": str(port),
        "KLINIK_DATA_DIR": str(folder),
    }
    program = Path(sys.executable).with_name("klinik")
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen([program, "serve"], env=environment, stdout=log, stderr=log)
    try:
        _wait_until_ready(process, f"http://{_HOST}:{port}", folder / "serve.log")
        yield process
    finally:
        process.kill()
        process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], base: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"{base}/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def test_a_service_from_its_first_start_to_its_end(run: Run, tmp_path: Path) -> None:
    """HOST and PORT hold; a second service is refused; SIGTERM ends it with open streams; the key matters."""
    port = _free_port()
    base = f"http://{_HOST}:{port}"
    with _served(tmp_path, port) as process, httpx.Client(base_url=base, timeout=PATIENCE_SECONDS) as http:
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://127.0.0.1:{port}/healthz")
        said = (tmp_path / "serve.log").read_text()
        assert f"Web chat         {base}/\n" in said
        assert f"{base}/petugas/mulai?token=" in said
        key_file = tmp_path / "kunci-rahasia"
        assert key_file.stat().st_mode & 0o777 == 0o600
        assert "sedang memakai folder data" in _refusal(run("serve"))
        assert "sudah dipakai program lain" in _refusal(run("serve", "--host", _HOST, "--port", str(port)))
        assert "/api/chat/messages" in http.get("/openapi.json").json()["paths"]
        keys = [http.post("/api/chat/sessions").json()["key"] for _ in range(2)]
        open_stream = [_stream(http, key) for key in keys]
        with open_stream[0] as first, open_stream[1] as second:
            events = [first.iter_raw(), second.iter_raw()]
            assert [next(each) for each in events] == [b": ada\n\n"] * 2
            asked = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
            assert time.monotonic() - asked < 10
            assert [b"".join(each) for each in events] == [b"", b""]
    log = (tmp_path / "serve.log").read_text()
    assert "Traceback" not in log
    assert "ERROR" not in log
    key_file.write_bytes(base64.b64encode(b"x" * 32))
    assert "Data tersandi dengan kunci lain" in _refusal(run("serve"))
    key_file.write_text("bukan kunci")
    assert "tidak berisi kunci 32 byte" in run("check").stdout
    key_file.unlink()
    key_file.mkdir()
    assert "tidak berisi kunci 32 byte" in run("check").stdout


@contextmanager
def _stream(http: httpx.Client, key: str) -> Iterator[httpx.Response]:
    headers = {"Authorization": f"Bearer {key}"}
    with http.stream("GET", "/api/chat/stream", headers=headers) as answer:
        assert answer.status_code == 200
        yield answer


def test_a_taken_port_is_named(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = _refusal(run("serve", PORT=str(port)))
    assert sentence == (
        f"Alamat 127.0.0.1:{port} sudah dipakai program lain. "
        "Hentikan program itu, atau pilih port lain dengan PORT=..."
    )


@pytest.mark.parametrize("host", ["203.0.113.1", "tidak-ada.invalid"])
def test_an_address_that_is_not_ours_is_named(run: Run, host: str) -> None:
    assert f"Alamat {host}:0 tidak bisa dipakai" in _refusal(run("serve", HOST=host))


def test_a_data_folder_that_is_a_file_is_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "berkas"
    file.write_text("isi")
    for command in ("serve", "migrate"):
        sentence = _refusal(run(command, KLINIK_DATA_DIR=str(file)))
        assert sentence.startswith(f"Folder data {file} tidak bisa ditulis")


def test_all_mistakes_in_the_settings_are_named_at_once_and_without_secrets(run: Run) -> None:
    sentence = _refusal(
        run(
            "serve",
            PORT="delapan",
            KLINIK_OFFICER_IDLE_HOURS="99",
            KLINIK_MESSAGES_PER_MINUTE="0",
            KLINIK_LOG_LEVEL="KERAS",
            KLINIK_SECRET_KEY="rahasia-pendek",
            KLINIK_DATABASE_URL="mysql://sandi@contoh.id/x",
            KLINIK_PUBLIC_URL="contoh.id",
        )
    )
    assert sentence == (
        "Pengaturan salah: "
        "KLINIK_PORT harus bilangan bulat; "
        "KLINIK_DATABASE_URL harus diawali sqlite+aiosqlite: atau postgresql+asyncpg:; "
        "KLINIK_SECRET_KEY harus 32 byte dalam base64; "
        "KLINIK_PUBLIC_URL harus diawali http:// atau https://; "
        "KLINIK_MESSAGES_PER_MINUTE paling kecil 1; "
        "KLINIK_OFFICER_IDLE_HOURS paling besar 24; "
        "KLINIK_LOG_LEVEL pilihannya 'DEBUG', 'INFO', 'WARNING' atau 'ERROR'."
    )


def test_an_incomplete_database_address_is_a_mistake_in_the_settings(run: Run) -> None:
    url = "postgresql+asyncpg://sandi@127.0.0.1:port/x"
    sentence = _refusal(run("migrate", KLINIK_DATABASE_URL=url))
    assert sentence == "Pengaturan salah: KLINIK_DATABASE_URL bukan alamat basis data yang lengkap."


@pytest.mark.parametrize("command", [["serve"], ["migrate"], ["limit", "--office", "1", "--received", "x"]])
def test_an_unreachable_postgresql_is_named(
    run: Run, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.bootstrap.PATIENCE_SECONDS", 0.0)
    url = "postgresql+asyncpg://sandi@127.0.0.1:1/x"
    sentence = _refusal(run(*command, KLINIK_DATABASE_URL=url))
    assert sentence.startswith("Basis data tidak terjangkau (ConnectionRefusedError).")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_that_postgresql_does_not_have_is_named(run: Run, database_url: str) -> None:
    absent = make_url(database_url).set(database="tidak_ada").render_as_string(hide_password=False)
    result = run("check", KLINIK_DATABASE_URL=absent)
    assert result.exit_code == 1
    assert "Basis data tidak terjangkau" in result.stdout


def test_a_file_that_is_no_database_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "klinik.db").write_bytes(b"bukan basis data" * 300)
    assert "Basis data tidak terjangkau (DatabaseError)" in _refusal(run("migrate"))


def test_migrate_makes_the_database_and_may_be_repeated(run: Run, tmp_path: Path) -> None:
    for _ in range(2):
        assert run("migrate").stdout == "Basis data sudah sesuai versi program.\n"
    assert (tmp_path / "klinik.db").stat().st_size > 0


def test_check_says_that_everything_is_sound(run: Run, database_url: str) -> None:
    result = run("check", KLINIK_DATABASE_URL=database_url)
    assert result.exit_code == 0
    said = dict(line.split(": ", 1) for line in result.stdout.splitlines())
    assert said["Artikel"] == said["Pengaturan"] == said["Diska"] == said["Basis data"] == "baik"


@ON_SQLITE
def test_an_officer_is_added_with_a_link_and_only_once(run: Run, database_url: str) -> None:
    options = ("--name", "Sari <3", "--role", "anggota", "--office", "100300")
    added = run("officer", "add", "sari", *options, KLINIK_DATABASE_URL=database_url)
    assert added.exit_code == 0
    assert "Akun sari dibuat." in added.stdout
    assert "/petugas/mulai?token=" in added.stdout
    again = _refusal(run("officer", "add", "sari", *options, KLINIK_DATABASE_URL=database_url))
    assert "sudah" in again
    unknown = (*options[:-1], "999999")
    sentence = _refusal(run("officer", "add", "budi", *unknown, KLINIK_DATABASE_URL=database_url))
    assert sentence.startswith("Kantor 999999 tidak dikenal. Kode yang ada: ")
    assert "100300" in sentence


@ON_SQLITE
def test_limit_prints_the_due_instant_and_its_reasons(run: Run, database_url: str) -> None:
    def limit(*options: str) -> Result:
        return run("limit", "--office", "100300", *options, KLINIK_DATABASE_URL=database_url)

    direct = limit("--received", "2026-11-23T09:30").stdout
    assert "Paling lambat    Senin, 23 November 2026 pukul 10.25 WITA" in direct
    assert "Alasan           " in direct
    escalated = limit("--received", "2026-11-23T01:30:00+00:00", "--escalated").stdout
    assert "Paling lambat    Rabu, 25 November 2026 pukul 09.30 WITA" in escalated
    for moment in ("kemarin", "0001-01-01T00:00"):
        assert f"Waktu {moment} tidak terbaca." in _refusal(limit("--received", moment))
    assert run("limit").exit_code == 2


def test_limit_answers_lines_in_order_and_goes_on_after_a_broken_one(run: Run) -> None:
    sound = {
        "id": "a",
        "tz": "Asia/Makassar",
        "office_hours": {"mon": [["07:30", "17:00"]]},
        "holidays": [],
        "received": "2026-11-23T09:30",
        "clock": "direct",
    }
    lines = [
        json.dumps(sound).encode(),
        b"",
        b"bukan json",
        b'{"id": "\xff\xfe", "tz": "Asia/Makassar"}',
        b"[]",
        json.dumps(sound | {"id": 7, "tz": "Mars/Olympus"}).encode(),
        json.dumps(sound | {"id": "akhir"}).encode(),
    ]
    result = run("limit", "--jsonl", stdin=b"\n".join(lines))
    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", None, "\ufffd\ufffd", None, 7, "akhir"]
    assert answers[0]["due"] == answers[-1]["due"] == "2026-11-23T10:25:00+08:00"
    assert all(answer["error"] for answer in answers[1:-1])


def test_klaster_answers_lines_in_order_and_goes_on_after_a_broken_one(run: Run) -> None:
    lines = [
        b'{"id": "a", "ekspor": {"pernah": true}}',
        b"",
        b"rusak",
        b'{"id": "z", "ekspor": {"pernah": false}}',
    ]
    result = run("klaster", "--jsonl", stdin=b"\n".join(lines))
    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer.get("klaster") for answer in answers] == ["telah-ekspor", None, "potensi-ekspor"]
    assert run("klaster").exit_code == 2


def test_ask_prints_what_the_bot_would_answer(run: Run) -> None:
    answer = run("ask", "apa itu PLB").stdout
    assert "Pusat Logistik Berikat" in answer
    assert "Dasar: PER-25/BC/2024 Lampiran B angka 2 huruf a" in answer
    assert run("ask").exit_code == 2


def test_ask_and_check_make_no_database_where_none_is(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "belum-ada"
    assert "Pusat Logistik Berikat" in run("ask", "apa itu PLB", KLINIK_DATA_DIR=str(folder)).stdout
    checked = run("check", KLINIK_DATA_DIR=str(folder))
    assert checked.exit_code == 0
    assert "belum ada dan dibuat saat layanan mulai" in checked.stdout.splitlines()[-1]
    assert not folder.exists()


def test_ask_and_check_know_what_officers_published(run: Run, tmp_path: Path) -> None:
    run("migrate")
    asyncio.run(_publish_seven_years(f"sqlite+aiosqlite:///{tmp_path / 'klinik.db'}"))
    question = {"id": 1, "q": "berapa lama barang boleh disimpan di PLB?"}
    answered = json.loads(run("ask", "--jsonl", stdin=json.dumps(question).encode()).stdout)
    assert "7 tahun" in answered["text"]
    found = run("check").stdout.splitlines()
    assert [line for line in found if line.startswith("plb.md (diterbitkan lewat konsol) baris ")]
    assert "Basis data: baik" in found


async def _publish_seven_years(url: str) -> None:
    """Publish another duration for the PLB, with a review that is overdue by now."""
    database = Database(url)
    desk = await open_desk(database, FixedClock(MONDAY_MORNING))
    draft_id = await desk.do(editorial.begin_change, desk.sari, "plb")
    seven = "Barang dapat disimpan di PLB paling lama 7 tahun sejak masuk. [S6] (C)"
    await desk.write(draft_id, s_waktu=seven, similar="tidak-ada")
    await desk.publish(draft_id)
    await database.close()


def test_a_database_that_is_away_does_not_stop_ask(run: Run, tmp_path: Path) -> None:
    (tmp_path / "klinik.db").write_bytes(b"bukan basis data" * 300)
    result = run("ask", "apa itu PLB")
    assert "Pusat Logistik Berikat" in result.stdout
    assert "Basis data tidak terjangkau" in result.stderr


def test_ask_answers_lines_in_order_whatever_they_hold(run: Run) -> None:
    lines = [
        b'{"id": "a", "q": "apa itu PLB"}',
        b"bukan json",
        b'{"id": "b", "q": "\xff\xfe"}',
        b'{"id": 3, "q": 4}',
        b'{"q": "apa itu \\ud83d kawasan berikat"}',
        b'{"id": "c", "q": "\\u0000"}',
        b"[" * 100_000,
        b'{"id": "akhir", "q": "terima kasih"}',
    ]
    result = run("ask", "--jsonl", stdin=b"\n".join(lines))
    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", None, "b", 3, None, "c", None, "akhir"]
    assert answers[0]["topic"] == "plb"
    assert answers[0]["citations"]
    assert {answer["outcome"] for answer in answers} <= {"answer", "clarify", "handover", "smalltalk"}
    assert answers[-1]["outcome"] == "smalltalk"
    assert list(answers[0]) == [
        "id",
        "outcome",
        "topic",
        "aspect",
        "choices",
        "score",
        "text",
        "citations",
    ]


def test_verify_tells_an_unchanged_sealed_file_from_a_changed_one(run: Run, tmp_path: Path) -> None:
    assert run("migrate").exit_code == 0
    file = tmp_path / "berkas.pdf"
    file.write_bytes(b"%PDF-1.7 isi")
    asyncio.run(_register(f"sqlite+aiosqlite:///{tmp_path / 'klinik.db'}", file.read_bytes()))
    known = run("verify", str(file))
    assert known.exit_code == 0
    assert "berkas.pdf tidak berubah." in known.output
    assert "oleh Uki" in known.output
    file.write_bytes(b"%PDF-1.7 isi ")
    assert "tidak dikenal" in _refusal(run("verify", str(file)))


async def _register(url: str, content: bytes) -> None:
    database = Database(url)
    desk = Desk(database, FixedClock(MONDAY_MORNING))
    await desk.open_doors()
    uki = await desk.hire("uki", Role.UKI)
    opened = await desk.open()
    about = await desk.read(sealing.material, uki, opened.ticket_id)
    checksum = hashlib.sha256(content).hexdigest()
    await desk.do(sealing.register_seal, uki, about, pages=1, content_sha256="0" * 64, file_sha256=checksum)
    await database.close()
