"""What comes in from a channel and what goes out to it, in plain data that knows no channel."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from afk_core.files.file import FileView

MAX_TEXT = 4_000
"""Characters of one message that a person can send; the limit is said to them when it is passed."""

MAX_ACTION_BYTES = 64
"""Telegram's limit for the data behind a button; the web chat keeps to the same."""


class ChannelName(StrEnum):
    """The channels, as stored."""

    TELEGRAM = "telegram"
    WEBCHAT = "webchat"


class InboundKind(StrEnum):
    """What a person did."""

    TEXT = "text"
    BUTTON = "button"
    COMMAND = "command"
    EDIT = "edit"
    FILE = "file"
    UNSUPPORTED = "unsupported"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    MOVED = "moved"
    """A group has a new address, which is the text."""


class Group(Struct, frozen=True):
    """What a channel says of the group in which something was done."""

    title: str = ""
    has_topics: bool = False


class RemoteFile(Struct, frozen=True):
    """A file that still lies with the channel; `size` in bytes as the channel says, None if it does not."""

    file_id: str
    name: str
    size: int | None = None


class InboundMessage(Struct, frozen=True):
    """One act of a person.

    `address` names the chat within its channel. `text` is what was typed (TEXT, EDIT), the action of
    the button (BUTTON), or the command's argument (COMMAND, with the name in `command` without slash).
    `external_id` is the channel's id of the message, `button_message_id` that of the message whose
    button was pressed. `content` names what was sent when it is UNSUPPORTED ("photo", "voice", ...).
    With a FILE, `text` is what was written beside it; `files` are the ids of what is stored, `remote` is
    what has to be fetched first, `file_error` the code of the refusal; files of one `album` were sent
    together.
    `sender` is the channel's own id of the person, where it vouches for one; `reply_to` the id of the
    bot's message that was answered, `thread` the topic of the `group` in which it was done.
    """

    channel: ChannelName
    address: str
    kind: InboundKind
    text: str = ""
    command: str = ""
    external_id: str | None = None
    client_id: str | None = None
    button_message_id: str | None = None
    content: str = ""
    sender_name: str | None = None
    files: tuple[int, ...] = ()
    remote: RemoteFile | None = None
    file_error: str = ""
    album: str = ""
    sender: str | None = None
    reply_to: str | None = None
    thread: str | None = None
    group: Group | None = None


class Button(Struct, frozen=True):
    """A button: what it says, and the action that comes back (at most 64 bytes)."""

    label: str
    action: str


class Author(StrEnum):
    """Who speaks in a conversation."""

    USER = "user"
    BOT = "bot"
    OFFICER = "officer"


class Desk(Struct, frozen=True):
    """What makes a message one to officers.

    It is about the ticket `ticket_id` and shows it up to entry `seen_entry`; a reply to it speaks about that
    ticket, or gives the words for the prepared act `act_id`. It goes into the topic `topic_id`, answers the
    message `quote` (the channel's id), asks for typed words (`asks`), and makes no sound (`silent`).
    """

    ticket_id: int | None = None
    seen_entry: int = 0
    act_id: int | None = None
    topic_id: int | None = None
    quote: str | None = None
    asks: bool = False
    silent: bool = False


class Reply(Struct, frozen=True):
    """One message to a person: plain text (lines beginning with "• " are points), buttons below it.

    `entry_id` ties an officer's reply to the ticket entry whose delivery it is. `files` are the ids of
    stored files that go with it, after the text. `desk` is set on messages to officers; `thread`
    is the channel's id of their topic, known only when it is sent.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    author: Author = Author.BOT
    author_name: str | None = None
    entry_id: int | None = None
    files: tuple[int, ...] = ()
    desk: Desk | None = None
    thread: str | None = None


class Delivery(StrEnum):
    """How far a message got on its way to the person."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    BLOCKED = "blocked"


class StoredMessage(Struct, frozen=True):
    """A message as a channel shows it; `seq` numbers the messages of one conversation from 1."""

    seq: int
    author: Author
    author_name: str | None
    text: str
    buttons: tuple[tuple[Button, ...], ...]
    created_at: datetime
    client_id: str | None = None
    edited_at: datetime | None = None
    delivery: Delivery = Delivery.SENT
    files: tuple[FileView, ...] = ()


@dataclass(slots=True, eq=False)
class NewMessage:
    """A message that a transaction says, under its number in the conversation.

    It is stored with what its transaction writes next, and has its `id` (not 0) from then on. It is `gone`
    when the savepoint in which it was said was rolled back.
    """

    conversation_id: int
    seq: int
    reply: Reply
    created_at: datetime
    delivery: Delivery
    client_id: str | None
    external_id: str | None
    entry_id: int | None
    id: int = 0
    gone: bool = False

    def take_back(self) -> None:
        """The savepoint in which it was said was rolled back."""
        self.gone = True

    def as_stored(self) -> StoredMessage:
        """What a channel shows of it, but for its files."""
        return StoredMessage(
            seq=self.seq,
            author=self.reply.author,
            author_name=self.reply.author_name,
            text=self.reply.text,
            buttons=self.reply.buttons,
            created_at=self.created_at,
            client_id=self.client_id,
            delivery=self.delivery,
        )


def buttons_to_json(rows: Sequence[Sequence[Button]]) -> list[list[dict[str, str]]]:
    """Rows of buttons as JSON-ready lists."""
    return [[{"label": button.label, "action": button.action} for button in row] for row in rows]


def buttons_from_json(rows: Any) -> tuple[tuple[Button, ...], ...]:
    """The reverse of `buttons_to_json`; None is no buttons."""
    return tuple(tuple(Button(item["label"], item["action"]) for item in row) for row in rows or ())


@dataclass
class Turn:
    """What a flow decided: replies in order, and the outcome for the metrics."""

    replies: list[Reply] = field(default_factory=list)
    outcome: str = "step"

    def say(self, text: str, *rows: Sequence[Button]) -> None:
        """Add a reply with rows of buttons."""
        self.replies.append(Reply(text, tuple(tuple(row) for row in rows)))
