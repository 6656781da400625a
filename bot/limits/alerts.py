"""What happens when the time of a limit comes: it is recorded once, and people are told in office hours."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.rules.dates import format_moment
from bot.context import Context
from bot.doorbell import office_topic
from bot.limits.timers import set_tell_timer
from bot.notices import recipients
from bot.notices.models import NoticeKind
from bot.notices.notice import NewNotice
from bot.notices.service import make_notice, tell_due
from tickets.limits import Warned
from tickets.service import judge_due, record_unclaimed, record_warning
from tickets.ticket import Breach

_log = structlog.get_logger(__name__)


async def limit_due(context: Context, session: AsyncSession, payload: Mapping[str, Any]) -> None:
    """Judge a limit whose due instant has passed; a breach is recorded and told once."""
    now = context.clock.now()
    breach = await judge_due(session, now, payload["limit_id"])
    if breach is None:
        return
    context.metrics.breaches.labels(breach.kind.value).inc()
    _log.warning("limit breached", limit=breach.limit_id, ticket=breach.ticket_id)
    notice = NewNotice(
        kind=NoticeKind.BREACH,
        office_id=breach.office_id,
        key=f"breach:{breach.limit_id}:{breach.due.isoformat()}",
        words=_breach_words(context, breach),
        at=breach.due,
        ticket_id=breach.ticket_id,
        limit_id=breach.limit_id,
        due=breach.due,
    )
    await give(context, session, now, notice, await recipients.for_breach(session, breach.office_id))
    await context.doorbell.ring(session, office_topic(breach.office_id))


async def limit_warning(context: Context, session: AsyncSession, payload: Mapping[str, Any]) -> None:
    """Warn who holds the ticket, or the office's queue, that a limit is about to end."""
    now, due, at = context.clock.now(), *_instants(payload)
    warned = await record_warning(session, now, payload["limit_id"], due, at)
    if warned is None:
        return
    words = context.texts(f"notices.warn_{warned.kind.value}", number=warned.number, due=_due(warned))
    people = await recipients.for_warning(session, now, warned.office_id, warned.holder_id)
    await _give_warning(context, session, now, NoticeKind.WARN, warned, words, people)


async def limit_unclaimed(context: Context, session: AsyncSession, payload: Mapping[str, Any]) -> None:
    """Bring a request that nobody took before everybody who is on duty."""
    now, due, at = context.clock.now(), *_instants(payload)
    warned = await record_unclaimed(session, now, payload["limit_id"], due, at)
    if warned is None:
        return
    words = context.texts("notices.unclaimed", number=warned.number, due=_due(warned))
    people = await recipients.on_duty(session, now, warned.office_id)
    await _give_warning(context, session, now, NoticeKind.UNCLAIMED, warned, words, people)


async def tell(context: Context, session: AsyncSession) -> None:
    """Tell the notices whose time has come, and let the screens of their officers look again."""
    now = context.clock.now()
    told = await tell_due(session, now)
    for office_id in sorted(told.office_ids):
        await context.doorbell.ring(session, office_topic(office_id))
    for opens in told.later:
        await set_tell_timer(context, session, now, "opening", opens)


async def give(
    context: Context, session: AsyncSession, now: datetime, notice: NewNotice, people: list[int]
) -> None:
    """Keep a notice for these officers and set the timer that tells it."""
    if not people:
        _log.error("nobody to tell", kind=notice.kind.value, office=notice.office_id)
        return
    when = await make_notice(session, now, notice, people)
    await set_tell_timer(context, session, now, notice.key, when)


async def _give_warning(
    context: Context,
    session: AsyncSession,
    now: datetime,
    kind: NoticeKind,
    warned: Warned,
    words: str,
    people: list[int],
) -> None:
    notice = NewNotice(
        kind=kind,
        office_id=warned.office_id,
        key=f"{kind.value}:{warned.limit_id}:{warned.due.isoformat()}",
        words=words,
        at=warned.at,
        ticket_id=warned.ticket_id,
        limit_id=warned.limit_id,
        due=warned.due,
    )
    await give(context, session, now, notice, people)


def _breach_words(context: Context, breach: Breach) -> str:
    due = format_moment(breach.due, breach.tz)
    if breach.answered_at is not None:
        answered = format_moment(breach.answered_at, breach.tz)
        return context.texts("notices.breach_answered", number=breach.number, due=due, answered=answered)
    if breach.in_flight:
        return context.texts("notices.breach_sending", number=breach.number, due=due)
    return context.texts("notices.breach", number=breach.number, due=due)


def _due(warned: Warned) -> str:
    return format_moment(warned.due, warned.tz)


def _instants(payload: Mapping[str, Any]) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(payload["due"]), datetime.fromisoformat(payload["at"])
