"""What the sender has in hand, and the sender as others see it."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from bot.conversation.messages import Reply
from bot.outbox.topics import TopicPlace


class Parcel(Struct, frozen=True):
    """One part of one message, or a topic, on its way to the channel."""

    job_id: int
    lane: str
    part: int
    attempts: int
    perhaps_sent: bool
    message_id: int | None
    """None for a job about a topic alone."""
    conversation_id: int
    address: str
    reply: Reply
    topic: TopicPlace | None = None


class Courier(Protocol):
    """Who sends what is stored for one channel. What it can carry at once it may be handed by whoever stores
    it, leased to `owner` from the first moment on; it need not look for it and read it again then."""

    owner: str

    def room(self) -> int:
        """How many parcels it could begin with now."""

    def take(self, parcels: Sequence[Parcel]) -> None:
        """Begin with parcels whose jobs were just committed."""
