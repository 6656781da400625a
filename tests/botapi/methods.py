"""The methods of the Bot API that a bot like ours calls, with Telegram's wording of refusals."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.botapi.faults import Refused
from tests.botapi.state import Chat, Json, State

_NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
_OLD_QUERY = "Bad Request: query is too old and response timeout expired or query ID is invalid"
_MOST_FOR_BOTS = 20 * 1024 * 1024


@dataclass(frozen=True)
class Request:
    """A call: `method` as aiogram's type for plain values, `params` for nested ones, uploaded files."""

    method: Any
    params: Json
    files: dict[str, tuple[str, bytes]]


def send_message(state: State, request: Request) -> Json:
    chat = _open_chat(state, request)
    text = str(request.params["text"]).rstrip()
    content = _surroundings(state, chat, request) | {"text": text}
    return state.new_message(chat, state.me, content | _present(request, "entities", "link_preview_options"))


def edit_message_text(state: State, request: Request) -> Json:
    message = _own_message(state, request)
    changed = {"text": str(request.params["text"]).rstrip()} | _present(request, "entities", "reply_markup")
    return _edit(message, changed, dropped=("entities", "reply_markup"))


def edit_message_reply_markup(state: State, request: Request) -> Json:
    changed = _present(request, "reply_markup")
    return _edit(_own_message(state, request), changed, dropped=("reply_markup",))


def delete_message(state: State, request: Request) -> bool:
    chat = state.chat(request.method.chat_id)
    if state.messages.pop((chat.id, request.method.message_id), None) is None:
        raise Refused(400, "Bad Request: message to delete not found")
    return True


def answer_callback_query(state: State, request: Request) -> bool:
    query = request.method.callback_query_id
    if query not in state.callbacks or state.callbacks[query] is not None:
        raise Refused(400, _OLD_QUERY)
    state.callbacks[query] = dict(request.params)
    return True


def send_chat_action(state: State, request: Request) -> bool:
    _open_chat(state, request)
    return True


def send_document(state: State, request: Request) -> Json:
    chat = _open_chat(state, request)
    name, content = _upload(request, "document")
    document = _stored_file(state, content) | {"file_name": name}
    return state.new_message(chat, state.me, _captioned(state, chat, request) | {"document": document})


def send_photo(state: State, request: Request) -> Json:
    chat = _open_chat(state, request)
    _name, content = _upload(request, "photo")
    photo = _stored_file(state, content) | {"width": 90, "height": 90}
    return state.new_message(chat, state.me, _captioned(state, chat, request) | {"photo": [photo]})


def get_file(state: State, request: Request) -> Json:
    file_id = request.method.file_id
    if file_id not in state.files:
        raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    content = state.files[file_id]
    if len(content) > _MOST_FOR_BOTS:
        raise Refused(400, "Bad Request: file is too big")
    unique = f"unik-{file_id}"
    return {
        "file_id": file_id,
        "file_unique_id": unique,
        "file_size": len(content),
        "file_path": f"dokumen/{file_id}",
    }


def create_forum_topic(state: State, request: Request) -> Json:
    chat = _open_chat(state, request)
    if not chat.is_forum:
        raise Refused(400, "Bad Request: the chat is not a forum")
    if not chat.manages_topics:
        raise Refused(400, "Bad Request: not enough rights to create a topic")
    if not 1 <= len(request.method.name) <= 128:
        raise Refused(400, "Bad Request: TOPIC_TITLE_INVALID")
    created = state.new_message(chat, state.me, {})
    thread = created["message_id"]
    created["forum_topic_created"] = {"name": request.method.name, "icon_color": 7322096}
    chat.topics[thread] = request.method.name
    return {"message_thread_id": thread, "name": request.method.name, "icon_color": 7322096}


def close_forum_topic(state: State, request: Request) -> bool:
    chat, thread = _own_topic(state, request)
    if thread in chat.closed_topics:
        raise Refused(400, "Bad Request: TOPIC_NOT_MODIFIED")
    chat.closed_topics.add(thread)
    return True


def reopen_forum_topic(state: State, request: Request) -> bool:
    chat, thread = _own_topic(state, request)
    if thread not in chat.closed_topics:
        raise Refused(400, "Bad Request: TOPIC_NOT_MODIFIED")
    chat.closed_topics.discard(thread)
    return True


def _own_topic(state: State, request: Request) -> tuple[Chat, int]:
    chat = _open_chat(state, request)
    thread = request.method.message_thread_id
    if thread not in chat.topics:
        raise Refused(400, "Bad Request: TOPIC_ID_INVALID")
    if not chat.manages_topics:
        raise Refused(400, "Bad Request: not enough rights to close or reopen the topic")
    return chat, thread


def get_chat(state: State, request: Request) -> Json:
    chat = state.chat(request.method.chat_id)
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"),
        True,
    )
    return chat.as_json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
    }


def get_me(state: State, _request: Request) -> Json:
    return state.me


def set_my_commands(state: State, request: Request) -> bool:
    for command in request.params["commands"]:
        if not 1 <= len(command["command"]) <= 32 or command["command"] != command["command"].lower():
            raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise Refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
    state.commands[_scope(request)] = request.params["commands"]
    return True


def get_my_commands(state: State, request: Request) -> list[Json]:
    return state.commands.get(_scope(request), [])


def delete_my_commands(state: State, request: Request) -> bool:
    state.commands.pop(_scope(request), None)
    return True


def _setter(field: str, limit: int) -> Callable[[State, Request], bool]:
    def set_text(state: State, request: Request) -> bool:
        text = str(request.params.get(field, ""))
        if len(text) > limit:
            raise Refused(400, f"Bad Request: {field} is too long")
        state.texts[field] = text
        return True

    return set_text


def _getter(field: str) -> Callable[[State, Request], Json]:
    def get_text(state: State, _request: Request) -> Json:
        return {field: state.texts.get(field, "")}

    return get_text


METHODS: dict[str, Callable[[State, Request], Any]] = {
    "getme": get_me,
    "sendmessage": send_message,
    "editmessagetext": edit_message_text,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "answercallbackquery": answer_callback_query,
    "sendchataction": send_chat_action,
    "senddocument": send_document,
    "sendphoto": send_photo,
    "getfile": get_file,
    "createforumtopic": create_forum_topic,
    "closeforumtopic": close_forum_topic,
    "reopenforumtopic": reopen_forum_topic,
    "getchat": get_chat,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setmydescription": _setter("description", 512),
    "getmydescription": _getter("description"),
    "setmyshortdescription": _setter("short_description", 120),
    "getmyshortdescription": _getter("short_description"),
}


def _open_chat(state: State, request: Request) -> Chat:
    chat = state.chat(request.method.chat_id)
    if chat.blocked:
        by = "blocked by the user" if chat.kind == "private" else f"kicked from the {chat.kind} chat"
        raise Refused(403, f"Forbidden: bot was {by}")
    return chat


def _surroundings(state: State, chat: Chat, request: Request) -> Json:
    """What every sent message can carry: its topic, the message it answers, its buttons."""
    # Telegram shows inline keyboards on a message; what it asks of the person's own keyboard it does not.
    markup = request.params.get("reply_markup") or {}
    content: Json = {"reply_markup": markup} if "inline_keyboard" in markup else {}
    thread = request.method.message_thread_id
    if thread is not None:
        if thread not in chat.topics:
            raise Refused(400, "Bad Request: message thread not found")
        if thread in chat.closed_topics and not chat.manages_topics:
            raise Refused(400, "Bad Request: TOPIC_CLOSED")
        content |= {"message_thread_id": thread, "is_topic_message": True}
    answered = request.params.get("reply_parameters")
    if answered:
        original = state.messages.get((chat.id, int(answered["message_id"])))
        if original is not None:
            content["reply_to_message"] = original
        elif not answered.get("allow_sending_without_reply"):
            raise Refused(400, "Bad Request: message to be replied not found")
    return content


def _captioned(state: State, chat: Chat, request: Request) -> Json:
    return _surroundings(state, chat, request) | _present(request, "caption", "caption_entities")


def _present(request: Request, *names: str) -> Json:
    return {name: request.params[name] for name in names if request.params.get(name)}


def _own_message(state: State, request: Request) -> Json:
    chat = _open_chat(state, request)
    message = state.messages.get((chat.id, request.method.message_id))
    if message is None:
        raise Refused(400, "Bad Request: message to edit not found")
    if message["from"]["id"] != state.me["id"]:
        raise Refused(400, "Bad Request: message can't be edited")
    return message


def _edit(message: Json, changed: Json, *, dropped: tuple[str, ...]) -> Json:
    kept = {key: value for key, value in message.items() if key not in (*dropped, "edit_date")}
    edited = kept | changed
    if edited == {key: value for key, value in message.items() if key != "edit_date"}:
        raise Refused(400, _NOT_MODIFIED)
    message.clear()
    message.update(edited, edit_date=int(time.time()))
    return message


def _upload(request: Request, field: str) -> tuple[str, bytes]:
    named = str(request.params.get(field, ""))
    key = named.removeprefix("attach://") if named else field
    if key not in request.files:
        raise Refused(400, f"Bad Request: there is no {field} in the request")
    name, content = request.files[key]
    if not content:
        raise Refused(400, "Bad Request: file must be non-empty")
    return name, content


def _stored_file(state: State, content: bytes) -> Json:
    file_id = f"berkas-{len(state.files) + 1}"
    state.files[file_id] = content
    return {"file_id": file_id, "file_unique_id": f"unik-{file_id}", "file_size": len(content)}


def _scope(request: Request) -> str:
    scope = request.params.get("scope") or {"type": "default"}
    return f"{scope['type']}:{scope.get('chat_id', '')}:{request.params.get('language_code', '')}"
