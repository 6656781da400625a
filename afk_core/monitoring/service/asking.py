"""Asking a business in its own chat: once a quarter, answered, left or refused as the person likes."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.monitoring import store
from afk_core.monitoring.models import UmkmMonitoringQuestion
from afk_core.monitoring.monitoring import Asked, Asking, OwnQuestions
from afk_core.monitoring.service.scope import binaan_of_business, scope_of_business
from afk_core.officers.audit import record_audit
from afk_core.officers.officer import Viewer
from afk_core.offices.service import office_by_id
from afk_core.rules.duties import local_day
from afk_core.rules.monitoring_items import Item, ItemError, tidy_item
from afk_core.rules.periods import Period
from afk_core.rules.roles import Act
from afk_core.umkm.models import Umkm

_OPEN = (Asking.ASKED.value, Asking.BEGUN.value)


async def ask(session: AsyncSession, now: datetime, viewer: Viewer, umkm_id: int, key: str) -> Asked:
    """Keep that a business is asked in its chat; who calls brings the message there.

    Raises DomainError as `quarter_scope`, `umkm.not_found`, `umkm.not_permitted`, `monitoring.not_binaan`,
    `monitoring.over`, `monitoring.no_chat`, `monitoring.asked`.
    """
    scope = await scope_of_business(session, now, viewer, umkm_id, key)
    if not viewer.can(Act.EDIT_UMKM, scope.office.id):
        raise DomainError("umkm.not_permitted")
    await store.lock_business(session, umkm_id)
    umkm = await binaan_of_business(session, scope, umkm_id)
    if scope.over:
        raise DomainError("monitoring.over", quarter=scope.quarter.label)
    business = await store.business(session, umkm_id)
    if business is None or business.conversation_id is None:
        raise DomainError("monitoring.no_chat")
    if await store.questions(session, [umkm_id], [scope.quarter.key]):
        raise DomainError("monitoring.asked")
    row = UmkmMonitoringQuestion(
        umkm_id=umkm_id,
        period=scope.quarter.key,
        conversation_id=business.conversation_id,
        status=Asking.ASKED.value,
        answers={},
        asked_at=now,
        asked_by=viewer.officer_id,
    )
    await store.add(session, row)
    await record_audit(
        session,
        now,
        action="umkm.monitoring_asked",
        subject=f"umkm:{umkm_id}",
        officer_id=viewer.officer_id,
        office_id=scope.office.id,
        detail={"period": scope.quarter.key},
    )
    return Asked(row.id, row.conversation_id, umkm.name, scope.office.name, scope.quarter)


async def own_questions(
    session: AsyncSession, now: datetime, conversation_id: int, question_id: int
) -> OwnQuestions | None:
    """The questions that were put into this chat under this id; None for another's, and for removed ones."""
    found = await store.own_questions(session, conversation_id, question_id)
    return None if found is None else await _own(session, now, *found)


async def begun_in_chat(session: AsyncSession, now: datetime, conversation_id: int) -> list[int]:
    """The ids of questions that a person began to answer and can go on with, the newest first."""
    begun = [
        row.id
        for row in await store.questions_of_chat(session, conversation_id)
        if row.status == Asking.BEGUN.value
    ]
    found = [await own_questions(session, now, conversation_id, each) for each in sorted(begun, reverse=True)]
    return [each.id for each in found if each is not None and not each.over]


async def give_answer(
    session: AsyncSession, now: datetime, conversation_id: int, question_id: int, item: Item, text: str
) -> OwnQuestions:
    """Keep one answer of the person, empty for "no change".

    Raises DomainError `monitoring.question_gone`, and `monitoring.answer_unclear` for what is no answer.
    """
    row, umkm = await _open(session, now, conversation_id, question_id)
    try:
        value = tidy_item(item, text)
    except ItemError:
        raise DomainError("monitoring.answer_unclear") from None
    row.answers = {**row.answers, item.value: value}
    row.status = Asking.BEGUN.value
    await session.flush()
    return await _own(session, now, row, umkm)


async def send_answers(
    session: AsyncSession, now: datetime, conversation_id: int, question_id: int
) -> OwnQuestions:
    """Hand the answers to the officers, who confirm them; raises DomainError `monitoring.question_gone`."""
    row, umkm = await _open(session, now, conversation_id, question_id)
    row.status, row.finished_at = Asking.ANSWERED.value, now
    await session.flush()
    return await _own(session, now, row, umkm)


async def refuse(
    session: AsyncSession, now: datetime, conversation_id: int, question_id: int
) -> OwnQuestions:
    """Take the person's no; what was answered is removed. Raises DomainError `monitoring.question_gone`."""
    row, umkm = await _open(session, now, conversation_id, question_id)
    row.status, row.finished_at, row.answers = Asking.REFUSED.value, now, {}
    await session.flush()
    return await _own(session, now, row, umkm)


async def forget_answers(session: AsyncSession, conversation_id: int) -> None:
    """Remove what was answered in a chat, at the person's wish; nobody asks again in the quarter."""
    for row in await store.questions_of_chat(session, conversation_id):
        row.answers, row.status = {}, Asking.ERASED.value
    await session.flush()


async def _open(
    session: AsyncSession, now: datetime, conversation_id: int, question_id: int
) -> tuple[UmkmMonitoringQuestion, Umkm]:
    found = await store.own_questions(session, conversation_id, question_id)
    if found is None or found[0].status not in _OPEN or (await _own(session, now, *found)).over:
        raise DomainError("monitoring.question_gone")
    return found


async def _own(session: AsyncSession, now: datetime, row: UmkmMonitoringQuestion, umkm: Umkm) -> OwnQuestions:
    office = await office_by_id(session, umkm.office_id)
    quarter = Period.read(row.period)
    answers: Mapping[str, str] = row.answers
    over = local_day(now, ZoneInfo(office.time_zone)) > quarter.last
    return OwnQuestions(
        id=row.id,
        umkm=umkm.name,
        office_id=office.id,
        office=office.name,
        quarter=quarter,
        asked_by=row.asked_by,
        status=Asking(row.status),
        answers=answers,
        over=over,
    )
