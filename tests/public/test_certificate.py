"""The public page of a certificate: what it confirms, what it keeps to itself, and what it refuses."""

import httpx
import pytest
from fastapi import FastAPI

from afk_core.infra.database import Database
from afk_core.rules.klaster import Klaster
from bot.public import make_router
from tests.dialogue import make_context
from tests.fakes import FixedClock
from tests.umkm.office import FORM, open_registry

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_anybody_can_confirm_a_certificate_and_learns_nothing_else(
    database: Database, clock: FixedClock
) -> None:
    registry = await open_registry(database, clock)
    done = await registry.issue(await registry.determined(klaster=Klaster.SIAP))
    assert done.certificate is not None
    app = FastAPI(routes=make_router(make_context(database, clock)).routes)
    transport = httpx.ASGITransport(app, client=("10.0.0.9", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="https://klinik.example") as browser:
        code = done.certificate.code
        spaced = await browser.get("/sertifikat", params={"kode": f"{code[:5]} {code[5:]}"})
        assert (spaced.status_code, spaced.headers["location"]) == (303, f"/sertifikat/{code}")
        page = await browser.get(f"/sertifikat/{code}")
        assert page.status_code == 200
        whole = done.certificate.sha256
        digest = " ".join(whole[start : start + 8] for start in range(0, 64, 8))
        for words in (
            "Berlaku",
            "SE-0001/160300/2026",
            "Keripik Tempe Bu Rina",
            "Siap Ekspor",
            "KPPBC Balikpapan",
            "23 November 2026",
            digest,
        ):
            assert words in page.text
        # The digits of the fingerprint are drawn anew each time and may be anybody's.
        told = page.text.replace(digest, "")
        assert told != page.text
        for secret in ("9120", "0012", FORM["alamat"], FORM["pemilik"], "rina@", "812", "Keripik tempe<"):
            assert secret not in told
        unknown = await browser.get("/sertifikat/" + "0" * 20)
        odd = await browser.get("/sertifikat/SE-0001%2F160300")
        assert (unknown.status_code, odd.status_code) == (404, 404)
        assert "Tidak ada sertifikat dengan kode itu" in unknown.text
        tried = [(await browser.get(f"/sertifikat/{n:020x}")).status_code for n in range(45)]
    assert tried.count(429) >= 5
