"""Answering: it reaches the person, a stale view is refused, and nothing typed is lost."""

import asyncio

import httpx
from sqlalchemy import select

from bot.conversation.messages import ChannelName
from bot.conversation.models import Message
from bot.conversation.store import locked_by_id
from bot.jobs.models import Job
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, rows, sentence, value_of, words_of
from tests.fakes import FixedClock
from tickets.service import add_user_message, record_delivery
from tickets.ticket import OpenedTicket

ANSWER = "Syaratnya ada lima.\nPertama, NIB."


async def form_of(client: httpx.AsyncClient, opened: OpenedTicket) -> dict[str, str]:
    """The hidden fields of the reply form, as an officer sees it now."""
    page = await client.get(f"/petugas/tiket/{opened.ticket_id}")
    return {"csrf": csrf_of(page), "seen_entry": value_of(page, "seen_entry")}


async def send(
    client: httpx.AsyncClient, opened: OpenedTicket, text: str, form: dict[str, str], kind: str = "jawab"
) -> httpx.Response:
    """Press a button of the reply form."""
    address = f"/petugas/tiket/{opened.ticket_id}/balas"
    return await client.post(address, data={**form, "teks": text, "jenis": kind})


async def user_writes(work: Work, opened: OpenedTicket, text: str) -> None:
    """The person adds words to the ticket."""
    async with work.context.db.write() as session:
        await add_user_message(session, work.clock.now(), opened.ticket_id, text)


def box_of(page: httpx.Response) -> str:
    """What stands in the reply box."""
    start = page.text.index('<textarea id="teks"')
    return page.text[page.text.index(">", start) + 2 : page.text.index("</textarea>", start)]


async def test_an_answer_reaches_the_person_and_its_delivery_is_shown(
    sari: httpx.AsyncClient, work: Work, clock: FixedClock
) -> None:
    opened = await work.ask()
    clock.advance(minutes=20)
    answer = await send(sari, opened, ANSWER, await form_of(sari, opened))
    assert answer.status_code == 303
    messages = await rows(work.context.db, select(Message).order_by(Message.seq))
    assert messages[0].text == ANSWER  # type: ignore[attr-defined]
    assert messages[0].author == "officer"  # type: ignore[attr-defined]
    page = words_of(await sari.get(answer.headers["location"]))
    assert "Terkirim pukul 09.50 WITA" in page
    assert "Tepat waktu" in page
    assert "Dijawab" in page


async def test_on_telegram_the_answer_waits_then_shows_what_became_of_it(
    sari: httpx.AsyncClient, work: Work
) -> None:
    opened = await work.ask(channel=ChannelName.TELEGRAM)
    await send(sari, opened, ANSWER, await form_of(sari, opened))
    address = f"/petugas/tiket/{opened.ticket_id}"
    assert "Antre: sedang dikirim" in words_of(await sari.get(address))
    assert "Sisa 55 menit" in words_of(await sari.get(address)), "the clock runs until it is delivered"
    entry_id = (await rows(work.context.db, select(Message.entry_id).order_by(Message.seq)))[0]
    for outcome, words in (("failed", "Gagal terkirim"), ("blocked", "Diblokir pengguna")):
        async with work.context.db.write() as session:
            await record_delivery(session, work.clock.now(), entry_id, outcome, work.clock.now())  # type: ignore[arg-type]
        assert words in words_of(await sari.get(address))


async def test_a_stale_answer_is_refused_shows_the_new_words_and_keeps_the_draft(
    sari: httpx.AsyncClient, work: Work
) -> None:
    opened = await work.ask()
    form = await form_of(sari, opened)
    await user_writes(work, opened, "Maaf, maksud saya KITE Pembebasan")
    refused = await send(sari, opened, ANSWER, form)
    assert refused.status_code == 409
    assert "Pengguna menulis lagi sebelum jawaban Anda terkirim" in words_of(refused)
    notice = refused.text[refused.text.index("Pengguna menulis lagi") : refused.text.index("<textarea")]
    assert "Maaf, maksud saya KITE Pembebasan" in notice
    assert box_of(refused) == ANSWER
    assert await rows(work.context.db, select(Message)) == [], "nothing was sent"

    reloaded = await sari.get(f"/petugas/tiket/{opened.ticket_id}")
    assert box_of(reloaded) == ANSWER, "the draft is on the server"
    seen = {"csrf": csrf_of(refused), "seen_entry": value_of(refused, "seen_entry")}
    assert (await send(sari, opened, ANSWER, seen)).status_code == 303
    assert box_of(await sari.get(f"/petugas/tiket/{opened.ticket_id}")) == ""


async def test_a_form_that_does_not_say_what_was_seen_counts_as_stale(
    sari: httpx.AsyncClient, work: Work
) -> None:
    opened = await work.ask()
    form = await form_of(sari, opened)
    for seen in ("", "abc", "-1", "9" * 40):
        assert (await send(sari, opened, ANSWER, {**form, "seen_entry": seen})).status_code == 409
    kept = {**form, "teks": ANSWER, "seen_entry": "9" * 15}
    assert (await sari.post(f"/petugas/tiket/{opened.ticket_id}/draf", data=kept)).status_code == 303


async def test_a_colleague_who_answers_a_held_ticket_is_told_and_keeps_the_words(
    sari: httpx.AsyncClient, budi: httpx.AsyncClient, work: Work
) -> None:
    opened = await work.ask()
    forms = await form_of(budi, opened), await form_of(sari, opened)
    await send(sari, opened, "Sebentar, berapa nilai barangnya?", forms[1], kind="tanya")
    refused = await send(budi, opened, ANSWER, forms[0])
    assert refused.status_code == 409
    assert sentence("ticket.held_by_other", holder="Sari Lestari") in words_of(refused)
    assert box_of(refused) == ANSWER
    assert len(await rows(work.context.db, select(Message))) == 1


async def test_a_question_back_stops_no_clock(sari: httpx.AsyncClient, work: Work, clock: FixedClock) -> None:
    opened = await work.ask()
    answer = await send(sari, opened, "Berapa nilai barangnya?", await form_of(sari, opened), kind="tanya")
    assert answer.headers["location"].endswith("?pesan=ditanya")
    clock.advance(minutes=45)
    page = words_of(await sari.get(f"/petugas/tiket/{opened.ticket_id}"))
    assert "bertanya balik" in page
    assert "Berisiko, sisa 10 menit" in page
    assert "menunggu balasan pengguna" in page


async def test_empty_and_overlong_answers_are_refused_with_the_words_kept(
    sari: httpx.AsyncClient, work: Work
) -> None:
    opened = await work.ask()
    form = await form_of(sari, opened)
    empty = await send(sari, opened, " \r\n ", form)
    assert (empty.status_code, sentence("ticket.text_empty") in words_of(empty)) == (422, True)
    long = "panjang " * 501
    refused = await send(sari, opened, long, form)
    assert refused.status_code == 422
    assert box_of(refused) == long
    assert box_of(await sari.get(f"/petugas/tiket/{opened.ticket_id}")) == long


async def test_a_draft_survives_reload_belongs_to_its_writer_and_can_be_emptied(
    sari: httpx.AsyncClient, budi: httpx.AsyncClient, work: Work
) -> None:
    opened = await work.ask()
    form = await form_of(sari, opened)
    address = f"/petugas/tiket/{opened.ticket_id}"
    script = {"X-Bagian": "1"}
    saved = await sari.post(f"{address}/draf", data={**form, "teks": "  Baru se<b>"}, headers=script)
    assert saved.status_code == 204
    assert box_of(await sari.get(address)) == "  Baru se&lt;b&gt;"
    assert box_of(await budi.get(address)) == ""
    plain = await sari.post(f"{address}/draf", data={**form, "teks": ""})
    assert plain.status_code == 303, "the button for those without scripts"
    assert box_of(await sari.get(address)) == ""


async def test_words_typed_into_an_ended_session_are_given_back(
    browser: Browser, sari: httpx.AsyncClient, work: Work
) -> None:
    opened = await work.ask()
    form = await form_of(sari, opened)
    answer = await send(browser(), opened, ANSWER, form)
    assert answer.status_code == 401
    assert ANSWER in answer.text
    assert "Masuk lagi" in words_of(answer)


async def test_a_user_who_writes_after_the_answer_opens_a_new_request(
    sari: httpx.AsyncClient, work: Work, clock: FixedClock
) -> None:
    opened = await work.ask()
    await send(sari, opened, ANSWER, await form_of(sari, opened))
    clock.advance(minutes=30)
    await user_writes(work, opened, "Kalau bahan bakunya beli di dalam negeri?")
    page = words_of(await sari.get(f"/petugas/tiket/{opened.ticket_id}"))
    assert "Permintaan 2: Jawaban langsung, 55 menit Sisa 55 menit" in page
    assert "Permintaan 1: Jawaban langsung, 55 menit Tepat waktu" in page


async def test_a_refused_answer_leaves_no_work_for_the_sender(sari: httpx.AsyncClient, work: Work) -> None:
    opened = await work.ask(channel=ChannelName.TELEGRAM)
    form = await form_of(sari, opened)
    await user_writes(work, opened, "Tunggu")
    await send(sari, opened, ANSWER, form)
    assert await rows(work.context.db, select(Job)) == []


async def test_an_answer_and_words_that_arrive_at_the_same_moment_do_not_block_each_other(
    sari: httpx.AsyncClient, work: Work
) -> None:
    """A turn holds the conversation and then wants the ticket; the answer must ask in the same order."""
    opened = await work.ask()
    form = await form_of(sari, opened)
    async with work.context.db.write() as session:
        await locked_by_id(session, 1)
        answering = asyncio.ensure_future(send(sari, opened, ANSWER, form))
        await asyncio.sleep(1.0)
        await add_user_message(session, work.clock.now(), opened.ticket_id, "Tunggu, ada yang lupa")
    refused = await answering
    assert refused.status_code == 409
    assert "Tunggu, ada yang lupa" in words_of(refused)
    assert box_of(refused) == ANSWER
