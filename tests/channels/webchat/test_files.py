"""A file posted with the key is stored once, judged by content, and given back only to who has the key."""

import uuid

import httpx
import pytest
from sqlalchemy import func, select

from afk_core.files.models import StoredFile
from bot.context import Context
from bot.conversation.messages import Author, Reply
from tests.channels.webchat.conftest import Browser, new_browser, say, stored_jobs
from tests.files import samples


async def post(
    browser: Browser, content: bytes, name: str = "NIB.pdf", client_id: str = "", **fields: str
) -> httpx.Response:
    """Post one file as the page does."""
    body = {"client_id": client_id or str(uuid.uuid4())} | fields
    return await browser.http.post(
        "/api/chat/files", data=body, files={"berkas": (name, content)}, headers=browser.headers
    )


async def test_a_file_sent_twice_is_one_message_and_one_file(context: Context, browser: Browser) -> None:
    client_id = str(uuid.uuid4())
    for _ in range(2):
        answer = await post(browser, samples.pdf(), client_id=client_id, text="Ini NIB saya", album="a1")
        assert answer.status_code == 202
    [job] = await stored_jobs(context)
    assert job.payload is not None
    raw = job.payload["raw"]
    assert (raw["kind"], raw["text"], raw["album"], len(raw["files"])) == ("file", "Ini NIB saya", "a1", 1)
    async with context.db.read() as session:
        kept = select(func.count()).select_from(StoredFile).where(StoredFile.removed_at.is_(None))
        assert await session.scalar(kept) == 1


@pytest.mark.parametrize(
    ("content", "name", "status", "code"),
    [
        (b"<html><script>1</script>", "nota.pdf", 415, "file.unsafe"),
        (b"catatan", "nota.txt", 415, "file.kind_refused"),
        (b"", "nota.pdf", 422, "file.empty"),
        (samples.pdf() + bytes(11 * 1024 * 1024), "nota.pdf", 413, "file.too_large"),
    ],
)
async def test_what_is_refused_is_not_stored(
    context: Context, browser: Browser, content: bytes, name: str, status: int, code: str
) -> None:
    answer = await post(browser, content, name)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await stored_jobs(context) == []


async def test_a_post_without_a_key_a_file_or_an_id_is_refused(browser: Browser) -> None:
    files = {"berkas": ("a.pdf", samples.pdf())}
    answer = await browser.http.post("/api/chat/files", files=files)
    assert answer.status_code == 401
    answer = await browser.http.post("/api/chat/files", json={}, headers=browser.headers)
    assert answer.status_code == 422
    answer = await browser.http.post(
        "/api/chat/files", data={"client_id": "x"}, files=files, headers=browser.headers
    )
    assert answer.json()["code"] == "message.malformed"
    answer = await browser.http.post(
        "/api/chat/files",
        data={"client_id": str(uuid.uuid4())},
        files={"lain": b"1"},
        headers=browser.headers,
    )
    assert answer.json()["code"] == "file.missing"


async def test_too_many_files_in_a_minute_wait(context: Context, browser: Browser) -> None:
    for _ in range(context.settings.files_per_minute):
        assert (await post(browser, samples.png())).status_code == 202
    answer = await post(browser, samples.png())
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


async def test_a_file_is_read_with_the_key_of_its_conversation_and_no_other(
    context: Context, browser: Browser, http: httpx.AsyncClient
) -> None:
    await post(browser, samples.png(), "foto toko.png")
    await say(context, browser.address, Reply("", author=Author.USER, files=(1,)))
    [message] = (await browser.read())["messages"]
    shown = {"id": 1, "name": "foto toko.png", "size": len(samples.png()), "image": True, "removed": False}
    assert message["files"] == [shown]
    answer = await http.get("/api/chat/files/1", headers=browser.headers)
    assert answer.content == samples.png()
    assert answer.headers["content-disposition"].startswith('attachment; filename="foto toko.png"')
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    other = await new_browser(http)
    await say(context, other.address, "halo")
    for headers in (other.headers, {}):
        answer = await http.get("/api/chat/files/1", headers=headers)
        assert answer.status_code in (401, 404)
