"""What falls due for whom: on the page, in reminders that come once, and in the calendar of a phone."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from icalendar import Calendar
from sqlalchemy import select

from afk_core.agents.agent import AgentEntered, LetterEntered, NewAgent
from afk_core.agents.letters import enter_letter
from afk_core.agents.service import end, enter
from afk_core.monthly import service as monthly
from afk_core.officers.service import NewOfficer, create_officer, deactivate, update_officer, viewer_by_id
from afk_core.reports import service as reports
from afk_core.reports.report import ReportKey, ReportKind
from afk_core.rules.monthly import Look
from afk_core.rules.periods import Period
from afk_core.rules.roles import Role
from bot.context import Context
from bot.doorbell import JOBS_TIMER
from bot.duties import reminding
from bot.jobs.models import JobKind
from bot.jobs.runner import Runner
from bot.notices.models import Notice
from bot.notices.service import mark_sent, untold
from bot.public import make_router
from bot.sweep import Timers
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, rows, words_of
from tests.console.supervisors import hire

NOVEMBER = Period.read("2026-11")
LATE = datetime(2026, 12, 7, 2, 0, tzinfo=UTC)
"""Monday 10.00 WITA, two days after the reports on November were due."""


@pytest.fixture
async def staffed(work: Work) -> Work:
    """Balikpapan with its Koordinator and its two Sub Koordinator, all new on 23 November 2026."""
    await hire(work)
    return work


async def page_of(browser: Browser, work: Work, username: str) -> httpx.Response:
    client = browser()
    await work.sign_in(client, username)
    return await client.get("/petugas/tugas")


async def report(work: Work, username: str, at: datetime, *, sent: bool = True) -> None:
    """A report on November, signed and sent."""
    officer = work.officers[username]
    key = ReportKey(ReportKind.MONTHLY, work.balikpapan, NOVEMBER, officer)
    async with work.context.db.write() as session:
        signed = await reports.sign(session, at, officer, key, {"form": 1}, due=date(2026, 12, 5))
        if sent:
            await reports.send(session, at, officer, signed.id, "Koordinator Wilayah")


async def test_a_fresh_installation_shows_what_comes_and_nothing_late(
    browser: Browser, staffed: Work
) -> None:
    for username in ("kepala", "pembina", "wilayah"):
        words = words_of(await page_of(browser, staffed, username))
        assert "Terlambat" not in words
        # As on the page of the agents, the first letter is what a new office begins with.
        soon = "Rabu, 23 Desember 2026 30 hari lagi Segera"
        assert (soon in words) == (username != "pembina")
    words = words_of(await page_of(browser, staffed, "pembina"))
    assert "Tidak ada tugas Anda yang terlambat atau segera jatuh tempo." in words
    assert "Laporan bulanan November 2026 Sabtu, 5 Desember 2026 12 hari lagi" in words
    assert "Oktober" not in words
    assert "Peran Anda tidak punya laporan berkala." in words_of(await page_of(browser, staffed, "sari"))


async def test_who_is_late_sees_it_and_so_do_those_above_and_nobody_else(
    browser: Browser, staffed: Work
) -> None:
    staffed.clock.set(LATE)
    await report(staffed, "pendata", datetime(2026, 12, 5, 10, 0, tzinfo=UTC))
    page = await page_of(browser, staffed, "pembina")
    assert 'href="/petugas/laporan?bulan=2026-11"' in page.text
    own = words_of(page)
    assert "1 tugas Anda terlambat." in own
    assert "Laporan bulanan November 2026 Sabtu, 5 Desember 2026 lewat 2 hari Terlambat" in own
    assert "Agus Salim" not in own
    done = words_of(await page_of(browser, staffed, "pendata"))
    assert "Tidak ada tugas Anda yang terlambat" in done
    assert "selesai 5 Desember 2026 Selesai" in done
    for username in ("kepala", "wilayah"):
        above = words_of(await page_of(browser, staffed, username))
        assert "1 tugas orang lain di bawah Anda terlambat." in above
        assert "Nur Aini Sabtu, 5 Desember 2026 lewat 2 hari Terlambat" in above
    # Pasal 11: the Koordinator Wilayah reviews what was sent, and waits for what was not.
    wilayah = words_of(await page_of(browser, staffed, "wilayah"))
    name = "Reviu laporan bulanan November 2026, Sub Koordinator"
    assert f"{name} Pengumpulan Data dan Klasterisasi, KPPBC Balikpapan Kamis, 10 Desember 2026" in wilayah
    assert "Pembinaan Teknis, KPPBC Balikpapan Kamis, 10 Desember 2026 3 hari lagi Menunggu" in wilayah
    assert "Reviu" not in words_of(await page_of(browser, staffed, "kepala"))
    assert "November" not in words_of(await page_of(browser, staffed, "dewi"))


async def test_a_report_that_was_returned_is_owed_anew_and_its_correction_reviewed_anew(
    browser: Browser, staffed: Work
) -> None:
    staffed.clock.set(datetime(2026, 12, 4, 2, 0, tzinfo=UTC))
    await report(staffed, "pendata", staffed.clock.now())
    async with staffed.context.db.write() as session:
        wilayah = await viewer_by_id(session, staffed.officers["wilayah"])
        assert wilayah is not None
        key = ReportKey(ReportKind.MONTHLY, staffed.balikpapan, NOVEMBER, staffed.officers["pendata"])
        [first] = await reports.versions_of(session, key)
        now = staffed.clock.now()
        await monthly.review(session, now, wilayah, first.id, Look.RETURNED, "Sebut tempatnya")
    own = words_of(await page_of(browser, staffed, "pendata"))
    assert "Pembetulan laporan bulanan November 2026 yang dikembalikan Kamis, 10 Desember 2026" in own
    review = "Pengumpulan Data dan Klasterisasi, KPPBC Balikpapan Kamis, 10 Desember 2026"
    assert f"{review} selesai 4 Desember 2026" in words_of(await page_of(browser, staffed, "wilayah"))
    async with staffed.context.db.write() as session:
        officer = staffed.officers["pendata"]
        again = await reports.sign(
            session, now, officer, key, {"form": 2}, due=date(2026, 12, 5), corrects=first.id, reason="Ya"
        )
        await reports.send(session, now, officer, again.id, "Koordinator Wilayah")
    assert "Pembetulan" not in words_of(await page_of(browser, staffed, "pendata"))
    assert f"{review} 6 hari lagi Segera" in words_of(await page_of(browser, staffed, "wilayah"))


async def test_an_agent_who_left_in_the_middle_owes_what_they_served(browser: Browser, staffed: Work) -> None:
    async with staffed.context.db.write() as session:
        viewer = await viewer_by_id(session, staffed.officers["kepala"])
        assert viewer is not None
        person = AgentEntered("", "", "0812-3456-7801", "a@b.example", staffed.officers["pembina"])
        new = NewAgent(staffed.balikpapan, Role.SUB_PEMBINAAN, person, date(2026, 1, 5))
        agent = await enter(session, staffed.clock.now(), viewer, new)
        await end(session, staffed.clock.now(), viewer, agent.id, date(2026, 12, 10), "Mutasi")
    staffed.clock.set(datetime(2027, 2, 10, 2, 0, tzinfo=UTC))
    words = words_of(await page_of(browser, staffed, "pembina"))
    assert "Laporan bulanan Desember 2026" in words
    assert "Laporan bulanan Januari 2027" not in words
    async with staffed.context.db.write() as session:
        await deactivate(session, staffed.clock.now(), staffed.officers["pembina"])
    above = words_of(await page_of(browser, staffed, "kepala"))
    left = "Laporan bulanan Desember 2026 dari Sub Koordinator Pembinaan Teknis yang sudah tidak bertugas"
    assert f"{left} Nur Aini sudah tidak bertugas" in above
    # The report page counts it late as well, and whoever follows finds it among the own duties.
    client = browser()
    await staffed.sign_in(client, "kepala")
    listed = await client.get("/petugas/laporan?bulan=2026-12")
    assert "Nur Aini Sub Koordinator Pembinaan Teknis · sudah tidak bertugas; laporan bulan ini" in words_of(
        listed
    )
    assert f"/petugas/laporan/{staffed.balikpapan}/{staffed.officers['pembina']}/2026-12" in listed.text
    assert "Nur Aini" not in words_of(await client.get("/petugas/laporan?bulan=2027-01"))
    async with staffed.context.db.write() as session:
        heir = NewOfficer(staffed.balikpapan, "yuni", "Yuni", "Pejabat", Role.SUB_PEMBINAAN)
        staffed.officers["yuni"] = (await create_officer(session, staffed.clock.now(), heir)).id
    after = words_of(await page_of(browser, staffed, "yuni"))
    assert "2 tugas Anda terlambat." in after
    assert left in after


async def test_who_moved_to_another_office_leaves_what_the_roster_says_they_served(
    browser: Browser, staffed: Work
) -> None:
    async with staffed.context.db.write() as session:
        viewer = await viewer_by_id(session, staffed.officers["kepala"])
        assert viewer is not None
        person = AgentEntered("", "", "0812-3456-7801", "a@b.example", staffed.officers["pembina"])
        new = NewAgent(staffed.balikpapan, Role.SUB_PEMBINAAN, person, date(2026, 1, 5))
        agent = await enter(session, staffed.clock.now(), viewer, new)
        await end(session, staffed.clock.now(), viewer, agent.id, date(2026, 11, 24), "Mutasi")
        moved = NewOfficer(staffed.samarinda, "pembina", "Nur Aini", "Pejabat", Role.SUB_PEMBINAAN)
        await update_officer(session, staffed.clock.now(), staffed.officers["pembina"], moved)
    staffed.clock.set(LATE)
    above = await page_of(browser, staffed, "kepala")
    assert "dari Sub Koordinator Pembinaan Teknis yang sudah tidak bertugas Nur Aini" in words_of(above)
    client = browser()
    await staffed.sign_in(client, "kepala")
    here = f"/petugas/laporan/{staffed.balikpapan}/{staffed.officers['pembina']}"
    assert here in (await client.get("/petugas/laporan?bulan=2026-11")).text
    assert "sudah tidak bertugas di sini" in words_of(await client.get(f"{here}/2026-11"))
    assert (await client.get(f"{here}/2026-12")).status_code == 404


async def pass_nights(context: Context, work: Work, *nights: datetime) -> None:
    """Two workers side by side do what is due in each of these nights, and in the morning after."""
    runners = [Runner(context, JobKind.TIMER, JOBS_TIMER, Timers(context).handle) for _ in range(2)]
    for night in nights:
        for moment in (night, night + timedelta(hours=5), night + timedelta(hours=5, seconds=5)):
            work.clock.set(moment)
            while any(await asyncio.gather(*(runner.run_one() for runner in runners))):
                pass


def night_of(day: date) -> datetime:
    """A moment after the reminders for the next day begin."""
    return datetime(day.year, day.month, day.day, 18, 31, tzinfo=UTC)


async def test_reminders_come_before_on_the_last_working_day_and_once_late_in_office_hours(
    context: Context, staffed: Work
) -> None:
    async with context.db.write() as session:
        await reminding.next_reminding(context, session)
        await reminding.next_reminding(context, session)
        viewer = await viewer_by_id(session, staffed.officers["kepala"])
        assert viewer is not None
        letter = LetterEntered("KEP-1/2026", date(2026, 11, 1), date(2027, 11, 1))
        await enter_letter(session, staffed.clock.now(), viewer, staffed.balikpapan, letter)
    # The first night comes late, as after a stop of the service.
    await pass_nights(context, staffed, *(night_of(date(2026, 11, day)) for day in (29, 30)))
    await report(staffed, "pendata", datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    await pass_nights(context, staffed, *(night_of(date(2026, 12, day)) for day in (3, 4, 6, 7, 9, 10)))
    told = await rows(context.db, select(Notice).where(Notice.kind == "duty").order_by(Notice.id))
    steps = Counter((each.officer_id, each.key.rpartition(":")[2]) for each in told)  # type: ignore[attr-defined]
    officers = staffed.officers
    assert steps == {
        (officers["pembina"], "segera"): 1,
        (officers["pembina"], "hari_terakhir"): 1,
        (officers["pembina"], "terlambat"): 1,
        (officers["pendata"], "segera"): 1,
        (officers["kepala"], "atasan"): 1,
        # The letter of the Kanwil, and the review of the report that was sent.
        (officers["wilayah"], "segera"): 2,
        (officers["wilayah"], "hari_terakhir"): 1,
        (officers["wilayah"], "terlambat"): 1,
    }
    by_step = {each.key.rpartition(":")[2]: each for each in told if each.officer_id == officers["pembina"]}  # type: ignore[attr-defined]
    days = {step: each.told_at + timedelta(hours=8) for step, each in by_step.items()}  # type: ignore[attr-defined]
    assert {step: day.date() for step, day in days.items()} == {
        "segera": date(2026, 11, 30),
        "hari_terakhir": date(2026, 12, 4),
        "terlambat": date(2026, 12, 7),
    }
    assert all(7 <= day.hour < 17 for day in days.values())
    assert "hari ini hari kerja terakhir" in by_step["hari_terakhir"].words  # type: ignore[attr-defined]
    (late,) = [each for each in told if each.officer_id == officers["kepala"]]  # type: ignore[attr-defined]
    assert late.words.startswith("Laporan bulanan November 2026 dari Nur Aini belum dikirim.")  # type: ignore[attr-defined]


async def test_a_reminder_goes_to_telegram_once(context: Context, staffed: Work) -> None:
    staffed.clock.set(LATE)
    async with context.db.write() as session:
        await reminding.start_night(context, session)
    await pass_nights(context, staffed, LATE)
    people, now = [staffed.officers["pembina"]], staffed.clock.now()
    async with context.db.write() as session:
        (bundle,) = await untold(session, now, "telegram", people)
        await mark_sent(session, now, "telegram", [each.id for each in bundle.notices])
        assert await untold(session, now, "telegram", people) == []
    assert [each.words for each in bundle.notices] == [
        "Laporan bulanan November 2026 belum selesai. Batasnya Sabtu, 5 Desember 2026. Buka menu Tugas."
    ]


async def feed(context: Context, path: str) -> httpx.Response:
    app = FastAPI(routes=make_router(context).routes)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://x.example") as client:
        return await client.get(path)


async def test_a_calendar_has_whole_days_stable_names_and_no_people(
    browser: Browser, context: Context, staffed: Work
) -> None:
    client = browser()

    async def renewed() -> str:
        await staffed.sign_in(client, "wilayah")
        csrf = csrf_of(await client.get("/petugas/tugas"))
        page = await client.post("/petugas/tugas/kalender", data={"csrf": csrf}, follow_redirects=True)
        return page.text.split("https://klinik.example")[1].split('"')[0]

    path = await renewed()
    answer = await feed(context, path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "Nur Aini" not in answer.text
    events = {str(each["UID"]): each for each in Calendar.from_ical(answer.content).walk("VEVENT")}
    review = events[f"reviu-{staffed.balikpapan}-2026-11-{staffed.officers['pembina']}@klinik-ekspor"]
    assert (review.decoded("dtstart"), review.decoded("dtend")) == (date(2026, 12, 10), date(2026, 12, 11))
    assert review.decoded("dtstamp") == staffed.clock.now().replace(microsecond=0)
    assert "Pembinaan Teknis" in str(review["SUMMARY"])
    staffed.clock.set(LATE)
    await report(staffed, "pembina", LATE)
    later = Calendar.from_ical((await feed(context, path)).content).walk("VEVENT")
    assert events.keys() <= {str(each["UID"]) for each in later}

    fresh = await renewed()
    assert fresh != path
    assert (await feed(context, path)).status_code == 404
    assert (await feed(context, fresh)).status_code == 200
    async with context.db.write() as session:
        await deactivate(session, staffed.clock.now(), staffed.officers["wilayah"])
    for unknown in (fresh, "/kalender/x.ics", f"/kalender/{'a' * 500}.ics", "/kalender/%00.ics"):
        assert (await feed(context, unknown)).status_code == 404


async def test_a_calendar_can_be_revoked_and_is_asked_for_with_measure(
    browser: Browser, context: Context, staffed: Work
) -> None:
    client = browser()
    await staffed.sign_in(client, "pembina")
    csrf = csrf_of(await client.get("/petugas/tugas"))
    await client.post("/petugas/tugas/kalender", data={"csrf": csrf})
    page = await client.post("/petugas/tugas/kalender/cabut", data={"csrf": csrf}, follow_redirects=True)
    assert "Buat alamat kalender" in words_of(page)
    app = FastAPI(routes=make_router(context).routes)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://x.example") as phone:
        statuses = [(await phone.get(f"/kalender/tebakan-{each}.ics")).status_code for each in range(42)]
    assert (set(statuses[:40]), statuses[-1]) == ({404}, 429)
