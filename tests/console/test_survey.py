"""The survey at the console: figures after the quarter, follow-ups, SKPJ, and what was published stays."""

import io
import re
from zipfile import ZipFile

import httpx
import pytest
from pypdf import PdfReader

from afk_core.rules.periods import Period, PeriodKind
from afk_core.satisfaction import publishing, store
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, sentence, words_of
from tests.console.supervisors import answer, hire
from tests.satisfaction.people import GOOD, many_answer

HERE = "/petugas/survei"
Q4 = Period(2026, 4, PeriodKind.QUARTER)
PLAN = {
    "unsur": "u3",
    "tindakan": "Menambah petugas jaga",
    "oleh": "Seksi Pelayanan",
    "sampai": "2027-02-28",
}
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def kepala(browser: Browser, work: Work) -> httpx.AsyncClient:
    """The browser of the Koordinator of Balikpapan."""
    await hire(work)
    client = browser()
    await work.sign_in(client, "kepala")
    return client


async def _act(client: httpx.AsyncClient, work: Work, act: str, **fields: object) -> httpx.Response:
    here = {"kantor": work.balikpapan, "triwulan": Q4.key}
    token = csrf_of(await client.get(HERE, params=here))
    return await client.post(f"{HERE}/{act}", data={"csrf": token, **here, **fields})


async def _new_year(work: Work, *clients: tuple[httpx.AsyncClient, str]) -> None:
    work.clock.advance(days=42)
    for client, name in clients:
        await work.sign_in(client, name)


async def test_a_quarter_from_the_first_answer_to_a_corrected_publication(
    work: Work, kepala: httpx.AsyncClient
) -> None:
    db, clock = work.context.db, work.clock
    opened = await work.ask()
    await answer(work, opened, score=2)
    await many_answer(db, clock.now(), work.balikpapan, 6, remarks={2: "Ruang tunggu panas"})
    running = words_of(await kepala.get(f"{HERE}?triwulan=2026-Q4"))
    assert "6 orang menjawab" in running
    assert "hanya jumlah jawaban yang tampak" in running
    assert "3,78" not in running
    assert "Ruang tunggu panas" not in running
    early = await _act(kepala, work, "terbitkan")
    assert sentence("survey.running", period="Triwulan IV 2026") in words_of(early)

    await _new_year(work, (kepala, "kepala"))
    shown = words_of(await kepala.get(HERE))
    assert "SKM Triwulan IV 2026: 3,78 dari 4, Sangat Puas" in shown
    assert "U3 Waktu Pelayanan 3,00 Kurang Puas · terendah" in shown
    assert "1 jawaban tiket dinilai 2,00 dari 4: Tidak Puas" in shown
    assert "Ruang tunggu panas" in shown

    planned = await _act(kepala, work, "tindak-lanjut", **PLAN)
    assert planned.status_code == 303, words_of(planned)
    assert sentence("survey.follow_up_doubled") in words_of(await _act(kepala, work, "tindak-lanjut", **PLAN))
    assert (await _act(kepala, work, "terbitkan")).status_code == 303
    assert sentence("report.signed") in words_of(await _act(kepala, work, "terbitkan"))

    # Whatever comes later, by a replica whose clock is behind, does not alter what was published.
    async with db.write() as session:
        await store.count(session, work.balikpapan, Q4.key, [("u1", 1)])
    done = await _act(kepala, work, "tindak-lanjut/1", hasil="Dua petugas sejak Februari")
    assert done.status_code == 303
    async with db.read() as session:
        [first] = await publishing.versions(session, work.balikpapan, Q4)
    assert (first.figures.answers, first.followups[0].result) == (6, "")
    page = await kepala.get(HERE)
    assert "berbeda dari versi yang diterbitkan" in words_of(page)
    paper = await kepala.get(f"{HERE}.pdf")
    text = " ".join(part.extract_text() for part in PdfReader(io.BytesIO(paper.content)).pages)
    assert "3,78 dari 4: Sangat Puas" in text
    assert "6 orang menjawab" in text

    version = re.search(r'name="versi" value="(\d+)"', page.text)
    assert version is not None
    nothing = await _act(kepala, work, "terbitkan", versi=version[1], alasan=" ")
    assert sentence("report.reason_missing") in words_of(nothing)
    again = await _act(kepala, work, "terbitkan", versi=version[1], alasan="Satu jawaban tertinggal")
    assert again.status_code == 303
    late = await _act(kepala, work, "terbitkan", versi=version[1], alasan="Sekali lagi")
    assert sentence("report.not_newest") in words_of(late)
    async with db.read() as session:
        second, old = await publishing.versions(session, work.balikpapan, Q4)
    assert (second.version, second.replaces, second.figures.answers) == (2, old.report_id, 7)
    assert old == first
    assert "menggantikan versi 1: Satu jawaban tertinggal" in words_of(await kepala.get(HERE))


@ON_SQLITE
async def test_the_next_quarter_shows_what_became_of_the_follow_up(
    work: Work, kepala: httpx.AsyncClient
) -> None:
    db, clock = work.context.db, work.clock
    await many_answer(db, clock.now(), work.balikpapan, 5)
    await _new_year(work, (kepala, "kepala"))
    for fields, code in (
        ({"tindakan": " "}, "survey.words_missing"),
        ({"oleh": ""}, "survey.words_missing"),
        ({"sampai": "31-12-2027"}, "survey.until_missing"),
        ({"sampai": "2026-12-31"}, "survey.until_past"),
        ({"unsur": "u10"}, "survey.element_unknown"),
    ):
        refused = await _act(kepala, work, "tindak-lanjut", **(PLAN | fields))
        assert sentence(code) in words_of(refused), code
        assert "Menambah petugas jaga" in refused.text or "tindakan" in fields
    await _act(kepala, work, "tindak-lanjut", **PLAN)
    await many_answer(db, clock.now(), work.balikpapan, 5, scores=(4,) * 9)
    work.clock.advance(days=90)
    await work.sign_in(kepala, "kepala")
    page = words_of(await kepala.get(HERE))
    assert "SKM Triwulan I 2027: 4,00 dari 4" in page
    assert "Menambah petugas jaga Seksi Pelayanan, sampai 28 Februari 2027" in page
    assert "Sedang dikerjakan, lewat tanggal 3,00 4,00 +1,00" in page
    book = ZipFile(io.BytesIO((await kepala.get(f"{HERE}.xlsx")).content))
    assert "Menambah petugas jaga" in book.read("xl/sharedStrings.xml").decode()
    closed = await _act(kepala, work, "tindak-lanjut/1", hasil="Sudah", batal="1")
    assert closed.status_code == 303
    assert sentence("survey.follow_up_closed") in words_of(
        await _act(kepala, work, "tindak-lanjut/1", hasil="Sudah")
    )
    trail = words_of(await kepala.get("/petugas/jejak"))
    for act in ("Mencatat tindak lanjut survei", "Membatalkan tindak lanjut survei"):
        assert act in trail


@ON_SQLITE
async def test_a_year_is_computed_from_what_was_published_and_the_skpj(
    work: Work, kepala: httpx.AsyncClient
) -> None:
    await many_answer(work.context.db, work.clock.now(), work.balikpapan, 5)
    await _new_year(work, (kepala, "kepala"))
    year = f"{HERE}/tahun"

    async def enter(value: str, source: str = "ND-1047/WBC.16/2026", seen: int = 0) -> httpx.Response:
        token = csrf_of(await kepala.get(f"{year}?tahun=2026"))
        fields = {"csrf": token, "kantor": work.balikpapan, "tahun": 2026, "lihat": seen}
        return await kepala.post(year, data={**fields, "indeks": value, "sumber": source})

    for value in ("", "4,001", "0,9", "3.6411", "tiga", "3,6,4", "-3"):
        assert sentence("survey.skpj_value") in words_of(await enter(value)), value
    assert sentence("survey.source_missing") in words_of(await enter("3,641", " "))
    assert (await enter("3,641")).status_code == 303
    assert sentence("survey.skpj_newer") in words_of(await enter("3,7"))
    page = words_of(await kepala.get(f"{year}?tahun=2026"))
    assert "Indeks kepuasan 2026" in page
    assert "0 dari 4 triwulan ada angkanya" in page
    await _act(kepala, work, "terbitkan")
    page = words_of(await kepala.get(f"{year}?tahun=2026"))
    # (3,78 + 3,641) / 2
    assert "Indeks 2026: 3,71 dari 4, Sangat Puas" in page
    assert (await enter("3,7", "Ralat ND-1050", seen=1)).status_code == 303
    page = words_of(await kepala.get(f"{year}?tahun=2026"))
    assert "3,700 Ralat ND-1050" in page
    assert "3,641 ND-1047/WBC.16/2026" in page


async def test_quarters_before_the_service_are_entered_by_hand_and_give_the_index_of_the_report(
    work: Work, kepala: httpx.AsyncClient, sari: httpx.AsyncClient, browser: Browser
) -> None:
    year = f"{HERE}/tahun"

    async def enter(quarter: str, value: str, source: str, seen: int, **other: object) -> httpx.Response:
        client = other.pop("client", kepala)
        token = csrf_of(await client.get(f"{year}?tahun=2024"))  # type: ignore[attr-defined]
        fields = {"csrf": token, "kantor": work.balikpapan, "tahun": 2024, "lihat": seen}
        fields |= {"triwulan": quarter, "indeks": value, "sumber": source, **other}
        where = f"{year}/skm" if quarter else year
        return await client.post(where, data=fields)  # type: ignore[attr-defined,no-any-return]

    # L24 5a-CP: the quarters II to IV of 2024, and the SKPJ.
    for seen, (quarter, value) in enumerate((("Q2", "3,87"), ("Q3", "3,49"), ("Q4", "3,90"))):
        assert (await enter(f"2024-{quarter}", value, "Laporan SKM", seen)).status_code == 303
    assert (await enter("2024-Q3", "3,94", "Ralat laporan SKM", 3)).status_code == 303
    assert (await enter("", "3,641", "ND-1047/WBC.16/2024", 0)).status_code == 303
    page = words_of(await kepala.get(f"{year}?tahun=2024"))
    assert "Indeks 2024: 3,77 dari 4, Sangat Puas" in page
    assert "3 dari 4 triwulan ada angkanya, 3 di antaranya diisi dengan tangan" in page
    assert "SKM Triwulan III 2024 3,94 diisi dengan tangan" in page
    assert "Triwulan III 2024: 3,94 Ralat laporan SKM. Diisi Hasan Basri" in page
    assert "Triwulan III 2024: 3,49 Laporan SKM" in page

    for quarter, value, source, seen, code, details in (
        ("2024-Q1", "3,875", "x", 4, "survey.skm_value", {}),
        ("2024-Q1", "3,87", " ", 4, "survey.source_missing", {}),
        ("2024-Q1", "3,87", "x", 2, "survey.skm_newer", {}),
        ("2025-Q1", "3,87", "x", 4, "survey.period_unknown", {}),
        ("2024-S1", "3,87", "x", 4, "survey.period_unknown", {}),
    ):
        refused = await enter(quarter, value, source, seen, **details)
        assert sentence(code) in words_of(refused), code
    assert (await enter("2024-Q1", "3,87", "x", 4, client=sari)).status_code == 403
    wilayah = browser()
    await work.sign_in(wilayah, "wilayah")
    assert sentence("survey.not_permitted") in words_of(
        await enter("2024-Q1", "3,87", "x", 4, client=wilayah)
    )
    running = await enter("2026-Q4", "3,87", "x", 0, tahun=2026)
    assert sentence("survey.running", period="Triwulan IV 2026") in words_of(running)
    await many_answer(work.context.db, work.clock.now(), work.balikpapan, 5)
    await _new_year(work, (kepala, "kepala"))
    surveyed = await enter("2026-Q4", "3,87", "x", 0, tahun=2026)
    assert sentence("survey.surveyed_here", period="Triwulan IV 2026") in words_of(surveyed)
    trail = words_of(await kepala.get("/petugas/jejak"))
    for act in ("Mengisi SKM triwulan dengan tangan", "Membetulkan SKM triwulan yang diisi dengan tangan"):
        assert act in trail


@ON_SQLITE
async def test_each_sees_their_offices_and_only_the_koordinator_publishes(
    work: Work, kepala: httpx.AsyncClient, sari: httpx.AsyncClient, browser: Browser
) -> None:
    db = work.context.db
    await many_answer(db, work.clock.now(), work.balikpapan, 5)
    await many_answer(db, work.clock.now(), work.samarinda, 4, scores=GOOD[::-1], first=50)
    wilayah, uki, admin, dewi = browser(), browser(), browser(), browser()
    clients = ((wilayah, "wilayah"), (uki, "uki"), (admin, "admin"), (dewi, "dewi"), (sari, "sari"))
    await _new_year(work, (kepala, "kepala"), *clients)
    over = words_of(await wilayah.get(HERE))
    assert "KPPBC Balikpapan 5 3,78 Sangat Puas Belum" in over
    assert "KPPBC Samarinda 4 Kurang dari 5 jawaban Belum" in over
    below = f"{HERE}?kantor={work.balikpapan}"
    assert "3,78 dari 4" in words_of(await wilayah.get(below))
    assert (await wilayah.get(f"{HERE}.pdf?kantor={work.samarinda}")).status_code == 409
    assert (await admin.get(HERE)).status_code == 403
    # Other offices, and offices and quarters that there are not.
    for path in (
        f"{HERE}?kantor={work.samarinda}",
        f"{HERE}.xlsx?kantor={work.samarinda}",
        f"{HERE}?kantor=x",
        f"{HERE}?kantor={10**30}",
        f"{HERE}/tahun?kantor={work.samarinda}",
    ):
        assert (await sari.get(path)).status_code == 403, path
    for asked in ("2027-Q2", "2026-S1", "2026-10", "x", "2026-Q5"):
        assert (await sari.get(f"{HERE}?triwulan={asked}")).status_code == 404, asked
    for year in ("1999", "x", "2029"):
        assert (await sari.get(f"{HERE}/tahun?tahun={year}")).status_code == 404, year
    for client in (sari, uki):
        assert "Terbitkan hasil" not in (await client.get(HERE)).text
        assert "Catat tindak lanjut" not in (await client.get(HERE)).text
        assert (await _act(client, work, "terbitkan")).status_code == 403
        assert (await _act(client, work, "tindak-lanjut", **PLAN)).status_code == 403
    # The Koordinator Wilayah reads along; what an office does and publishes is its own.
    assert "Terbitkan hasil" not in (await wilayah.get(below)).text
    refused = await _act(wilayah, work, "terbitkan")
    assert sentence("survey.not_permitted") in words_of(refused)
    await _act(kepala, work, "tindak-lanjut", **PLAN)
    refused = await _act(wilayah, work, "tindak-lanjut/1", hasil="Sudah")
    assert sentence("survey.not_permitted") in words_of(refused)
    assert (await _act(kepala, work, "tindak-lanjut/99", hasil="x")).status_code == 404
    empty = words_of(await sari.get(f"{HERE}?triwulan=2026-Q3"))
    assert "Tidak ada yang menjawab survei triwulan ini" in empty
