"""Who hears of the quarterly monitoring: a business is asked in its chat, officers hear what came of it."""

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.monitoring import service as monitoring
from afk_core.monitoring.monitoring import OwnQuestions, Saved
from afk_core.officers.officer import Viewer
from afk_core.officers.service import list_officers
from afk_core.rules.dates import format_date
from afk_core.rules.roles import Role
from afk_core.umkm.register import service as register
from bot.context import Context
from bot.conversation.messages import Button, Reply
from bot.conversation.store import locked_by_id
from bot.limits.alerts import give
from bot.notices.models import NoticeKind
from bot.notices.notice import NewNotice
from bot.notices.recipients import on_duty, with_role
from bot.outbox.queue import queue_reply


async def ask(context: Context, session: AsyncSession, viewer: Viewer, umkm_id: int, key: str) -> None:
    """Ask a business in its chat, in the transaction that records it.

    Raises DomainError as `monitoring.ask`, and `monitoring.no_chat` where the chat is gone or blocked.
    """
    # The conversation is locked before the business, as a turn of the conversation does.
    conversation_id = await register.conversation_of(session, viewer, umkm_id)
    conversation = None if conversation_id is None else await locked_by_id(session, conversation_id)
    now, texts = context.clock.now(), context.texts
    asked = await monitoring.ask(session, now, viewer, umkm_id, key)
    if conversation is None or conversation.blocked_at is not None:
        raise DomainError("monitoring.no_chat")
    words = texts(
        "monitoring.invite",
        office=asked.office,
        name=asked.umkm,
        quarter=asked.quarter.label,
        until=format_date(asked.quarter.last),
    )
    own = f"pm:{asked.id}"
    rows = (
        (Button(texts("monitoring.begin"), f"{own}:begin"),),
        (Button(texts("monitoring.refuse"), f"{own}:refuse"),),
    )
    await queue_reply(context, session, now, conversation, Reply(words, rows))


async def answered(context: Context, session: AsyncSession, own: OwnQuestions) -> None:
    """Tell who asked that the answers came; who is on duty, where that officer is not there any more."""
    here = [each.id for each in await list_officers(session, {own.office_id}) if each.active]
    now = context.clock.now()
    people = [own.asked_by] if own.asked_by in here else await on_duty(session, now, own.office_id)
    words = context.texts("monitoring.notice.answered", name=own.umkm, quarter=own.quarter.label)
    await _give(context, session, own.office_id, f"monitoring-answered:{own.id}", words, people)


async def klaster_seen(context: Context, session: AsyncSession, saved: Saved) -> None:
    """Tell the Sub Koordinator who decides that another klaster was seen than the certificate names."""
    people = await with_role(session, saved.office_id, Role.SUB_KLASTERISASI)
    words = context.texts(
        "monitoring.notice.klaster", name=saved.name, quarter=saved.quarter.label, klaster=saved.klaster
    )
    key = f"monitoring-klaster:{saved.umkm_id}:{saved.quarter.key}:{saved.version}"
    await _give(context, session, saved.office_id, key, words, people)


async def _give(
    context: Context, session: AsyncSession, office_id: int, key: str, words: str, people: list[int]
) -> None:
    if people:
        now = context.clock.now()
        notice = NewNotice(kind=NoticeKind.UMKM, office_id=office_id, key=key, words=words, at=now)
        await give(context, session, now, notice, people)
