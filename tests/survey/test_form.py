"""The survey without scripts: the draft of the chat, once a quarter, safe against made-up addresses."""

import io
from collections.abc import AsyncIterator

import httpx
import pytest
from pypdf import PdfReader

from afk_core.infra.database import Database
from afk_core.offices.service import list_offices
from afk_core.rules.periods import Period, PeriodKind
from afk_core.satisfaction import publishing, store
from bot.channels.webchat.key import address_of, issue_key
from bot.conversation.messages import ChannelName
from bot.web import make_app
from knowledge.answers import KnowledgeBase
from tests.dialogue import Dialogue, make_context
from tests.fakes import FixedClock
from tests.satisfaction.people import koordinator_of, many_answer

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Q4 = Period(2026, 4, PeriodKind.QUARTER)


@pytest.fixture
async def chat(database: Database, clock: FixedClock, knowledge: KnowledgeBase) -> Dialogue:
    """The web chat of somebody, in a service with its offices."""
    key = issue_key()
    context = make_context(database, clock, messages_per_minute=400)
    person = Dialogue(context, knowledge, ChannelName.WEBCHAT, address=address_of(key) or "")
    person.key = key  # type: ignore[attr-defined]
    await person.start()
    return person


@pytest.fixture
async def http(chat: Dialogue) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without scripts."""
    transport = httpx.ASGITransport(app=make_app(chat.context))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://klinik.test", follow_redirects=True
    ) as client:
        yield client


async def _fill_in(http: httpx.AsyncClient) -> httpx.Response:
    page = await http.post("/survei/mulai", data={"kantor": "100300"})
    for number in range(1, 10):
        assert page.url.path == f"/survei/tanya/u{number}"
        assert f"Pertanyaan {number} dari 9" in page.text
        page = await http.post(page.url.path, data={"jawaban": "3"})
    assert page.url.path == "/survei/saran"
    page = await http.post("/survei/saran", data={"saran": "Lebih <b>cepat</b>"})
    assert page.url.path == "/survei/periksa"
    return page


async def test_from_the_start_to_thanks_and_a_second_time_not(
    http: httpx.AsyncClient, database: Database
) -> None:
    start = await http.get("/survei?kantor=100300")
    assert "KPPBC TMP B Balikpapan" in start.text
    assert "Jawaban Anda anonim" in start.text
    page = await _fill_in(http)
    assert "Kurang" not in page.text
    assert "Lebih &lt;b&gt;cepat" in page.text
    again = await http.get("/survei/tanya/u4")
    assert 'value="3" checked' in again.text
    thanks = await http.post("/survei/kirim")
    assert thanks.url.path == "/survei/terima-kasih"
    assert "sudah dihitung dalam survei Triwulan IV 2026 KPPBC TMP B Balikpapan" in thanks.text
    assert "1 Januari 2027" in (await http.get("/survei?kantor=100300")).text
    refused = await http.post("/survei/mulai", data={"kantor": "100300"})
    assert refused.status_code == 409
    assert "Anda sudah mengisi survei Triwulan IV 2026" in refused.text
    # A window that stood open, and the button pressed twice.
    assert (await http.post("/survei/kirim")).url.path == "/survei"
    assert (await http.get("/survei/periksa")).url.path == "/survei"
    async with database.read() as session:
        ids = [office.id for office in await list_offices(session)]
        assert list((await store.sheets(session, ids, [Q4.key])).values()) == [1]


async def test_the_chat_and_the_form_share_one_draft(http: httpx.AsyncClient, chat: Dialogue) -> None:
    key = chat.key  # type: ignore[attr-defined]
    await http.post("/survei/kunci", headers={"Authorization": f"Bearer {key}"})
    await http.post("/survei/mulai", data={})
    await http.post("/survei/tanya/u1", data={"jawaban": "4"})
    assert (
        "Pertanyaan 2 dari 9"
        in (await chat.does("/survei") and await chat.does("[Lanjutkan survei]"))[-1].text
    )
    await chat.does("mudah")
    page = await http.post("/survei/mulai", data={"cara": "resume"})
    assert page.url.path == "/survei/tanya/u3"


async def test_what_is_wrong_is_said_and_made_up_addresses_get_nothing(http: httpx.AsyncClient) -> None:
    for path in ("/survei/tanya/u1", "/survei/saran", "/survei/periksa"):
        assert (await http.get(path)).url.path == "/survei"
    await http.post("/survei/mulai", data={})
    for value in ("", "5", "x", "<b>"):
        page = await http.post("/survei/tanya/u1", data={"jawaban": value})
        assert page.status_code == 422
        assert "Pilih salah satu dari keempat jawaban." in page.text
    assert (await http.get("/survei/tanya/u0")).url.path == "/survei/tanya/u1"
    assert (await http.post("/survei/tanya/u0", data={"jawaban": "4"})).status_code == 404
    long = await http.post("/survei/saran", data={"saran": "y" * 1001})
    assert long.status_code == 422
    assert "y" * 1001 in long.text
    assert (await http.post("/survei/kirim")).url.path == "/survei/periksa"
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (await http.post("/survei/hapus", headers=foreign)).status_code == 403
    for path in ("999999", "100300.pdf", "100300?triwulan=2026-Q4", "100300?triwulan=%00", "x.pdf"):
        assert (await http.get(f"/survei/hasil/{path}")).status_code == 404
    assert "Belum ada hasil yang diterbitkan" in (await http.get("/survei/hasil/100300")).text
    await http.post("/survei/hapus")
    assert (await http.get("/survei/periksa")).url.path == "/survei"


async def test_the_public_page_shows_what_was_published_and_nothing_else(
    http: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    async with database.read() as session:
        office = next(each for each in await list_offices(session) if each.code == "100300")
    await many_answer(database, clock.now(), office.id, 6, remarks={1: "Hanya untuk kantor"})
    clock.advance(days=60)
    assert "Belum ada hasil" in (await http.get("/survei/hasil/100300")).text
    head = await koordinator_of(database, clock, office.id)
    async with database.write() as session:
        await publishing.publish(session, clock.now(), head, office.id, Q4)
    page = await http.get("/survei/hasil/100300")
    assert "3,78" in page.text
    assert "6 orang menjawab" in page.text
    assert "Hanya untuk kantor" not in page.text
    assert "index" not in page.headers.get("Set-Cookie", "")
    paper = await http.get("/survei/hasil/100300.pdf?triwulan=2026-Q4")
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages)
    assert "3,78 dari 4: Sangat Puas" in text
    poster = await http.get("/survei/poster/100300.pdf")
    assert "/survei?kantor=100300" in PdfReader(io.BytesIO(poster.content)).pages[0].extract_text()
