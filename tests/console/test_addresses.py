"""Addresses that somebody wrote by hand lead to a page or a refusal, never to a fault of the service."""

import re

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from bot.context import Context
from bot.web import make_app
from tests.console.office import Work
from tests.console.supervisors import hire

_ASKED = (
    *(
        "alasan",
        "batas",
        "betul",
        "binaan",
        "bulan",
        "cari",
        "dari",
        "hal",
        "halaman",
        "hanya",
        "hari",
        "hasil",
    ),
    *("jam", "kabupaten", "kantor", "kategori", "keadaan", "klaster", "kontak", "lanjut", "lihat", "minggu"),
    *("nilai", "pengaduan", "pesan", "petugas", "sampai", "saring", "saringan", "sebelum", "semester"),
    *("setelah", "sidik", "tahun", "tindakan", "tiket", "token", "topik", "triwulan", "ubah-klaster", "umkm"),
    *("urut", "versi"),
)
"""What the pages read after the question mark."""


@pytest.mark.parametrize("word", ["%00", "9" * 1_000, "9999-12-31"])
async def test_no_word_in_an_address_is_too_much(context: Context, work: Work, word: str) -> None:
    await hire(work)
    await work.ask()
    app = make_app(context)
    query = "&".join(f"{name}={word}" for name in _ASKED).encode()

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        # The words are put in here: a browser's library would read them, letter by letter, for every page.
        await app(scope | {"query_string": scope["query_string"] or query}, receive, send)

    faults = []
    transport = httpx.ASGITransport(asked, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://klinik.example") as client:
        for username in ("wilayah", "admin"):
            await work.sign_in(client, username)
            for path in _pages(app.routes):
                with_id = re.sub(r"{\w+_id}|{number}", "1", path)
                address = re.sub(r"{[^}]*}", word, with_id)
                answer = await client.get(address)
                if answer.status_code >= 500:
                    faults.append((username, path, answer.status_code))
    assert faults == []


def _pages(routes: object) -> list[str]:
    """Every page and file; a stream has no end."""
    assert isinstance(routes, list)
    pages = [each for each in routes if isinstance(each, APIRoute) and "GET" in each.methods]
    return [each.path for each in pages if each.path not in ("/petugas/aliran", "/api/chat/stream")]
