"""What the sender has in hand."""

from dataclasses import dataclass

from bot.conversation.messages import Reply
from bot.outbox.topics import TopicPlace


@dataclass(frozen=True)
class Parcel:
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
