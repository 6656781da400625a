"""Signing in and out, guessing, forged forms, and invitations."""

import httpx
import pytest
from sqlalchemy import select

from afk_core.officers.models import OfficerSession
from afk_core.officers.service import deactivate, invite
from bot.console.throttle import Throttle
from bot.context import Context
from tests.console.conftest import Browser
from tests.console.office import PASSWORD, Work, csrf_of, rows, words_of
from tests.fakes import FixedClock


async def enter(
    client: httpx.AsyncClient, username: str, password: str = PASSWORD, onward: str = ""
) -> httpx.Response:
    """Fill in the form of the sign-in page."""
    page = await client.get("/petugas/masuk")
    form = {"csrf": csrf_of(page), "nama": username, "sandi": password, "lanjut": onward}
    return await client.post("/petugas/masuk", data=form)


async def test_an_officer_signs_in_and_the_cookie_is_out_of_reach_of_scripts(
    browser: Browser, work: Work
) -> None:
    client = browser()
    answer = await enter(client, "  Sari ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/petugas")
    cookie = next(
        value for value in answer.headers.get_list("set-cookie") if value.startswith("klinik_petugas=")
    )
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/petugas"} <= set(cookie.split("; "))
    assert (await client.get("/petugas")).status_code == 200


async def test_signing_out_ends_the_session_on_the_server(sari: httpx.AsyncClient) -> None:
    token = sari.cookies["klinik_petugas"]
    page = await sari.get("/petugas")
    answer = await sari.post("/petugas/keluar", data={"csrf": csrf_of(page)})
    assert answer.status_code == 303
    sari.cookies.set("klinik_petugas", token, path="/petugas")
    assert (await sari.get("/petugas")).status_code == 303


async def test_unknown_blocked_and_mistyped_are_refused_in_the_same_words(
    browser: Browser, work: Work, context: Context
) -> None:
    async with context.db.write() as session:
        await deactivate(session, work.clock.now(), work.officers["budi"])
    wrong = await enter(browser(), "sari", "bukan kata sandinya")
    blocked = await enter(browser(), "budi")
    unknown = await enter(browser(), "tak-dikenal")
    assert {wrong.status_code, blocked.status_code, unknown.status_code} == {401}
    assert words_of(wrong) == words_of(blocked) == words_of(unknown)
    assert "tidak cocok" in words_of(wrong)
    assert PASSWORD not in wrong.text


async def test_guessing_at_an_account_is_stopped_even_with_the_right_password(
    browser: Browser, work: Work, context: Context
) -> None:
    client = browser()
    for _ in range(context.settings.login_attempts_per_15_minutes):
        assert (await enter(client, "tak-dikenal", "salah")).status_code == 401
    stopped = await enter(client, "TAK-DIKENAL", "salah")
    assert stopped.status_code == 429
    assert stopped.headers["retry-after"] == "900"
    assert (await enter(client, "sari")).status_code == 303, "colleagues at the same address go on"


async def test_guessing_from_one_address_at_many_accounts_is_stopped(context: Context) -> None:

    throttle = Throttle(3)
    allowed = [throttle.allow(f"orang{n}", "10.0.0.9") for n in range(16)]
    assert allowed == [True] * 15 + [False]
    assert throttle.allow("orang1", "10.0.0.8")


async def test_a_sign_in_form_without_its_cookie_is_refused(browser: Browser, work: Work) -> None:
    client = browser()
    answer = await client.post("/petugas/masuk", data={"csrf": "tebakan", "nama": "sari", "sandi": PASSWORD})
    assert answer.status_code == 403
    assert await rows(work.context.db, select(OfficerSession)) == []


async def test_after_signing_in_one_lands_where_one_wanted_to_go_but_on_no_other_site(
    browser: Browser, work: Work
) -> None:
    first = await browser().get("/petugas/tiket/7")
    assert first.headers["location"] == "/petugas/masuk?lanjut=%2Fpetugas%2Ftiket%2F7"
    inside = await enter(browser(), "sari", onward="/petugas/tiket/7")
    assert inside.headers["location"] == "/petugas/tiket/7"
    for outside in ("https://jahat.example", "//jahat.example", "/petugas/../x", "/petugas\\x", "/lain"):
        assert (await enter(browser(), "budi", onward=outside)).headers["location"] == "/petugas"


async def test_a_session_ends_after_hours_without_use_but_not_while_it_is_used(
    sari: httpx.AsyncClient, clock: FixedClock, context: Context
) -> None:
    for _ in range(3):
        clock.advance(hours=context.settings.officer_idle_hours - 1)
        assert (await sari.get("/petugas")).status_code == 200
    for _ in range(3):
        clock.advance(hours=context.settings.officer_idle_hours / 2)
        passive = await sari.get("/petugas/antrean", headers={"X-Bagian": "1"})
    assert passive.status_code == 401, "a page that is only left open keeps nobody signed in"


async def test_every_page_forbids_frames_scripts_from_elsewhere_and_caches(
    sari: httpx.AsyncClient, browser: Browser
) -> None:
    for page in (await browser().get("/petugas/masuk"), await sari.get("/petugas")):
        policy = page.headers["content-security-policy"]
        for rule in ("default-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"):
            assert rule in policy
        assert page.headers["cache-control"] == "no-store"
        assert "<style" not in page.text
        assert " style=" not in page.text
        assert " onclick=" not in page.text


@pytest.fixture
async def token(work: Work, context: Context) -> str:
    """A fresh invitation for Sari."""
    async with context.db.write() as session:
        return await invite(session, work.clock.now(), work.officers["sari"])


async def accept(
    client: httpx.AsyncClient, token: str, password: str, again: str | None = None
) -> httpx.Response:
    """Fill in the form behind an invitation."""
    page = await client.get("/petugas/mulai", params={"token": token})
    form = {
        "csrf": csrf_of(page) if 'name="csrf"' in page.text else "",
        "token": token,
        "sandi": password,
        "ulang": password if again is None else again,
    }
    return await client.post("/petugas/mulai", data=form)


async def test_an_invitation_sets_the_password_signs_in_and_works_once(browser: Browser, token: str) -> None:
    client = browser()
    answer = await accept(client, token, "perahu di sungai mahakam")
    assert answer.status_code == 303
    assert (await client.get("/petugas")).status_code == 200
    again = await browser().get("/petugas/mulai", params={"token": token})
    assert again.status_code == 410
    assert "Tautan tidak berlaku lagi" in words_of(again)
    assert (await enter(browser(), "sari", "perahu di sungai mahakam")).status_code == 303
    assert (await enter(browser(), "sari", PASSWORD)).status_code == 401


async def test_an_expired_invitation_says_what_to_do(browser: Browser, token: str, clock: FixedClock) -> None:
    clock.advance(hours=25)
    answer = await accept(browser(), token, "perahu di sungai mahakam")
    assert answer.status_code == 410
    assert "Minta tautan baru" in words_of(answer)


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [("pendek", None, "paling sedikit 10 karakter"), ("perahu di sungai", "perahu di laut", "tidak sama")],
)
async def test_a_refused_password_leaves_the_invitation_open(
    browser: Browser, token: str, password: str, again: str | None, words: str
) -> None:
    client = browser()
    refused = await accept(client, token, password, again)
    assert refused.status_code == 422
    assert words in words_of(refused)
    assert (await accept(client, token, "perahu di sungai mahakam")).status_code == 303
