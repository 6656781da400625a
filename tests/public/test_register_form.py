"""The daftar isian on the web: without scripts, the draft of the chat, nobody else's papers."""

from collections.abc import AsyncIterator

import httpx
import pytest

from afk_core.infra.database import Database
from afk_core.offices.service import seed_offices
from afk_core.umkm import service as umkm
from bot.channels.webchat.key import address_of, issue_key
from bot.context import Context
from bot.conversation.messages import ChannelName
from bot.web import make_app
from knowledge.answers import KnowledgeBase
from tests.dialogue import Dialogue, make_context
from tests.fakes import FixedClock
from tests.files import samples

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ANSWERS = (
    ("nama", "Keripik Tempe Bu Rina"),
    ("npwp", "01.234.567.8-901.000"),
    ("nib", "9120001234567"),
    ("kabupaten", "Kota Balikpapan"),
    ("kecamatan", "Balikpapan Selatan"),
    ("alamat", "Jalan Mawar 5"),
    ("pemilik", "Rina Wati"),
    ("telepon", "0812 3456 7890"),
    ("email", "rina@contoh.id"),
    ("klaster", "siap-ekspor"),
    ("kategori", "Makanan dan minuman"),
    ("produksi", "Keripik tempe"),
)


@pytest.fixture
async def context(database: Database, clock: FixedClock) -> Context:
    """A service with its offices."""
    context = make_context(database, clock, messages_per_minute=400)
    async with database.write() as session:
        await seed_offices(session, clock)
    return context


@pytest.fixture
async def http(context: Context) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without scripts."""
    async with browser(context) as client:
        yield client


def browser(context: Context) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=make_app(context))
    return httpx.AsyncClient(transport=transport, base_url="http://klinik.test", follow_redirects=True)


async def _fill(http: httpx.AsyncClient) -> httpx.Response:
    page = await http.post("/daftar/mulai", data={"cara": "begin", "setuju": "1", "kantor": "100300"})
    for number, (step, value) in enumerate(ANSWERS, 1):
        assert page.url.path == f"/daftar/isi/{step}"
        assert f"Isian {number} dari 12" in page.text
        page = await http.post(f"/daftar/isi/{step}", data={"jawaban": value})
    return page


async def test_a_phone_without_scripts_gets_from_consent_to_the_signed_form(
    context: Context, http: httpx.AsyncClient
) -> None:
    refused = await http.post("/daftar/mulai", data={"cara": "begin"})
    assert refused.status_code == 422
    assert "Centang persetujuan" in refused.text
    page = await _fill(http)
    assert page.url.path == "/daftar/periksa"
    assert "KPPBC TMP B Balikpapan" in page.text
    page = await http.post("/daftar/kirim")
    assert page.url.path == "/daftar/pendaftaran/1"
    assert "DU-100300-2026-00001" in page.text
    paper = await http.get("/daftar/pendaftaran/1/isian.pdf")
    assert paper.content.startswith(b"%PDF")
    upload = {"berkas": ("tanda-tangan.pdf", samples.pdf())}
    page = await http.post("/daftar/pendaftaran/1/berkas", data={"untuk": "formulir"}, files=upload)
    assert "Berkas Anda sudah ditambahkan" in page.text
    program = {"berkas": ("program.exe", b"MZ" + b"\0" * 200)}
    bad = await http.post("/daftar/pendaftaran/1/berkas", data={"untuk": "formulir"}, files=program)
    assert bad.status_code == 415
    again = await http.post("/daftar/kirim")
    assert again.url.path == "/daftar"
    async with browser(context) as stranger:
        for path in ("", "/isian.pdf", "/sertifikat.pdf"):
            assert (await stranger.get(f"/daftar/pendaftaran/1{path}")).status_code == 404
        assert (await stranger.post("/daftar/pendaftaran/1/perbaiki")).status_code in (200, 404)
    foreign = await http.post("/daftar/hapus", headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403


async def test_a_refused_answer_stays_in_its_field_with_a_sentence(http: httpx.AsyncClient) -> None:
    await http.post("/daftar/mulai", data={"cara": "begin", "setuju": "1"})
    await http.post("/daftar/isi/nama", data={"jawaban": "Keripik <b>Tempe</b>"})
    page = await http.post("/daftar/isi/npwp", data={"jawaban": '12"><script>'})
    assert page.status_code == 422
    assert "NPWP hanya berisi angka" in page.text
    assert "<script>" not in page.text.replace('<script type="module"', "")
    page = await http.post("/daftar/isi/npwp", data={"jawaban": "", "belum_ada": "1"})
    assert page.url.path == "/daftar/isi/nik"
    assert (await http.get("/daftar/isi/hobi")).url.path == "/daftar/isi/nik"


async def test_the_chat_goes_on_with_what_was_begun_on_the_web(
    context: Context, knowledge: KnowledgeBase, http: httpx.AsyncClient
) -> None:
    key = issue_key()
    chat = Dialogue(context, knowledge, ChannelName.WEBCHAT, address=address_of(key) or "")
    adopted = await http.post("/daftar/kunci", headers={"Authorization": f"Bearer {key}"})
    assert adopted.status_code == 204
    await http.post("/daftar/mulai", data={"cara": "begin", "setuju": "1"})
    await http.post("/daftar/isi/nama", data={"jawaban": "Keripik Tempe"})
    [offer] = await chat.does("/daftar")
    assert "1 dari 12 sudah terisi" in offer.text
    await chat.does("[Lanjutkan daftar isian]")
    await chat.does("01.234.567.8-901.000")
    page = await http.get("/daftar")
    assert "2 dari 12 sudah terisi" in page.text
    async with context.db.read() as session:
        assert await umkm.own_registrations(session, 1) == []
