"""Pemberdayaan at the console: planned for several, told to them exactly once, recorded with files."""

import httpx
import pytest

from bot.conversation.store import messages_after
from bot.doorbell import JOBS_TIMER
from bot.jobs.models import JobKind
from bot.jobs.runner import Runner
from bot.sweep import Timers
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, sentence, words_of
from tests.console.test_register import _file
from tests.files.samples import pdf

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HERE = "/petugas/pemberdayaan"
PLAN = {
    "tema": "2.a.1",
    "tanggal": "2026-12-01",
    "jam": "09:00",
    "tempat": "Aula kantor",
    "materi": "Akses kepabeanan",
}


async def _timers(work: Work) -> None:
    runner = Runner(work.context, JobKind.TIMER, JOBS_TIMER, Timers(work.context).handle)
    while await runner.run_one():
        pass


async def _heard(work: Work, chat: int = 1) -> list[str]:
    async with work.context.db.read() as session:
        return [message.text for message in await messages_after(session, chat, 0)]


async def _plan(client: httpx.AsyncClient, *umkm: int, **other: str) -> httpx.Response:
    token = csrf_of(await client.get(f"{HERE}/baru"))
    people = [str(each) for each in umkm]
    return await client.post(f"{HERE}/baru", data={"csrf": token, **(PLAN | other), "umkm": people})


async def _act(client: httpx.AsyncClient, where: str, act: str, **fields: object) -> httpx.Response:
    return await client.post(f"{where}/{act}", data={"csrf": csrf_of(await client.get(where)), **fields})


async def test_invited_reminded_once_recorded_and_on_the_path_of_each(
    work: Work, sari: httpx.AsyncClient
) -> None:
    first = await _file(work)
    second = await _file(work, nama="Abon Ikan", npwp="01.234.567.8-901.002", nib="")
    made = await _plan(sari, first, second)
    assert made.status_code == 303, words_of(made)
    where = made.headers["location"].split("?")[0]
    await _timers(work)
    await _timers(work)
    [invited] = await _heard(work)
    assert "KPPBC Balikpapan mengundang usaha Anda ke kegiatan Asistensi dan pendampingan" in invited
    assert "Selasa, 1 Desember 2026 pukul 09.00 WITA" in invited
    early = await _act(sari, where, "catat", hasil="Paham")
    assert sentence("activity.ahead") in words_of(early)
    work.clock.advance(days=7, hours=18)
    await _timers(work)
    work.clock.advance(days=1)
    await _timers(work)
    assert [text.split(":")[0] for text in (await _heard(work))[1:]] == ["Pengingat"]
    await work.sign_in(sari, "sari")
    assert sentence("activity.words_missing") in words_of(
        await _act(sari, where, "catat", hadir=[str(first)])
    )
    kept = await _act(sari, where, "catat", hadir=[str(first)], kendala="Sinyal", hasil="Akun SSm dibuat")
    assert kept.status_code == 303
    token = csrf_of(await sari.get(where))
    sent = await sari.post(f"{where}/berkas", data={"csrf": token}, files={"berkas": ("hadir.pdf", pdf())})
    assert sent.status_code == 303
    page = await sari.get(where)
    assert "Keripik Tempe Bu Rina Hadir" in words_of(page)
    assert "Abon Ikan Tidak hadir" in words_of(page)
    assert (await sari.get(f"{where}/berkas/1")).content == pdf()
    path = words_of(await sari.get(f"/petugas/register-umkm/{first}"))
    assert "Asistensi dan pendampingan. Terlaksana. Akun SSm dibuat" in path
    assert "Kontak terakhir Selasa, 1 Desember 2026 pukul 09.00 WITA" in path
    assert sentence("activity.held") in words_of(await _act(sari, where, "batal"))


async def test_called_off_is_told_in_place_of_the_reminder_and_bad_plans_write_nothing(
    work: Work, sari: httpx.AsyncClient, browser: Browser
) -> None:
    number = await _file(work)
    elsewhere = await _file(work, work.samarinda, nama="Amplang")
    for people, other, code in (
        ((), {}, "activity.nobody"),
        ((number,), {"tema": "9"}, "activity.theme"),
        ((number,), {"jam": "25:00"}, "activity.moment"),
        ((number,), {"materi": " "}, "activity.words_missing"),
        ((number, elsewhere), {}, "umkm.not_found"),
    ):
        refused = await _plan(sari, *people, **other)
        assert refused.status_code in (404, 422)
        assert sentence(code) in words_of(refused), code
        assert "Aula kantor" in refused.text
    where = (await _plan(sari, number)).headers["location"].split("?")[0]
    assert where == f"{HERE}/1"
    await _timers(work)
    dewi, uki = browser(), browser()
    await work.sign_in(dewi, "dewi")
    await work.sign_in(uki, "uki")
    assert (await dewi.get(where)).status_code == 404
    assert "Batalkan kegiatan" not in (await uki.get(where)).text
    assert (await uki.get(f"{HERE}/baru")).status_code == 403
    assert (await _act(sari, where, "batal")).status_code == 303
    await _timers(work)
    work.clock.advance(days=8)
    await _timers(work)
    assert [text.split()[0] for text in await _heard(work)] == ["KPPBC", "Kegiatan"]
    assert "Direncanakan" not in (await uki.get(HERE)).text
