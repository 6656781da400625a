"""The page on which officers link their Telegram account, and the Koordinator the office's group."""

import re

import httpx
import pytest

from bot.officer_chat.linking import link_account
from tests.console.office import Work, csrf_of, words_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_code_is_shown_once_with_its_link_and_then_the_linked_account(
    sari: httpx.AsyncClient, work: Work
) -> None:
    work.context.settings.__dict__["telegram_token"] = "42:x"
    work.context.telegram_name = "klinik_uji_bot"
    csrf = csrf_of(await sari.get("/petugas/telegram"))
    made = await sari.post("/petugas/telegram/kode", data={"csrf": csrf})
    found = re.search(r"t\.me/klinik_uji_bot\?start=petugas_([A-Z2-9]{10})", made.text)
    assert found is not None
    assert "<svg" in made.text
    assert found[1] not in (await sari.get("/petugas/telegram")).text
    async with work.context.db.write() as session:
        await link_account(session, work.clock.now(), found[1], "701")
    assert "Tertaut sejak" in words_of(await sari.get("/petugas/telegram"))
    refused = await sari.post("/petugas/telegram/kode", data={"csrf": csrf})
    assert refused.status_code == 409
    off = await sari.post("/petugas/telegram/pemberitahuan", data={"csrf": csrf}, follow_redirects=True)
    assert "Pemberitahuan di Telegram: tidak aktif" in words_of(off)
    parted = await sari.post("/petugas/telegram/lepas", data={"csrf": csrf}, follow_redirects=True)
    assert "Buat kode" in words_of(parted)


async def test_the_group_is_the_koordinators(sari: httpx.AsyncClient, work: Work) -> None:
    work.context.settings.__dict__["telegram_token"] = "42:x"
    csrf = csrf_of(await sari.get("/petugas/telegram"))
    assert "Grup ditautkan oleh Koordinator" in words_of(await sari.get("/petugas/telegram"))
    for path in ("/petugas/telegram/grup/kode", "/petugas/telegram/grup/lepas"):
        assert (await sari.post(path, data={"csrf": csrf})).status_code == 403
