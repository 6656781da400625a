"""The bell: what an officer was told, how many they have not read, and reading it."""

import httpx
import pytest

from bot.notices.models import NoticeKind
from bot.notices.notice import NewNotice
from bot.notices.service import make_notice, tell_due
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, words_of


async def tell(work: Work, *keys: str, username: str = "sari", hours_late: int = 0) -> None:
    """Tell an officer one thing for each key."""
    opened = await work.ask()
    at = work.clock.now()
    work.clock.advance(hours=hours_late)
    async with work.context.db.write() as session:
        for key in keys:
            notice = NewNotice(
                kind=NoticeKind.BREACH,
                office_id=work.balikpapan,
                key=key,
                words=f"Tiket {key} <lewat>.",
                at=at,
                ticket_id=opened.ticket_id,
            )
            await make_notice(session, work.clock.now(), notice, [work.officers[username]])
        await tell_due(session, work.clock.now())


async def unread(client: httpx.AsyncClient) -> int:
    answer = await client.get("/petugas/pemberitahuan/jumlah", headers={"X-Bagian": "1"})
    return int(answer.json()["belum_dibaca"])


async def test_the_bell_counts_what_is_unread_and_the_page_shows_it(
    sari: httpx.AsyncClient, budi: httpx.AsyncClient, work: Work
) -> None:
    assert "Belum ada pemberitahuan" in words_of(await sari.get("/petugas/pemberitahuan"))
    await tell(work, "A", "B")
    assert (await unread(sari), await unread(budi)) == (2, 0)
    shown = await sari.get("/petugas/pemberitahuan")
    assert "Belum dibaca (2)" in words_of(shown)
    assert "Tiket A &lt;lewat&gt;." in shown.text
    assert "Tiket A" not in words_of(await budi.get("/petugas/pemberitahuan"))
    assert "data-bell" in (await sari.get("/petugas")).text


async def test_reading_all_reads_only_what_was_shown(sari: httpx.AsyncClient, work: Work) -> None:
    await tell(work, "A")
    page = await sari.get("/petugas/pemberitahuan")
    await tell(work, "B")
    ids = [part.split('"')[0] for part in page.text.split('name="id" value="')[1:]]
    done = await sari.post("/petugas/pemberitahuan/dibaca", data={"csrf": csrf_of(page), "id": ids})
    assert done.headers["location"] == "/petugas/pemberitahuan?pesan=dibaca"
    assert await unread(sari) == 1


async def test_a_number_that_no_notice_can_have_reads_nothing(sari: httpx.AsyncClient, work: Work) -> None:
    await tell(work, "A")
    data = {"csrf": csrf_of(await sari.get("/petugas/pemberitahuan")), "id": ["9" * 20, "9" * 5000, "x"]}
    done = await sari.post("/petugas/pemberitahuan/dibaca", data=data)
    assert done.headers["location"] == "/petugas/pemberitahuan?pesan=dibaca"
    assert await unread(sari) == 1
    assert (await sari.get(f"/petugas/antrean?tiket={'9' * 5000}")).status_code == 200


async def test_opening_a_ticket_from_a_notice_reads_that_notice(sari: httpx.AsyncClient, work: Work) -> None:
    await tell(work, "A", "B")
    page = await sari.get("/petugas/pemberitahuan")
    data = {"csrf": csrf_of(page)}
    opened = await sari.post("/petugas/pemberitahuan/1", data=data)
    assert opened.headers["location"].startswith("/petugas/tiket/")
    assert await unread(sari) == 1
    assert "Sudah dibaca" in words_of(await sari.get("/petugas/pemberitahuan"))


async def test_nobody_reads_what_another_was_told(
    sari: httpx.AsyncClient, budi: httpx.AsyncClient, work: Work
) -> None:
    await tell(work, "A")
    data = {"csrf": csrf_of(await budi.get("/petugas/pemberitahuan"))}
    assert (await budi.post("/petugas/pemberitahuan/1", data=data)).status_code == 404
    await budi.post("/petugas/pemberitahuan/dibaca", data=data | {"id": "1"})
    assert await unread(sari) == 1


async def test_what_came_late_stands_together_and_says_so(sari: httpx.AsyncClient, work: Work) -> None:
    await tell(work, "A", "B", hours_late=2)
    words = words_of(await sari.get("/petugas/pemberitahuan"))
    assert "Terlambat disampaikan (2)" in words
    assert "Disampaikan Senin, 23 November 2026 pukul 11.30 WITA." in words


@pytest.mark.parametrize("path", ["/petugas/pemberitahuan", "/petugas/pemberitahuan/jumlah"])
async def test_who_is_not_signed_in_sees_no_notice(browser: Browser, work: Work, path: str) -> None:
    await tell(work, "A")
    assert (await browser().get(path)).status_code == 303
