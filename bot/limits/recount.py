"""Running limits after a change of calendar: timers, and new promises to the users concerned."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.offices.service import calendar_of, office_by_id
from afk_core.rules.dates import format_moment
from afk_core.rules.recount import Recount, moved_limits
from afk_core.rules.workdays import CalendarError
from bot.context import Context
from bot.conversation.messages import Button, Reply
from bot.conversation.store import locked_by_id
from bot.doorbell import JOBS_TIMER, office_topic
from bot.jobs.models import JobKind
from bot.jobs.store import NewJob, add_jobs
from bot.limits.timers import set_limit_timers
from bot.outbox.queue import queue_reply
from tickets.limits import MovedLimit
from tickets.service import offices_behind, recompute_limits, running_limits

RECOUNT = "recount"
_STRAGGLERS = timedelta(seconds=40)
"""Longer than any transaction: what was opened by the old calendar while the new one was stored."""


class Move(Struct, frozen=True):
    """A limit that the calendar as it now stands in the transaction would move."""

    ticket_id: int
    number: str
    office_name: str
    recount: Recount
    tz: ZoneInfo


async def preview_moves(session: AsyncSession, office_ids: Collection[int] | None = None) -> list[Move]:
    """The running limits that the calendars as changed in this transaction move; nothing is stored.

    For these offices, or for all. Raises DomainError `office.calendar_broken`.
    """
    promised = defaultdict(list)
    for each in await running_limits(session, office_ids):
        promised[each.office_id].append(each)
    moves = []
    for office_id, limits in sorted(promised.items()):
        calendar = await calendar_of(session, office_id)
        name = (await office_by_id(session, office_id)).name
        tickets = {each.running.id: each for each in limits}
        try:
            counted = moved_limits((each.running for each in limits), calendar)
        except CalendarError as error:
            raise DomainError("office.calendar_broken", reason=error.code) from error
        for one in counted:
            ticket = tickets[one.before.id]
            moves.append(Move(ticket.ticket_id, ticket.number, name, one, calendar.tz))
    return moves


async def apply_calendars(
    context: Context, session: AsyncSession, now: datetime, office_ids: Collection[int] | None = None
) -> list[MovedLimit]:
    """Count the running limits anew by the calendars in force, set their timers, and promise what moved.

    For these offices, or for all; in the transaction of the change. Raises as `recompute_limits`.
    """
    running = await running_limits(session, office_ids)
    # A turn of the bot holds its conversation before the ticket; so does this, in the order of the ids.
    for conversation_id in sorted({each.conversation_id for each in running}):
        await locked_by_id(session, conversation_id)
    counted = []
    for office_id in sorted({each.office_id for each in running}):
        counted += await recompute_limits(session, now, office_id)
    for moved in counted:
        await set_limit_timers(context, session, now, moved.limit)
        if moved.moved:
            await _promise(context, session, now, moved)
            await context.doorbell.ring(session, office_topic(moved.office_id))
    await set_recount_timer(context, session, after=_STRAGGLERS)
    return counted


async def set_recount_timer(
    context: Context, session: AsyncSession, *, after: timedelta = timedelta(0)
) -> None:
    """Let `catch_up` run once more."""
    now = context.clock.now()
    run_at = now + after
    job = NewJob(JobKind.TIMER, f"{RECOUNT}:{run_at.isoformat()}", {"timer": RECOUNT}, run_at)
    await add_jobs(session, now, [job])
    await context.doorbell.ring(session, JOBS_TIMER)


async def catch_up(context: Context, session: AsyncSession) -> None:
    """Count anew what an older version of a calendar counted.

    A request can be opened by the old calendar while a change is being stored, and the holidays that come
    with the program can change at a start.
    """
    behind = await offices_behind(session)
    if behind:
        await apply_calendars(context, session, context.clock.now(), behind)


async def _promise(context: Context, session: AsyncSession, now: datetime, moved: MovedLimit) -> None:
    conversation = await locked_by_id(session, moved.conversation_id)
    if conversation is None:
        return
    texts, tz = context.texts, moved.limit.tz
    words = texts(
        "tickets.moved",
        number=moved.number,
        due=format_moment(moved.limit.due, tz),
        before=format_moment(moved.before, tz),
    )
    why = Button(texts("handover.why_due"), f"tk:{moved.number}:why")
    await queue_reply(context, session, now, conversation, Reply(words, ((why,),)))
