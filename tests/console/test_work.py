"""A ticket changes hands, gets helpers, is merged and split, is a complaint: from the page to who is told."""

from typing import Any

import httpx
from sqlalchemy import select

from afk_core.officers.models import AuditRecord
from afk_core.officers.service import NewOfficer, create_officer
from afk_core.rules.roles import Role
from bot.conversation.models import Conversation, Message
from bot.conversation.state import State
from bot.jobs.models import Job
from bot.notices.models import Notice
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, rows, sentence, words_of
from tests.console.supervisors import hire
from tickets.models import Entry
from tickets.service import open_ticket
from tickets.ticket import NewTicket, OpenedTicket


async def act(client: httpx.AsyncClient, ticket_id: int, name: str, **fields: Any) -> httpx.Response:
    """Send a form of the ticket's page."""
    page = await client.get(f"/petugas/tiket/{ticket_id}")
    return await client.post(f"/petugas/tiket/{ticket_id}/{name}", data={"csrf": csrf_of(page), **fields})


async def signed_in(browser: Browser, work: Work, username: str) -> httpx.AsyncClient:
    client = browser()
    await work.sign_in(client, username)
    return client


async def told(work: Work, username: str) -> list[str]:
    """The kinds of the notices that an officer got, oldest first."""
    query = select(Notice).where(Notice.officer_id == work.officers[username]).order_by(Notice.id)
    return [each.kind for each in await rows(work.context.db, query)]  # type: ignore[attr-defined]


async def said(work: Work) -> list[str]:
    """What the user was told, oldest first."""
    return [str(each.text) for each in await rows(work.context.db, select(Message).order_by(Message.seq))]  # type: ignore[attr-defined]


async def page_of(client: httpx.AsyncClient, ticket_id: int) -> str:
    return words_of(await client.get(f"/petugas/tiket/{ticket_id}"))


async def beside(work: Work, opened: OpenedTicket, question: str = "Berapa lama prosesnya?") -> OpenedTicket:
    """A second ticket of the person who asked last."""
    now = work.clock.now()
    async with work.context.db.write() as session:
        new = NewTicket(
            office_id=work.balikpapan,
            conversation_id=work.conversations,
            name="Rina Wati",
            business="Anyaman Purun Sejahtera",
            business_kind="umkm",
            reach="",
            question=question,
        )
        return await open_ticket(session, now, new)


async def test_a_lead_assigns_and_the_officer_is_told(
    sari: httpx.AsyncClient, browser: Browser, work: Work
) -> None:
    await hire(work)
    opened = await work.ask()
    assert "Tugaskan kepada" not in await page_of(sari, opened.ticket_id)
    lead = await signed_in(browser, work, "pembina")
    page = await page_of(lead, opened.ticket_id)
    assert "Budi Santoso (bertugas)" in page
    refused = await act(lead, opened.ticket_id, "tugaskan", petugas="")
    assert (refused.status_code, sentence("assign.officer_unknown") in words_of(refused)) == (422, True)
    done = await act(lead, opened.ticket_id, "tugaskan", petugas=str(work.officers["budi"]))
    assert done.headers["location"].endswith("pesan=ditugaskan")
    assert await told(work, "budi") == ["assigned"]
    assert "Nur Aini menugaskan tiket ini kepada Budi Santoso" in await page_of(sari, opened.ticket_id)
    # taken over: the reason is asked for, kept when it is missing, and the officer who held it is told
    refused = await act(sari, opened.ticket_id, "ambil-alih", teks=" ")
    assert (refused.status_code, sentence("ticket.text_empty") in words_of(refused)) == (422, True)
    done = await act(sari, opened.ticket_id, "ambil-alih", teks="Budi sedang rapat")
    assert done.headers["location"].endswith("pesan=diambil-alih")
    assert await told(work, "budi") == ["assigned", "taken"]
    assert await told(work, "sari") == []
    page = await page_of(sari, opened.ticket_id)
    assert "Sari Lestari mengambil alih tiket ini dari Budi Santoso" in page
    assert "Alasan: Budi sedang rapat" in page


async def test_a_helper_of_another_unit_sees_one_ticket_and_proposes(
    sari: httpx.AsyncClient, browser: Browser, work: Work
) -> None:
    async with work.context.db.write() as session:
        new = NewOfficer(work.balikpapan, "tono", "Tono Perbend", "Pelaksana Perbendaharaan", Role.UNIT_LAIN)
        work.officers["tono"] = (await create_officer(session, work.clock.now(), new)).id
    tono = await signed_in(browser, work, "tono")
    opened, other = await work.ask("Soal jaminan?"), await work.ask("Soal lain yang rahasia")
    assert (await tono.get(f"/petugas/tiket/{opened.ticket_id}")).status_code == 404
    assert "Tidak ada tiket yang meminta bantuan Anda" in words_of(await tono.get("/petugas"))
    page = await page_of(sari, opened.ticket_id)
    assert "Tono Perbend, Pelaksana Perbendaharaan" in page
    assert "Dewi Anggraini" in page
    assert "Umar Kurnia, " not in page
    done = await act(
        sari, opened.ticket_id, "undang", petugas=str(work.officers["tono"]), teks="Berapa jaminannya?"
    )
    assert done.headers["location"].endswith("pesan=diundang")
    assert await told(work, "tono") == ["invited"]
    queue = words_of(await tono.get("/petugas"))
    assert ("Soal jaminan?" in queue, "rahasia" in queue) == (True, False)
    page = await tono.get(f"/petugas/tiket/{opened.ticket_id}")
    words = words_of(page)
    assert "Permintaan: Berapa jaminannya?" in words
    assert "0812-3456-7890" not in page.text
    assert "Tanya balik" not in words
    assert (await tono.get(f"/petugas/tiket/{other.ticket_id}")).status_code == 404
    for name in ("ambil", "balas", "tutup", "kontak", "eskalasi", "tugaskan", "gabung", "pisah", "undang"):
        refused = await act(tono, opened.ticket_id, name, teks="x", kepada="koordinator", alasan="x")
        assert refused.status_code in (403, 404, 422), name
    assert (await act(tono, opened.ticket_id, "catatan", teks="Lihat PMK")).status_code == 303
    await act(sari, opened.ticket_id, "ambil")
    assert (await act(tono, opened.ticket_id, "usul", teks="Jaminan tunai cukup.")).status_code == 303
    assert await told(work, "sari") == ["proposal"]
    [proposal] = await rows(work.context.db, select(Entry).where(Entry.kind == "proposal"))
    used = await act(sari, opened.ticket_id, "pakai-usul", usulan=str(proposal.id))  # type: ignore[attr-defined]
    assert used.headers["location"].endswith("pesan=usul-dipakai#teks")
    assert "Jaminan tunai cukup.</textarea>" in (await sari.get(f"/petugas/tiket/{opened.ticket_id}")).text
    done = await act(sari, opened.ticket_id, "bantuan-selesai", petugas=str(work.officers["tono"]))
    assert done.headers["location"].endswith("pesan=bantuan-selesai")
    assert (await tono.get(f"/petugas/tiket/{opened.ticket_id}")).status_code == 404
    actions = [each.action for each in await rows(work.context.db, select(AuditRecord))]  # type: ignore[attr-defined]
    assert {"ticket.helper_invited", "ticket.helper_removed", "ticket.read"} <= set(actions)


async def test_merging_tells_the_user_both_limits_and_their_words_follow(
    sari: httpx.AsyncClient, work: Work
) -> None:
    first = await work.ask()
    work.clock.advance(minutes=20)
    second = await beside(work, first)
    async with work.context.db.write() as session:
        conversation = await session.get(Conversation, work.conversations)
        assert conversation is not None
        state = State.from_json(conversation.state)
        state.attach(first.ticket_id)
        conversation.state = state.to_json()
    assert f"{second.number} : Berapa lama prosesnya?" in await page_of(sari, first.ticket_id)
    done = await act(sari, first.ticket_id, "gabung", tiket=str(second.ticket_id))
    assert done.headers["location"] == f"/petugas/tiket/{second.ticket_id}?pesan=digabung"
    [words] = await said(work)
    assert first.number in words
    assert second.number in words
    assert "Senin, 23 November 2026 pukul 10.25 WITA" in words
    [conversation] = await rows(work.context.db, select(Conversation))
    assert State.from_json(conversation.state).ticket_id == second.ticket_id  # type: ignore[attr-defined]
    page = await page_of(sari, second.ticket_id)
    assert f"dari tiket {first.number}" in page
    assert "Batas waktunya tetap Senin, 23 November 2026 pukul 10.25 WITA" in page
    assert f"Tiket ini digabung ke {second.number}" in await page_of(sari, first.ticket_id)
    # and apart again
    [brought] = await rows(work.context.db, select(Entry).where(Entry.kind == "merged"))
    done = await act(sari, second.ticket_id, "pisah", pesan=str(brought.id))  # type: ignore[attr-defined]
    assert done.headers["location"].endswith("pesan=dipisah")
    assert "10.25 WITA" in (await said(work))[-1]
    assert "Dipindah ke tiket" in await page_of(sari, second.ticket_id)
    refused = await act(sari, second.ticket_id, "pisah")
    assert (refused.status_code, sentence("split.nothing_chosen") in words_of(refused)) == (422, True)
    jobs = [job.key for job in await rows(work.context.db, select(Job))]  # type: ignore[attr-defined]
    assert any(key.startswith("limit_due:") for key in jobs)


async def test_a_complaint_offers_the_official_channels_and_uki_reads_along(
    sari: httpx.AsyncClient, browser: Browser, work: Work
) -> None:
    opened, _ = await work.ask("Petugas saya tidak ramah"), await work.ask("Pertanyaan biasa")
    for _again in range(2):
        await act(sari, opened.ticket_id, "pengaduan", tanda="1")
    [words] = await said(work)
    for channel in (
        "SIPUMA",
        "pengaduan.beacukai@customs.go.id",
        "1500 225",
        "4890966",
        "Kepatuhan Internal",
    ):
        assert channel in words
    assert await told(work, "uki") == ["complaint"]
    uki = await signed_in(browser, work, "uki")
    queue = words_of(await uki.get("/petugas?saringan=complaint"))
    assert ("tidak ramah" in queue, "Pertanyaan biasa" in queue) == (True, False)
    assert "Peran Anda pada tiket ini hanya membaca" in await page_of(uki, opened.ticket_id)
    await act(sari, opened.ticket_id, "pengaduan", tanda="")
    assert len(await said(work)) == 1
    assert "Tidak ada pengaduan" in words_of(await uki.get("/petugas?saringan=complaint"))
