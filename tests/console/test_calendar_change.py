"""A change of calendar shows the promises that it moves, and only then is made; and a year at a glance."""

import re
from html import unescape

import httpx
import pytest
from sqlalchemy import select

from afk_core.officers.models import AuditRecord
from afk_core.offices.service import calendar_of
from bot.conversation.models import Message
from bot.jobs.models import Job
from tests.console.office import Work, csrf_of, rows, sentence, words_of
from tickets.models import LimitRow

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


async def post(client: httpx.AsyncClient, page: str, target: str, **fields: str) -> httpx.Response:
    csrf = csrf_of(await client.get(page))
    return await client.post(target, data={"csrf": csrf, **fields})


async def agree(client: httpx.AsyncClient, shown: httpx.Response) -> httpx.Response:
    """Send the form of the confirming page as it stands."""
    body = shown.text[shown.text.index("<main") :]
    action = re.search(r'<form method="post" action="([^"]+)"', body)
    assert action is not None
    fields: dict[str, list[str]] = {}
    for name, value in _HIDDEN.findall(body):
        fields.setdefault(name, []).append(unescape(value))
    return await client.post(action[1], data=fields)


async def promise(work: Work) -> list[str]:
    """The due instants that are stored."""
    limits = await rows(work.context.db, select(LimitRow).order_by(LimitRow.id))
    return [row.due.isoformat() for row in limits]  # type: ignore[attr-defined]


async def version(work: Work) -> int:
    async with work.context.db.read() as session:
        return (await calendar_of(session, work.balikpapan)).version


def paths(work: Work) -> dict[str, tuple[str, str, dict[str, str]]]:
    hours = f"/petugas/kantor/{work.balikpapan}/jam"
    week = {
        f"hari{day}_0_{part}": at
        for day in range(1, 5)
        for part, at in (("mulai", "07.30"), ("selesai", "17.00"))
    }
    today = "2026-11-23"
    holiday = {"tanggal": today, "nama": "Libur baru", "jenis": "nasional", "dasar": "SKB 5"}
    office = {"kode": "160300", "nama": "KPPBC Balikpapan", "jenis": "kppbc", "induk": "160000", "aktif": "1"}
    return {
        "week": (hours, hours, {**week, "alasan": "SE-1"}),
        "date": (hours, f"{hours}/tanggal", {"tanggal": today, "tutup": "1", "alasan": "Gempa"}),
        "holiday": ("/petugas/libur", "/petugas/libur", holiday),
        "zone": (
            f"/petugas/kantor/{work.balikpapan}",
            f"/petugas/kantor/{work.balikpapan}",
            # At 08.10 in Balikpapan it is 07.10 in Jakarta: before the opening.
            {**office, "zona": "Asia/Jakarta", "wilayah": "Kota Balikpapan\nKabupaten Paser"},
        ),
    }


@pytest.mark.parametrize("what", ["week", "date", "holiday", "zone"])
async def test_nothing_is_saved_before_the_moved_promises_were_seen(
    admin: httpx.AsyncClient, work: Work, what: str
) -> None:
    if what == "zone":
        work.clock.advance(minutes=-80)
    opened = await work.ask()
    before = await promise(work)
    page, target, fields = paths(work)[what]
    shown = await post(admin, page, target, **fields)
    assert shown.status_code == 200
    words = words_of(shown)
    assert "Perubahan belum disimpan" in words
    assert opened.number in words
    assert (await promise(work), await version(work)) == (before, 1)
    assert await rows(work.context.db, select(Message)) == []

    saved = await agree(admin, shown)
    assert saved.status_code == 303, words_of(saved)
    after = await promise(work)
    assert max(after) > max(before)
    assert await version(work) == 2
    (message,) = await rows(work.context.db, select(Message))
    assert opened.number in message.text  # type: ignore[attr-defined]
    assert "dijawab paling lambat" in message.text  # type: ignore[attr-defined]
    jobs = [job.key for job in await rows(work.context.db, select(Job))]  # type: ignore[attr-defined]
    assert any(key.startswith("limit_due:") and max(after) in key for key in jobs)
    actions = [record.action for record in await rows(work.context.db, select(AuditRecord))]  # type: ignore[attr-defined]
    assert actions.count("limit.recomputed") == 1


async def test_a_promise_that_came_meanwhile_is_shown_again(admin: httpx.AsyncClient, work: Work) -> None:
    await work.ask()
    page, target, fields = paths(work)["date"]
    shown = await post(admin, page, target, **fields)
    second = await work.ask()
    again = await agree(admin, shown)
    assert (again.status_code, second.number in words_of(again), await version(work)) == (200, True, 1)
    assert (await agree(admin, again)).status_code == 303
    assert len(await rows(work.context.db, select(Message))) == 2


async def test_a_change_that_moves_nothing_is_saved_at_once(admin: httpx.AsyncClient, work: Work) -> None:
    await work.ask()
    page, target, fields = paths(work)["date"]
    saved = await post(admin, page, target, **(fields | {"tanggal": "2026-12-24"}))
    assert (saved.status_code, await version(work)) == (303, 2)
    assert await rows(work.context.db, select(Message)) == []


async def test_taking_a_date_away_asks_too(admin: httpx.AsyncClient, work: Work) -> None:
    """A Saturday that was opened counts as a working day until the exception goes."""
    page, target, _ = paths(work)["date"]
    opened_day = {
        "tanggal": "2026-11-28",
        "khusus_0_mulai": "07.30",
        "khusus_0_selesai": "17.00",
        "alasan": "Piket",
    }
    assert (await post(admin, page, target, **opened_day)).status_code == 303
    work.clock.set(work.clock.now().replace(day=27, hour=8))
    await work.sign_in(admin, "admin")
    opened = await work.ask()
    shown = await post(admin, page, f"{target}/hapus", tanggal="2026-11-28")
    assert (shown.status_code, opened.number in words_of(shown)) == (200, True)
    assert (await agree(admin, shown)).status_code == 303
    assert (await promise(work))[-1] == "2026-12-01T08:30:00+00:00"


async def test_hours_that_leave_no_opening_are_refused_while_requests_run(
    admin: httpx.AsyncClient, work: Work
) -> None:
    await work.ask()
    page = f"/petugas/kantor/{work.balikpapan}/jam"
    refused = await post(admin, page, page, alasan="Tutup semua")
    assert (refused.status_code, await version(work)) == (409, 1)
    assert sentence("office.calendar_broken") in words_of(refused)


async def test_a_year_shows_working_days_holidays_and_special_hours(
    admin: httpx.AsyncClient, sari: httpx.AsyncClient, work: Work
) -> None:
    page, target, fields = paths(work)["date"]
    await post(admin, page, target, **(fields | {"tanggal": "2026-12-24", "alasan": "Cuti <kantor>"}))
    holiday = paths(work)["holiday"][2] | {"tanggal": "2026-12-25", "nama": "Natal"}
    await post(admin, "/petugas/libur", "/petugas/libur", **holiday)
    year = f"/petugas/kantor/{work.balikpapan}/tahun?tahun=2026"
    for client in (admin, sari):
        shown = await client.get(year)
        words = words_of(shown)
        assert "Desember 21 hari kerja" in words
        assert "Jumat, 25 Desember 2026 Natal" in words
        assert "Kamis, 24 Desember 2026 Tutup: Cuti <kantor>" in words
        assert shown.text.count('<table class="year-month">') == 12
    assert "Ubah jam layanan" in words_of(await admin.get(year))
    assert "Ubah jam layanan" not in words_of(await sari.get(year))
    assert (await sari.get(f"/petugas/kantor/{work.samarinda}/tahun")).status_code == 404


@pytest.mark.parametrize(("month", "warned"), [(9, False), (10, True)])
async def test_from_october_on_a_missing_cuti_bersama_is_said(
    admin: httpx.AsyncClient, work: Work, month: int, warned: bool
) -> None:
    work.clock.set(work.clock.now().replace(month=month, day=1))
    await work.sign_in(admin, "admin")
    words = words_of(await admin.get(f"/petugas/kantor/{work.balikpapan}/tahun"))
    assert ("Cuti bersama 2027 belum ada" in words) is warned
