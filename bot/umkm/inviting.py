"""Tells the participants of pemberdayaan in their chats: invited, reminded the day before, called off.

Each telling is a timer of its own, done in the transaction that ends it: exactly once, and one chat never
waits for another.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.rules.dates import format_moment
from afk_core.umkm.activity import service as activities
from afk_core.umkm.activity.activity import ActivityDetail, ActivityStatus, kind_label
from bot.context import Context
from bot.conversation.messages import Reply
from bot.conversation.store import locked_by_id
from bot.doorbell import JOBS_TIMER
from bot.jobs.models import JobKind
from bot.jobs.store import NewJob, add_jobs
from bot.outbox.queue import queue_reply

ACTIVITY: Final = "activity"
_BEFORE: Final = timedelta(days=1)
_A_SECOND: Final = 10
"""So many participants are told in a second, so that who asks on Telegram is not answered behind them all."""
_KEYS: Final = {
    "invite": "register.activity_invited",
    "remind": "register.activity_reminder",
    "cancel": "register.activity_cancelled",
}


async def invite(context: Context, session: AsyncSession, now: datetime, activity_id: int) -> None:
    """Tell everybody who has a chat of a new activity, and again a day before; nothing of a past one."""
    found = await activities.for_telling(session, activity_id)
    if found is None or found.row.starts_at <= now:
        return
    jobs = _jobs(found, "invite", now)
    remind_at = found.row.starts_at - _BEFORE
    # Who was invited within the last day before it needs no second message.
    jobs += _jobs(found, "remind", remind_at) if remind_at > now else []
    await _add(context, session, now, jobs)


async def call_off(context: Context, session: AsyncSession, now: datetime, activity_id: int) -> None:
    """Tell everybody that a future activity will not take place."""
    found = await activities.for_telling(session, activity_id)
    if found is not None and found.row.starts_at > now:
        await _add(context, session, now, _jobs(found, "cancel", now))


async def tell(context: Context, session: AsyncSession, payload: Mapping[str, Any]) -> None:
    """Tell one participant what the timer is for, unless it no longer holds."""
    what, activity_id, umkm_id = payload["what"], int(payload["activity"]), int(payload["umkm"])
    conversation_id = await activities.conversation_of(session, activity_id, umkm_id)
    if conversation_id is None:
        return
    conversation = await locked_by_id(session, conversation_id)
    found = await activities.for_telling(session, activity_id)
    if conversation is None or found is None:
        return
    now, row = context.clock.now(), found.row
    called_off = row.status is ActivityStatus.CANCELLED
    if row.starts_at <= now or called_off != (what == "cancel"):
        return
    words = context.texts(
        _KEYS[what],
        kind=kind_label(row.theme),
        theme=row.theme.label,
        matter=row.matter,
        moment=format_moment(row.starts_at, row.tz),
        place=row.place,
        office=row.office,
    )
    await queue_reply(context, session, now, conversation, Reply(words))


def _jobs(found: ActivityDetail, what: str, run_at: datetime) -> list[NewJob]:
    return [
        NewJob(
            JobKind.TIMER,
            f"{ACTIVITY}:{found.row.id}:{what}:{each.umkm_id}",
            {"timer": ACTIVITY, "what": what, "activity": found.row.id, "umkm": each.umkm_id},
            run_at + timedelta(seconds=number // _A_SECOND),
        )
        for number, each in enumerate(each for each in found.participants if each.reachable)
    ]


async def _add(context: Context, session: AsyncSession, now: datetime, jobs: Iterable[NewJob]) -> None:
    await add_jobs(session, now, jobs)
    await context.doorbell.ring(session, JOBS_TIMER)
