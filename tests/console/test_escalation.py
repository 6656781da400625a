"""Escalating from the ticket's page: who is asked, what the user is told, what comes back."""

import httpx
from sqlalchemy import select

from bot.conversation.models import Message
from bot.jobs.models import Job
from bot.notices.models import Notice, NoticeKind
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, rows, sentence, words_of


async def act(client: httpx.AsyncClient, ticket_id: int, name: str, **fields: str) -> httpx.Response:
    """Send a form of the ticket's page."""
    page = await client.get(f"/petugas/tiket/{ticket_id}")
    return await client.post(f"/petugas/tiket/{ticket_id}/{name}", data={"csrf": csrf_of(page), **fields})


async def told(work: Work) -> str:
    """The newest message to the user."""
    messages = await rows(work.context.db, select(Message).order_by(Message.seq.desc()).limit(1))
    return str(messages[0].text)  # type: ignore[attr-defined]


async def test_the_user_is_told_number_addressee_in_general_words_and_the_new_limit(
    sari: httpx.AsyncClient, work: Work
) -> None:
    opened = await work.ask()
    page = words_of(await sari.get(f"/petugas/tiket/{opened.ticket_id}"))
    assert "Batas 55 menit menjadi 2 hari kerja" in page
    done = await act(
        sari, opened.ticket_id, "eskalasi", kepada="unit", unit="Seksi Intelijen", alasan="Data rahasia"
    )
    assert done.headers["location"].endswith("pesan=dieskalasi")
    said = await told(work)
    assert opened.number in said
    assert "unit lain" in said
    assert "Rabu, 25 November 2026 pukul 09.30 WITA" in said
    assert "Intelijen" not in said
    assert "rahasia" not in said
    page = words_of(await sari.get(f"/petugas/tiket/{opened.ticket_id}"))
    assert "mengeskalasi tiket ini kepada Seksi Intelijen" in page
    assert "Alasan: Data rahasia" in page
    assert "Digantikan batas lain" in page
    jobs = [job.key for job in await rows(work.context.db, select(Job))]  # type: ignore[attr-defined]
    assert any(key.startswith("limit_due:") and "2026-11-25T01:30" in key for key in jobs)
    assert any(key.startswith("limit_warn:") for key in jobs)


async def test_escalating_again_tells_nobody_again(sari: httpx.AsyncClient, work: Work) -> None:
    opened = await work.ask()
    for _ in range(2):
        page = await sari.get(f"/petugas/tiket/{opened.ticket_id}")
        fields = {"csrf": csrf_of(page), "kepada": "koordinator", "alasan": "Perlu keputusan"}
        assert (
            await sari.post(f"/petugas/tiket/{opened.ticket_id}/eskalasi", data=fields)
        ).status_code == 303
    assert len(await rows(work.context.db, select(Message))) == 1


async def test_who_is_asked_gets_a_notice_and_their_words_come_back(
    sari: httpx.AsyncClient, browser: Browser, work: Work
) -> None:
    opened = await work.ask()
    await act(sari, opened.ticket_id, "eskalasi", kepada="kanwil", alasan="Lintas kantor")
    (asked,) = await rows(work.context.db, select(Notice))
    assert (asked.officer_id, asked.kind) == (work.officers["wilayah"], NoticeKind.ESCALATED)  # type: ignore[attr-defined]
    wilayah = browser()
    await work.sign_in(wilayah, "wilayah")
    assert "Catat tanggapan" in words_of(await wilayah.get(f"/petugas/tiket/{opened.ticket_id}"))
    done = await act(wilayah, opened.ticket_id, "tanggapan", teks="Boleh, dengan syarat.")
    assert done.headers["location"].endswith("pesan=ditanggapi")
    assert "Tanggapan: Boleh, dengan syarat." in words_of(
        await sari.get(f"/petugas/tiket/{opened.ticket_id}")
    )
    notices = await rows(work.context.db, select(Notice).order_by(Notice.id.desc()))
    assert (notices[0].officer_id, notices[0].kind) == (  # type: ignore[attr-defined]
        work.officers["sari"],
        NoticeKind.HANDED_BACK,
    )


async def test_after_the_55_minutes_the_page_promises_nothing_new(
    sari: httpx.AsyncClient, work: Work
) -> None:
    opened = await work.ask()
    work.clock.advance(minutes=56)
    page = words_of(await sari.get(f"/petugas/tiket/{opened.ticket_id}"))
    assert "Batas waktu permintaan ini tidak berubah" in page
    await act(sari, opened.ticket_id, "eskalasi", kepada="atasan", alasan="x")
    await act(sari, opened.ticket_id, "eskalasi", kepada="superior", alasan="Sudah lewat")
    said = await told(work)
    assert "sudah lewat. Kami mohon maaf" in said
    assert "25 November" not in said


async def test_a_refusal_says_why_and_keeps_what_was_typed(
    sari: httpx.AsyncClient, browser: Browser, work: Work
) -> None:
    opened = await work.ask()
    for fields, code in (
        ({"kepada": "", "alasan": "Alasan <b>"}, "escalation.target_unknown"),
        ({"kepada": "unit", "unit": " ", "alasan": "Alasan <b>"}, "escalation.unit_missing"),
        ({"kepada": "officer", "petugas": "999", "alasan": "Alasan <b>"}, "escalation.officer_unknown"),
    ):
        refused = await act(sari, opened.ticket_id, "eskalasi", **fields)
        assert refused.status_code == 422
        assert sentence(code) in words_of(refused)
        assert "Alasan &lt;b&gt;</textarea>" in refused.text
    none = await act(sari, opened.ticket_id, "tanggapan", teks="Apa?")
    assert (none.status_code, sentence("escalation.none_open") in words_of(none)) == (409, True)
    uki = browser()
    await work.sign_in(uki, "uki")
    page = await uki.get(f"/petugas/tiket/{opened.ticket_id}")
    assert "Eskalasi tiket" not in words_of(page)
    refused = await act(uki, opened.ticket_id, "eskalasi", kepada="koordinator", alasan="x")
    assert refused.status_code == 403
    assert await rows(work.context.db, select(Message)) == []
