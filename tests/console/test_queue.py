"""The queue: order, scope, filters, and names that are not trusted."""

import httpx

from bot.context import Context
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, words_of
from tests.fakes import FixedClock


async def test_what_is_due_next_stands_on_top_with_countdown_and_absolute_time(
    sari: httpx.AsyncClient, work: Work, clock: FixedClock
) -> None:
    clock.advance(hours=6)  # 15.30: within two hours of closing, so two working days
    await work.ask("Pertanyaan sore")
    clock.advance(hours=17)  # Tuesday 08.30: 55 minutes
    await work.ask("Pertanyaan pagi")
    clock.advance(minutes=45)
    await work.sign_in(sari, "sari")
    words = words_of(await sari.get("/petugas"))
    assert words.index("Pertanyaan pagi") < words.index("Pertanyaan sore")
    assert "Berisiko, sisa 10 menit Selasa, 24 November 2026 pukul 09.25 WITA" in words
    assert "Sisa 1 hari 6 jam Rabu, 25 November 2026 pukul 15.30 WITA" in words
    clock.advance(minutes=22)
    assert "Terlambat 12 menit" in words_of(await sari.get("/petugas"))


async def test_the_page_carries_the_servers_time_for_the_countdown(
    sari: httpx.AsyncClient, work: Work, clock: FixedClock
) -> None:
    await work.ask()
    for address in ("/petugas", "/petugas/antrean"):
        page = await sari.get(address)
        assert f'data-now="{clock.now().isoformat()}"' in page.text
        assert 'data-due="2026-11-23T02:25:00+00:00"' in page.text


async def test_an_officer_sees_the_own_office_and_a_koordinator_wilayah_those_below(
    browser: Browser, work: Work, sari: httpx.AsyncClient
) -> None:
    await work.ask("Dari Balikpapan")
    await work.ask("Dari Samarinda", office_id=work.samarinda)
    own = words_of(await sari.get("/petugas"))
    assert "Dari Balikpapan" in own
    assert "Dari Samarinda" not in own
    wilayah = browser()
    await work.sign_in(wilayah, "wilayah")
    both = words_of(await wilayah.get("/petugas"))
    assert "Dari Balikpapan" in both
    assert "KPPBC Samarinda" in both


async def test_the_filter_is_remembered(sari: httpx.AsyncClient, work: Work) -> None:
    opened = await work.ask()
    assert "Anda tidak sedang memegang tiket" in words_of(await sari.get("/petugas?saringan=mine"))
    page = await sari.get("/petugas")
    assert "Anda tidak sedang memegang tiket" in words_of(page)
    queue = await sari.get("/petugas?saringan=queue")
    assert opened.number in words_of(queue)
    unknown = await sari.get("/petugas?saringan=%3Cb%3E")
    assert (unknown.status_code, opened.number in words_of(unknown)) == (200, True)


async def test_an_empty_queue_says_what_to_do(sari: httpx.AsyncClient) -> None:
    for chosen, words in (
        ("queue", "Tidak ada permintaan yang menunggu"),
        ("mine", "tekan Ambil"),
        ("answered", "Belum ada tiket yang dijawab"),
        ("all", "Belum ada tiket"),
    ):
        assert words in words_of(await sari.get(f"/petugas?saringan={chosen}"))


async def test_markup_in_what_people_write_stays_text(sari: httpx.AsyncClient, work: Work) -> None:
    opened = await work.ask(
        '<script>alert("x")</script> _*[ <3', name="<img src=x> \" ' <3", topic="<b>x</b>"
    )
    for address in ("/petugas", "/petugas/antrean?ringkas=1", f"/petugas/tiket/{opened.ticket_id}"):
        page = await sari.get(address)
        assert page.status_code == 200
        for raw in ("<script>alert", "<img src=x", "<b>x</b>", " <3"):
            assert raw not in page.text
        assert "&lt;script&gt;" in page.text


async def test_an_administrator_sees_no_content(admin: httpx.AsyncClient, work: Work) -> None:
    opened = await work.ask("Rahasia dagang saya")
    start = await admin.get("/petugas")
    assert (start.status_code, start.headers["location"]) == (303, "/petugas/akun")
    assert (await admin.get("/petugas/antrean")).status_code == 403
    assert (await admin.get("/petugas/aliran")).status_code == 403
    assert (await admin.get(f"/petugas/tiket/{opened.ticket_id}")).status_code == 404
    csrf = csrf_of(await admin.get("/petugas/akun"))
    for act in ("ambil", "kontak", "balas", "catatan", "draf"):
        answer = await admin.post(
            f"/petugas/tiket/{opened.ticket_id}/{act}", data={"csrf": csrf, "teks": "x", "seen_entry": "9"}
        )
        assert answer.status_code == 404
        assert "Rahasia" not in answer.text


async def test_a_fragment_for_a_script_says_that_the_session_ended_instead_of_showing_a_page(
    browser: Browser, work: Work
) -> None:
    answer = await browser().get("/petugas/antrean", headers={"X-Bagian": "1"})
    assert (answer.status_code, answer.text) == (401, "")


async def test_the_console_stays_light(sari: httpx.AsyncClient, work: Work) -> None:
    """No page needs more than 100 kB before first use (the shared stylesheet included)."""
    opened = await work.ask()
    page = await sari.get(f"/petugas/tiket/{opened.ticket_id}")
    names = ("console.css", "console.js", "countdown.js", "refresh.js", "reply.js", "shortcuts.js")
    parts = [await sari.get(f"/petugas/static/{name}") for name in names]
    assert {part.status_code for part in parts} == {200}
    assert len(page.content) + sum(len(part.content) for part in parts) < 80_000
    tagged = parts[0].headers["etag"]
    again = await sari.get("/petugas/static/console.css", headers={"If-None-Match": tagged})
    assert again.status_code == 304


async def test_an_unknown_ticket_is_a_kind_page(sari: httpx.AsyncClient) -> None:
    for name in ("abc", "0", "999999", "99999999999999999999"):
        page = await sari.get(f"/petugas/tiket/{name}")
        assert page.status_code == 404
        assert "<h1>" in page.text


async def test_at_risk_is_what_the_settings_warn_of(
    sari: httpx.AsyncClient, context: Context, work: Work
) -> None:
    """The page and the warning follow one setting: with 30 minutes, a limit of 55 is at risk after 25."""
    await work.ask()
    work.clock.advance(minutes=25)
    assert "Berisiko" not in words_of(await sari.get("/petugas"))
    context.settings = context.settings.model_copy(update={"warn_minutes": 30})
    assert "Berisiko, sisa 30 menit" in words_of(await sari.get("/petugas"))
