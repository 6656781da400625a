"""The audit trail: who finds what, that it only grows, and that UKI reads along without changing anything."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from afk_core.officers.models import AuditRecord
from afk_core.officers.service import record_audit
from bot.console import make_router
from bot.context import Context
from knowledge.editorial.lifecycle import Step
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, rows, words_of
from tests.console.supervisors import hire
from tests.fakes import FixedClock
from tickets.models import Entry, Ticket

_ROOT = Path(__file__).parents[2]
_ACTION = re.compile(r"[a-z]+\.[a-z_]+")
_RECORDERS = {"record_audit", "_record", "_audit", "record"}


@pytest.fixture
async def uki(browser: Browser, work: Work) -> httpx.AsyncClient:
    """The browser of UKI in Balikpapan."""
    client = browser()
    await work.sign_in(client, "uki")
    return client


async def _noted(work: Work, action: str, subject: str, office: int | None, officer: str | None) -> None:
    async with work.context.db.write() as session:
        await record_audit(
            session,
            work.clock.now(),
            action=action,
            subject=subject,
            office_id=office,
            officer_id=None if officer is None else work.officers[officer],
        )


async def test_a_look_at_a_contact_is_found_by_the_tickets_number(
    uki: httpx.AsyncClient, sari: httpx.AsyncClient, work: Work
) -> None:
    opened = await work.ask()
    other = await work.ask()
    csrf = csrf_of(await sari.get(f"/petugas/tiket/{opened.ticket_id}"))
    await sari.post(f"/petugas/tiket/{opened.ticket_id}/kontak", data={"csrf": csrf})
    found = words_of(await uki.get(f"/petugas/jejak?hal={opened.number.lower()}"))
    assert f"Sari Lestari Melihat kontak pemohon {opened.number}" in found
    assert "Tidak ada catatan" in words_of(await uki.get(f"/petugas/jejak?hal={other.number}"))
    assert "0812-3456-7890" not in found


async def test_it_is_searched_by_period_officer_action_and_subject(
    uki: httpx.AsyncClient, work: Work, clock: FixedClock
) -> None:
    await _noted(work, "office.saved", f"office:{work.balikpapan}", work.balikpapan, "budi")
    clock.advance(hours=24)
    await _noted(work, "office.hours_set", f"office:{work.balikpapan}", work.balikpapan, "sari")
    await work.sign_in(uki, "uki")

    async def found(query: str) -> tuple[bool, bool]:
        page = await uki.get(f"/petugas/jejak?{query}")
        table = page.text[page.text.index("</form>", page.text.index("filters")) :]
        return "Menyimpan data kantor" in table, "Mengubah jam layanan" in table

    assert await found("tindakan=office") == (True, True)
    assert await found("tindakan=office.saved") == (True, False)
    assert await found("dari=2026-11-24&tindakan=office") == (False, True)
    assert await found("sampai=2026-11-23&tindakan=office") == (True, False)
    assert await found(f"petugas={work.officers['budi']}") == (True, False)
    assert await found(f"hal=office:{work.balikpapan}") == (True, True)
    assert await found("hal=office") == (True, True)
    assert await found("hal=officer:9") == (False, False)
    assert await found("dari=x&petugas=y&sebelum=-1&tindakan=%25") == (False, False)


async def test_each_sees_the_offices_in_scope_and_what_belongs_to_no_office(
    browser: Browser, uki: httpx.AsyncClient, work: Work
) -> None:
    await hire(work)
    await _noted(work, "office.saved", "office:1", work.balikpapan, None)
    await _noted(work, "office.hours_set", "office:2", work.samarinda, None)
    await _noted(work, "holiday.added", "holiday:2026-12-24", None, None)
    for username, sees in (
        ("uki", (True, False, True)),
        ("kepala", (True, False, True)),
        ("wilayah", (True, True, True)),
    ):
        client = browser()
        await work.sign_in(client, username)
        page = (await client.get("/petugas/jejak")).text
        table = page[page.index("</form>", page.index("filters")) :]
        words = ("Menyimpan data kantor", "Mengubah jam layanan", "Menambah hari libur")
        assert tuple(each in table for each in words) == sees, username
    sly = words_of(await uki.get(f"/petugas/jejak?kantor={work.samarinda}"))
    assert "Tidak ada catatan yang cocok" in sly
    for username in ("sari", "pembina", "admin"):
        client = browser()
        await work.sign_in(client, username)
        assert (await client.get("/petugas/jejak")).status_code == 403


async def test_pages_follow_one_another_without_gaps(uki: httpx.AsyncClient, work: Work) -> None:
    async with work.context.db.write() as session:
        for n in range(150):
            await record_audit(
                session, work.clock.now(), action="job.resent", subject=f"job:{n}", office_id=work.balikpapan
            )
    seen: list[str] = []
    address = "/petugas/jejak?tindakan=job.resent"
    for _ in range(5):
        page = (await uki.get(address)).text
        seen += re.findall(r"Pekerjaan sistem <code>(\d+)</code>", page)
        older = re.search(r'href="([^"]*sebelum=\d+)"', page)
        if older is None:
            break
        address = older[1].replace("&amp;", "&")
    assert seen == [str(n) for n in reversed(range(150))]


async def test_the_database_refuses_to_change_or_remove_a_record(work: Work) -> None:
    db = work.context.db
    statements = [update(AuditRecord).values(action="x.y"), delete(AuditRecord)]
    if not db.is_sqlite:
        statements.append(text("TRUNCATE audit_record"))  # type: ignore[arg-type]
    before = await rows(db, select(AuditRecord.id).order_by(AuditRecord.id))
    assert before
    for statement in statements:
        with pytest.raises(DBAPIError, match="only grows"):
            async with db.write() as session:
                await session.execute(statement)
    assert await rows(db, select(AuditRecord.id).order_by(AuditRecord.id)) == before


async def test_pasal_3_ayat_3_uki_reads_along_and_changes_nothing(
    uki: httpx.AsyncClient, context: Context, work: Work
) -> None:
    """Every address that takes a form refuses UKI, whatever the form says, but signing out."""
    opened = await work.ask()
    page = await uki.get(f"/petugas/tiket/{opened.ticket_id}")
    assert page.status_code == 200
    assert opened.number in page.text
    assert "0812-3456-7890" not in page.text
    forms = set(re.findall(r'<form[^>]*method="post"[^>]*action="([^"]*)"', page.text))
    sealing = {f"/petugas/tiket/{opened.ticket_id}/berkas"}
    assert forms == {"/petugas/keluar"} | sealing, "a sealed file changes nothing of the ticket"
    before = await _state(work)
    csrf = csrf_of(page)
    form = {
        "csrf": csrf,
        "teks": "Teks",
        "seen_entry": "1",
        "jenis": "jawab",
        "alasan": "Sebab",
        "tanda": "1",
    }
    posts = {
        route.path
        for route in _routes(make_router(context))
        if "POST" in (route.methods or ()) and not route.path.startswith(_OWN) and route.path not in _READS
    }
    assert len(posts) > 12
    for path in sorted(posts):
        address = re.sub(r"{[^}]*}", str(opened.ticket_id), path)
        answer = await uki.post(address, data=form)
        assert answer.status_code in (400, 403, 404, 409, 422), (path, answer.status_code)
    assert await _state(work) == before


_OWN = (
    "/petugas/masuk",
    "/petugas/mulai",
    "/petugas/keluar",
    "/petugas/pemberitahuan/",
    "/petugas/telegram/kode",
    "/petugas/telegram/lepas",
    "/petugas/telegram/pemberitahuan",
)
"""What concerns one's own session, one's own notices and one's own Telegram account only."""


_READS = ("/petugas/tiket/{ticket_id}/berkas", "/petugas/berkas")
"""What is posted to read along: a sealed file is made and recorded, a file is checked."""


def _routes(router: APIRouter) -> Iterator[APIRoute]:
    """The routes of a router and of those included in it."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif (included := getattr(route, "original_router", None)) is not None:
            yield from _routes(included)


async def _state(work: Work) -> list[object]:
    async with work.context.db.read() as session:
        tickets = (await session.execute(select(Ticket.status, Ticket.holder_id, Ticket.last_entry))).all()
        entries = await session.scalar(select(func.count()).select_from(Entry))
        records = await session.scalar(select(func.count()).select_from(AuditRecord))
    return [tickets, entries, records]


def _recorded_actions() -> set[str]:
    """The actions that the program records, read from its calls."""
    found = set()
    for package in ("afk_core", "tickets", "knowledge", "bot"):
        for file in (_ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) in _RECORDERS:
                    values = [*node.args, *(each.value for each in node.keywords)]
                    found |= {
                        value.value
                        for value in values
                        if isinstance(value, ast.Constant)
                        and isinstance(value.value, str)
                        and _ACTION.fullmatch(value.value)
                    }
    return found


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_every_action_that_is_recorded_has_words() -> None:
    words = (_ROOT / "bot/console/templates/jejak_kata.html").read_text("utf-8")
    known = set(re.findall(r'"([a-z]+\.[a-z_]+)":', words))
    recorded = _recorded_actions()
    assert len(recorded) > 15
    recorded |= {f"article.{step.value}" for step in Step}
    assert sorted(recorded - known) == []
    assert {action.split(".")[0] for action in known} <= set(
        re.findall(r'^  "([a-z]+)":', words, re.MULTILINE)
    )
