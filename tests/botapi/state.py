"""What the server knows: chats, messages, updates that wait for the bot, and the calls that it made."""

import asyncio
import random
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.faults import Fault, Refused

Json = dict[str, Any]

FIRST_UPDATE_ID = 700_001
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass
class Chat:
    """A private chat (its id is the user's) or a group, with topics when it is a forum.

    `bot_rights` are those of the bot as its administrator; None while it is an ordinary member, which then
    sees only commands and replies to it. `moved_to` is the supergroup that a group became.
    """

    id: int
    kind: str = "private"
    title: str = ""
    first_name: str = "Budi"
    last_name: str | None = None
    username: str | None = None
    is_forum: bool = False
    blocked: bool = False
    topics: dict[int, str] = field(default_factory=dict)
    closed_topics: set[int] = field(default_factory=set)
    bot_rights: list[str] | None = None
    moved_to: int | None = None

    @property
    def manages_topics(self) -> bool:
        """Whether the bot may make, close and reopen topics."""
        return self.bot_rights is not None and "can_manage_topics" in self.bot_rights

    def as_json(self) -> Json:
        """The chat as the Bot API shows it."""
        if self.kind == "private":
            return _without_none(
                id=self.id,
                type="private",
                first_name=self.first_name,
                last_name=self.last_name,
                username=self.username,
            )
        shown: Json = {"id": self.id, "type": self.kind, "title": self.title}
        return shown | ({"is_forum": True} if self.is_forum else {})

    def person(self) -> Json:
        """The user of a private chat as the Bot API shows a sender."""
        return _without_none(
            id=self.id,
            is_bot=False,
            first_name=self.first_name,
            last_name=self.last_name,
            username=self.username,
            language_code="id",
        )


@dataclass(frozen=True)
class Call:
    """One finished call of the bot: `code` is 200 or the refusal's, `at` the monotonic second it came in."""

    method: str
    params: Json
    code: int
    at: float
    fault: str = ""


@dataclass
class Webhook:
    """Where updates are delivered to."""

    url: str
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_at: int = 0


@dataclass
class Poll:
    """A waiting getUpdates; `ended` holds the words with which another request ended it."""

    ended: str = ""


class State:
    """Everything of one bot; changed only in the server's own event loop."""

    def __init__(self, token: str, username: str) -> None:
        self.token = token
        self.me: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Klinik Ekspor",
            "username": username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        self.chats: dict[int, Chat] = {}
        self.messages: dict[tuple[int, int], Json] = {}
        self.of_chat: defaultdict[int, list[int]] = defaultdict(list)
        """The numbers of each chat's messages, in order; some may have been removed since."""
        self.files: dict[str, bytes] = {}
        self.updates: list[Json] = []
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.callbacks: dict[str, Json | None] = {}
        self.commands: dict[str, list[Json]] = {}
        self.texts: dict[str, str] = {}
        self.allowed: list[str] | None = None
        self.webhook: Webhook | None = None
        self.poll: Poll | None = None
        self.news = asyncio.Event()
        self.disturbance = 0.0
        """How often a confirmed update comes again among new ones, which then are in no order."""
        self._confirmed: deque[Json] = deque(maxlen=300)
        self._update_id = FIRST_UPDATE_ID - 1
        self._message_id = 0

    def ring(self) -> None:
        """Wake every long poll and the delivery to the webhook."""
        waiting, self.news = self.news, asyncio.Event()
        waiting.set()

    def chat(self, chat_id: int | str | None) -> Chat:
        """The chat; refuses as the Bot API does when there is none."""
        if chat_id is None or chat_id == "":
            raise Refused(400, "Bad Request: chat_id is empty")
        try:
            found = self.chats[int(chat_id)]
        except (KeyError, ValueError):
            raise Refused(400, "Bad Request: chat not found") from None
        if found.moved_to is not None:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, words, {"migrate_to_chat_id": found.moved_to})
        return found

    def new_message(self, chat: Chat, sender: Json, content: Json) -> Json:
        """Store a message and return it."""
        self._message_id += 1
        message: Json = {
            "message_id": self._message_id,
            "from": sender,
            "chat": chat.as_json(),
            "date": int(time.time()),
            **content,
        }
        self.messages[chat.id, self._message_id] = message
        self.of_chat[chat.id].append(self._message_id)
        return message

    def messages_of(self, chat_id: int) -> list[Json]:
        """The messages of one chat, in order."""
        found = (self.messages.get((chat_id, number)) for number in self.of_chat[chat_id])
        return [message for message in found if message is not None]

    def new_update(self, content: Json) -> Any:
        """Queue an update, unless the bot did not ask for its kind; its id either way."""
        if "update_id" not in content:
            self._update_id += 1
            content = {"update_id": self._update_id, **content}
        update = content
        kind = next((key for key in update if key != "update_id"), "")
        wanted = kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT
        if wanted:
            self.updates.append(update)
            self.ring()
        return update["update_id"]

    def confirm(self, offset: int) -> None:
        """Forget the updates before `offset`; a negative one keeps only so many from the end."""
        if offset < 0:
            del self.updates[:offset]
            return
        waiting: list[Json] = []
        for update in self.updates:
            number = update["update_id"]
            (waiting if isinstance(number, int) and number >= offset else self._confirmed).append(update)
        self.updates = waiting

    def batch(self, limit: int) -> list[Json]:
        """What a getUpdates is given."""
        batch = self.updates[:limit]
        if not batch or not self.disturbance:
            return batch
        again = [update for update in self._confirmed if random.random() < self.disturbance / 10]
        batch = (batch + again)[:limit]
        random.shuffle(batch)
        return batch

    def delivered(self, update: Json) -> None:
        """The webhook has taken an update; disturbed, it is given once more."""
        if random.random() >= self.disturbance:
            self.updates.remove(update)

    def end_poll(self, words: str) -> None:
        """End the getUpdates that is waiting, if any, with a conflict."""
        if self.poll is not None:
            self.poll.ended = f"Conflict: terminated by {words}"
            self.ring()

    def take_fault(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault for this call, one turn of it used up."""
        for fault in self.faults:
            if fault.matches(method, chat_id):
                fault.times -= 1
                return fault
        return None


def _without_none(**fields: Any) -> Json:
    return {key: value for key, value in fields.items() if value is not None}
