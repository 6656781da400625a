"""The `klinik` command. Other programs rely on `ask`, `limit` and `klaster` with `--jsonl`."""

import hashlib
import logging
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn, TextIO
from zoneinfo import ZoneInfo

import typer

from afk_core.infra.errors import DomainError
from afk_core.infra.settings import load_settings
from afk_core.officers.service import NewOfficer, create_officer, invite
from afk_core.offices.service import calendar_of, list_offices, office_by_id
from afk_core.rules.dates import format_moment
from afk_core.rules.klaster_lines import klaster_lines
from afk_core.rules.limit_lines import limit_lines
from afk_core.rules.roles import Role
from afk_core.rules.sla import compute_limit
from afk_core.rules.workdays import CalendarError
from bot import cli_keeping, schema
from bot.bootstrap import prepare_database
from bot.cli_check import check
from bot.context import Context
from bot.loading import made_for_good
from bot.program_texts import program_text
from bot.published import knowledge_now
from bot.terminal import fail as _fail
from bot.terminal import plain_errors as _plain_errors
from bot.terminal import with_context as _with_context
from knowledge.ask import ask_lines
from tickets.sealing.service import seal_of_file

app = typer.Typer(
    name="klinik",
    help="Klinik Ekspor: jawaban fasilitas kepabeanan, tiket dengan batas waktu, dan UMKM Binaan.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
officer = typer.Typer(help="Akun petugas.", no_args_is_help=True)
app.add_typer(officer, name="officer")
cli_keeping.add_to(app)
app.command()(check)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Alamat yang didengarkan.")] = None,
    port: Annotated[int | None, typer.Option(help="Port yang didengarkan.")] = None,
) -> None:
    """Layani web chat, konsol petugas, API, dan Telegram dalam satu proses."""
    given = {key: value for key, value in (("KLINIK_HOST", host), ("KLINIK_PORT", port)) if value is not None}
    with made_for_good():
        from bot.serve import serve as serve_until_stopped

    with _plain_errors():
        serve_until_stopped(load_settings(**given))
    _leave()


@app.command()
def migrate() -> None:
    """Buat atau perbarui basis data."""

    async def work(context: Context) -> None:
        await schema.upgrade(context.db)
        print(program_text("migrated"))

    _with_context(work)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="Pertanyaan.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Baca baris JSON dari masukan standar.")] = False,
) -> None:
    """Tampilkan jawaban bot atas satu pertanyaan, atau atas setiap baris JSON."""
    with _plain_errors():
        knowledge = knowledge_now(load_settings())
        if jsonl:
            _stream(ask_lines(_lines(sys.stdin), knowledge))
        elif question is None:
            raise typer.BadParameter("tulis pertanyaannya, atau pakai --jsonl")
        else:
            print(knowledge.find_answer(question).text)


@app.command()
def limit(
    office: Annotated[str | None, typer.Option(help="Kode kantor.")] = None,
    received: Annotated[str | None, typer.Option(help="Saat diterima, ISO 8601, waktu kantor.")] = None,
    escalated: Annotated[bool, typer.Option("--escalated", help="Permintaan dieskalasi.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Baca baris JSON dari masukan standar.")] = False,
) -> None:
    """Hitung batas waktu jawaban (standar pelayanan 39 angka 3)."""
    if jsonl:
        _stream(limit_lines(_lines(sys.stdin)))
        return
    if office is None or received is None:
        raise typer.BadParameter("isi --office dan --received, atau pakai --jsonl")

    async def work(context: Context) -> None:
        await prepare_database(context)
        async with context.db.read() as session:
            offices = {row.code: row for row in await list_offices(session)}
            if office not in offices:
                _fail(program_text("office_unknown", code=office, known=", ".join(offices)))
            calendar = await calendar_of(session, offices[office].id)
        try:
            moment = datetime.fromisoformat(received)
        except ValueError:
            _fail(program_text("moment_invalid", value=received))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=calendar.tz)
        try:
            result = compute_limit(moment, calendar, escalated=escalated)
        except CalendarError as error:
            if error.code == "moment_out_of_range":
                _fail(program_text("moment_invalid", value=received))
            raise DomainError("office.calendar_broken", reason=error.code) from error
        print(
            program_text(
                "limit",
                counted_from=format_moment(result.counted_from, calendar.tz),
                due=format_moment(result.due, calendar.tz),
                reasoning=result.reasoning,
            ).strip()
        )

    _with_context(work)


@app.command()
def klaster(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Baca baris JSON dari masukan standar.")] = False,
) -> None:
    """Sarankan klaster UMKM dari riwayat ekspor dan jawaban penilaian (PER-25/BC/2024 Lampiran B dan C)."""
    if not jsonl:
        raise typer.BadParameter("pakai --jsonl dan beri satu baris JSON per UMKM")
    _stream(klaster_lines(_lines(sys.stdin)))


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="Berkas PDF yang diperiksa.", exists=True, dir_okay=False)],
) -> None:
    """Periksa apakah sebuah berkas tersegel masih sama dengan yang dibuat layanan ini."""
    checksum = hashlib.sha256(file.read_bytes()).hexdigest()

    async def work(context: Context) -> None:
        await prepare_database(context)
        async with context.db.read() as session:
            seal = await seal_of_file(session, checksum)
            if seal is None:
                _fail(program_text("seal_unknown", file=file.name))
            office = await office_by_id(session, seal.office_id)
        print(
            program_text(
                "seal_known",
                file=file.name,
                number=seal.number,
                office=seal.office_name,
                made=format_moment(seal.made_at, ZoneInfo(office.time_zone)),
                by=seal.made_by,
                pages=seal.pages,
                content=seal.content_sha256,
            ).strip()
        )

    _with_context(work)


@officer.command("add")
def officer_add(
    username: Annotated[str, typer.Argument(help="Nama pengguna, huruf kecil.")],
    name: Annotated[str, typer.Option(help="Nama lengkap.")],
    role: Annotated[Role, typer.Option(help="Peran.")],
    office: Annotated[str, typer.Option(help="Kode kantor.")],
    position: Annotated[str, typer.Option(help="Jabatan.")] = "Petugas",
) -> None:
    """Buat akun petugas dan tautan sekali pakai untuk kata sandinya."""

    async def work(context: Context) -> None:
        await prepare_database(context)
        now = context.clock.now()
        async with context.db.write() as session:
            offices = {row.code: row for row in await list_offices(session)}
            if office not in offices:
                _fail(program_text("office_unknown", code=office, known=", ".join(offices)))
            created = await create_officer(
                session,
                now,
                NewOfficer(
                    office_id=offices[office].id, username=username, name=name, position=position, role=role
                ),
            )
            token = await invite(session, now, created.id)
        link = f"{context.settings.base_url}/petugas/mulai?token={token}"
        print(program_text("officer_added", username=created.username, link=link).strip())

    _with_context(work)


def _leave() -> NoReturn:
    """End the process now that everything is closed.

    Taking a quarter of a million objects apart one by one took four of the ten seconds that a supervisor
    waits, on a busy machine.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _lines(stream: TextIO) -> Iterator[str]:
    # Bytes that are not UTF-8 belong to one bad line, not to the end of the run.
    binary = getattr(stream, "buffer", None)
    if binary is None:
        yield from stream
        return
    for line in binary:
        yield line.decode("utf-8", "replace")


def _stream(lines: Iterator[str]) -> None:
    try:
        for line in lines:
            sys.stdout.write(line.rstrip("\n") + "\n")
            # Whoever writes a line and waits for its answer must not wait for a full buffer.
            sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.close()
