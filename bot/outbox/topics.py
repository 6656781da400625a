"""The forum topics that messages to officers go into: made when the first one is sent, again if somebody
removed them, opened and closed as their tickets are."""

from enum import StrEnum
from typing import Final

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import Rejected, SendResult, Sent, TopicClosed, TopicGone, TopicMade
from bot.officer_chat.models import TicketTopic
from bot.officer_chat.store import group_of_conversation, topic_by_id


class TopicStep(StrEnum):
    """What has to be done with a topic before anything else."""

    MAKE = "make"
    OPEN = "open"
    CLOSE = "close"


class TopicPlace(Struct, frozen=True):
    """A topic as it stands when something is sent: `quote` is the message that its first one answers."""

    id: int
    name: str
    thread: str | None
    quote: str | None
    step: TopicStep | None


_OF_TOPICS: Final = (TopicMade, TopicGone, TopicClosed)


def place_of(topic: TicketTopic, *, for_message: bool) -> TopicPlace:
    """Where a message goes and what must be done first; without a message, what the topic itself needs."""
    thread = None if topic.flat else topic.thread
    quote = topic.first if topic.flat else None
    return TopicPlace(topic.id, topic.name, thread, quote, _step(topic, for_message=for_message))


def _step(topic: TicketTopic, *, for_message: bool) -> TopicStep | None:
    if topic.flat:
        return None
    if topic.thread is None:
        return TopicStep.MAKE if for_message else None
    wanted = True if for_message else topic.wanted_open
    if topic.is_open == wanted:
        return None
    return TopicStep.OPEN if wanted else TopicStep.CLOSE


async def record_topic(session: AsyncSession, place: TopicPlace | None, result: SendResult) -> bool:
    """Record what `result` says about a topic; False when it says nothing about it.

    A group in which topics cannot be made or opened is told in its main chat.
    """
    topic = None if place is None else await topic_by_id(session, place.id)
    if topic is None or place is None:
        return isinstance(result, _OF_TOPICS)
    match result:
        case TopicMade(thread):
            topic.thread, topic.is_open = thread, True
            await _refused(session, topic, refused=False)
        case TopicGone():
            topic.thread, topic.is_open = None, True
        case TopicClosed():
            topic.is_open = False
        case Sent() if place.step is not None:
            topic.is_open = place.step is TopicStep.OPEN
        case Rejected() if place.step in (TopicStep.MAKE, TopicStep.OPEN):
            topic.flat = True
            await _refused(session, topic, refused=True)
        case Rejected() if place.step is TopicStep.CLOSE:
            pass
        case _:
            return False
    return True


async def _refused(session: AsyncSession, topic: TicketTopic, *, refused: bool) -> None:
    group = await group_of_conversation(session, topic.conversation_id)
    if group is not None:
        group.refused = refused and group.has_topics
