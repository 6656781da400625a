"""The duty roster: the week, absences, and how new tickets are given out."""

import httpx
import pytest
from sqlalchemy import select

from bot.notices.models import Notice
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, rows, sentence, words_of
from tests.console.supervisors import hire
from tests.console.test_work import page_of

WEEK = "2026-11-23"


async def act(client: httpx.AsyncClient, name: str = "", **fields: object) -> httpx.Response:
    """Send a form of the roster's page."""
    page = await client.get("/petugas/jaga")
    data = {"csrf": csrf_of(page), "minggu": WEEK, **fields}
    return await client.post(f"/petugas/jaga{name}", data=data)  # type: ignore[arg-type]


@pytest.fixture
async def lead(browser: Browser, work: Work) -> httpx.AsyncClient:
    await hire(work)
    client = browser()
    await work.sign_in(client, "pembina")
    return client


async def test_who_plans_sees_the_week_and_the_queue_names_those_on_duty(
    lead: httpx.AsyncClient, sari: httpx.AsyncClient, work: Work
) -> None:
    page = words_of(await lead.get("/petugas/jaga"))
    assert "Senin, 23 November Hari ini" in page
    assert "Belum diatur: semua petugas yang ada (4)" in page
    sari_id, budi_id = work.officers["sari"], work.officers["budi"]
    marks = [f"{WEEK}.{sari_id}", f"2026-11-24.{budi_id}", f"2027-01-01.{budi_id}", "x.y"]
    done = await act(lead, jaga=marks)
    assert done.headers["location"].endswith("pesan=jaga-tersimpan")
    queue = words_of(await sari.get("/petugas"))
    assert "Bertugas: Sari Lestari. Jadwal jaga" in queue
    assert "Atur jadwal" not in words_of(await sari.get("/petugas/jaga"))
    assert (await act(sari, jaga=marks)).status_code == 403
    # the next week as this one
    assert (await act(lead, "/salin", minggu="2026-11-30")).status_code == 303
    following = words_of(await sari.get("/petugas/jaga?minggu=2026-12-02"))
    assert "Selasa, 1 Desember Budi Santoso" in following
    crowd = [f"{WEEK}.{number}" for number in range(1, 9)]
    refused = await act(lead, jaga=crowd)
    assert (refused.status_code, sentence("duty.too_many", maximum=6) in words_of(refused)) == (422, True)


async def test_an_absence_hands_the_open_tickets_over_and_tells(
    lead: httpx.AsyncClient, sari: httpx.AsyncClient, work: Work
) -> None:
    opened = await work.ask()
    page = await sari.get(f"/petugas/tiket/{opened.ticket_id}")
    await sari.post(f"/petugas/tiket/{opened.ticket_id}/ambil", data={"csrf": csrf_of(page)})
    sari_id, budi_id = str(work.officers["sari"]), str(work.officers["budi"])
    refused = await act(sari, "/absen", petugas=budi_id, dari=WEEK, sampai=WEEK)
    assert refused.status_code == 403
    refused = await act(sari, "/absen", petugas=sari_id, dari="kemarin", sampai="<b>")
    assert (refused.status_code, sentence("absence.period_invalid") in words_of(refused)) == (422, True)
    assert 'value="&lt;b&gt;"' in refused.text
    done = await act(sari, "/absen", petugas=sari_id, dari=WEEK, sampai="2026-11-24", pengganti=budi_id)
    assert done.headers["location"].endswith("pesan=absen-tersimpan")
    words = await page_of(sari, opened.ticket_id)
    assert "Tiket dialihkan kepada Budi Santoso karena pemegangnya tidak bertugas" in words
    notices = await rows(work.context.db, select(Notice))
    assert [(each.officer_id, each.kind) for each in notices] == [(work.officers["budi"], "assigned")]  # type: ignore[attr-defined]
    page = await lead.get("/petugas/jaga")
    assert "Sari Lestari 23 November 2026 sampai 24 November 2026 Budi Santoso" in words_of(page)
    [withdraw] = [part.split('"')[0] for part in page.text.split('action="/petugas/jaga') if "/cabut" in part]
    assert (await act(lead, withdraw)).headers["location"].endswith("pesan=absen-dicabut")
    assert "Tidak ada yang tercatat" in words_of(await lead.get("/petugas/jaga"))


async def test_how_tickets_are_given_out_is_the_leads_choice(
    lead: httpx.AsyncClient, sari: httpx.AsyncClient, browser: Browser, work: Work
) -> None:
    assert (await act(lead, "/pembagian", cara="assign")).status_code == 303
    assert "Tiket baru: ditugaskan" in words_of(await sari.get("/petugas/jaga"))
    assert (await act(sari, "/pembagian", cara="off")).status_code == 403
    admin = browser()
    await work.sign_in(admin, "admin")
    assert (await admin.get("/petugas/jaga")).status_code == 403
    wilayah = browser()
    await work.sign_in(wilayah, "wilayah")
    page = words_of(await wilayah.get(f"/petugas/jaga?kantor={work.balikpapan}"))
    assert ("KPPBC Balikpapan" in page, "Atur jadwal" in page) == (True, False)
    for address in ("?minggu=9999-12-31", "?minggu=x", "?kantor=99999999999999999999"):
        assert (await sari.get(f"/petugas/jaga{address}")).status_code == 200
