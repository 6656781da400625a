"""Sends what is queued: in order for each chat, within the channel's limits, until it is settled."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial

import structlog
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files import service as files
from afk_core.infra.database import is_outage
from afk_core.infra.errors import DomainError
from bot.channels.base import Later, Rejected, Sender, SendResult
from bot.context import Context
from bot.conversation.messages import Reply
from bot.doorbell import JOBS_SEND
from bot.jobs.models import Job, JobKind
from bot.jobs.rounds import Rounds
from bot.jobs.store import finish, hurry, idle_seconds, lease_all
from bot.officer_chat.store import topic_by_id
from bot.outbox.outcomes import Outcomes
from bot.outbox.pace import SendingPace
from bot.outbox.parcel import Parcel
from bot.outbox.right import LEASE, SendingRight
from bot.outbox.store import MessageToSend, messages_to_send, topic_to_send
from bot.outbox.topics import TopicPlace, TopicStep, place_of
from bot.outbox.weather import ChannelWeather

_SLOTS = 10
_PER_SECOND_A_SLOT = 10
"""A slot is busy for about a tenth of a second: the time that a channel takes to accept a message."""
_GATHER_SECONDS = 0.02
_POLL_SECONDS = 2.0
_STOPPING = "stopping"

_log = structlog.get_logger(__name__)


class DeliveryLoop:
    """The sender of one channel, at work while this process has the right to send."""

    def __init__(self, context: Context, sender: Sender) -> None:
        self._context = context
        self._sender = sender
        self.owner = secrets.token_hex(8)
        self._pace = SendingPace(context.nursery, context.settings.telegram_per_second)
        self._slots = max(_SLOTS, context.settings.telegram_per_second // _PER_SECOND_A_SLOT)
        self._in_flight: set[int] = set()
        self._right = SendingRight(context, self.owner)
        self._rounds = Rounds(JobKind.SEND)
        self._weather = ChannelWeather()
        self._outcomes = Outcomes(context, sender, self.owner, self._weather)
        self._freed = asyncio.Event()
        self._caught_up = False
        context.couriers[sender.name] = self

    async def run(self) -> None:
        """Send until the nursery stops, then finish what is under way; raises on an outage."""
        nursery = self._context.nursery
        self._right.watch()
        with self._context.doorbell.subscribe(JOBS_SEND) as bell:
            while not nursery.stopping.is_set():
                wait = await self._right.seconds_until_mine(self._in_flight)
                if wait is not None:
                    await bell.wait(wait)
                    continue
                if await self._send_some() == 0 and not nursery.stopping.is_set():
                    await bell.wait(await self._idle_seconds())
        while self._in_flight:
            self._freed.clear()
            await self._freed.wait()
        await self._right.give_back()

    def room(self) -> int:
        """As `Courier.room`: none without the right to send, at the end, or while older messages wait."""
        if self._context.nursery.stopping.is_set() or not (self._caught_up and self._right.is_mine):
            return 0
        return self._slots - len(self._in_flight)

    def take(self, parcels: Sequence[Parcel]) -> None:
        """As `Courier.take`."""
        for parcel in parcels:
            self._in_flight.add(parcel.job_id)
            self._context.nursery.run_once(f"send {parcel.job_id}", partial(self._carry, parcel))

    async def _send_some(self) -> int:
        if self._in_flight and self._caught_up:
            # What is under way may free what waits behind it in its chat; several ends share a look.
            await self._context.nursery.pause(_GATHER_SECONDS)
        elif 0 < self._slots - len(self._in_flight) < self._slots // 2:
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
        self.take(parcels)
        return len(parcels)

    async def _claim(self, limit: int) -> list[Parcel]:
        now = self._context.clock.now()
        parcels = []
        async with self._context.db.write() as session:
            jobs = await self._rounds.take(session, now, limit=limit, besides=self._in_flight)
            lease_all(jobs, now, self.owner, LEASE)
            self._caught_up = len(jobs) < limit
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
    ) -> Parcel | None:
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
        return Parcel(
            job_id=job.id,
            lane=job.lane or "",
            part=payload["part"],
            attempts=job.attempts,
            perhaps_sent=perhaps_sent,
            message_id=message.id,
            conversation_id=message.conversation_id,
            address=conversation.address,
            reply=reply,
            topic=place,
        )

    async def _place(self, session: AsyncSession, reply: Reply) -> TopicPlace | None:
        if reply.desk is None or reply.desk.topic_id is None:
            return None
        topic = await topic_by_id(session, reply.desk.topic_id)
        return None if topic is None else place_of(topic, for_message=True)

    async def _topic_parcel(self, session: AsyncSession, job: Job, topic_id: int) -> Parcel | None:
        """The parcel that opens or closes a topic; None when it stands as it should."""
        found = await topic_to_send(session, topic_id)
        place = None if found is None else place_of(found[0], for_message=False)
        if found is None or place is None or place.step is None:
            return None
        return Parcel(
            job_id=job.id,
            lane=job.lane or "",
            part=0,
            attempts=job.attempts,
            perhaps_sent=False,
            message_id=None,
            conversation_id=found[1].id,
            address=found[1].address,
            reply=Reply(""),
            topic=place,
        )

    async def _carry(self, parcel: Parcel) -> None:
        try:
            result = await self._attempt(parcel)
            self._context.metrics.deliveries.labels(
                self._sender.name.value, type(result).__name__.lower()
            ).inc()
            self._weather.note(parcel.job_id, result)
            await self._outcomes.record(parcel, result)
            await self._hurry(self._weather.cleared())
        finally:
            self._in_flight.discard(parcel.job_id)
            self._freed.set()
            self._context.doorbell.ring_here(JOBS_SEND)

    async def _attempt(self, parcel: Parcel) -> SendResult:
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

    async def _send_part(self, parcel: Parcel) -> SendResult:
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

    async def _idle_seconds(self) -> float:
        if self._in_flight:
            return _POLL_SECONDS
        async with self._context.db.read() as session:
            now = self._context.clock.now()
            return await idle_seconds(session, now, JobKind.SEND, longest=_POLL_SECONDS)


def _message_ids(jobs: Sequence[Job]) -> list[int]:
    """The messages that jobs are about; a job may be about a topic alone."""
    payloads = [job.payload or {} for job in jobs]
    return [payload["message_id"] for payload in payloads if "message_id" in payload]
