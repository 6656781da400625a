"""What a person can have removed of their own, and what an open ticket or the register still needs."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files import service as files
from afk_core.monitoring import service as monitoring
from afk_core.officers.service import record_audit
from afk_core.satisfaction import service as survey
from afk_core.umkm import service as umkm
from afk_core.umkm.assess import store as assessments
from bot.conversation.models import Conversation
from bot.jobs import past_store as past_jobs
from bot.retention import store
from knowledge import service as knowledge
from tickets import service as tickets


class Erased(Struct, frozen=True):
    """How much went: messages, files, and the settled tickets and ended registrations that were emptied."""

    messages: int
    files: int
    tickets: int
    registrations: int


async def erase(session: AsyncSession, now: datetime, conversation: Conversation, before_seq: int) -> Erased:
    """Remove what this conversation keeps of its person, up to the message before `before_seq`; recorded.

    The conversation must be locked. Open tickets keep their words and files; registrations of UMKM that are
    at work or have a certificate keep their data and the assessment behind them; an officer's answer on its
    way stays, because its limit is judged when it arrives.
    """
    id_ = conversation.id
    held = list(await store.files_of(session, id_))
    emptied = await tickets.empty_of_conversation(session, now, id_)
    messages = await store.erase_messages(session, id_, before_seq)
    await store.erase_contact(session, id_)
    conversation.display_name = None
    await knowledge.forget_questions(session, id_)
    await umkm.drop_draft(session, id_)
    registrations, papers = await umkm.empty_of_person(session, now, id_)
    await assessments.forget(session, id_)
    await survey.discard(session, id_)
    await monitoring.forget_answers(session, id_)
    await past_jobs.forget_dead_lane(session, f"in:{conversation.channel}:{conversation.address}")
    loose = await store.held_by_nobody(session, held + papers)
    await files.remove(session, now, loose)
    await record_audit(
        session,
        now,
        action="chat.erased",
        subject=f"chat:{id_}",
        office_id=conversation.office_id,
        detail={
            "messages": messages,
            "files": len(loose),
            "tickets": emptied,
            "registrations": registrations,
        },
    )
    return Erased(messages, len(loose), emptied, registrations)
