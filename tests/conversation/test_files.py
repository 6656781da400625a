"""What people send beside words waits for the officer or joins the ticket, and keeps its place."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from afk_core.files import service as files
from afk_core.infra.database import Database
from bot.channels.base import NotFetched
from bot.conversation.messages import ChannelName, RemoteFile
from bot.inbox.fetching import PATIENCE, FetchLoop
from bot.inbox.receive import Received, receive
from knowledge.answers import KnowledgeBase
from tests.dialogue import Dialogue, make_context
from tests.fakes import FixedClock
from tests.files import samples
from tickets.service.timeline import read_timeline

_CONSENT = ("/petugas", "[Setuju, lanjutkan]", "Rina", "[UMKM]", "Keripik", "[Cukup lewat chat ini]")


class FakeFetcher:
    """Telegram's side of fetching: gives what `contents` has for a file's id."""

    name = ChannelName.TELEGRAM

    def __init__(self, contents: dict[str, bytes | Exception]) -> None:
        self.contents = contents
        self.asked: list[str] = []

    async def fetch(self, remote: RemoteFile, *, max_bytes: int) -> bytes:
        """The content, or the fault that stands for it."""
        self.asked.append(remote.file_id)
        found = self.contents[remote.file_id]
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
async def chat(database: Database, clock: FixedClock, knowledge: KnowledgeBase) -> AsyncIterator[Dialogue]:
    """Somebody on Telegram; files are fetched by whom the test says."""
    dialogue = Dialogue(make_context(database, clock), knowledge, ChannelName.TELEGRAM)
    await dialogue.start()
    yield dialogue
    await dialogue.context.nursery.stop(1)


def update(number: int, file_id: str, name: str = "NIB.pdf", **more: Any) -> dict[str, Any]:
    """A document as Telegram reports it."""
    person = {"id": 4711, "is_bot": False, "first_name": "Rina"}
    document = {"file_id": file_id, "file_unique_id": file_id, "file_name": name, "file_size": 900}
    message = {"message_id": number, "date": 1_795_000_000, "chat": person | {"type": "private"}}
    return {"update_id": number, "message": message | {"from": person, "document": document} | more}


async def put(chat: Dialogue, *raws: dict[str, Any]) -> None:
    """Store updates as the receiver does, in order."""
    items = [Received(f"42:{raw['update_id']}", "4711", raw) for raw in raws]
    await receive(chat.context, ChannelName.TELEGRAM, items)


async def settle(chat: Dialogue, fetcher: FakeFetcher, passes: int = 1) -> None:
    """Work through inbox and fetching until both are idle."""
    loop = FetchLoop(chat.context, [fetcher])
    for _ in range(passes + 1):
        while await chat.runner.run_one():
            pass
        for errand in await loop._claim():
            await loop._carry(errand)
    while await chat.runner.run_one():
        pass


async def test_a_file_before_any_ticket_is_explained_and_goes_with_the_question(chat: Dialogue) -> None:
    fetcher = FakeFetcher({"d1": samples.pdf()})
    await put(chat, update(900, "d1"))
    await settle(chat, fetcher)
    [said] = await chat.hears()
    assert "NIB.pdf sudah saya terima" in said.text
    for act in _CONSENT:
        await chat.does(act)
    [summary] = await chat.does("Apakah NIB saya sudah cukup?")
    assert "Berkas: NIB.pdf" in summary.text
    await chat.does("[Kirim ke petugas]")
    async with chat.context.db.read() as session:
        [entry] = await read_timeline(session, 1)
        assert [file.name for file in entry.files] == ["NIB.pdf"]
        assert (await files.read(session, entry.files[0].id)).content == samples.pdf()
    chat.context.clock.advance(days=30)  # type: ignore[attr-defined]
    async with chat.context.db.write() as session:
        assert await files.expire(session, chat.context.clock.now()) == 0


async def test_an_album_joins_the_open_ticket_with_one_reply_and_words_keep_their_place(
    chat: Dialogue,
) -> None:
    for act in (*_CONSENT, "Bagaimana mengisi PEB?", "[Kirim ke petugas]"):
        await chat.does(act)
    fetcher = FakeFetcher({"a": samples.png(1), "b": samples.png(2)})
    await put(
        chat,
        update(901, "a", "satu.png", media_group_id="7", caption="Ini lampirannya"),
        update(902, "b", "dua.png", media_group_id="7"),
        update(903, "c", "", document=None, text="Itu keduanya halaman depan."),
    )
    await settle(chat, fetcher, passes=2)
    assert [said.text[:24] for said in await chat.hears()] == ["Ditambahkan ke tiket 100"]
    async with chat.context.db.read() as session:
        entries = (await read_timeline(session, 1))[1:]
    assert [(entry.text, [file.name for file in entry.files]) for entry in entries] == [
        ("Ini lampirannya", ["satu.png"]),
        ("", ["dua.png"]),
        ("Itu keduanya halaman depan.", []),
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (b"MZ" + bytes(58) + b"\x80\0\0\0" + bytes(40), "menjalankan program"),
        (b"catatan", "Yang diterima: PDF, JPEG, PNG, WEBP, DOCX, XLSX"),
        (NotFetched("file.unavailable", for_good=True), "belum dapat diambil"),
    ],
)
async def test_a_file_that_cannot_be_taken_says_why_and_nothing_is_kept(
    chat: Dialogue, given: bytes | Exception, words: str
) -> None:
    await put(chat, update(904, "x", "nota.pdf", caption="apa itu PLB?"))
    await settle(chat, FakeFetcher({"x": given}))
    refusal, answer = await chat.hears()
    assert "nota.pdf tidak dapat diterima" in refusal.text
    assert words in refusal.text
    assert "Pusat Logistik Berikat" in answer.text
    async with chat.context.db.read() as session:
        assert await files.views(session, [1]) == {}


async def test_a_file_that_is_too_large_is_not_even_fetched(chat: Dialogue) -> None:
    fetcher, raw = FakeFetcher({}), update(905, "x", "besar.pdf")
    raw["message"]["document"]["file_size"] = 11 * 1024 * 1024
    await put(chat, raw)
    await settle(chat, fetcher)
    [said] = await chat.hears()
    assert "paling besar 10 MB" in said.text
    assert fetcher.asked == []


async def test_a_message_whose_file_never_comes_is_processed_without_it(
    chat: Dialogue, clock: FixedClock
) -> None:
    await put(chat, update(906, "x"), update(907, "y", "", document=None, text="apa itu PLB?"))
    while await chat.runner.run_one():
        pass
    assert await chat.hears() == []
    clock.advance(seconds=PATIENCE.total_seconds())
    while await chat.runner.run_one():
        pass
    refusal, answer = await chat.hears()
    assert "belum dapat diambil" in refusal.text
    assert "Pusat Logistik Berikat" in answer.text


async def test_a_passing_fault_of_fetching_is_tried_again(chat: Dialogue, clock: FixedClock) -> None:
    fetcher = FakeFetcher({"d": NotFetched("file.unavailable", for_good=False)})
    await put(chat, update(908, "d"))
    await settle(chat, fetcher)
    fetcher.contents["d"] = samples.pdf()
    clock.advance(seconds=3)
    await settle(chat, fetcher)
    [said] = await chat.hears()
    assert "NIB.pdf sudah saya terima" in said.text
    assert fetcher.asked == ["d", "d"]
