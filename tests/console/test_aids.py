"""The aids at the console: attachments, insertion, taking back, a second pair of eyes, canned replies."""

from dataclasses import replace

import httpx
import pytest
from sqlalchemy import select

from afk_core.officers.models import AuditRecord
from afk_core.officers.service import NewOfficer, create_officer
from afk_core.rules.roles import Role
from bot.answers import release
from bot.context import Context
from bot.conversation.models import Message
from bot.limits.alerts import tell
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, rows, sentence, words_of
from tests.console.test_reply import ANSWER, box_of, form_of, send
from tests.files import samples
from tickets.ticket import OpenedTicket


@pytest.fixture
def context(context: Context) -> Context:
    """The service as it is set up by default: answers wait 15 seconds."""
    return replace(context, settings=context.settings.model_copy(update={"undo_seconds": 15}))


async def attach(
    client: httpx.AsyncClient, opened: OpenedTicket, content: bytes, name: str, *, script: bool = False
) -> httpx.Response:
    """Put a file beside the draft."""
    form = await form_of(client, opened)
    headers = {"X-Bagian": "1"} if script else {}
    return await client.post(
        f"/petugas/tiket/{opened.ticket_id}/lampiran",
        data={"csrf": form["csrf"]},
        files={"berkas": (name, content)},
        headers=headers,
    )


async def test_an_answer_with_a_file_waits_is_taken_back_and_sent_again(
    sari: httpx.AsyncClient, work: Work, context: Context
) -> None:
    opened = await work.ask()
    assert (await attach(sari, opened, samples.pdf(), "contoh PEB.pdf")).status_code == 303
    sent = await send(sari, opened, ANSWER, await form_of(sari, opened))
    assert sent.headers["location"].endswith("pesan=ditahan")
    page = await sari.get(sent.headers["location"])
    assert "Segera dikirim" in words_of(page)
    assert 'id="batalkan"' in page.text
    assert await rows(context.db, select(Message)) == []
    form = {"csrf": csrf_of(page), "pesan": "3"}
    undone = await sari.post(f"/petugas/tiket/{opened.ticket_id}/batal", data=form)
    page = await sari.get(undone.headers["location"])
    assert box_of(page) == ANSWER.replace("\n", "\n")
    assert "contoh PEB.pdf" in words_of(page)
    assert "Dibatalkan sebelum terkirim" in words_of(page)
    late = await sari.post(f"/petugas/tiket/{opened.ticket_id}/batal", data=form)
    assert sentence("reply.left") in words_of(late)
    await send(sari, opened, ANSWER, await form_of(sari, opened))
    async with context.db.write() as session:
        await release(context, session, {"entry": 5})
    [answer, *_question] = await rows(context.db, select(Message).order_by(Message.seq))
    assert answer.text == ANSWER  # type: ignore[attr-defined]
    assert "Tepat waktu" in words_of(await sari.get(f"/petugas/tiket/{opened.ticket_id}"))


async def test_a_file_is_opened_by_officers_of_the_office_only_and_each_look_is_recorded(
    sari: httpx.AsyncClient, browser: Browser, work: Work, context: Context
) -> None:
    opened = await work.ask()
    await attach(sari, opened, samples.png(), "foto.png")
    await send(sari, opened, ANSWER, await form_of(sari, opened))
    address = f"/petugas/tiket/{opened.ticket_id}/lampiran/1"
    for query, shown in (("", "attachment"), ("?tampil=1", "inline")):
        answer = await sari.get(address + query)
        assert answer.content == samples.png()
        assert answer.headers["content-disposition"].startswith(shown)
        assert "sandbox" in answer.headers["content-security-policy"]
    looks = select(AuditRecord).where(AuditRecord.action == "ticket.file_seen")
    assert len(await rows(context.db, looks)) == 2
    for username, status in (("dewi", 404), ("admin", 404), ("uki", 403)):
        other = browser()
        await work.sign_in(other, username)
        assert (await other.get(address)).status_code == status
    assert len(await rows(context.db, looks)) == 2


async def test_files_that_cannot_be_attached_say_why(sari: httpx.AsyncClient, work: Work) -> None:
    opened = await work.ask()
    refused = await attach(sari, opened, b"<html>", "nota.pdf", script=True)
    assert (refused.status_code, refused.text) == (415, sentence("file.unsafe"))
    for number in range(5):
        assert (
            await attach(sari, opened, samples.png(number), f"{number}.png", script=True)
        ).status_code == 200
    full = await attach(sari, opened, samples.png(9), "9.png")
    assert sentence("file.too_many", limit=5) in words_of(full)
    page = await sari.post(
        f"/petugas/tiket/{opened.ticket_id}/lampiran/1/hapus",
        data={"csrf": csrf_of(full)},
        headers={"X-Bagian": "1"},
    )
    assert "0.png" not in page.text
    assert "4.png" in page.text
    forged = await sari.post(
        f"/petugas/tiket/{opened.ticket_id}/lampiran", data={"csrf": "x"}, files={"berkas": ("a", b"1")}
    )
    assert forged.status_code == 403


async def test_words_are_found_filled_in_and_their_statements_kept(
    sari: httpx.AsyncClient, browser: Browser, work: Work, context: Context
) -> None:
    async with context.db.write() as session:
        new = NewOfficer(work.balikpapan, "sinta", "Sinta", "Sub Koordinator", Role.SUB_PEMBINAAN)
        work.officers["sinta"] = (await create_officer(session, work.clock.now(), new)).id
    sinta = browser()
    await work.sign_in(sinta, "sinta")
    blank = await sinta.get("/petugas/balasan/baru")
    fields = {"csrf": csrf_of(blank), "kantor": str(work.balikpapan), "judul": "Salam"}
    wrong = await sinta.post("/petugas/balasan/baru", data=fields | {"teks": "Halo {nma}"})
    assert wrong.status_code == 422
    assert "{nma} tidak dikenal" in words_of(wrong)
    seen = await sinta.post("/petugas/balasan/baru", data=fields | {"teks": "Halo {nama}", "pratinjau": "1"})
    assert "Halo Rina Wulandari" in words_of(seen)
    text = "Halo {nama}, tiket {nomor_tiket} di {kantor} dijawab {batas_waktu}."
    await sinta.post("/petugas/balasan/baru", data=fields | {"teks": text})
    assert (await sari.get("/petugas/balasan/baru")).status_code == 403

    opened = await work.ask()
    found = (await sari.get(f"/petugas/tiket/{opened.ticket_id}/sisipan?cari=salam")).json()["sisipan"]
    assert found[0]["teks"].startswith(
        f"Halo Rina Wati, tiket {opened.number} di KPPBC Balikpapan dijawab Senin"
    )
    found = (await sari.get(f"/petugas/tiket/{opened.ticket_id}/sisipan?cari=kite ikm syarat")).json()[
        "sisipan"
    ]
    article = next(each for each in found if each["jenis"] == "artikel")
    assert "Dasar:" in article["teks"]
    form = await form_of(sari, opened)
    data = {
        **form,
        "teks": article["teks"],
        "jenis": "jawab",
        "pernyataan": [*article["pernyataan"], "x/y/1"],
    }
    await sari.post(f"/petugas/tiket/{opened.ticket_id}/balas", data=data)
    page = words_of(await sari.get(f"/petugas/tiket/{opened.ticket_id}"))
    assert f"Memakai {len(article['pernyataan'])} pernyataan dari artikel" in page


async def test_a_colleague_is_asked_approves_and_the_author_reads_it(
    sari: httpx.AsyncClient, browser: Browser, work: Work, context: Context
) -> None:
    opened = await work.ask()
    here = f"/petugas/tiket/{opened.ticket_id}"
    form = await form_of(sari, opened)
    asked = await sari.post(
        f"{here}/periksa", data={**form, "teks": ANSWER, "rekan": str(work.officers["budi"])}
    )
    assert asked.headers["location"].endswith("pesan=minta-periksa")
    budi = browser()
    await work.sign_in(budi, "budi")
    page = await budi.get(here)
    assert "Sari Lestari meminta Anda memeriksa" in words_of(page)
    async with context.db.write() as session:
        await tell(context, session)
    assert "Sari Lestari meminta Anda memeriksa" in words_of(await budi.get("/petugas/pemberitahuan"))
    token = {"csrf": csrf_of(page)}
    empty = await budi.post(f"{here}/periksa/1/kembalikan", data=token | {"teks": ANSWER})
    assert sentence("review.remark_missing") in words_of(empty)
    await budi.post(f"{here}/periksa/1/setujui", data=token | {"teks": f"{ANSWER} Kedua, NPWP."})
    page = await sari.get(here)
    assert "Budi Santoso menyetujui jawaban Anda dengan perubahan" in words_of(page)
    assert "Kedua, NPWP." in box_of(page)
