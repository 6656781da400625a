"""What we read of updates is what aiogram's own types, kept up with the Bot API by others, read of them."""

from collections.abc import Iterator
from typing import Any

import aiogram.types
import pytest
from aiogram.enums import ContentType
from aiogram.types import InaccessibleMessage
from pydantic import ValidationError

from bot.channels.telegram.inbound import act_in, translate
from bot.conversation.messages import InboundKind
from tests.botapi.server import BotApiServer
from tests.channels.telegram import recorded
from tests.channels.telegram.recorded import edited, membership, message, press

_GROUP = {"id": -1009, "title": "Petugas", "type": "group"}
_CHANNEL = {"id": -1008, "title": "Siaran", "type": "channel"}
_ANSWERED = message(**{"from": recorded.BOT, "message_id": 5, "text": "x"})["message"]
_TOPIC_MADE = {"forum_topic_created": {"name": "Tiket", "icon_color": 1}}
_IN_TOPIC = {"chat": recorded.GROUP, "message_thread_id": 3, "is_topic_message": True}
_ANIMATION = recorded.VIDEO | {"file_name": "a.mp4"}
_CONTENTS = {
    "voice": recorded.VOICE,
    "video": recorded.VIDEO,
    "video_note": recorded.VIDEO_NOTE,
    "audio": recorded.AUDIO,
    "sticker": recorded.STICKER,
    "location": recorded.LOCATION,
    "contact": recorded.CONTACT,
    "dice": recorded.DICE,
    "poll": recorded.POLL,
    "photo": recorded.PHOTO,
    "document": recorded.DOCUMENT,
    "animation": _ANIMATION,
    "pinned_message": _ANSWERED,
    "forum_topic_closed": {},
    "video_chat_started": {},
    "group_chat_created": True,
    "new_chat_members": [recorded.BOT],
    "new_chat_title": "Baru",
    "migrate_from_chat_id": -7,
    "connected_website": "contoh.invalid",
}


def _updates() -> Iterator[dict[str, Any]]:
    yield {"update_id": 1}
    for chat in (recorded.CHAT, recorded.GROUP, _GROUP, _CHANNEL):
        for words in ("apa itu PLB?", "/tiket 12", "/tiket@klinik_uji_bot 12", "/tiket@lain 12", "/", ""):
            yield message(text=words, chat=chat)
            yield message(text=words, chat=chat, reply_to_message=_ANSWERED)
            yield edited(text=words, chat=chat)
        for kind, content in _CONTENTS.items():
            yield message(chat=chat, **{kind: content})
            yield message(chat=chat, caption="ini", reply_to_message=_ANSWERED, **{kind: content})
            yield edited(chat=chat, caption="itu", **{kind: content})
        for status in ("kicked", "member", "left"):
            yield membership(status, chat)
        yield message(chat=chat)
        yield press(message=_ANSWERED | {"chat": chat, "reply_markup": recorded.KEYBOARD})
        yield press(message=_ANSWERED | _IN_TOPIC | {"chat": chat}, data="lain")
        yield message(text="/antrean", chat=chat, sender_chat=_GROUP)
        yield message(text="/antrean", chat=chat, **{"from": recorded.BOT})
        yield message(chat=chat, migrate_to_chat_id=-1010)
        yield {"update_id": 1, "channel_post": message(text="siaran", chat=chat)["message"]}
    yield message(text="dalam", reply_to_message=_ANSWERED, **_IN_TOPIC)
    yield message(text="dalam", reply_to_message=_ANSWERED | _TOPIC_MADE, **_IN_TOPIC)
    yield message(photo=recorded.PHOTO, media_group_id="7")
    yield message(animation=_ANIMATION, document=recorded.DOCUMENT)
    yield message(venue=recorded.VENUE, location=recorded.LOCATION)
    yield message(hologram={"file_id": "x"})
    yield message(photo=[], hologram=1)
    yield press(message=None, inline_message_id="x")
    yield press(data=None, game_short_name="x")


@pytest.mark.parametrize("username", [None, "klinik_uji_bot"])
def test_every_update_means_the_same_by_the_types_of_aiogram(username: str | None) -> None:
    for update in _updates():
        theirs: Any = aiogram.types.Update.model_validate(update)
        assert translate(update, username) == act_in(theirs, username), update


def test_what_the_server_of_the_tests_sends_means_the_same(bot_api: BotApiServer) -> None:
    bot_api.user_says(1001, "halo", first_name="<3", last_name="_*[")
    for kind in ("photo", "voice", "video", "document", "location", "contact", "sticker"):
        bot_api.user_sends(1001, kind, caption="ini")
    bot_api.block(1001)
    updates = list(bot_api.state.updates)
    assert len(updates) == 9
    for update in updates:
        theirs: Any = aiogram.types.Update.model_validate(update)
        assert translate(update) == act_in(theirs)


@pytest.mark.parametrize("kind", sorted({kind.value for kind in ContentType} - {"any", "text", "unknown"}))
def test_every_kind_of_content_that_is_known_is_answered_or_a_notice(kind: str) -> None:
    """Who sent something on purpose is answered; a new kind of Telegram's has to be put into a list."""
    content = {"photo": recorded.PHOTO, "document": recorded.DOCUMENT, "migrate_to_chat_id": -1}.get(kind, {})
    found = translate(message(**{kind: content}))
    assert aiogram.types.Message.model_construct(**{kind: True}).content_type == kind
    if kind not in _ANSWERED_KINDS:
        assert found is None
        return
    assert found is not None
    assert found.content == kind
    expected = InboundKind.FILE if kind in ("photo", "document") else InboundKind.UNSUPPORTED
    assert found.kind is expected


_ANSWERED_KINDS = {
    *("animation", "audio", "checklist", "contact", "dice", "document", "game", "gift", "live_photo"),
    *("location", "paid_media", "photo", "poll", "rich_message", "sticker", "story", "venue", "video"),
    *("video_note", "voice"),
}


def test_of_two_kinds_in_one_message_the_same_one_counts() -> None:
    for both in (("animation", "document"), ("venue", "location"), ("live_photo", "photo")):
        theirs = aiogram.types.Message.model_construct(**dict.fromkeys(both, True)).content_type
        contents = {"document": recorded.DOCUMENT, "photo": recorded.PHOTO}
        found = translate(message(**{kind: contents.get(kind, {}) for kind in both}))
        assert found is not None
        assert found.content == theirs


_JUNK = (None, True, 0, -7, "", "12", "x", 1.0, 1.5, [], ["x"], [[]], {}, {"x": 1})


def _spoilt(value: Any) -> Iterator[Any]:
    """`value` with one place of it at a time replaced by something else, or left out."""
    yield from _JUNK
    if isinstance(value, dict):
        for key in value:
            yield {other: inner for other, inner in value.items() if other != key}
            yield from (value | {key: inner} for inner in _spoilt(value[key]))
    elif isinstance(value, list):
        for place in range(len(value)):
            yield from ([*value[:place], inner, *value[place + 1 :]] for inner in _spoilt(value[place]))


@pytest.mark.parametrize(
    "update",
    [
        message(text="halo", sender_chat=_GROUP, reply_to_message=_ANSWERED | _TOPIC_MADE, **_IN_TOPIC),
        message(photo=recorded.PHOTO, caption="ini", media_group_id="7"),
        message(document=recorded.DOCUMENT),
        edited(caption="itu"),
        press(),
        membership("member", recorded.GROUP),
    ],
)
def test_whatever_of_an_odd_update_aiogram_could_read_means_the_same(update: dict[str, Any]) -> None:
    read_by_aiogram = 0
    for odd in _spoilt(update):
        try:
            theirs: Any = aiogram.types.Update.model_validate(odd)
        except ValidationError:
            continue
        if theirs.callback_query and isinstance(theirs.callback_query.message, InaccessibleMessage):
            continue  # Has no such fields at all; the tests of `translate` show one.
        read_by_aiogram += 1
        assert translate(odd) == act_in(theirs), odd
    assert read_by_aiogram > 50
