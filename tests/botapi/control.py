"""The hands of whoever tests or shows the service: play the user, break things, read what was said.

Every method may be called from any thread, and over HTTP as `POST /kendali/<name>` with the arguments
as a JSON object.
"""

import base64
import copy
import itertools
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from tests.botapi.faults import Fault, FaultKind, Refused
from tests.botapi.state import Call, Chat, Json, State

P = ParamSpec("P")
R = TypeVar("R")

_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(@\w+)?")
_CONTENT: dict[str, Any] = {
    "photo": [{"file_id": "f1", "file_unique_id": "u1", "width": 90, "height": 90, "file_size": 900}],
    "voice": {"file_id": "f2", "file_unique_id": "u2", "duration": 3, "mime_type": "audio/ogg"},
    "video": {"file_id": "f3", "file_unique_id": "u3", "width": 90, "height": 90, "duration": 3},
    "document": {"file_id": "f4", "file_unique_id": "u4", "file_name": "PEB.pdf"},
    "location": {"latitude": -1.2654, "longitude": 116.8312},
    "contact": {"phone_number": "6281100000000", "first_name": "Sari"},
    "sticker": {
        "file_id": "f5",
        "file_unique_id": "u5",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": "🙂",
    },
}


def on_server(
    function: Callable[Concatenate["Control", P], R],
) -> Callable[Concatenate["Control", P], R]:
    """Carry the method out in the server's own loop, where alone its state changes."""

    @wraps(function)
    def call(self: "Control", /, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.run_there(lambda: function(self, *args, **kwargs))

    return call


class Control:
    """Reads and moves a `State`; `BotApiServer` says how to reach its loop."""

    state: State
    _queries = itertools.count(1)

    def run_there(self, work: Callable[[], R]) -> R:
        """Run `work` in the server's loop and return its result."""
        raise NotImplementedError

    @on_server
    def add_chat(self, /, chat_id: int, **fields: Any) -> Json:
        """Make or change a chat; `fields` as of `Chat` (first_name, username, kind, is_forum, ...)."""
        known = self.state.chats.get(chat_id) or Chat(chat_id)
        for name, value in fields.items():
            setattr(known, name, value)
        self.state.chats[chat_id] = known
        return known.as_json()

    @on_server
    def user_says(
        self,
        /,
        chat_id: int,
        text: str,
        *,
        sender: Json | None = None,
        thread_id: int | None = None,
        reply_to: int | None = None,
        **person: Any,
    ) -> int:
        """A person writes; the id of their message. `sender` is needed in a group only.

        In a group the bot hears of it only if it is a command, a reply to it, or the bot is an administrator.
        """
        content: Json = {"text": text}
        command = _COMMAND.match(text)
        if command:
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": command.end()}]
        return self._said(chat_id, content, sender, thread_id, reply_to, person)

    @on_server
    def user_sends(
        self,
        /,
        chat_id: int,
        kind: str,
        *,
        caption: str | None = None,
        sender: Json | None = None,
        **person: Any,
    ) -> int:
        """A person sends a photo, voice, video, document, location, contact or sticker; the message's id."""
        content: Json = {kind: copy.deepcopy(_CONTENT[kind])}
        if caption is not None:
            content["caption"] = caption
        return self._said(chat_id, content, sender, None, None, person)

    @on_server
    def user_sends_file(
        self,
        /,
        chat_id: int,
        content: str,
        name: str,
        *,
        caption: str | None = None,
        album: str | None = None,
        photo: bool = False,
    ) -> int:
        """A person sends a file whose `content` is given in base64, as a document or as a photo."""
        data = base64.b64decode(content)
        file_id = f"kiriman-{len(self.state.files) + 1}"
        self.state.files[file_id] = data
        known: Json = {"file_id": file_id, "file_unique_id": f"unik-{file_id}", "file_size": len(data)}
        sent: Json = {"document": known | {"file_name": name}}
        if photo:
            sent = {"photo": [known | {"width": 1280, "height": 960}]}
        extra = {"caption": caption, "media_group_id": album}
        sent |= {key: value for key, value in extra.items() if value is not None}
        return self._said(chat_id, sent, None, None, None, {})

    @on_server
    def press(self, chat_id: int, message_id: int, data: str, sender: Json | None = None) -> str:
        """A person presses the button with `data` below a message; the id of the callback query.

        `sender` is needed in a group only.
        """
        chat = self._chat(chat_id)
        message = self.state.messages.get((chat_id, message_id))
        query_id = str(4_200_000 + next(self._queries))
        shown = message or {"message_id": message_id, "chat": chat.as_json(), "date": 0}
        self.state.callbacks[query_id] = None
        query = {
            "id": query_id,
            "from": sender or chat.person(),
            "message": copy.deepcopy(shown),
            "chat_instance": f"-{abs(chat_id)}",
            "data": data,
        }
        self.state.new_update({"callback_query": query})
        return query_id

    @on_server
    def edit(self, chat_id: int, message_id: int, text: str) -> None:
        """A person changes the text of a message of theirs."""
        message = self.state.messages[chat_id, message_id]
        message |= {"text": text, "edit_date": message["date"] + 1}
        self.state.new_update({"edited_message": copy.deepcopy(message)})

    @on_server
    def block(self, chat_id: int, *, blocked: bool = True, sender: Json | None = None) -> None:
        """A person blocks the bot, or takes it back; from a group `sender` removes it."""
        chat = self._chat(chat_id)
        chat.blocked = blocked
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        me = {key: self.state.me[key] for key in ("id", "is_bot", "first_name", "username")}
        change = {
            "chat": chat.as_json(),
            "from": sender or chat.person(),
            "date": 1_795_397_400,
            "old_chat_member": _member(before, me),
            "new_chat_member": _member(after, me),
        }
        self.state.new_update({"my_chat_member": change})

    @on_server
    def inject(self, update: Json) -> Any:
        """Queue a raw update as it is (also one that no library can read); its id."""
        return self.state.new_update(copy.deepcopy(update))

    @on_server
    def fail(self, /, kind: str, **fields: Any) -> None:
        """Break the next calls; `kind` and `fields` as of `Fault`."""
        self.state.faults.append(Fault(FaultKind(kind), **fields))

    @on_server
    def heal(self) -> None:
        """Forget every fault."""
        self.state.faults.clear()

    @on_server
    def disturb(self, share: float) -> None:
        """Let confirmed updates come again with this probability, and a batch in no order; 0 ends it."""
        self.state.disturbance = share

    @on_server
    def messages(self, chat_id: int) -> list[Json]:
        """Every message of a chat in order, of both sides, as it stands now."""
        return copy.deepcopy(self.state.messages_of(chat_id))

    @on_server
    def replies(self, chat_id: int) -> list[Json]:
        """The messages of the bot in a chat, in order."""
        me = self.state.me["id"]
        return copy.deepcopy([m for m in self.state.messages_of(chat_id) if m["from"]["id"] == me])

    @on_server
    def calls(self, method: str | None = None) -> list[Call]:
        """The calls of the bot in order, refused ones included; all, or those of one method."""
        wanted = method.lower() if method else None
        return [call for call in self.state.calls if wanted in (None, call.method.lower())]

    @on_server
    def pending(self) -> list[int]:
        """The ids of updates that the bot has not confirmed yet."""
        return [update["update_id"] for update in self.state.updates]

    @on_server
    def callback_answer(self, query_id: str) -> Json | None:
        """What the bot answered to a pressed button; None while it did not."""
        return self.state.callbacks.get(query_id)

    @on_server
    def commands(self) -> dict[str, list[Json]]:
        """The commands that the bot has set, by scope."""
        return copy.deepcopy(self.state.commands)

    @on_server
    def profile(self) -> dict[str, str]:
        """The description and short description that the bot has set."""
        return dict(self.state.texts)

    @on_server
    def webhook(self) -> Json | None:
        """Where updates are delivered to, with the secret; None when nothing is set."""
        hook = self.state.webhook
        return None if hook is None else {"url": hook.url, "secret": hook.secret, "error": hook.last_error}

    @on_server
    def file(self, file_id: str) -> bytes:
        """The content of a file that the bot has sent."""
        return self.state.files[file_id]

    @on_server
    def delete_topic(self, chat_id: int, thread_id: int) -> None:
        """Remove a forum topic with its messages by hand, as people do."""
        chat = self.state.chats[chat_id]
        del chat.topics[thread_id]
        chat.closed_topics.discard(thread_id)
        for key, message in list(self.state.messages.items()):
            if key[0] == chat_id and thread_id in (key[1], message.get("message_thread_id")):
                del self.state.messages[key]

    @on_server
    def topics(self, chat_id: int) -> dict[int, str]:
        """The topics of a group: "buka" or "tutup", by thread."""
        chat = self.state.chats[chat_id]
        return {thread: "tutup" if thread in chat.closed_topics else "buka" for thread in chat.topics}

    @on_server
    def move_group(self, chat_id: int, new_id: int) -> None:
        """A group becomes a supergroup with another id, as when it is given topics."""
        old = self.state.chats[chat_id]
        new = Chat(new_id, kind="supergroup", title=old.title, bot_rights=old.bot_rights)
        self.state.chats[new_id] = new
        anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
        for chat, content in (
            (old, {"migrate_to_chat_id": new_id}),
            (new, {"migrate_from_chat_id": chat_id}),
        ):
            message = self.state.new_message(chat, anonymous, content | {"sender_chat": chat.as_json()})
            self.state.new_update({"message": copy.deepcopy(message)})
        old.moved_to = new_id

    def _chat(self, chat_id: int) -> Chat:
        if chat_id not in self.state.chats:
            self.state.chats[chat_id] = Chat(chat_id)
        return self.state.chats[chat_id]

    def _said(
        self,
        chat_id: int,
        content: Json,
        sender: Json | None,
        thread_id: int | None,
        reply_to: int | None,
        person: Json,
    ) -> int:
        chat = self._chat(chat_id)
        for name, value in person.items():
            setattr(chat, name, value)
        if sender is None and chat.kind != "private":
            raise Refused(400, "a message in a group needs a sender")
        if thread_id is not None:
            content |= {"message_thread_id": thread_id, "is_topic_message": True}
            # Telegram lets every message of a topic answer the one that made it.
            reply_to = reply_to or thread_id
        if reply_to is not None:
            answered = dict(self.state.messages[chat_id, reply_to])
            answered.pop("reply_to_message", None)
            content["reply_to_message"] = answered
        message = self.state.new_message(chat, sender or chat.person(), content)
        if self._hears(chat, content):
            self.state.new_update({"message": copy.deepcopy(message)})
        return int(message["message_id"])

    def _hears(self, chat: Chat, content: Json) -> bool:
        """Whether the bot is given a message; in a group its privacy mode keeps most from it."""
        if chat.kind == "private" or chat.bot_rights is not None:
            return True
        answered = content.get("reply_to_message", {})
        to_bot = answered.get("from", {}).get("id") == self.state.me["id"]
        return to_bot or str(content.get("text", "")).startswith("/")


ACTIONS = frozenset(
    name for name, value in vars(Control).items() if hasattr(value, "__wrapped__") and name != "file"
)


def _member(status: str, user: Json) -> Json:
    return {"status": status, "user": user} | ({"until_date": 0} if status == "kicked" else {})
