"""Accounts, offices, calendars and what failed: for administrators only."""

import re
from datetime import date, time

import httpx
from sqlalchemy import select

from afk_core.officers.models import AuditRecord, Officer
from afk_core.offices.models import Office
from afk_core.offices.service import calendar_of
from afk_core.rules.workdays import Interval
from bot.jobs.models import Job, JobKind
from bot.jobs.store import NewJob, add_jobs, bury
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, rows, sentence, words_of

PAGES = (
    "/petugas/akun",
    "/petugas/akun/baru",
    "/petugas/akun/1",
    "/petugas/kantor",
    "/petugas/kantor/baru",
    "/petugas/kantor/1",
    "/petugas/kantor/1/jam",
    "/petugas/libur",
    "/petugas/gagal",
)
ACCOUNT = {
    "nama_pengguna": "maya",
    "nama": "Maya <b>Sari</b>",
    "jabatan": "Pemeriksa",
    "peran": "anggota",
    "telepon": "",
    "surel": "",
}


async def fill(client: httpx.AsyncClient, page: str, target: str, **fields: str) -> httpx.Response:
    """Post a form of `page` to `target`."""
    return await client.post(target, data={"csrf": csrf_of(await client.get(page)), **fields})


async def test_only_an_administrator_opens_the_administration(
    browser: Browser, admin: httpx.AsyncClient, work: Work
) -> None:
    for page in PAGES:
        assert (page, (await admin.get(page)).status_code) == (page, 200)
    for username in ("sari", "wilayah", "uki"):
        client = browser()
        await work.sign_in(client, username)
        for page in PAGES:
            refused = await client.get(page)
            assert (page, refused.status_code) == (page, 403)
            assert "bukan untuk peran Anda" in words_of(refused)


async def test_an_officer_cannot_post_what_only_administrators_may(
    sari: httpx.AsyncClient, work: Work
) -> None:
    for target in ("/petugas/akun/baru", "/petugas/akun/2/blokir", "/petugas/libur", "/petugas/gagal/1"):
        assert (await fill(sari, "/petugas", target, **ACCOUNT)).status_code == 403
    assert len(await rows(work.context.db, select(Officer).where(Officer.active))) == 6


async def test_a_new_account_gets_a_link_that_is_shown_once_and_opens_it(
    admin: httpx.AsyncClient, browser: Browser, work: Work
) -> None:
    page = "/petugas/akun/baru"
    made = await fill(admin, page, page, **ACCOUNT, kantor=str(work.balikpapan))
    link = re.search(r"https://klinik\.example(/petugas/mulai\?token=[\w-]+)", made.text)
    assert link
    assert "Maya &lt;b&gt;Sari&lt;/b&gt;" in made.text
    listed = await admin.get("/petugas/akun")
    assert "Belum membuat kata sandi" in words_of(listed)
    assert "token=" not in listed.text
    maya = browser()
    form = await maya.get(link[1])
    fields = {"csrf": csrf_of(form), "token": link[1].split("=")[1], "sandi": "p" * 12, "ulang": "p" * 12}
    assert (await maya.post("/petugas/mulai", data=fields)).status_code == 303
    assert (await maya.get("/petugas")).status_code == 200


async def test_a_refused_account_says_why_and_keeps_what_was_typed(
    admin: httpx.AsyncClient, work: Work
) -> None:
    page = "/petugas/akun/baru"
    for field, value, code in (
        ("nama_pengguna", "sari", "officer.username_taken"),
        ("nama_pengguna", "Pak Maya!", "officer.username_invalid"),
        ("peran", "raja", "officer.role_unknown"),
        ("nama", " ", "officer.name_missing"),
        ("surel", "bukan surel", "officer.email_invalid"),
    ):
        fields = {**ACCOUNT, "kantor": str(work.balikpapan), "jabatan": "Pemeriksa Ahli", field: value}
        refused = await fill(admin, page, page, **fields)
        assert refused.status_code in (409, 422)
        assert sentence(code, username=value) in words_of(refused)
        assert 'value="Pemeriksa Ahli"' in refused.text


async def test_role_and_office_are_changed_and_a_blocked_officer_is_out_at_once(
    admin: httpx.AsyncClient, sari: httpx.AsyncClient, work: Work
) -> None:
    account = f"/petugas/akun/{work.officers['sari']}"
    changed = await fill(
        admin,
        account,
        account,
        nama="Sari Lestari",
        jabatan="Kepala Seksi",
        peran="sub_pembinaan",
        kantor=str(work.samarinda),
    )
    assert changed.status_code == 303
    assert "Sub Koordinator Pembinaan Teknis" in words_of(await admin.get("/petugas/akun"))
    assert (await sari.get("/petugas")).status_code == 200
    assert (await fill(admin, account, f"{account}/blokir")).status_code == 303
    assert (await sari.get("/petugas")).status_code == 303
    assert "Buka akun" in words_of(await admin.get(account))
    assert (await fill(admin, account, f"{account}/buka")).status_code == 303


async def test_the_last_administrator_cannot_lock_everybody_out(admin: httpx.AsyncClient, work: Work) -> None:
    account = f"/petugas/akun/{work.officers['admin']}"
    refused = await fill(admin, account, f"{account}/blokir")
    assert refused.status_code == 409
    assert sentence("officer.last_administrator") in words_of(refused)
    assert (await admin.get("/petugas/akun")).status_code == 200


async def test_an_office_is_added_with_its_areas_and_changed(admin: httpx.AsyncClient, work: Work) -> None:
    page = "/petugas/kantor/baru"
    fields = {
        "kode": "160500",
        "nama": "KPPBC Tarakan",
        "jenis": "kppbc",
        "induk": "160000",
        "zona": "Asia/Makassar",
        "wilayah": "Kota Tarakan\n\n Kabupaten Bulungan ( Tanjung Selor,  Sekatak )",
        "aktif": "1",
    }
    assert (await fill(admin, page, page, **fields)).status_code == 303
    office = (await rows(work.context.db, select(Office).where(Office.code == "160500")))[0]
    areas = [area.label for area in office.served_areas]  # type: ignore[attr-defined]
    assert areas == ["Kota Tarakan", "Kabupaten Bulungan (Kecamatan Tanjung Selor, Sekatak)"]
    edit = f"/petugas/kantor/{office.id}"  # type: ignore[attr-defined]
    assert "Kabupaten Bulungan (Kecamatan Tanjung Selor, Sekatak)" in (await admin.get(edit)).text
    assert (await fill(admin, edit, edit, **{**fields, "aktif": ""})).status_code == 303
    assert "Tidak aktif" in words_of(await admin.get("/petugas/kantor"))
    refused = await fill(admin, page, page, **{**fields, "wilayah": "Kota (a) (b)"})
    assert (refused.status_code, "Kota (a) (b)" in refused.text) == (422, True)


def week(**days: str) -> dict[str, str]:
    """Fields of weekly hours: `hari0="07.30-12.00 13:00-17:00"`."""
    fields = {}
    for day, text in days.items():
        for n, span in enumerate(text.split()):
            fields[f"{day}_{n}_mulai"], fields[f"{day}_{n}_selesai"] = span.split("-")
    return fields


async def test_weekly_hours_with_a_lunch_break_make_a_new_version_of_the_calendar(
    admin: httpx.AsyncClient, work: Work
) -> None:
    page = f"/petugas/kantor/{work.balikpapan}/jam"
    hours = week(hari0="13.00-17.00 07:30-12.00", hari5="8.00-11.00")
    assert (await fill(admin, page, page, **hours, alasan="SE-1/2026")).status_code == 303
    async with work.context.db.read() as session:
        calendar = await calendar_of(session, work.balikpapan)
    assert calendar.version == 2
    assert calendar.weekly == {
        0: (Interval(time(7, 30), time(12)), Interval(time(13), time(17))),
        5: (Interval(time(8), time(11)),),
    }
    shown = words_of(await admin.get(page))
    assert "Versi 2" in shown
    assert "SE-1/2026" in shown


async def test_hours_that_cannot_be_are_refused_and_stay_in_the_form(
    admin: httpx.AsyncClient, work: Work
) -> None:
    page = f"/petugas/kantor/{work.balikpapan}/jam"
    for hours, code, bad in (
        ("07.30-12.00 11.00-17.00", "calendar.hours_overlap", ""),
        ("17.00-07.30", "calendar.hours_end_before_start", ""),
        ("07.30-", "hours.incomplete", ""),
        ("07.30-25.00", "hours.invalid", "25.00"),
        ("pagi-sore", "hours.invalid", "pagi"),
    ):
        refused = await fill(admin, page, page, **week(hari1=hours), alasan="coba")
        assert refused.status_code == 422
        assert sentence(code, value=bad) in words_of(refused)
        assert f'name="hari1_0_mulai" value="{hours.split("-")[0]}"' in refused.text
    async with work.context.db.read() as session:
        assert (await calendar_of(session, work.balikpapan)).version == 1


async def test_a_change_of_hours_without_a_reason_is_refused(admin: httpx.AsyncClient, work: Work) -> None:
    page = f"/petugas/kantor/{work.balikpapan}/jam"
    refused = await fill(admin, page, page, **week(hari1="07.30-17.00"), alasan=" ")
    assert (refused.status_code, sentence("calendar.reason_missing") in words_of(refused)) == (422, True)


async def test_hours_of_one_date_are_set_closed_and_removed(admin: httpx.AsyncClient, work: Work) -> None:
    page = f"/petugas/kantor/{work.balikpapan}/jam"
    target, day = f"{page}/tanggal", date(2026, 12, 25)
    fields = {"tanggal": day.isoformat(), "alasan": "Piket Natal"}
    nothing = await fill(admin, page, target, **fields)
    assert (nothing.status_code, "Piket Natal" in nothing.text) == (422, True)
    for extra, hours in (
        (week(khusus="08.00-12.00"), (Interval(time(8), time(12)),)),
        ({"tutup": "1"}, ()),
    ):
        assert (await fill(admin, page, target, **fields, **extra)).status_code == 303
        async with work.context.db.read() as session:
            assert (await calendar_of(session, work.balikpapan)).exceptions == {day: hours}
    assert "Jumat, 25 Desember 2026 Tutup Piket Natal" in words_of(await admin.get(page))
    gone = await fill(admin, page, f"{target}/hapus", tanggal=day.isoformat())
    assert gone.status_code == 303
    async with work.context.db.read() as session:
        assert (await calendar_of(session, work.balikpapan)).exceptions == {}


async def test_a_holiday_is_added_with_its_decree_and_removed_with_a_reason(
    admin: httpx.AsyncClient, work: Work
) -> None:
    page, day = "/petugas/libur?tahun=2027", "2027-05-07"
    fields = {"tanggal": day, "nama": "Cuti <bersama>", "jenis": "cuti_bersama"}
    refused = await fill(admin, page, "/petugas/libur", **fields)
    assert (refused.status_code, sentence("calendar.source_missing") in words_of(refused)) == (422, True)
    assert "Cuti &lt;bersama&gt;" in refused.text
    added = await fill(admin, page, "/petugas/libur", **fields, dasar="SKB 1/2027")
    assert added.headers["location"] == "/petugas/libur?tahun=2027&pesan=libur-tersimpan"
    shown = words_of(await admin.get(page))
    assert "Jumat, 7 Mei 2027 Cuti <bersama> Cuti bersama SKB 1/2027" in shown
    assert (await fill(admin, page, "/petugas/libur/hapus", tanggal=day)).status_code == 422
    removed = await fill(admin, page, "/petugas/libur/hapus", tanggal=day, alasan="SKB 2/2027")
    assert removed.status_code == 303
    assert "Belum ada hari libur" in words_of(await admin.get(page))
    assert (await fill(admin, page, "/petugas/libur/hapus", tanggal=day, alasan="lagi")).status_code == 404


async def test_a_job_that_failed_is_shown_without_content_and_sent_again(
    admin: httpx.AsyncClient, work: Work
) -> None:
    now = work.clock.now()
    async with work.context.db.write() as session:
        await add_jobs(session, now, [NewJob(JobKind.SEND, "message:1:0", {"text": "isi rahasia"}, now)])
        job = (await session.scalars(select(Job))).one()
        bury(job, now, "telegram.bad_request")
        job_id = job.id
    work.clock.advance(hours=2)
    page = await admin.get("/petugas/gagal")
    assert "Pesan keluar 2 jam yang lalu" in words_of(page)
    assert "telegram.bad_request" in words_of(page)
    assert "isi rahasia" not in page.text
    again = await fill(admin, "/petugas/gagal", f"/petugas/gagal/{job_id}")
    assert again.headers["location"] == "/petugas/gagal?pesan=dikirim-ulang"
    after = words_of(await admin.get("/petugas/gagal"))
    assert "Tidak ada pekerjaan yang gagal" in after
    assert "1 Pesan keluar" in after
    twice = await fill(admin, "/petugas/gagal", f"/petugas/gagal/{job_id}")
    assert twice.headers["location"] == "/petugas/gagal?pesan=tidak-ada"
    recorded = await rows(work.context.db, select(AuditRecord.action))
    assert recorded.count("job.resent") == 1
