"""Removes what is past its term: every night, in small batches, each a transaction of its own."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files import service as files
from afk_core.officers import store as officers
from bot.context import Context
from bot.doorbell import JOBS_TIMER
from bot.jobs import past_store as past_jobs
from bot.jobs.models import JobKind
from bot.jobs.store import NewJob, add_jobs
from bot.retention import store
from bot.retention.terms import Terms, terms_at
from knowledge import store as knowledge
from tickets import service as tickets

RETENTION: Final = "retention"
BATCH: Final = 500
_PAUSE: Final = timedelta(seconds=0.3)
"""Between two batches, in which everybody else writes."""

_log = structlog.get_logger(__name__)

Remove = Callable[[AsyncSession, Terms, int, int], Awaitable[Sequence[int]]]


class Step(Struct, frozen=True):
    """One kind of data; `remove(session, terms, after, limit)` gives the ids of what went, in order."""

    what: str
    remove: Remove


async def _forget_files(session: AsyncSession, terms: Terms, after: int, limit: int) -> Sequence[int]:
    ids = await store.forget_files(session, terms.conversations, after, limit)
    await files.remove(session, terms.now, ids)
    return ids


STEPS: Final = (
    Step("jobs", lambda s, t, after, n: past_jobs.forget_done(s, t.jobs, after, n)),
    Step("dead_jobs", lambda s, t, after, n: past_jobs.forget_dead(s, t.dead_jobs, after, n)),
    Step("messages", lambda s, t, after, n: store.forget_messages(s, t.conversations, after, n)),
    Step("questions", lambda s, t, after, n: knowledge.drop_old_questions(s, t.conversations, after, n)),
    Step("answer_uses", lambda s, t, after, n: knowledge.drop_old_uses(s, t.conversations, after, n)),
    Step("tickets", lambda s, t, after, n: tickets.empty_old(s, t.now, t.tickets, after, n)),
    Step("files", _forget_files),
    Step("contacts", lambda s, t, after, n: store.quieten(s, t.conversations, after, n)),
    Step("conversations", lambda s, t, after, n: store.forget_conversations(s, t.conversations, after, n)),
    Step("sessions", lambda s, t, after, n: officers.drop_old_sessions(s, t.sessions, after, n)),
    Step("invitations", lambda s, t, after, n: officers.drop_old_invitations(s, t.sessions, after, n)),
    Step("audit", lambda s, t, after, n: officers.drop_old_audit(s, t.audit, after, n)),
)
"""In this order: what refers goes before what it refers to."""


async def start(context: Context, session: AsyncSession, night: str) -> None:
    """Begin with the removal of one night."""
    await _go_on(context, session, night, 0, 0)


async def remove_some(context: Context, session: AsyncSession, payload: Mapping[str, Any]) -> None:
    """Remove one batch of one kind, and set the timer of the next."""
    number, after = int(payload["step"]), int(payload["after"])
    step = STEPS[number]
    gone = await step.remove(session, terms_at(context.settings, _now(context)), after, BATCH)
    if gone:
        context.metrics.removed.labels(step.what).inc(len(gone))
        _log.info("old data removed", what=step.what, count=len(gone))
    if len(gone) == BATCH:
        await _go_on(context, session, payload["night"], number, gone[-1])
    elif number + 1 < len(STEPS):
        await _go_on(context, session, payload["night"], number + 1, 0)


async def _go_on(context: Context, session: AsyncSession, night: str, step: int, after: int) -> None:
    payload = {"timer": RETENTION, "night": night, "step": step, "after": after}
    key = f"{RETENTION}:{night}:{step}:{after}"
    now = _now(context)
    await add_jobs(session, now, [NewJob(JobKind.TIMER, key, payload, now + _PAUSE)])
    await context.doorbell.ring(session, JOBS_TIMER)


def _now(context: Context) -> datetime:
    return context.clock.now()
