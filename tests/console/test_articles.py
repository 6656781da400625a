"""The editors' pages through HTTP: writing, review by a second person, questions, tickets, citations."""

import re
from collections.abc import Awaitable, Callable
from html import unescape

import httpx
import pytest
from sqlalchemy import select

from afk_core.officers.models import AuditRecord
from afk_core.officers.service import NewOfficer, create_officer
from afk_core.rules.roles import Role
from bot.doorbell import ARTICLES
from knowledge.answers import Finding, Outcome
from knowledge.editorial.citing import statements_citing
from knowledge.editorial.models import ArticleDraft, ArticlePublication
from knowledge.editorial.overlay import shipped_library
from knowledge.models import UnansweredQuestion
from knowledge.service import record_answer, record_unanswered
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, rows, sentence, words_of

SignIn = Callable[[str, Role], Awaitable[httpx.AsyncClient]]
PAGES = (
    "/petugas/artikel",
    "/petugas/artikel?lihat=lewat",
    "/petugas/artikel/topik/plb",
    "/petugas/artikel/rujukan?cari=PMK+149/2022",
)
FIVE_YEARS = "Barang dapat disimpan paling lama 5 tahun. [S6] (C)"


@pytest.fixture
def editor(browser: Browser, work: Work) -> SignIn:
    """Signs in a further officer of Balikpapan."""

    async def sign_in(username: str, role: Role) -> httpx.AsyncClient:
        async with work.context.db.write() as session:
            new = NewOfficer(work.balikpapan, username, f"{username.title()} Rahayu", "Kepala Seksi", role)
            officer = await create_officer(session, work.clock.now(), new)
        work.officers[username] = officer.id
        client = browser()
        await work.sign_in(client, username)
        return client

    return sign_in


async def post(client: httpx.AsyncClient, target: str, **fields: str) -> httpx.Response:
    """Post a form with the token of the officer's session."""
    csrf = csrf_of(await client.get("/petugas"))
    return await client.post(target, data={"csrf": csrf, **fields})


def fields_of(page: httpx.Response) -> dict[str, str]:
    """What stands in the form of a draft, as a browser would send it."""
    form = page.text[
        page.text.index("data-editor") : page.text.index("</form>", page.text.index("data-editor"))
    ]
    found = {
        name: unescape(value) for name, value in re.findall(r'<input[^>]* name="(\w+)" value="([^"]*)"', form)
    }
    areas = re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n?(.*?)</textarea>', form, re.S)
    found |= {name: unescape(value) for name, value in areas}
    for name, options in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


async def open_draft(client: httpx.AsyncClient, slug: str = "plb") -> str:
    """Begin a change of an article; the address of its draft."""
    answer = await post(client, f"/petugas/artikel/topik/{slug}/ubah")
    assert answer.status_code == 303
    return answer.headers["location"]


async def send(client: httpx.AsyncClient, draft: str, act: str, **changes: str) -> httpx.Response:
    """Fill in the form of a draft and press a button."""
    return await client.post(draft, data=fields_of(await client.get(draft)) | changes | {"aksi": act})


async def test_writing_review_and_publication_by_two_people(
    sari: httpx.AsyncClient, editor: SignIn, work: Work
) -> None:
    pita = await editor("pita", Role.SUB_PEMBINAAN)
    draft = await open_draft(sari)
    sent = await send(sari, draft, "ajukan", waktu=FIVE_YEARS)
    assert sent.headers["location"].startswith("/petugas/artikel?lihat=tinjauan")
    assert "Pusat Logistik Berikat" in words_of(await pita.get("/petugas/artikel?lihat=tinjauan"))

    review = await pita.get(draft)
    assert "5 tahun" in words_of(review)
    assert "Setujui dan terbitkan" in words_of(review)
    assert "Setujui" not in words_of(await sari.get(draft))
    revision = re.search(r'name="revisi" value="(\d+)"', review.text)
    assert revision is not None
    refused = await post(sari, f"{draft}/terbitkan", revisi=revision[1])
    assert refused.status_code == 403

    with work.context.doorbell.subscribe(ARTICLES) as bell:
        published = await post(pita, f"{draft}/terbitkan", revisi=revision[1])
        assert published.status_code == 303, words_of(published)
        assert await bell.wait(0.1), "running services are told"
    shown = words_of(await sari.get("/petugas/artikel/topik/plb"))
    assert "paling lama 5 tahun" in shown
    assert "Pita Rahayu menerbitkan versi" in shown
    publication = (await rows(work.context.db, select(ArticlePublication.id)))[0]
    changes = words_of(await sari.get(f"/petugas/artikel/topik/plb/terbit/{publication}"))
    assert "ditambah - Barang dapat disimpan paling lama 5 tahun." in changes

    back = await post(pita, "/petugas/artikel/topik/plb/kembalikan", versi="", teks="")
    assert back.status_code == 422
    assert sentence("article.remarks_missing") in words_of(back)
    back = await post(pita, "/petugas/artikel/topik/plb/kembalikan", versi="", teks="Angka keliru")
    assert back.status_code == 303
    assert "paling lama 3 tahun" in words_of(await sari.get("/petugas/artikel/topik/plb"))
    actions = await rows(
        work.context.db, select(AuditRecord.action).where(AuditRecord.subject == "article:plb")
    )
    assert actions == [
        f"article.{step}" for step in ("created", "saved", "submitted", "published", "withdrawn")
    ]


async def test_the_author_cannot_be_the_reviewer(editor: SignIn) -> None:
    pita = await editor("pita", Role.SUB_PEMBINAAN)
    draft = await open_draft(pita)
    await send(pita, draft, "ajukan", waktu=FIVE_YEARS)
    page = await pita.get(draft)
    assert "peninjaunya harus petugas lain" in words_of(page)
    for act in ("terbitkan", "kembalikan"):
        refused = await post(pita, f"{draft}/{act}", revisi="2", teks="Catatan saya")
        assert refused.status_code == 403
        assert sentence("article.own_work") in words_of(refused)


async def test_a_returned_draft_shows_the_remarks_to_its_author(
    sari: httpx.AsyncClient, editor: SignIn
) -> None:
    kris = await editor("kris", Role.KOORDINATOR)
    draft = await open_draft(sari)
    await send(sari, draft, "ajukan", waktu=FIVE_YEARS)
    empty = await post(kris, f"{draft}/kembalikan", teks=" ")
    assert (empty.status_code, sentence("article.remarks_missing") in words_of(empty)) == (422, True)
    assert (await post(kris, f"{draft}/kembalikan", teks="Sebut <pasal>nya")).status_code == 303
    page = await sari.get(draft)
    assert "Catatan peninjau" in words_of(page)
    assert "Sebut &lt;pasal&gt;nya" in page.text
    again = await send(sari, draft, "ajukan", waktu="Paling lama 5 tahun. [S6 Pasal 2] (C)")
    assert again.status_code == 303
    assert (await post(sari, f"{draft}/tarik")).status_code == 303
    assert (await post(sari, f"{draft}/batal")).status_code == 303
    assert "Dibatalkan" in words_of(await sari.get(draft))


async def test_faults_stand_beside_their_field_with_the_line_and_the_text_stays_saved(
    sari: httpx.AsyncClient, work: Work
) -> None:
    draft = await open_draft(sari)
    refused = await send(sari, draft, "ajukan", waktu="Benar. [S6] (C)\nTanpa sumber.", tinjau_lagi="")
    assert refused.status_code == 422
    words = words_of(refused)
    assert sentence("article.faulty", count=3) in words
    assert 'Jangka waktu, baris 2 : pernyataan "Tanpa sumber." tanpa tanda sumber.' in words
    assert "Tanggal tinjau ulang : belum diisi" in words
    assert fields_of(refused)["waktu"] == "Benar. [S6] (C)\nTanpa sumber."
    stored = await rows(work.context.db, select(ArticleDraft))
    assert [(row.state, "- Tanpa sumber." in row.text) for row in stored] == [("draft", True)]  # type: ignore[attr-defined]
    mended = fields_of(refused) | {"waktu": FIVE_YEARS, "tinjau_lagi": "2027-05-21"}
    checked = await sari.post(f"{draft}/periksa", data=mended)
    assert "Naskah siap diajukan" in words_of(checked)
    assert "tanpa tanda sumber" not in words_of(checked)
    assert "paling lama 5 tahun" in words_of(checked)


async def test_who_saves_second_sees_both_texts_and_loses_nothing(
    sari: httpx.AsyncClient, budi: httpx.AsyncClient
) -> None:
    draft = await open_draft(sari)
    opened = fields_of(await sari.get(draft))
    assert (await send(budi, draft, "simpan", judul="Judul Budi")).status_code == 303
    late = await sari.post(draft, data=opened | {"aksi": "simpan", "judul": "Judul Sari"})
    assert late.status_code == 409
    words = words_of(late)
    assert "Budi Santoso mengubah naskah ini sejak Anda membukanya" in words
    assert "dihapus judul: Judul Budi" in words
    assert "ditambah judul: Judul Sari" in words
    kept = fields_of(late)
    assert kept["judul"] == "Judul Sari"
    assert (await sari.post(draft, data=kept | {"aksi": "simpan"})).status_code == 303
    history = words_of(await sari.get(draft))
    assert "Judul Budi" in history
    assert fields_of(await budi.get(draft))["judul"] == "Judul Sari"


async def test_a_new_topic_is_written_from_nothing(sari: httpx.AsyncClient) -> None:
    made = await post(sari, "/petugas/artikel/baru")
    draft = made.headers["location"]
    taken = await send(sari, draft, "simpan", slug="plb", judul="Judul saya")
    assert taken.status_code == 409
    assert sentence("article.slug_taken", slug="plb") in words_of(taken)
    assert fields_of(taken)["judul"] == "Judul saya"
    assert (await send(sari, draft, "simpan", slug="kurs-pajak", judul="Kurs pajak")).status_code == 303
    assert "Kurs pajak" in words_of(await sari.get("/petugas/artikel?lihat=dikerjakan"))
    assert "Kurs pajak" not in words_of(await sari.get("/petugas/artikel?lihat=tinjauan"))


async def test_who_may_read_and_who_may_write(browser: Browser, admin: httpx.AsyncClient, work: Work) -> None:
    uki = browser()
    await work.sign_in(uki, "uki")
    for page in PAGES:
        assert (page, (await uki.get(page)).status_code) == (page, 200)
        assert (page, (await admin.get(page)).status_code) == (page, 403)
        assert (await browser().get(page)).status_code == 303
    assert "Topik baru" not in words_of(await uki.get("/petugas/artikel"))
    targets = (
        "artikel/baru",
        "artikel/topik/plb/ubah",
        "pertanyaan/selesai",
        "pertanyaan/draf",
        "tiket/1/artikel",
    )
    for target in targets:
        assert (target, (await post(uki, f"/petugas/{target}")).status_code) == (target, 403)
    assert (await uki.get("/petugas/pertanyaan")).status_code == 403
    assert await rows(work.context.db, select(ArticleDraft)) == []


async def test_what_does_not_exist_is_said_kindly(sari: httpx.AsyncClient) -> None:
    for page in (
        "artikel/topik/tidak-ada",
        "artikel/topik/plb/terbit/1",
        "artikel/draf/1",
        "artikel/draf/x",
        "artikel/draf/99999999999999999999",
    ):
        assert (page, (await sari.get(f"/petugas/{page}")).status_code) == (page, 404)
    for target in (
        "artikel/topik/tidak-ada/ubah",
        "artikel/draf/1/tarik",
        "pertanyaan/draf",
        "tiket/9/artikel",
    ):
        assert (target, (await post(sari, f"/petugas/{target}", ids="77 x")).status_code) == (target, 404)


async def ask(work: Work, text: str, key: str, *, reason: str = "unknown", topic: str | None = None) -> None:
    """A question that the bot hands over."""
    finding = Finding(Outcome.HANDOVER, topic=topic, reason=reason)
    async with work.context.db.write() as session:
        await record_unanswered(session, work.clock, finding, question=text, key=key, conversation_id=1)


async def test_questions_are_grouped_filtered_drafted_and_settled(
    sari: httpx.AsyncClient, work: Work
) -> None:
    await ask(work, "mesin jahit bekas boleh?", "bekas jahit mesin", reason="no-source", topic="kite-ikm")
    work.clock.advance(days=40)
    await work.sign_in(sari, "sari")
    await ask(work, "Saya Budi Santoso, hp 0812-3456-7890, biaya PLB berapa", "biaya plb", topic="plb")
    await ask(work, "biaya urus plb", "biaya plb urus", topic="plb")
    page = await sari.get("/petugas/pertanyaan")
    words = words_of(page)
    assert "2 kali" in words
    assert "mesin jahit" not in words, "older than the period"
    every = words_of(await sari.get("/petugas/pertanyaan?hari=0&alasan=no-source"))
    assert "mesin jahit bekas" in every
    assert "biaya urus plb" not in every
    assert "Budi" not in words_of(await sari.get("/petugas/pertanyaan?hari=0&topik=plb"))

    ids = unescape(re.findall(r'name="ids" value="([^"]*)"', page.text)[0])
    drafted = await post(sari, "/petugas/pertanyaan/draf", ids=ids, topik="plb")
    draft = words_of(await sari.get(drafted.headers["location"]))
    assert "biaya urus plb" in draft
    assert "(telepon)" in draft
    assert "Budi" not in draft
    assert "0812" not in draft
    await post(sari, "/petugas/pertanyaan/selesai", ids=ids)
    left = await rows(
        work.context.db, select(UnansweredQuestion.reason).where(UnansweredQuestion.settled_at.is_(None))
    )
    assert left == ["no-source"]
    assert "question.settled" in await rows(work.context.db, select(AuditRecord.action))


async def test_an_answered_ticket_becomes_a_draft_without_personal_data(
    sari: httpx.AsyncClient, budi: httpx.AsyncClient, work: Work
) -> None:
    opened = await work.ask(
        "Saya Rina Wati, 0812-3456-7890. Berapa lama proses KITE IKM untuk Anyaman Purun Sejahtera?"
    )
    target = f"/petugas/tiket/{opened.ticket_id}"
    assert "Buat draf artikel" not in words_of(await sari.get(target))
    early = await post(sari, f"{target}/artikel")
    assert (early.status_code, sentence("ticket.not_answered_yet") in words_of(early)) == (409, True)
    answer = "Ibu Rina, prosesnya 30 hari kerja.\nHubungi saya di sari@example.go.id bila perlu."
    page = await sari.get(target)
    seen = re.search(r'name="seen_entry" value="(\d+)"', page.text)
    assert seen is not None
    assert (await post(sari, f"{target}/balas", teks=answer, seen_entry=seen[1])).status_code == 303
    assert "Buat draf artikel" in words_of(await sari.get(target))
    made = await post(budi, f"{target}/artikel")
    draft = await budi.get(made.headers["location"])
    added = fields_of(draft)["waktu"].splitlines()[-2:]
    assert added == ["Ibu (nama), prosesnya 30 hari kerja.", "Hubungi saya di (surel) bila perlu."]
    for personal in ("Rina", "Wati", "0812", "Anyaman Purun", "sari@example"):
        assert personal not in draft.text
    stored = (await rows(work.context.db, select(ArticleDraft)))[0]
    assert (stored.slug, "30 hari kerja" in stored.material) == ("kite-ikm", True)  # type: ignore[attr-defined]


async def test_everything_that_cites_a_rule_is_listed_with_how_often_it_was_said(
    sari: httpx.AsyncClient, work: Work
) -> None:
    cited = statements_citing(shipped_library(), "PMK 149/2022")[0]
    used = Finding(Outcome.ANSWER, topic=cited.slug, statements=(cited.statement,))
    async with work.context.db.write() as session:
        await record_answer(session, work.clock, used, conversation_id=5)
    page = await sari.get("/petugas/artikel/rujukan", params={"cari": "pmk nomor 149 tahun 2022"})
    assert re.search(r"\d+ pernyataan di [2-9] artikel", words_of(page))
    assert " ".join(cited.text.split()) in words_of(page)
    assert "1 jawaban 7 hari terakhir kepada 1 percakapan" in words_of(page)
    for nothing in ("e", "PMK 149 tahun 1999"):
        page = await sari.get("/petugas/artikel/rujukan", params={"cari": nothing})
        assert "Tidak ada pernyataan" in words_of(page)
