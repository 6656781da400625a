"""The pages: safe, light, complete, and the same for every office."""

import re
from pathlib import PurePosixPath

import httpx

from afk_core.offices.service import seed_offices
from bot.context import Context
from tests.channels.webchat.conftest import serving, stored_jobs, with_settings

LINKS = re.compile(r'(?:src|href)="(/[^"]*)"')
IMPORTS = re.compile(r'from "\./([a-z]+\.js)"')
MAX_PAGE_BYTES = 100_000
NO_FILES = ("missing.css", "", "../pages.py", "..%2fpages.py", "%2e%2e/pages.py", "chat", "/etc/passwd")
DEEP_LINKS = (
    ("", "", "KPPBC TMP B Balikpapan"),
    ("?kantor=100000", "kantor_100000", "Kanwil DJBC Kalimantan Bagian Timur"),
    ("?topik=plb", "topik_plb", "KPPBC TMP B Balikpapan"),
    ("?kantor=100300&topik=kite-ikm", "kantor_100300 topik_kite-ikm", "KPPBC TMP B Balikpapan"),
    ("?kantor=999999", "", "KPPBC TMP B Balikpapan"),
    ('?topik="><script>alert(1)</script>', "", "KPPBC TMP B Balikpapan"),
    ("?topik=" + "x" * 200, "", "KPPBC TMP B Balikpapan"),
    ("?kantor=%00&topik=%F0%9F%99%82", "", "KPPBC TMP B Balikpapan"),
)
"""Query, start payload, the office named."""


async def _page(http: httpx.AsyncClient, address: str = "/") -> str:
    answer = await http.get(address)
    assert answer.status_code == 200
    return answer.text


async def test_the_page_allows_no_script_or_style_but_its_own_files(http: httpx.AsyncClient) -> None:
    for address in ("/", "/?embed=1", "/contoh-sematan"):
        answer = await http.get(address)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "base-uri 'none'" in policy
        assert "<style" not in answer.text
        assert " style=" not in answer.text
        assert not re.search(r"<script(?![^>]*\ssrc=)", answer.text)
        assert not re.search(r"\son[a-z]+=", answer.text)
        assert "Set-Cookie" not in answer.headers


async def test_only_the_named_sites_may_frame_the_page(context: Context, http: httpx.AsyncClient) -> None:
    assert "frame-ancestors *" in (await http.get("/")).headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in (await http.get("/contoh-sematan")).headers["Content-Security-Policy"]
    named = with_settings(context, embed_origins=("https://bcbalikpapan.beacukai.go.id",))
    async with serving(named) as narrow:
        policy = (await narrow.get("/?embed=1")).headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://bcbalikpapan.beacukai.go.id")


async def test_before_the_first_use_the_page_weighs_under_100_kb_and_loads_from_here_only(
    http: httpx.AsyncClient,
) -> None:
    html = await _page(http)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)
    bodies = [(await http.get(link)).content for link in set(LINKS.findall(html))]
    assert len(html.encode()) + sum(map(len, bodies)) < MAX_PAGE_BYTES


async def test_every_file_of_the_page_exists_and_can_be_kept_for_ever(http: httpx.AsyncClient) -> None:
    links = set(LINKS.findall(await _page(http)))
    assert len(links) > 10
    for link in links:
        answer = await http.get(link)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        for name in IMPORTS.findall(answer.text):
            assert str(PurePosixPath(link).with_name(name)) in links


async def test_what_the_script_looks_for_is_on_the_page(http: httpx.AsyncClient) -> None:
    html = await _page(http)
    script = (await http.get("/static/chat/main.js")).text
    wanted = re.findall(r'byId\("([a-z-]+)"\)', script)
    assert len(wanted) > 15
    assert [name for name in wanted if f'id="{name}"' not in html] == []


async def test_the_page_can_be_used_without_sight(http: httpx.AsyncClient) -> None:
    html = await _page(http)
    assert '<html lang="id">' in html
    assert 'role="log" aria-live="polite"' in html
    assert 'role="status"' in html
    assert '<label class="visually-hidden" for="pesan">' in html
    assert 'class="skip-link" href="#pesan"' in html


async def test_the_notice_says_who_reads_why_how_long_and_whom_to_ask(http: httpx.AsyncClient) -> None:
    html = await _page(http)
    for word in ("Siapa yang membaca", "Untuk apa", "Berapa lama", "Kontak", "Saya mengerti, mulai"):
        assert word in html


async def test_looking_at_the_pages_stores_nothing(context: Context, http: httpx.AsyncClient) -> None:
    for address in ("/", "/?embed=1&kantor=100300", "/contoh-sematan", "/widget.js"):
        await http.get(address)
    assert await stored_jobs(context) == []


async def test_a_link_names_office_and_topic(context: Context, http: httpx.AsyncClient) -> None:
    async with context.db.write() as session:
        await seed_offices(session, context.clock)
    for query, start, office in DEEP_LINKS:
        html = await _page(http, f"/{query}")
        assert f'data-start="{start}"' in html
        assert f'<p class="chat-header__office">{office}</p>' in html
        assert "alert(1)" not in html


async def test_a_file_that_the_browser_has_is_not_sent_again(http: httpx.AsyncClient) -> None:
    first = await http.get("/static/klinik.css")
    assert first.headers["Content-Type"] == "text/css; charset=utf-8"
    assert first.headers["Content-Encoding"] == "gzip"
    again = await http.get("/static/klinik.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = await http.get("/static/klinik.css", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.text == first.text


async def test_a_page_of_the_version_before_still_gets_its_files(http: httpx.AsyncClient) -> None:
    answer = await http.get("/static/0123456789ab/chat/main.js")
    assert answer.status_code == 200
    assert "immutable" not in answer.headers["Cache-Control"]


async def test_nothing_but_the_files_themselves_is_served(http: httpx.AsyncClient) -> None:
    for path in NO_FILES:
        assert (await http.get(f"/static/{path}")).status_code == 404


async def test_the_widget_can_be_loaded_by_another_site(http: httpx.AsyncClient) -> None:
    for address in ("/widget.js", "/static/widget.css"):
        answer = await http.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    script = (await http.get("/widget.js")).text
    assert "localStorage" not in script
    assert "cookie" not in script
