"""The web form: the draft of the chat, without scripts, safe against other sites and made-up addresses."""

import io
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from pypdf import PdfReader

from afk_core.infra.database import Database
from afk_core.rules.lampiran_c import CODES
from bot.channels.webchat.key import address_of, issue_key
from bot.context import Context
from bot.conversation.messages import ChannelName
from bot.web import make_app
from knowledge.answers import KnowledgeBase
from tests.dialogue import Dialogue, make_context
from tests.fakes import FixedClock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

RESULT = re.compile(r"/nilai/hasil/\d+-[0-9a-f]{32}")


@pytest.fixture
async def chat(database: Database, clock: FixedClock, knowledge: KnowledgeBase) -> Dialogue:
    """The web chat of somebody, in a service with its offices."""
    context = make_context(database, clock, messages_per_minute=400)
    key = issue_key()
    person = Dialogue(context, knowledge, ChannelName.WEBCHAT, address=address_of(key) or "")
    person.key = key  # type: ignore[attr-defined]
    await person.start()
    return person


@pytest.fixture
async def http(chat: Dialogue) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without scripts."""
    async with browser(chat.context) as client:
        yield client


def browser(context: Context) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=make_app(context))
    return httpx.AsyncClient(transport=transport, base_url="http://klinik.test", follow_redirects=True)


async def test_a_phone_without_scripts_gets_from_the_start_to_a_result(http: httpx.AsyncClient) -> None:
    start = await http.get("/nilai?kantor=100300")
    assert "KPPBC TMP B Balikpapan" in start.text
    assert start.headers["X-Robots-Tag"] == "noindex"
    page = await http.post("/nilai/mulai", data={"cara": "begin", "kantor": "100300"})
    assert page.url.path == "/nilai/tanya/pernah"
    page = await http.post("/nilai/tanya/pernah", data={"jawaban": "tidak"})
    for number, code in enumerate(CODES, 1):
        assert page.url.path == f"/nilai/tanya/{code}"
        assert f"Pertanyaan {number} dari 21" in page.text
        page = await http.post(f"/nilai/tanya/{code}", data={"jawaban": "siap"})
    assert page.url.path == "/nilai/periksa"
    # Back keeps the answer.
    again = await http.get("/nilai/tanya/4b")
    assert re.search(r'value="siap" checked', again.text)
    page = await http.post("/nilai/selesai")
    assert RESULT.fullmatch(page.url.path)
    assert "UMKM Siap Ekspor" in page.text
    assert (
        'role="img" aria-label="Gambar keadaan delapan aspek. Saran klaster: UMKM Siap Ekspor.' in page.text
    )
    assert "Ini saran" in page.text
    assert page.url.path in (await http.get("/nilai")).text


async def test_the_chat_goes_on_where_the_form_stopped_and_the_other_way(
    http: httpx.AsyncClient, chat: Dialogue
) -> None:
    key = chat.key  # type: ignore[attr-defined]
    taken = await http.post("/nilai/kunci", headers={"Authorization": f"Bearer {key}"})
    assert taken.status_code == 204
    cookie = taken.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "Path=/nilai", "SameSite=lax"))
    await http.post("/nilai/mulai", data={"cara": "begin"})
    await http.post("/nilai/tanya/pernah", data={"jawaban": "tidak"})
    await http.post("/nilai/tanya/1a", data={"jawaban": "siap"})
    told = await chat.does("/start")
    assert "Lanjutkan penilaian" in [button.label for row in told[-1].buttons for button in row]
    told = await chat.does("[Lanjutkan penilaian]")
    assert "Pertanyaan 2 dari 21" in told[-1].text
    await chat.does("siap")
    page = await http.post("/nilai/mulai", data={"cara": "resume"})
    assert page.url.path == "/nilai/tanya/1c"


async def test_what_is_wrong_is_said_and_what_was_typed_stays(http: httpx.AsyncClient) -> None:
    await http.post("/nilai/mulai", data={})
    nothing = await http.post("/nilai/tanya/pernah", data={})
    assert nothing.status_code == 422
    assert "Pilih salah satu jawaban yang tersedia." in nothing.text
    for step, value in (
        ("pernah", "ya"),
        ("sendiri", "ya"),
        ("pihak_lain", "tidak"),
        ("rantai_pasok", "tidak"),
    ):
        await http.post(f"/nilai/tanya/{step}", data={"jawaban": value})
    for typed in ("banyak", "0", "<b>9</b>", "-4", "9" * 30):
        page = await http.post("/nilai/tanya/jumlah", data={"jawaban": typed})
        assert page.status_code == 422
        assert "Tulis angkanya saja" in page.text
        assert "<b>9" not in page.text
    assert 'value="banyak"' in (await http.post("/nilai/tanya/jumlah", data={"jawaban": "banyak"})).text
    page = await http.post("/nilai/tanya/jumlah", data={"jawaban": "1.200"})
    assert page.url.path == "/nilai/tanya/negara"
    page = await http.post("/nilai/tanya/negara", data={"jawaban": "", "tidak_ingat": "1"})
    assert page.url.path == "/nilai/tanya/rinci"
    assert (await http.post("/nilai/selesai")).url.path == "/nilai/periksa"


async def test_made_up_addresses_and_other_sites_get_nothing(http: httpx.AsyncClient, chat: Dialogue) -> None:
    for path in ("/nilai/tanya/1a", "/nilai/periksa"):
        assert (await http.get(path)).url.path == "/nilai"
    await http.post("/nilai/mulai", data={})
    assert (await http.get("/nilai/tanya/%00")).url.path == "/nilai/tanya/pernah"
    assert (await http.post("/nilai/tanya/9z", data={"jawaban": "siap"})).url.path == "/nilai"
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (await http.post("/nilai/hapus", headers=foreign)).status_code == 403
    assert (await http.post("/nilai/kunci", headers={"Authorization": "Bearer x"})).status_code == 401
    big = await http.post("/nilai/tanya/pernah", data={"jawaban": "x" * 300_000})
    assert big.status_code == 413
    for token in ("1-" + "0" * 32, "1", "x", "1-" + "0" * 32 + ".pdf", "%00"):
        assert (await http.get(f"/nilai/hasil/{token}")).status_code == 404
    async with browser(chat.context) as other:
        assert (await other.get("/nilai/tanya/pernah")).url.path == "/nilai"
    await http.post("/nilai/keluar")
    assert (await http.get("/nilai/tanya/pernah")).url.path == "/nilai"


async def test_the_result_is_a_paper_and_a_picture_whose_bytes_repeat(
    http: httpx.AsyncClient, chat: Dialogue
) -> None:
    for act in ("/nilai", "[Mulai penilaian]", "belum pernah", *["1"] * 21):
        await chat.does(act)
    told = await chat.does("[Lihat hasil]")
    assert [file.name[-4:] for file in told[0].files] == [".png", ".pdf"]
    found = RESULT.search(told[-1].text)
    assert found is not None
    paper = await http.get(f"{found[0]}.pdf")
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.content == (await http.get(f"{found[0]}.pdf")).content
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages)
    for words in ("UMKM Potensi Ekspor", "Keadaan delapan aspek", "Lampiran D angka 1 huruf a angka 4", "8c"):
        assert words in " ".join(text.split())
    picture = await http.get(f"{found[0]}.png")
    assert picture.content.startswith(b"\x89PNG")
    assert (await http.get(f"{found[0]}.exe")).status_code == 404


async def test_the_poster_opens_the_form_of_its_office(chat: Dialogue, http: httpx.AsyncClient) -> None:
    poster = await http.get("/nilai/poster/100300.pdf")
    assert poster.headers["Content-Type"] == "application/pdf"
    assert (await http.get("/nilai/poster/999999.pdf")).status_code == 404
    assert (await http.get("/?nilai=1&kantor=100300")).text.count('data-start="nilai-100300"') == 1
