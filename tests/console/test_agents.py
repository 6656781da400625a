"""The agents of an office: entered, handed over, masked; their letters, recorded and drawn."""

import io
import zipfile
from datetime import date

import httpx
import pypdf
import pytest
from docx import Document
from sqlalchemy import select

from afk_core.agents.models import AgentAppointment, AgentLetter
from afk_core.officers.models import AuditRecord
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, rows, sentence, words_of
from tests.console.supervisors import hire

PERSON = {
    "akun": "",
    "nama": "Rahmat Hidayat",
    "jabatan": "Kepala Seksi",
    "telepon": "0812-3456-7801",
    "surel": "rahmat@kantor.example",
    "mulai": "2026-01-05",
    "surat": "",
}
LETTER = {"nomor": "KEP-12/KPP.MP.01/2026", "tanggal": "2026-01-05", "berakhir": "2026-12-15"}


@pytest.fixture
async def kepala(browser: Browser, work: Work) -> httpx.AsyncClient:
    """The browser of Hasan, the Koordinator of Balikpapan."""
    await hire(work)
    client = browser()
    await work.sign_in(client, "kepala")
    return client


async def sends(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    csrf = csrf_of(await client.get("/petugas/agen"))
    return await client.post(path, data={"csrf": csrf} | fields, follow_redirects=True)


async def enters(client: httpx.AsyncClient, role: str, **changed: str) -> httpx.Response:
    return await sends(client, "/petugas/agen/baru", **(PERSON | {"peran": role} | changed))


async def letter(client: httpx.AsyncClient, content: bytes = b"", **changed: str) -> httpx.Response:
    csrf = csrf_of(await client.get("/petugas/agen/surat/baru"))
    files = {"berkas": ("keputusan.png", content)} if content else {"lain": ("", b"")}
    return await client.post(
        "/petugas/agen/surat/baru", data={"csrf": csrf} | LETTER | changed, files=files, follow_redirects=True
    )


async def agents(work: Work) -> list[AgentAppointment]:
    return await rows(  # type: ignore[return-value]
        work.context.db, select(AgentAppointment).order_by(AgentAppointment.id)
    )


async def test_a_role_is_handed_over_and_both_stay_with_their_days(
    kepala: httpx.AsyncClient, work: Work
) -> None:
    page = words_of(await kepala.get("/petugas/agen"))
    assert "Keputusan penetapan belum dicatat. Batasnya Rabu, 23 Desember 2026 (30 hari lagi)" in page
    assert "Belum ada Koordinator Khusus, Sub Koordinator" in page
    assert (await enters(kepala, "sub_pembinaan")).status_code == 200
    taken = await enters(kepala, "sub_pembinaan", nama="Nur Aini")
    assert taken.status_code == 409
    assert sentence("agent.role_taken", name="Rahmat Hidayat") in words_of(taken)
    assert 'value="Nur Aini"' in taken.text, "what was typed stays"
    (first,) = await agents(work)

    account = str(work.officers["pembina"])
    over = {"akun": account, "telepon": "0812-3456-7802", "surel": "aini@kantor.example"}
    early = await sends(
        kepala, f"/petugas/agen/{first.id}/serahkan", **over, mulai="2026-01-05", alasan="Mutasi"
    )
    assert (early.status_code, len(await agents(work))) == (422, 1)
    done = await sends(
        kepala, f"/petugas/agen/{first.id}/serahkan", **over, mulai="2026-10-15", alasan="Mutasi"
    )
    old, new = await agents(work)
    assert (old.last, old.reason, new.first, new.replaces_id) == (
        date(2026, 10, 14),
        "Mutasi",
        date(2026, 10, 15),
        old.id,
    )
    assert (new.name, new.position, new.role) == ("Nur Aini", "Pejabat", "sub_pembinaan")
    words = words_of(done)
    assert "Rahmat Hidayat , Kepala Seksi 5 Januari 2026 sampai 14 Oktober 2026 Berhenti: Mutasi" in words
    again = await sends(kepala, f"/petugas/agen/{old.id}/akhiri", selesai="2026-11-01", alasan="Sekali lagi")
    assert sentence("agent.ended") in words_of(again)


async def test_contacts_are_masked_and_each_look_is_recorded(
    kepala: httpx.AsyncClient, sari: httpx.AsyncClient, browser: Browser, work: Work
) -> None:
    await enters(kepala, "anggota")
    stored = (await agents(work))[0]
    for client in (kepala, sari):
        page = await client.get("/petugas/agen")
        assert "rahmat@kantor.example" not in page.text
        assert "r••••@kantor.example" in page.text
    full = await sends(sari, "/petugas/agen/lengkap", kantor=str(work.balikpapan))
    assert "rahmat@kantor.example" in full.text
    wilayah = browser()
    await work.sign_in(wilayah, "wilayah")
    below = await wilayah.get(f"/petugas/agen?kantor={work.balikpapan}")
    assert "Rahmat Hidayat" in below.text
    assert "Tampilkan kontak" not in below.text
    refused = await sends(wilayah, "/petugas/agen/lengkap", kantor=str(work.balikpapan))
    assert refused.status_code == 403
    looks = await rows(
        work.context.db,
        select(AuditRecord.officer_id).where(AuditRecord.action == "agent.contact_read"),
    )
    assert looks == [work.officers["sari"]]
    async with work.context.db.read() as session:
        raw = (await session.connection()).exec_driver_sql("SELECT phone FROM agent_appointment")
        assert b"812" not in bytes((await raw).scalar_one())
    assert stored.phone == "+6281234567801"


async def test_only_the_koordinator_keeps_the_agents_of_the_own_office(
    kepala: httpx.AsyncClient, sari: httpx.AsyncClient, browser: Browser, work: Work
) -> None:
    await enters(kepala, "anggota")
    (agent,) = await agents(work)
    for path in ("/petugas/agen/baru", f"/petugas/agen/{agent.id}", "/petugas/agen/keputusan"):
        assert (await sari.get(path)).status_code == 403
    assert (await enters(sari, "anggota")).status_code == 403
    dewi, wilayah, admin = browser(), browser(), browser()
    for client, name in ((dewi, "dewi"), (wilayah, "wilayah"), (admin, "admin")):
        await work.sign_in(client, name)
    assert "Rahmat Hidayat" not in (await dewi.get(f"/petugas/agen?kantor={work.balikpapan}")).text
    assert (await wilayah.get(f"/petugas/agen/{agent.id}")).status_code == 403
    assert (await admin.get("/petugas/agen")).status_code == 403
    for number in ("0", "999999", "99999999999999999999"):
        assert (await kepala.get(f"/petugas/agen/{number}")).status_code == 404


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"telepon": "", "surel": ""}, "agent.contact_missing"),
    ({"nama": " "}, "officer.name_missing"),
    ({"surel": "tanpa-at"}, "officer.email_invalid"),
    ({"mulai": "31-02-2026"}, "agent.day_invalid"),
    ({"mulai": "9999-12-31"}, "agent.day_invalid"),
    ({"surat": "999999"}, "agent.letter_unknown"),
    ({"akun": "999999"}, "agent.officer_unknown"),
    ({"role": "administrator"}, "agent.role_unknown"),
]


async def test_what_cannot_be_is_refused_and_nothing_is_stored(kepala: httpx.AsyncClient, work: Work) -> None:
    for changed, code in REFUSED:
        answer = await enters(kepala, **({"role": "anggota"} | changed))
        assert (answer.status_code, sentence(code) in words_of(answer)) == (422, True), code
    assert await agents(work) == []


async def test_a_letter_is_kept_with_its_file_and_warned_of_before_it_ends(
    kepala: httpx.AsyncClient, sari: httpx.AsyncClient, work: Work
) -> None:
    picture = (
        b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00"
    )
    broken = await letter(kepala, picture)
    assert broken.status_code in (415, 422)
    assert await rows(work.context.db, select(AgentLetter)) == []
    page = await letter(kepala)
    assert "Masa kerja agen berakhir Selasa, 15 Desember 2026 (22 hari lagi)" in words_of(page)
    twice = await letter(kepala, nomor="kep-12/kpp.mp.01/2026")
    assert (twice.status_code, len(await rows(work.context.db, select(AgentLetter)))) == (409, 1)
    short = await letter(kepala, nomor="KEP-13", berakhir="2026-01-04")
    assert sentence("letter.ends_before") in words_of(short)
    assert (await sari.get("/petugas/agen/surat/1")).status_code == 403
    next_year = await letter(kepala, nomor="KEP-1/2027", tanggal="2026-11-20", berakhir="2027-12-31")
    assert "Masa kerja agen berakhir" not in words_of(next_year)
    assert "Digantikan" in words_of(next_year)


async def test_the_letter_of_lampiran_a_is_drawn_as_pdf_and_docx_with_its_annex(
    kepala: httpx.AsyncClient, work: Work
) -> None:
    await enters(kepala, "koordinator", nama="Hasan & <Basri> {{ 7*7 }}", jabatan="Kepala Kantor")
    await enters(kepala, "sub_klasterisasi", nama="Agus Salim")
    await enters(kepala, "anggota", nama="Datang Kemudian", mulai="2026-12-01")
    fields = {"nomor": "KEP-1/2026", "tanggal": "2026-11-23", "berakhir": "2027-12-31"}
    fields |= {"tempat": "Balikpapan", "penandatangan": "Hasan Basri"}
    pdf = await sends(kepala, "/petugas/agen/keputusan", **fields, bentuk="pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    drawn = " ".join(
        "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.content)).pages).split()
    )
    docx = await sends(kepala, "/petugas/agen/keputusan", **fields, bentuk="docx")
    assert docx.headers["content-disposition"].startswith("attachment")
    document = Document(io.BytesIO(docx.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    written = " ".join(" ".join([each.text for each in document.paragraphs] + cells).split())
    for text in (drawn, written):
        for words in (
            "KEPUTUSAN KEPALA KPPBC BALIKPAPAN",
            "NOMOR KEP-1/2026",
            "Nomor PER-25/BC/2024 tentang Agen Fasilitas Kepabeanan",
            "sebagai Koordinator Khusus, Sub Koordinator, dan Anggota",
            "sampai dengan tanggal 31 Desember 2027",
            "Hasan & <Basri> {{ 7*7 }}",
            "+6281234567801",
            "pada tanggal 23 November 2026",
        ):
            assert words in text, words
        assert "Datang Kemudian" not in text, "who does not serve yet is not in the annex"
        assert "Koordinator Wilayah" not in text
    assert zipfile.ZipFile(io.BytesIO(docx.content)).testzip() is None
    early = await sends(
        kepala, "/petugas/agen/keputusan", **(fields | {"berakhir": "2026-01-01"}), bentuk="pdf"
    )
    assert sentence("letter.ends_before") in words_of(early)
    drawn_by = await rows(
        work.context.db, select(AuditRecord.detail).where(AuditRecord.action == "agent.letter_drawn")
    )
    assert [each["form"] for each in drawn_by] == ["pdf", "docx"]  # type: ignore[index]
