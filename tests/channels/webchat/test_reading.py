"""Reading: the conversation of one's own key, in order, from any number on."""

import httpx

from bot.context import Context
from bot.conversation.messages import Author, Button, Reply
from tests.channels.webchat.conftest import Browser, new_browser, own, say


async def test_a_new_chat_is_empty(context: Context, browser: Browser) -> None:
    found = await browser.read()
    assert (found["messages"], found["last"]) == ([], 0)
    assert found["server_time"] == context.clock.now().isoformat().replace("+00:00", "Z")


async def test_messages_come_in_order_with_all_that_the_page_shows(
    context: Context, browser: Browser
) -> None:
    await say(context, browser.address, own("apa itu PLB?"), client_id="6b1d8a34-1111-4222-8333-000000000001")
    await say(
        context,
        browser.address,
        Reply("<b>PLB</b>\n• satu\nDasar: PER-25/BC/2024", ((Button("Syarat", "t:plb:syarat"),),)),
        Reply("Baik.", author=Author.OFFICER, author_name="Sari Dewi, Anggota"),
    )
    first, second, third = (await browser.read())["messages"]
    assert (first["seq"], first["author"], first["text"]) == (1, "user", "apa itu PLB?")
    assert first["client_id"] == "6b1d8a34-1111-4222-8333-000000000001"
    assert second["text"] == "<b>PLB</b>\n• satu\nDasar: PER-25/BC/2024"
    assert second["buttons"] == [[{"label": "Syarat", "action": "t:plb:syarat"}]]
    assert (third["author"], third["author_name"]) == ("officer", "Sari Dewi, Anggota")
    assert third["created_at"] == "2026-11-23T01:30:00Z"


async def test_reading_goes_on_after_a_number_and_from_the_end(context: Context, browser: Browser) -> None:
    await say(context, browser.address, *(f"pesan {number}" for number in range(1, 206)))
    whole = await browser.read()
    assert [message["seq"] for message in whole["messages"]] == list(range(1, 201))
    assert whole["last"] == 205
    rest = await browser.read(after=200)
    assert [message["seq"] for message in rest["messages"]] == [201, 202, 203, 204, 205]
    newest = await browser.read(latest=2, after=7)
    assert [message["seq"] for message in newest["messages"]] == [204, 205]
    assert (await browser.read(after=999))["messages"] == []


async def test_a_number_that_is_none_is_refused(browser: Browser) -> None:
    for query in ("after=-1", "after=x", "after=1.5", "after=9999999999", "latest=x", "after=²"):
        answer = await browser.http.get(f"/api/chat/messages?{query}", headers=browser.headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "query.invalid")


async def test_nobody_reads_what_belongs_to_another(
    context: Context, http: httpx.AsyncClient, browser: Browser
) -> None:
    await say(context, browser.address, "rahasia jabatan")
    other = await new_browser(http)
    assert (await other.read())["messages"] == []
