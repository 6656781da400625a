"""Sends what is queued: in order for each chat, within the channel's limits, until it is settled."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files import service as files
from afk_core.infra.database import is_outage, retry_outage
from afk_core.infra.errors import DomainError
from afk_core.infra.gathering import Gathering
from bot.channels.base import Blocked, Later, Moved, Rejected, Sender, SendResult, Sent
from bot.context import Context
from bot.conversation.messages import Delivery, Reply
from bot.conversation.models import Conversation, Message
from bot.doorbell import JOBS_SEND, conversation_topic
from bot.jobs.models import Job, JobKind
from bot.jobs.store import (
    all_held,
    bury,
    claim,
    finish,
    held,
    hurry,
    next_run_at,
    put_off,
    put_off_lane,
)
from bot.notify import delivery_recorded
from bot.officer_chat.store import add_part, topic_by_id
from bot.outbox.pace import SendingPace
from bot.outbox.right import LEASE, SendingRight
from bot.outbox.store import MessageToSend, message_to_send, messages_to_send, topic_to_send
from bot.outbox.topics import TopicPlace, TopicStep, place_of, record_topic
from bot.outbox.weather import ChannelWeather

_SLOTS = 10
_PER_SECOND_A_SLOT = 10
"""A slot is busy for about a tenth of a second: the time that a channel takes to accept a message."""
_GATHER_SECONDS = 0.02
_POLL_SECONDS = 2.0
_BUSY_POLL_SECONDS = 0.05
_MAX_ATTEMPTS = 8
_PATIENCE = timedelta(hours=1)
"""So long a message waits for a channel that takes nothing from anybody."""
_AWAY_SECONDS = 2.0
_MAX_BACKOFF_SECONDS = 60.0
_LEAST_PATIENCE = timedelta(minutes=10)
"""A channel that fails most of the time soon fails one message eight times; so long it is tried."""
_RECORD_ATTEMPTS = 3
_NEXT_PART = "next part"
_STOPPING = "stopping"
_TOPIC_FIRST = "the topic first"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Parcel:
    job_id: int
    lane: str
    part: int
    attempts: int
    perhaps_sent: bool
    message_id: int | None
    """None for a job about a topic alone."""
    address: str
    reply: Reply
    topic: TopicPlace | None = None


class DeliveryLoop:
    """The sender of one channel, at work while this process has the right to send."""

    def __init__(self, context: Context, sender: Sender) -> None:
        self._context = context
        self._sender = sender
        self._owner = secrets.token_hex(8)
        self._pace = SendingPace(context.nursery, context.settings.telegram_per_second)
        self._slots = max(_SLOTS, context.settings.telegram_per_second // _PER_SECOND_A_SLOT)
        self._accepted: Gathering[tuple[_Parcel, str | None], bool] = Gathering(
            "record sending", context.nursery, self._settle_accepted
        )
        self._in_flight: set[int] = set()
        self._right = SendingRight(context, self._owner)
        self._weather = ChannelWeather()
        self._freed = asyncio.Event()

    async def run(self) -> None:
        """Send until the nursery stops, then finish what is under way; raises on an outage."""
        nursery = self._context.nursery
        self._right.watch()
        with self._context.doorbell.subscribe(JOBS_SEND) as bell:
            while not nursery.stopping.is_set():
                wait = await self._right.seconds_until_mine()
                if wait is not None:
                    await bell.wait(wait)
                    continue
                if await self._send_some() == 0 and not nursery.stopping.is_set():
                    await bell.wait(await self._idle_seconds())
        while self._in_flight:
            self._freed.clear()
            await self._freed.wait()
        await self._right.give_back()

    async def _send_some(self) -> int:
        if 0 < self._slots - len(self._in_flight) < self._slots // 2:
            # Several at once cost little more than one; what hangs must not hold up the rest.
            self._freed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._freed.wait(), _GATHER_SECONDS)
        free = self._slots - len(self._in_flight)
        if free <= 0:
            self._freed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._freed.wait(), _POLL_SECONDS)
            return 1
        parcels = await self._claim(free)
        for parcel in parcels:
            self._in_flight.add(parcel.job_id)
            self._context.nursery.run_once(f"send {parcel.job_id}", partial(self._carry, parcel))
        return len(parcels)

    async def _claim(self, limit: int) -> list[_Parcel]:
        now = self._context.clock.now()
        parcels = []
        async with self._context.db.write() as session:
            jobs = await claim(
                session,
                now,
                JobKind.SEND,
                owner=self._owner,
                lease=LEASE,
                limit=limit,
                besides=self._in_flight,
            )
            found = await messages_to_send(session, _message_ids(jobs))
            for job in jobs:
                parcel = await self._parcel(session, job, found)
                if parcel is None:
                    finish(job, now)
                else:
                    parcels.append(parcel)
        return parcels

    async def _parcel(
        self, session: AsyncSession, job: Job, messages: Mapping[int, MessageToSend]
    ) -> _Parcel | None:
        payload = job.payload or {}
        if "topic_id" in payload:
            return await self._topic_parcel(session, job, payload["topic_id"])
        found = messages.get(payload["message_id"])
        if found is None:
            return None
        message, conversation, reply = found
        # An earlier attempt that left no error never came back: the channel may have accepted it.
        perhaps_sent = job.attempts > 1 and job.error is None
        if perhaps_sent:
            message.perhaps_doubled = True
            # That a process was killed says nothing about the message.
            job.attempts -= 1
        job.error = None
        place = await self._place(session, reply)
        if place is not None and reply.desk is not None:
            desk = replace(reply.desk, quote=reply.desk.quote or place.quote)
            reply = replace(reply, thread=place.thread, desk=desk)
        return _Parcel(
            job_id=job.id,
            lane=job.lane or "",
            part=payload["part"],
            attempts=job.attempts,
            perhaps_sent=perhaps_sent,
            message_id=message.id,
            address=conversation.address,
            reply=reply,
            topic=place,
        )

    async def _place(self, session: AsyncSession, reply: Reply) -> TopicPlace | None:
        if reply.desk is None or reply.desk.topic_id is None:
            return None
        topic = await topic_by_id(session, reply.desk.topic_id)
        return None if topic is None else place_of(topic, for_message=True)

    async def _topic_parcel(self, session: AsyncSession, job: Job, topic_id: int) -> _Parcel | None:
        """The parcel that opens or closes a topic; None when it stands as it should."""
        found = await topic_to_send(session, topic_id)
        place = None if found is None else place_of(found[0], for_message=False)
        if found is None or place is None or place.step is None:
            return None
        return _Parcel(
            job_id=job.id,
            lane=job.lane or "",
            part=0,
            attempts=job.attempts,
            perhaps_sent=False,
            message_id=None,
            address=found[1].address,
            reply=Reply(""),
            topic=place,
        )

    async def _carry(self, parcel: _Parcel) -> None:
        try:
            result = await self._attempt(parcel)
            self._context.metrics.deliveries.labels(
                self._sender.name.value, type(result).__name__.lower()
            ).inc()
            self._weather.note(parcel.job_id, result)
            await self._record(parcel, result)
            await self._hurry(self._weather.cleared())
        finally:
            self._in_flight.discard(parcel.job_id)
            self._freed.set()
            self._context.doorbell.ring_here(JOBS_SEND)

    async def _attempt(self, parcel: _Parcel) -> SendResult:
        wait = await self._pace.take_turn(parcel.address)
        if wait is not None:
            return Later("the group is full", wait, whole_chat=True, counts=False)
        if self._context.nursery.stopping.is_set():
            return Later(_STOPPING, seconds=0.0, counts=False)
        topic = parcel.topic
        try:
            if topic is not None and topic.step is TopicStep.MAKE:
                return await self._sender.make_topic(parcel.address, topic.name)
            if topic is not None and topic.step is not None and topic.thread is not None:
                is_open = topic.step is TopicStep.OPEN
                return await self._sender.set_topic(parcel.address, topic.thread, is_open=is_open)
            return await self._send_part(parcel)
        except Exception as error:
            # A sender owes an answer; without one its job would stay leased for as long as we live.
            _log.exception("sending failed unexpectedly", job=parcel.job_id)
            return Later(type(error).__name__)

    async def _send_part(self, parcel: _Parcel) -> SendResult:
        """The parts of the text come first, then one part for each file."""
        texts = self._sender.parts(parcel.reply)
        if parcel.part < texts:
            return await self._sender.send(parcel.address, parcel.reply, part=parcel.part)
        async with self._context.db.read() as session:
            try:
                file = await files.read(session, parcel.reply.files[parcel.part - texts])
            except DomainError as gone:
                return Rejected(gone.code)
        return await self._sender.send_file(parcel.address, file)

    async def _record(self, parcel: _Parcel, result: SendResult) -> None:
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

    async def _hurry(self, job_ids: list[int]) -> None:
        """The channel works again: what waits only for its faults to pass need not wait any longer."""
        if not job_ids:
            return
        try:
            async with self._context.db.write() as session:
                await hurry(session, self._context.clock.now(), job_ids)
        except Exception as error:
            # They are due by themselves a little later.
            if not is_outage(error):
                raise

    async def _set_aside(self, parcel: _Parcel, error: str) -> None:
        async with self._context.db.write() as session:
            job = await held(session, parcel.job_id, self._owner)
            if job is not None:
                bury(job, self._context.clock.now(), error)
                self._context.metrics.dead_jobs.labels(JobKind.SEND.value).inc()

    async def _settle_soon(self, parcel: _Parcel, result: SendResult) -> None:
        """Record an outcome; those that touch nothing but their own message share a transaction."""
        alone = parcel.reply.desk is not None or parcel.reply.entry_id is not None or parcel.topic is not None
        if isinstance(result, Sent) and not alone and parcel.message_id is not None:
            await self._accepted.add((parcel, result.external_id))
        else:
            await self._settle(parcel, result)

    async def _settle_accepted(self, accepted: Sequence[tuple[_Parcel, str | None]]) -> list[bool]:
        async with self._context.db.write() as session:
            jobs = await all_held(session, [parcel.job_id for parcel, _id in accepted], self._owner)
            found = await messages_to_send(session, [parcel.message_id or 0 for parcel, _id in accepted])
            for parcel, external_id in accepted:
                job, known = jobs.get(parcel.job_id), found.get(parcel.message_id or 0)
                if job is not None and known is not None:
                    await self._sent(session, job, parcel, known[0], known[1], external_id)
        return [True] * len(accepted)

    async def _settle(self, parcel: _Parcel, result: SendResult) -> None:
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
                    await self._sent(session, job, parcel, message, conversation, external_id)
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

    def _after_topic(self, job: Job, parcel: _Parcel) -> None:
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
        self, session: AsyncSession, job: Job, parcel: _Parcel, result: SendResult
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
        parcel: _Parcel,
        message: Message,
        conversation: Conversation,
        external_id: str | None,
    ) -> None:
        now = self._context.clock.now()
        if parcel.reply.desk is not None and external_id is not None:
            await add_part(session, conversation.id, external_id, message.id)
            topic = None if parcel.topic is None else await topic_by_id(session, parcel.topic.id)
            if topic is not None and topic.first is None:
                topic.first = external_id
        if parcel.part + 1 < self._sender.parts(parcel.reply) + len(parcel.reply.files):
            # The same job goes on: a new one would stand behind what else waits for this chat.
            job.payload = {"message_id": message.id, "part": parcel.part + 1}
            job.attempts = 0
            put_off(job, now, _NEXT_PART)
            return
        finish(job, now)
        message.delivery, message.sent_at, message.external_id = Delivery.SENT, now, external_id
        await self._context.doorbell.ring(session, conversation_topic(conversation.id))
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
        parcel: _Parcel,
        message: Message,
        conversation: Conversation,
        result: Later,
    ) -> None:
        now = self._context.clock.now()
        waited = now - job.created_at
        away = result.counts and self._weather.is_bad and waited < _PATIENCE
        if away or not result.counts:
            job.attempts -= 1
        elif self._weather.is_bad or (job.attempts >= _MAX_ATTEMPTS and waited >= _LEAST_PATIENCE):
            bury(job, now, result.error)
            self._context.metrics.dead_jobs.labels(JobKind.SEND.value).inc()
            await self._undelivered(session, message, conversation, Delivery.FAILED, result.error)
            return
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

    async def _idle_seconds(self) -> float:
        if self._in_flight:
            return _POLL_SECONDS
        async with self._context.db.read() as session:
            earliest = await next_run_at(session, JobKind.SEND)
        if earliest is None:
            return _POLL_SECONDS
        wait = (earliest - self._context.clock.now()).total_seconds()
        return min(max(wait, _BUSY_POLL_SECONDS), _POLL_SECONDS)


def _chat_lane(lane: str) -> str:
    """The lane of the whole chat that a lane belongs to, which may be that of one topic."""
    return ":".join(lane.split(":")[:3])


def _message_ids(jobs: Sequence[Job]) -> list[int]:
    """The messages that jobs are about; a job may be about a topic alone."""
    payloads = [job.payload or {} for job in jobs]
    return [payload["message_id"] for payload in payloads if "message_id" in payload]
