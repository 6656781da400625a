"""Sending: 202 means stored, once and in order; everything else means nothing was stored, and why."""

import asyncio
import uuid

import httpx

from bot.channels.webchat.inbound import translate
from bot.context import Context
from bot.conversation.messages import InboundKind
from bot.jobs.models import JobKind
from tests.channels.webchat.conftest import Browser, new_browser, serving, stored_jobs, with_settings

NOT_JSON = (b"", b"{", b"\xff\xfe", b"null garbage", b"[" * 60_000)
NO_OBJECT = (b"[]", b"7", b"null", b'"text"')
NO_KEY = ("", "Bearer", "Bearer x", "Basic x", f"Bearer {'x' * 43}.{'0' * 32}")
TAKEN: tuple[tuple[dict[str, str], InboundKind, str, str], ...] = (
    ({"action": "t:plb", "label": " PLB\x00 "}, InboundKind.BUTTON, "t:plb", "PLB"),
    ({"command": "start", "argument": "kantor_100300"}, InboundKind.COMMAND, "kantor_100300", ""),
    ({"text": "👍🏽"}, InboundKind.TEXT, "👍🏽", ""),
    ({"text": "nama saya <3 & _*["}, InboundKind.TEXT, "nama saya <3 & _*[", ""),
    ({"text": "x" * 4000}, InboundKind.TEXT, "x" * 4000, ""),
    ({"text": "🙂" * 4000}, InboundKind.TEXT, "🙂" * 4000, ""),
    ({"text": "nol\x00nol"}, InboundKind.TEXT, "nolnol", ""),
)
REFUSED: tuple[tuple[dict[str, object], str], ...] = (
    ({"text": ""}, "message.empty"),
    ({"text": " \n\t "}, "message.empty"),
    ({"text": "\x00\x01"}, "message.empty"),
    ({"text": "x" * 4001}, "message.too_long"),
    ({}, "message.malformed"),
    ({"text": "a", "action": "b"}, "message.malformed"),
    ({"text": 7}, "message.malformed"),
    ({"text": None}, "message.malformed"),
    ({"action": ""}, "message.malformed"),
    ({"action": "é" * 33}, "message.malformed"),
    ({"action": "x" * 65}, "message.malformed"),
    ({"command": "Hapus Semua"}, "message.malformed"),
    ({"command": "start", "argument": "x" * 65}, "message.malformed"),
    ({"text": "a", "surprise": 1}, "message.malformed"),
    ({"text": "a", "client_id": "1"}, "message.malformed"),
    ({"text": "a", "client_id": None}, "message.malformed"),
)


def _problem(answer: httpx.Response, status: int, code: str) -> str:
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "Set-Cookie" not in answer.headers
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["title"]
    assert body["type"]
    detail: str = body["detail"]
    assert detail.endswith(".")
    return detail


async def test_asking_for_a_key_stores_nothing_and_sets_no_cookie(
    context: Context, http: httpx.AsyncClient
) -> None:
    answer = await http.post("/api/chat/sessions")
    assert answer.status_code == 201
    assert len(answer.json()["key"]) > 43
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert await stored_jobs(context) == []


async def test_a_message_is_stored_before_it_is_acknowledged(context: Context, browser: Browser) -> None:
    answer = await browser.send(text="  apa itu PLB?\r\nsyaratnya?  ")
    assert answer.status_code == 202
    assert answer.json() == {"stored": True}
    (job,) = await stored_jobs(context)
    assert job.kind == JobKind.INBOX
    assert job.lane == f"in:webchat:{browser.address}"
    assert job.payload is not None
    assert job.payload["channel"] == "webchat"
    message = translate(job.payload["raw"])
    assert (message.kind, message.text) == (InboundKind.TEXT, "apa itu PLB?\nsyaratnya?")
    assert message.address == browser.address


async def test_the_same_message_sent_again_is_stored_once(context: Context, browser: Browser) -> None:
    client_id = str(uuid.uuid4())
    answers = await asyncio.gather(*(browser.send(client_id.upper(), text="sekali saja") for _ in range(4)))
    answers.append(await browser.send(client_id, text="sekali saja"))
    assert [answer.status_code for answer in answers] == [202] * 5
    assert len(await stored_jobs(context)) == 1


async def test_the_same_id_from_two_browsers_is_two_messages(
    context: Context, http: httpx.AsyncClient, browser: Browser
) -> None:
    client_id = str(uuid.uuid4())
    other = await new_browser(http)
    assert (await browser.send(client_id, text="satu")).status_code == 202
    assert (await other.send(client_id, text="dua")).status_code == 202
    assert len(await stored_jobs(context)) == 2


async def test_messages_keep_the_order_in_which_they_were_sent(context: Context, browser: Browser) -> None:
    for number in range(12):
        assert (await browser.send(text=f"pesan {number}")).status_code == 202
    jobs = await stored_jobs(context)
    assert [job.payload["raw"]["text"] for job in jobs if job.payload] == [f"pesan {n}" for n in range(12)]


async def test_what_a_person_can_do_is_taken(context: Context, browser: Browser) -> None:
    for content, *_expected in TAKEN:
        assert (await browser.send(**content)).status_code == 202
    for job, (_content, *expected) in zip(await stored_jobs(context), TAKEN, strict=True):
        assert job.payload is not None
        message = translate(job.payload["raw"])
        assert [message.kind, message.text, message.content] == expected


async def test_what_is_no_message_is_refused_with_a_sentence(context: Context, browser: Browser) -> None:
    for content, code in REFUSED:
        body = {"client_id": str(uuid.uuid4()), **content}
        answer = await browser.http.post("/api/chat/messages", json=body, headers=browser.headers)
        _problem(answer, 422, code)
    assert await stored_jobs(context) == []


async def test_the_limit_of_a_message_is_named(browser: Browser) -> None:
    detail = _problem(await browser.send(text="x" * 4001), 422, "message.too_long")
    assert "4.000" in detail


async def test_what_is_no_json_object_is_refused(context: Context, browser: Browser) -> None:
    for body in NOT_JSON:
        answer = await browser.http.post("/api/chat/messages", content=body, headers=browser.headers)
        _problem(answer, 400, "body.not_json")
    for body in NO_OBJECT:
        answer = await browser.http.post("/api/chat/messages", content=body, headers=browser.headers)
        _problem(answer, 422, "message.malformed")
    assert await stored_jobs(context) == []


async def test_half_a_character_does_not_cost_the_message(context: Context, browser: Browser) -> None:
    body = b'{"client_id": "6b1d8a34-1111-4222-8333-000000000001", "text": "kopi \\ud83d enak"}'
    answer = await browser.http.post("/api/chat/messages", content=body, headers=browser.headers)
    assert answer.status_code == 202
    (job,) = await stored_jobs(context)
    assert job.payload is not None
    assert translate(job.payload["raw"]).text == "kopi \ufffd enak"


async def test_a_large_body_is_refused_also_when_its_length_is_not_announced(
    context: Context, browser: Browser
) -> None:
    async def endless() -> object:
        for _ in range(80):
            yield b"x" * 1024

    announced = await browser.http.post("/api/chat/messages", content=b"x" * 66_000, headers=browser.headers)
    _problem(announced, 413, "body.too_large")
    chunked = await browser.http.post(
        "/api/chat/messages",
        content=endless(),  # type: ignore[arg-type]
        headers=browser.headers,
    )
    _problem(chunked, 413, "body.too_large")
    assert await stored_jobs(context) == []


async def test_without_an_issued_key_nothing_opens(context: Context, http: httpx.AsyncClient) -> None:
    body = {"client_id": str(uuid.uuid4()), "text": "halo"}
    for header in NO_KEY:
        headers = {"Authorization": header}
        for answer in (
            await http.post("/api/chat/messages", json=body, headers=headers),
            await http.get("/api/chat/messages", headers=headers),
            await http.get("/api/chat/stream", headers=headers),
        ):
            _problem(answer, 401, "chat.unknown_key")
            assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert await stored_jobs(context) == []


async def test_too_many_messages_are_put_off_for_their_sender_only(context: Context) -> None:
    async with serving(with_settings(context, messages_per_minute=5)) as http:
        hasty, calm = await new_browser(http), await new_browser(http)
        answers = [await hasty.send(text=f"pesan {number}") for number in range(7)]
        assert [answer.status_code for answer in answers] == [202] * 5 + [429] * 2
        _problem(answers[-1], 429, "rate.exceeded")
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
        assert (await calm.send(text="halo")).status_code == 202
    assert len(await stored_jobs(context)) == 6


async def test_new_keys_do_not_lift_the_limit_of_a_network_address(context: Context) -> None:
    async with serving(with_settings(context, messages_per_minute=1)) as http:
        browsers = [await new_browser(http) for _ in range(10)]
        _problem(await http.post("/api/chat/sessions"), 429, "rate.exceeded")
        statuses = [(await browser.send(text="halo")).status_code for browser in browsers]
        assert statuses == [202] * 10
        assert (await browsers[0].send(text="lagi")).status_code == 429


async def test_while_the_database_is_away_nothing_is_acknowledged(away: Context) -> None:
    async with serving(away) as http:
        browser = await new_browser(http)
        body = {"client_id": str(uuid.uuid4()), "text": "halo"}
        answers = [
            await http.post("/api/chat/messages", json=body, headers=browser.headers),
            await http.get("/api/chat/messages", headers=browser.headers),
            await http.get("/api/chat/stream", headers=browser.headers),
        ]
        for answer in answers:
            _problem(answer, 503, "service.unavailable")
            assert int(answer.headers["Retry-After"]) >= 1
        assert (await http.get("/")).status_code == 200
    await away.db.close()
