"""What a channel said of a parcel, recorded with everything that follows from it."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.database import retry_outage
from afk_core.infra.gathering import Gathering
from bot.channels.base import Blocked, Later, Moved, Rejected, Sender, SendResult, Sent
from bot.context import Context
from bot.conversation.messages import Delivery
from bot.conversation.models import Conversation, Message
from bot.doorbell import conversation_topic
from bot.jobs.models import Job, JobKind
from bot.jobs.store import bury, finish, finish_held, held, put_off, put_off_lane
from bot.notify import delivery_recorded
from bot.officer_chat.store import add_part, topic_by_id
from bot.outbox.parcel import Parcel
from bot.outbox.store import mark_sent, message_to_send
from bot.outbox.topics import record_topic
from bot.outbox.weather import ChannelWeather

_MAX_ATTEMPTS = 8
_PATIENCE = timedelta(days=1)
"""So long a message waits for a channel that fails; Telegram keeps for a day what people wrote, too."""
_PATIENCE_PERHAPS_SENT = timedelta(hours=1)
"""The same where each attempt may have reached the person, who would read it again and again."""
_AWAY_SECONDS = 2.0
_MAX_BACKOFF_SECONDS = 60.0
_LEAST_PATIENCE = timedelta(minutes=10)
"""So long at least a message is tried that alone fails."""
_RECORD_ATTEMPTS = 3
_NEXT_PART = "next part"
_TOPIC_FIRST = "the topic first"

_log = structlog.get_logger(__name__)


class Outcomes:
    """Records outcomes for one sender, the owner of the leases of what it has in hand."""

    def __init__(self, context: Context, sender: Sender, owner: str, weather: ChannelWeather) -> None:
        self._context = context
        self._sender = sender
        self._owner = owner
        self._weather = weather
        self._accepted: Gathering[tuple[Parcel, str | None], bool] = Gathering(
            "record sending", context.nursery, self._settle_accepted
        )

    async def record(self, parcel: Parcel, result: SendResult) -> None:
        """Record what the channel said; what cannot be recorded is set aside, so that the chat goes on."""
        pause = self._context.nursery.pause
        for attempt in range(1, _RECORD_ATTEMPTS + 1):
            try:
                # What the channel said must not be lost to a database that is away for a moment.
                await retry_outage(lambda: self._settle_soon(parcel, result), pause)
            except Exception as error:
                _log.exception("the outcome of sending was not recorded", job=parcel.job_id)
                code = type(error).__name__
                await pause(attempt / 10)
            else:
                return
        await retry_outage(lambda: self._set_aside(parcel, code), pause)

    async def _set_aside(self, parcel: Parcel, error: str) -> None:
        async with self._context.db.write() as session:
            job = await held(session, parcel.job_id, self._owner)
            if job is not None:
                bury(job, self._context.clock.now(), error)
                self._context.metrics.dead_jobs.labels(JobKind.SEND.value).inc()

    async def _settle_soon(self, parcel: Parcel, result: SendResult) -> None:
        """Record an outcome; messages that arrived whole, and concern nobody else, share a transaction."""
        plain = parcel.reply.desk is None and parcel.reply.entry_id is None and parcel.topic is None
        if isinstance(result, Sent) and plain and self._is_last_part(parcel):
            await self._accepted.add((parcel, result.external_id))
        else:
            await self._settle(parcel, result)

    async def _settle_accepted(self, accepted: Sequence[tuple[Parcel, str | None]]) -> list[bool]:
        now = self._context.clock.now()
        async with self._context.db.write() as session:
            ended = await finish_held(
                session, now, [parcel.job_id for parcel, _name in accepted], self._owner
            )
            sent = {}
            for parcel, name in accepted:
                if parcel.message_id is not None and parcel.job_id in ended:
                    sent[parcel.message_id] = name
                    await self._context.doorbell.ring(session, conversation_topic(parcel.conversation_id))
            await mark_sent(session, now, sent)
        return [True] * len(accepted)

    def _is_last_part(self, parcel: Parcel) -> bool:
        return parcel.part + 1 >= self._sender.parts(parcel.reply) + len(parcel.reply.files)

    async def _settle(self, parcel: Parcel, result: SendResult) -> None:
        now = self._context.clock.now()
        async with self._context.db.write() as session:
            job = await held(session, parcel.job_id, self._owner)
            if job is None:
                return
            if await record_topic(session, parcel.topic, result):
                self._after_topic(job, parcel)
                return
            if parcel.message_id is None:
                await self._settle_topic(session, job, parcel, result)
                return
            found = await message_to_send(session, parcel.message_id)
            if found is None:
                return
            message, conversation, _reply = found
            match result:
                case Sent(external_id):
                    await self._sent(session, job, parcel, message, external_id)
                case Moved(address):
                    conversation.address = address
                    job.attempts -= 1
                    put_off(job, now, "moved")
                case Blocked(error):
                    conversation.blocked_at = now
                    finish(job, now)
                    await self._undelivered(session, message, conversation, Delivery.BLOCKED, error)
                case Rejected(error):
                    bury(job, now, error)
                    self._context.metrics.dead_jobs.labels(JobKind.SEND.value).inc()
                    await self._undelivered(session, message, conversation, Delivery.FAILED, error)
                case Later():
                    await self._put_off(session, job, parcel, message, conversation, result)

    def _after_topic(self, job: Job, parcel: Parcel) -> None:
        """Go on with the message whose topic was seen to; what never comes to an end is set aside."""
        now = self._context.clock.now()
        if parcel.message_id is None:
            finish(job, now)
        elif job.attempts >= _MAX_ATTEMPTS:
            bury(job, now, _TOPIC_FIRST)
            self._context.metrics.dead_jobs.labels(JobKind.SEND.value).inc()
        else:
            put_off(job, now, _TOPIC_FIRST)

    async def _settle_topic(
        self, session: AsyncSession, job: Job, parcel: Parcel, result: SendResult
    ) -> None:
        """A topic that could not be opened or closed now; that it stands otherwise harms nobody."""
        now = self._context.clock.now()
        if not isinstance(result, Later) or job.attempts >= _MAX_ATTEMPTS:
            finish(job, now)
            return
        if not result.counts:
            job.attempts -= 1
        put_off(job, now + timedelta(seconds=result.seconds or 5.0), result.error)
        if result.whole_chat:
            await put_off_lane(session, _chat_lane(parcel.lane), job.run_at)

    async def _sent(
        self,
        session: AsyncSession,
        job: Job,
        parcel: Parcel,
        message: Message,
        external_id: str | None,
    ) -> None:
        now = self._context.clock.now()
        if parcel.reply.desk is not None and external_id is not None:
            await add_part(session, message.conversation_id, external_id, message.id)
            topic = None if parcel.topic is None else await topic_by_id(session, parcel.topic.id)
            if topic is not None and topic.first is None:
                topic.first = external_id
        if not self._is_last_part(parcel):
            # The same job goes on: a new one would stand behind what else waits for this chat.
            job.payload = {"message_id": message.id, "part": parcel.part + 1}
            job.attempts = 0
            put_off(job, now, _NEXT_PART)
            return
        finish(job, now)
        message.delivery, message.sent_at, message.external_id = Delivery.SENT, now, external_id
        await self._context.doorbell.ring(session, conversation_topic(message.conversation_id))
        await delivery_recorded(self._context, session, now, message, Delivery.SENT)

    async def _undelivered(
        self,
        session: AsyncSession,
        message: Message,
        conversation: Conversation,
        delivery: Delivery,
        error: str,
    ) -> None:
        _log.warning("message not delivered", message=message.id, delivery=delivery.value, error=error)
        message.delivery = delivery
        await self._context.doorbell.ring(session, conversation_topic(conversation.id))
        await delivery_recorded(self._context, session, self._context.clock.now(), message, delivery, error)

    async def _put_off(
        self,
        session: AsyncSession,
        job: Job,
        parcel: Parcel,
        message: Message,
        conversation: Conversation,
        result: Later,
    ) -> None:
        now = self._context.clock.now()
        if result.counts and self._is_hopeless(job, result, now - job.created_at):
            self._weather.forget(job.id)
            bury(job, now, result.error)
            self._context.metrics.dead_jobs.labels(JobKind.SEND.value).inc()
            await self._undelivered(session, message, conversation, Delivery.FAILED, result.error)
            return
        away = result.counts and self._weather.is_bad
        if away or not result.counts:
            job.attempts -= 1
        wait = result.seconds
        if away:
            wait = _AWAY_SECONDS * (1 + secrets.randbelow(1000) / 1000)
        elif wait is None:
            jitter = 1 + secrets.randbelow(500) / 1000
            wait = min(2.0 ** max(job.attempts - 1, 0) * jitter, _MAX_BACKOFF_SECONDS)
        if result.perhaps_accepted:
            message.perhaps_doubled = True
        run_at = now + timedelta(seconds=wait)
        put_off(job, run_at, result.error)
        if result.whole_chat:
            await put_off_lane(session, _chat_lane(parcel.lane), run_at)

    def _is_hopeless(self, job: Job, result: Later, waited: timedelta) -> bool:
        if waited >= (_PATIENCE_PERHAPS_SENT if result.perhaps_accepted else _PATIENCE):
            return True
        tried = job.attempts >= _MAX_ATTEMPTS and waited >= _LEAST_PATIENCE
        return tried and self._weather.blames(job.id)


def _chat_lane(lane: str) -> str:
    """The lane of the whole chat that a lane belongs to, which may be that of one topic."""
    return ":".join(lane.split(":")[:3])
