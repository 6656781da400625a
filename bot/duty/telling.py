"""Officers are told of tickets that changed hands."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.rules.dates import format_moment
from bot.context import Context
from bot.doorbell import office_topic
from bot.limits.alerts import give
from bot.notices import recipients
from bot.notices.models import NoticeKind
from bot.notices.notice import NewNotice
from tickets.assignment import Passed

_SUGGESTED = "notices.offered"


async def tell_passed(
    context: Context, session: AsyncSession, now: datetime, passed: Passed, *, by: int | None = None
) -> None:
    """Tell who has the ticket now and who had it, except `by`, who did it; let the screens look again.

    A ticket that went back to the queue is told to who is on duty. A change that changed nothing is told to
    nobody.
    """
    if passed.entry_id is None:
        return
    await context.doorbell.ring(session, office_topic(passed.office_id))
    if passed.offered:
        people = [passed.holder_id] if passed.holder_id is not None else []
        await _give(context, session, now, passed, NoticeKind.OFFERED, _SUGGESTED, people)
        return
    if passed.holder_id is None:
        people = await recipients.on_duty(session, now, passed.office_id)
        await _give(context, session, now, passed, NoticeKind.RETURNED, "notices.returned", people)
    elif passed.holder_id != by:
        await _give(
            context, session, now, passed, NoticeKind.ASSIGNED, "notices.assigned", [passed.holder_id]
        )
    if passed.before is not None and passed.before not in (by, passed.holder_id):
        await _give(context, session, now, passed, NoticeKind.TAKEN, "notices.taken", [passed.before])


async def _give(
    context: Context,
    session: AsyncSession,
    now: datetime,
    passed: Passed,
    kind: NoticeKind,
    words: str,
    people: list[int],
) -> None:
    limit = passed.limit
    due = context.texts("notices.no_limit") if limit is None else format_moment(limit.due, limit.tz)
    notice = NewNotice(
        kind=kind,
        office_id=passed.office_id,
        key=f"{kind.value}:{passed.entry_id}",
        words=context.texts(words, number=passed.number, due=due),
        at=now,
        ticket_id=passed.ticket_id,
        limit_id=None if limit is None else limit.id,
        due=None if limit is None else limit.due,
    )
    if people:
        await give(context, session, now, notice, people)
