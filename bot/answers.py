"""Officers' answers on their way out: held for a moment, released by a timer, or taken back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import Viewer
from bot import notify
from bot.context import Context
from bot.conversation.store import locked_by_id
from bot.doorbell import JOBS_TIMER
from bot.jobs.models import JobKind
from bot.jobs.store import NewJob, add_jobs
from tickets.aids import holding
from tickets.aids.holding import Sending

RELEASE = "release_reply"


async def send(
    context: Context,
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    ticket_id: int,
    text: str,
    *,
    seen_entry: int,
    final: bool,
    statements: Sequence[str] = (),
) -> Sending:
    """Send an officer's words, after the moment in which they can be taken back; the caller holds the
    conversation. Raises as `tickets.service.reply`."""
    wait = timedelta(seconds=context.settings.undo_seconds)
    sending = await holding.send(
        session,
        now,
        viewer,
        ticket_id,
        text,
        seen_entry=seen_entry,
        final=final,
        wait=wait,
        statements=statements,
    )
    if sending.release_at is None:
        await notify.officer_replied(context, session, now, sending.replied)
        return sending
    entry_id = sending.replied.entry_id
    payload = {"timer": RELEASE, "entry": entry_id}
    job = NewJob(JobKind.TIMER, f"{RELEASE}:{entry_id}", payload, sending.release_at)
    await add_jobs(session, now, [job])
    await context.doorbell.ring(session, JOBS_TIMER)
    await notify.ticket_changed(context, session, sending.replied.office_id)
    return sending


async def release(context: Context, session: AsyncSession, payload: Mapping[str, Any]) -> None:
    """Send what waited, if it was not taken back; the timer's work."""
    entry_id = int(payload["entry"])
    conversation_id = await holding.conversation_of_held(session, entry_id)
    if conversation_id is None:
        return
    await locked_by_id(session, conversation_id)
    replied = await holding.release(session, entry_id)
    if replied is not None:
        await notify.officer_replied(context, session, context.clock.now(), replied)


async def take_back(
    context: Context, session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, entry_id: int
) -> None:
    """Take a message back that still waits; the caller holds the conversation. Raises as `holding`."""
    change = await holding.take_back(session, now, viewer, ticket_id, entry_id)
    await notify.ticket_changed(context, session, change.office_id)
