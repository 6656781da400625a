"""Updates as Telegram sends them (names and numbers changed)."""

from typing import Any

Json = dict[str, Any]

SENDER: Json = {
    "id": 1001,
    "is_bot": False,
    "first_name": "<3 Sari",
    "last_name": "_*[Rahma",
    "username": "sari_r",
    "language_code": "id",
}
CHAT: Json = {"id": 1001, "first_name": "<3 Sari", "last_name": "_*[Rahma", "type": "private"}
GROUP: Json = {"id": -1002200000001, "title": "Petugas", "type": "supergroup", "is_forum": True}
BOT: Json = {"id": 42, "is_bot": True, "first_name": "Klinik Ekspor", "username": "klinik_uji_bot"}
KEYBOARD: Json = {"inline_keyboard": [[{"text": "Menu utama", "callback_data": "menu"}]]}


def message(**content: Any) -> Json:
    """An update with a message in the private chat; `content` adds to it or replaces."""
    base = {"message_id": 7, "from": SENDER, "chat": CHAT, "date": 1_795_397_400}
    return {"update_id": 700_001, "message": base | content}


def edited(**content: Any) -> Json:
    """An update with an edited message."""
    update = message(edit_date=1_795_397_460, **content)
    return {"update_id": 700_002, "edited_message": update["message"]}


def press(**fields: Any) -> Json:
    """An update with a pressed button."""
    shown = {
        "message_id": 6,
        "from": BOT,
        "chat": CHAT,
        "date": 1_795_397_300,
        "text": "Selamat datang.",
        "reply_markup": KEYBOARD,
    }
    query = {
        "id": "4382",
        "from": SENDER,
        "message": shown,
        "chat_instance": "-3311",
        "data": "menu",
    }
    return {"update_id": 700_003, "callback_query": query | fields}


def membership(status: str, chat: Json = CHAT) -> Json:
    """An update about the bot's place in a chat."""
    extra = {"until_date": 0} if status == "kicked" else {}
    before = {"status": "member" if status == "kicked" else "kicked", "user": BOT}
    change = {
        "chat": chat,
        "from": SENDER,
        "date": 1_795_397_500,
        "old_chat_member": before | ({} if extra else {"until_date": 0}),
        "new_chat_member": {"status": status, "user": BOT} | extra,
    }
    return {"update_id": 700_004, "my_chat_member": change}


PHOTO = [
    {"file_id": "AgACAg1", "file_unique_id": "AQAD1", "file_size": 1523, "width": 90, "height": 67},
    {"file_id": "AgACAg2", "file_unique_id": "AQAD2", "file_size": 20412, "width": 320, "height": 240},
]
VOICE = {"duration": 4, "mime_type": "audio/ogg", "file_id": "AwAC", "file_unique_id": "AgAD", "file_size": 9}
VIDEO = {"duration": 4, "width": 320, "height": 240, "file_id": "BAAC", "file_unique_id": "AgAE"}
VIDEO_NOTE = {"duration": 4, "length": 240, "file_id": "DQAC", "file_unique_id": "AgAF"}
AUDIO = {"duration": 4, "file_id": "CQAC", "file_unique_id": "AgAG"}
DOCUMENT = {
    "file_name": "PEB.pdf",
    "mime_type": "application/pdf",
    "file_id": "BQAC",
    "file_unique_id": "AgAH",
}
STICKER = {
    "width": 512,
    "height": 512,
    "emoji": "🙂",
    "is_animated": False,
    "is_video": False,
    "type": "regular",
    "file_id": "CAAC",
    "file_unique_id": "AgAI",
}
LOCATION = {"latitude": -1.265386, "longitude": 116.831200}
VENUE = {"location": LOCATION, "title": "Pelabuhan Semayang", "address": "Balikpapan"}
CONTACT = {"phone_number": "6281100000000", "first_name": "Sari", "user_id": 1001}
DICE = {"emoji": "🎲", "value": 3}
POLL = {
    "id": "5",
    "question": "Ekspor?",
    "options": [{"persistent_id": "a", "text": "Ya", "voter_count": 0}],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}
