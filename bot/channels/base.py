"""What a channel owes to the rest: translate what comes in, carry out what goes out. No rule, no wording."""

from typing import Any, Protocol

from msgspec import Struct

from afk_core.files.file import CheckedFile
from bot.conversation.messages import ChannelName, InboundMessage, RemoteFile, Reply


class Sent(Struct, frozen=True):
    """The channel accepted the message; `external_id` is its own id of it."""

    external_id: str | None


class Later(Struct, frozen=True):
    """A passing fault: try again, not before `seconds` if the channel named them.

    With `whole_chat` nothing else may go to this chat before then either; `counts` is False when the
    attempt says nothing about the message (the channel only asked to slow down). With
    `perhaps_accepted` the channel may have taken the message before the connection broke.
    """

    error: str
    seconds: float | None = None
    whole_chat: bool = False
    counts: bool = True
    perhaps_accepted: bool = False


class Blocked(Struct, frozen=True):
    """The person does not want messages of ours: stop, and say so to the officers."""

    error: str


class Rejected(Struct, frozen=True):
    """The channel will never accept this message."""

    error: str


class Moved(Struct, frozen=True):
    """The chat has a new address; send there."""

    address: str


class TopicMade(Struct, frozen=True):
    """The group has a new topic."""

    thread: str


class TopicGone(Struct, frozen=True):
    """Somebody removed the topic: make another."""


class TopicClosed(Struct, frozen=True):
    """The topic takes no messages until it is opened again."""


SendResult = Sent | Later | Blocked | Rejected | Moved | TopicMade | TopicGone | TopicClosed


class Translator(Protocol):
    """Turns what a channel stored in the inbox into a message."""

    def __call__(self, payload: dict[str, Any]) -> InboundMessage | None:
        """The message, None for what needs no turn; raises ValueError for what cannot be read."""


class Sender(Protocol):
    """Carries messages out of the house. A channel without one (the web chat) is read by its client."""

    name: ChannelName

    async def send(self, address: str, reply: Reply, *, part: int) -> SendResult:
        """Send part number `part` (from 0) of `parts(reply)` to `address`; raises nothing."""

    async def make_topic(self, address: str, name: str) -> SendResult:
        """Make a topic in a group: TopicMade, or why not; raises nothing."""

    async def set_topic(self, address: str, thread: str, *, is_open: bool) -> SendResult:
        """Open or close a topic; Sent also when it stood so already; raises nothing."""

    def parts(self, reply: Reply) -> int:
        """How many messages of the channel the text of this reply becomes (a long one is split)."""

    async def send_file(self, address: str, file: CheckedFile) -> SendResult:
        """Send one file of a reply, after its text; raises nothing."""


class NotFetched(Exception):
    """The channel did not give a file; with `for_good` it never will, and `code` says why."""

    def __init__(self, code: str, *, for_good: bool) -> None:
        super().__init__(code)
        self.code = code
        self.for_good = for_good


class Fetcher(Protocol):
    """Fetches what a person sent from where the channel keeps it."""

    name: ChannelName

    async def fetch(self, remote: RemoteFile, *, max_bytes: int) -> bytes:
        """The content, at most `max_bytes` long; raises NotFetched and DomainError `file.too_large`."""
