"""Every kind of update becomes the right act of a person, or nothing, or a clean refusal."""

from typing import Any

import pytest
from msgspec.structs import replace

from bot.channels.telegram.inbound import translate
from bot.conversation.messages import ChannelName, Group, InboundKind, InboundMessage, RemoteFile
from tests.channels.telegram import recorded
from tests.channels.telegram.recorded import edited, membership, message, press


def inbound(kind: InboundKind, **fields: Any) -> InboundMessage:
    base: dict[str, Any] = {"external_id": "7", "sender_name": "<3 Sari _*[Rahma", "sender": "1001"}
    return InboundMessage(ChannelName.TELEGRAM, "1001", kind, **base | fields)


@pytest.mark.parametrize(
    "text",
    [
        "apa itu PLB?",
        "😀",
        "<b>tebal</b> & _*[",
        "/",
        "/ menu",
        "//menu",
        "jalan /menu",
        "/perintah-aneh",
        "12/11",
    ],
)
def test_words_are_text_as_they_were_typed(text: str) -> None:
    assert translate(message(text=text)) == inbound(InboundKind.TEXT, text=text)


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("/start", "start", ""),
        ("/start plb_kantor-1", "start", "plb_kantor-1"),
        ("/tiket@klinik_uji_bot 123", "tiket", "123"),
        ("/TIKET  12 ", "tiket", "12"),
        ("/batal\nsekarang", "batal", "sekarang"),
        ("/tidak_dikenal x", "tidak_dikenal", "x"),
    ],
)
def test_a_command_has_a_name_and_an_argument(text: str, command: str, argument: str) -> None:
    assert translate(message(text=text)) == inbound(InboundKind.COMMAND, command=command, text=argument)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("voice", recorded.VOICE),
        ("video", recorded.VIDEO),
        ("video_note", recorded.VIDEO_NOTE),
        ("audio", recorded.AUDIO),
        ("sticker", recorded.STICKER),
        ("location", recorded.LOCATION),
        ("contact", recorded.CONTACT),
        ("dice", recorded.DICE),
        ("poll", recorded.POLL),
    ],
)
def test_what_we_cannot_take_is_named(content: str, value: Any) -> None:
    expected = inbound(InboundKind.UNSUPPORTED, content=content)
    assert translate(message(**{content: value})) == expected


def test_a_photo_is_fetched_in_its_largest_size_and_keeps_its_caption_and_album() -> None:
    expected = replace(
        inbound(InboundKind.FILE, content="photo", text="PEB saya ditolak"),
        remote=RemoteFile("AgACAg2", "foto.jpg", 20412),
        album="7",
    )
    sent = message(photo=recorded.PHOTO, caption="PEB saya ditolak", media_group_id="7")
    assert translate(sent) == expected


def test_a_document_is_fetched_under_its_own_name() -> None:
    expected = replace(inbound(InboundKind.FILE, content="document"), remote=RemoteFile("BQAC", "PEB.pdf"))
    assert translate(message(document=recorded.DOCUMENT)) == expected


def test_a_venue_comes_with_a_location_and_is_still_a_venue_or_a_location() -> None:
    found = translate(message(venue=recorded.VENUE, location=recorded.LOCATION))
    assert found is not None
    assert found.content in {"venue", "location"}


def test_a_kind_of_content_from_the_future_is_answered_too() -> None:
    assert translate(message(hologram={"file_id": "x"})) == inbound(
        InboundKind.UNSUPPORTED, content="unknown"
    )


@pytest.mark.parametrize(
    "notice",
    [
        {"pinned_message": recorded.message(text="disematkan")["message"]},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
        {"write_access_allowed": {"from_request": True}},
        {"connected_website": "contoh.invalid"},
    ],
)
def test_a_notice_of_telegrams_own_needs_no_turn(notice: dict[str, Any]) -> None:
    assert translate(message(**notice)) is None


def test_an_edit_carries_the_new_words_and_the_old_id() -> None:
    assert translate(edited(text="maksud saya KITE IKM")) == inbound(
        InboundKind.EDIT, text="maksud saya KITE IKM"
    )


def test_an_edited_caption_is_an_edit() -> None:
    assert translate(edited(photo=recorded.PHOTO, caption="baru")) == inbound(InboundKind.EDIT, text="baru")


def test_a_moving_live_location_is_no_edit() -> None:
    assert translate(edited(location=recorded.LOCATION)) is None


def test_a_button_brings_its_action_its_message_and_its_label() -> None:
    assert translate(press()) == inbound(
        InboundKind.BUTTON,
        text="menu",
        external_id=None,
        button_message_id="6",
        content="Menu utama",
    )


def test_a_button_below_a_message_that_telegram_no_longer_shows_still_works() -> None:
    old = {"message_id": 2, "chat": recorded.CHAT, "date": 0}
    assert translate(press(message=old, data="lama")) == inbound(
        InboundKind.BUTTON, text="lama", external_id=None, button_message_id="2"
    )


def test_a_button_without_a_message_or_data_needs_no_turn() -> None:
    assert translate(press(message=None, inline_message_id="x")) is None
    assert translate(press(data=None, game_short_name="x")) is None


@pytest.mark.parametrize(
    ("status", "kind"), [("kicked", InboundKind.BLOCKED), ("member", InboundKind.UNBLOCKED)]
)
def test_blocking_and_taking_it_back_are_acts_of_the_person(status: str, kind: InboundKind) -> None:
    assert translate(membership(status)) == inbound(kind, external_id=None, sender=None)


@pytest.mark.parametrize(
    "update",
    [
        message(text="di grup", chat=recorded.GROUP),
        message(photo=recorded.PHOTO, chat=recorded.GROUP),
        edited(text="di grup", chat=recorded.GROUP),
        membership("left"),
        {"update_id": 1, "channel_post": message(text="siaran")["message"]},
        {"update_id": 1, "jenis_baru": {"isi": 1}},
        {"update_id": 1},
    ],
)
def test_talk_in_groups_and_notices_need_no_turn(update: dict[str, Any]) -> None:
    assert translate(update) is None


_GROUP = Group("Petugas", has_topics=True)
_TO_BOT = {"message_id": 5, "from": recorded.BOT, "chat": recorded.GROUP, "date": 1_795_397_000, "text": "x"}
_TOPIC_MADE = _TO_BOT | {"forum_topic_created": {"name": "Tiket", "icon_color": 1}}
_IN_TOPIC = {"chat": recorded.GROUP, "message_thread_id": 3, "is_topic_message": True}


def _in_group(kind: InboundKind, **fields: Any) -> InboundMessage:
    return replace(inbound(kind), **{"address": str(recorded.GROUP["id"]), "group": _GROUP} | fields)


def test_in_a_group_a_reply_to_the_bot_is_an_act_with_its_topic() -> None:
    update = message(text="Tidak perlu.", reply_to_message=_TO_BOT, **_IN_TOPIC)
    assert translate(update) == _in_group(InboundKind.TEXT, text="Tidak perlu.", reply_to="5", thread="3")


def test_in_a_topic_a_message_that_answers_only_the_topic_is_talk() -> None:
    assert translate(message(text="siapa ambil?", reply_to_message=_TOPIC_MADE, **_IN_TOPIC)) is None


def test_in_a_group_commands_for_other_bots_are_not_ours() -> None:
    update = message(text="/tiket@Klinik_Uji_Bot 123", chat=recorded.GROUP)
    assert translate(update, "klinik_uji_bot") == _in_group(InboundKind.COMMAND, command="tiket", text="123")
    assert translate(update, "bot_lain") is None


def test_who_writes_as_the_group_is_nobody() -> None:
    update = message(text="/antrean", chat=recorded.GROUP, sender_chat=recorded.GROUP)
    assert translate(update) == _in_group(InboundKind.COMMAND, command="antrean", sender=None)


@pytest.mark.parametrize(
    ("status", "kind"), [("left", InboundKind.BLOCKED), ("member", InboundKind.UNBLOCKED)]
)
def test_the_bot_is_removed_from_a_group_and_taken_back(status: str, kind: InboundKind) -> None:
    change = translate(membership(status, recorded.GROUP))
    assert change == _in_group(kind, external_id=None, sender=None)


def test_a_group_says_where_it_moved() -> None:
    update = message(migrate_to_chat_id=-1009, chat=recorded.GROUP)
    assert translate(update) == _in_group(InboundKind.MOVED, text="-1009")


def test_what_nobody_reads_cannot_spoil_an_update() -> None:
    odd = {"date": "kemarin", "entities": "banyak", "link_preview_options": 7, "forward_origin": []}
    assert translate(message(text="halo", **odd)) == inbound(InboundKind.TEXT, text="halo")


def test_a_person_may_have_only_a_first_name() -> None:
    sender = {"id": 1001, "is_bot": False, "first_name": "Sari"}
    assert translate(message(text="x", **{"from": sender})) == inbound(
        InboundKind.TEXT, text="x", sender_name="Sari"
    )


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"update_id": "x"},
        message(text="rahasia", chat="1001"),
        message(text=["rahasia"]),
        {"update_id": 1, "message": "rahasia"},
        {"update_id": 1, "message": {"message_id": 1}},
        press(message={"message_id": "rahasia", "chat": recorded.CHAT}),
        membership("member", {"id": 1001, "type": ["rahasia"]}),
    ],
)
def test_what_cannot_be_read_is_refused_without_repeating_it(update: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="unreadable update") as refusal:
        translate(update)
    assert "rahasia" not in str(refusal.value)
