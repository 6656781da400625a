"""One ticket: claiming, notes, closing, contact, and who may do what."""

import asyncio
import itertools

import httpx
from sqlalchemy import select

from afk_core.officers.models import AuditRecord
from afk_core.officers.service import start_session
from bot.conversation.messages import Delivery
from bot.conversation.models import Message
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, rows, sentence, value_of, words_of
from tickets.models import Entry, Ticket

POSTS = (
    "/petugas/keluar",
    "/petugas/tiket/1/ambil",
    "/petugas/tiket/1/lepas",
    "/petugas/tiket/1/balas",
    "/petugas/tiket/1/catatan",
    "/petugas/tiket/1/tutup",
    "/petugas/tiket/1/pengaduan",
    "/petugas/tiket/1/kontak",
    "/petugas/tiket/1/draf",
    "/petugas/akun/baru",
    "/petugas/akun/1",
    "/petugas/akun/1/tautan",
    "/petugas/akun/1/blokir",
    "/petugas/akun/1/buka",
    "/petugas/kantor/baru",
    "/petugas/kantor/1",
    "/petugas/kantor/1/jam",
    "/petugas/kantor/1/jam/tanggal",
    "/petugas/kantor/1/jam/tanggal/hapus",
    "/petugas/libur",
    "/petugas/libur/hapus",
    "/petugas/gagal/1",
)


async def other_token(work: Work) -> str:
    """The token of another officer's session."""
    async with work.context.db.write() as session:
        return (await start_session(session, work.clock.now(), work.officers["budi"])).csrf


async def act(client: httpx.AsyncClient, ticket_id: int, name: str, **fields: str) -> httpx.Response:
    """Press a button of the ticket's page."""
    page = await client.get(f"/petugas/tiket/{ticket_id}")
    return await client.post(f"/petugas/tiket/{ticket_id}/{name}", data={"csrf": csrf_of(page), **fields})


async def test_of_two_officers_who_claim_at_once_exactly_one_gets_the_ticket(
    sari: httpx.AsyncClient, budi: httpx.AsyncClient, work: Work
) -> None:
    opened = await work.ask()
    answers = await asyncio.gather(*(act(client, opened.ticket_id, "ambil") for client in (sari, budi)))
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (303, 409)
    holder = "Sari Lestari" if won is answers[0] else "Budi Santoso"
    assert sentence("ticket.already_claimed", holder=holder) in words_of(lost)
    assert f"Dipegang {holder}" in words_of(lost)


async def test_a_released_ticket_can_be_taken_by_a_colleague(
    sari: httpx.AsyncClient, budi: httpx.AsyncClient, work: Work
) -> None:
    opened = await work.ask()
    await act(sari, opened.ticket_id, "ambil")
    assert (await act(budi, opened.ticket_id, "lepas")).status_code == 409
    released = await act(sari, opened.ticket_id, "lepas")
    assert released.headers["location"].endswith("?pesan=dilepas")
    assert "dapat diambil petugas lain" in words_of(await sari.get(released.headers["location"]))
    assert (await act(budi, opened.ticket_id, "ambil")).status_code == 303


async def test_a_note_stays_among_officers(sari: httpx.AsyncClient, work: Work) -> None:
    opened = await work.ask()
    assert (await act(sari, opened.ticket_id, "catatan", teks="Jangan lupa\r\ncek NIB")).status_code == 303
    page = await sari.get(f"/petugas/tiket/{opened.ticket_id}")
    assert "Jangan lupa\ncek NIB" in page.text
    assert "Tidak terlihat oleh pengguna" in words_of(page)
    assert await rows(work.context.db, select(Message)) == []


async def test_a_refused_note_keeps_its_words(sari: httpx.AsyncClient, work: Work) -> None:
    opened = await work.ask()
    long = "catatan " * 600
    refused = await act(sari, opened.ticket_id, "catatan", teks=long)
    assert refused.status_code == 422
    assert long.strip() in refused.text
    assert sentence("ticket.text_too_long", maximum=4000) in words_of(refused)


async def test_closing_without_an_answer_needs_a_reason_that_is_recorded(
    sari: httpx.AsyncClient, work: Work
) -> None:
    opened = await work.ask()
    refused = await act(sari, opened.ticket_id, "tutup", teks="  ")
    assert refused.status_code == 422
    assert sentence("ticket.reason_required") in words_of(refused)
    closed = await act(sari, opened.ticket_id, "tutup", teks="Pertanyaan yang sama ada di tiket lain")
    page = await sari.get(closed.headers["location"])
    assert "Alasan: Pertanyaan yang sama ada di tiket lain" in words_of(page)
    assert "Berakhir tanpa jawaban" in words_of(page)
    told = await rows(work.context.db, select(Message))
    assert [message.delivery for message in told] == [Delivery.SENT]  # type: ignore[attr-defined]


async def test_a_complaint_is_marked_and_unmarked(sari: httpx.AsyncClient, work: Work) -> None:
    opened = await work.ask()
    await act(sari, opened.ticket_id, "pengaduan", tanda="1")
    page = words_of(await sari.get(f"/petugas/tiket/{opened.ticket_id}"))
    assert "Cabut tanda" in page
    assert "Sari Lestari menandai tiket ini sebagai pengaduan" in page
    await act(sari, opened.ticket_id, "pengaduan", tanda="")
    assert "mencabut tanda pengaduan" in words_of(await sari.get(f"/petugas/tiket/{opened.ticket_id}"))


async def test_a_contact_is_masked_and_each_look_at_it_is_recorded(
    sari: httpx.AsyncClient, work: Work
) -> None:
    opened = await work.ask(reach="0812-3456-7890")
    assert "0812-3456-7890" not in (await sari.get(f"/petugas/tiket/{opened.ticket_id}")).text
    assert "0812-3456-7890" not in (await sari.get("/petugas")).text
    shown = await act(sari, opened.ticket_id, "kontak")
    assert "0812-3456-7890" in words_of(shown)
    looks = select(AuditRecord).where(AuditRecord.action == "ticket.contact_seen")
    recorded = await rows(work.context.db, looks)
    assert [record.officer_id for record in recorded] == [work.officers["sari"]]  # type: ignore[attr-defined]
    assert "0812-3456-7890" not in (await sari.get(f"/petugas/tiket/{opened.ticket_id}")).text


async def test_uki_reads_along_and_changes_nothing(browser: Browser, work: Work) -> None:
    """PER-25/BC/2024 Pasal 3 ayat (3)."""
    opened = await work.ask()
    uki = browser()
    await work.sign_in(uki, "uki")
    page = await uki.get(f"/petugas/tiket/{opened.ticket_id}")
    assert "hanya membaca" in words_of(page)
    for name in ("ambil", "balas", "catatan", "tutup", "pengaduan", "kontak", "draf"):
        assert f"/tiket/{opened.ticket_id}/{name}" not in page.text
        answer = await act(uki, opened.ticket_id, name, teks="x", seen_entry="9", tanda="1")
        assert (name, answer.status_code) == (name, 403)
    assert len(await rows(work.context.db, select(Entry))) == 1


async def test_a_ticket_of_another_office_does_not_exist(browser: Browser, work: Work) -> None:
    opened = await work.ask("Dari Balikpapan")
    dewi = browser()
    await work.sign_in(dewi, "dewi")
    assert (await dewi.get(f"/petugas/tiket/{opened.ticket_id}")).status_code == 404
    assert (await dewi.get(f"/petugas/tiket/{opened.ticket_id}/bagian")).status_code == 404
    csrf = csrf_of(await dewi.get("/petugas"))
    for name in ("ambil", "balas", "kontak", "draf"):
        answer = await dewi.post(
            f"/petugas/tiket/{opened.ticket_id}/{name}", data={"csrf": csrf, "teks": "x", "seen_entry": "9"}
        )
        assert answer.status_code == 404
        assert "Balikpapan" not in answer.text


async def test_a_koordinator_wilayah_reads_a_ticket_below_without_the_contact(
    browser: Browser, work: Work
) -> None:
    """PER-25/BC/2024 Pasal 11: reads along, answers nothing."""
    opened = await work.ask()
    wilayah = browser()
    await work.sign_in(wilayah, "wilayah")
    page = await wilayah.get(f"/petugas/tiket/{opened.ticket_id}")
    assert page.status_code == 200
    assert "/kontak" not in page.text
    assert (await act(wilayah, opened.ticket_id, "kontak")).status_code == 403


async def test_a_forged_form_is_refused_everywhere(
    sari: httpx.AsyncClient, admin: httpx.AsyncClient, work: Work
) -> None:
    await work.ask()
    fields = {"teks": "x", "seen_entry": "1", "jenis": "jawab"}
    for client, path in itertools.product((sari, admin), POSTS):
        answer = await client.post(path, data=fields)
        assert (path, answer.status_code) == (path, 403)
        assert "tidak berlaku" in words_of(answer)
    for forged in ("", "tebakan", "é", await other_token(work)):
        assert (await sari.post(POSTS[0], data={"csrf": forged})).status_code == 403
    ticket = (await rows(work.context.db, select(Ticket)))[0]
    assert ticket.status == "open"  # type: ignore[attr-defined]
    assert (await sari.get("/petugas")).status_code == 200


async def test_the_parts_that_a_script_swaps_show_the_same_as_the_page(
    sari: httpx.AsyncClient, work: Work
) -> None:
    opened = await work.ask()
    page = await sari.get(f"/petugas/tiket/{opened.ticket_id}")
    parts = await sari.get(f"/petugas/tiket/{opened.ticket_id}/bagian", headers={"X-Bagian": "1"})
    for name in ("head", "timeline", "limits"):
        assert f'data-part="{name}"' in page.text
        assert f'data-part="{name}"' in parts.text
    assert value_of(page, "seen_entry") == "1"
    assert 'id="e1"' in parts.text


async def test_an_oversized_form_is_refused(sari: httpx.AsyncClient, work: Work) -> None:
    answer = await sari.post("/petugas/tiket/1/catatan", data={"teks": "x" * 300_000})
    assert answer.status_code == 413
