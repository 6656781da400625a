"""What can be done with self-assessments: begin, answer, finish, look back.

Verbs take the session first and never commit. The caller holds the lock of the conversation, so a draft
that is filled in on two channels at once changes one answer after the other.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.rules.klaster import Klaster, SubKlaster, suggest_klaster
from afk_core.umkm.assess import steps
from afk_core.umkm.assess import store as rows
from afk_core.umkm.assess.assessment import AssessmentDraft, AssessmentResult
from afk_core.umkm.assess.models import Assessment

DRAFT_LASTS: Final = timedelta(days=90)
"""How long a draft waits for the next answer; a business changes."""

MOST_RESULTS: Final = 50


async def find_draft(session: AsyncSession, now: datetime, conversation_id: int) -> AssessmentDraft | None:
    """The draft of a conversation; None when there is none, or it is too old to go on with."""
    row = await rows.draft_row(session, conversation_id)
    return None if row is None or _expired(row, now) else _draft(row)


async def begin(
    session: AsyncSession,
    now: datetime,
    conversation_id: int,
    office_id: int,
    values: Mapping[str, str] | None = None,
) -> AssessmentDraft:
    """A new draft in place of any other, beginning with the answers `values` of an earlier one."""
    await rows.drop_draft(session, conversation_id)
    row = Assessment(
        conversation_id=conversation_id,
        office_id=office_id,
        values=dict(values or {}),
        started_at=now,
        updated_at=now,
    )
    return _draft(await rows.add(session, row))


async def answer(
    session: AsyncSession, now: datetime, conversation_id: int, step: str, value: str
) -> AssessmentDraft:
    """Take one answer; answers that no longer apply go.

    Raises DomainError `assess.no_draft`, or what `steps.answered` refuses; nothing is changed then.
    """
    row = await _open_row(session, now, conversation_id)
    row.values, row.updated_at = steps.answered(row.values, step, value), now
    await session.flush()
    return _draft(row)


async def discard(session: AsyncSession, conversation_id: int) -> None:
    """Forget the draft."""
    await rows.drop_draft(session, conversation_id)


async def finish(
    session: AsyncSession, now: datetime, conversation_id: int, office_id: int
) -> AssessmentResult:
    """Judge the draft and keep it for good.

    Raises DomainError `assess.no_draft`, `assess.incomplete`.
    """
    row = await _open_row(session, now, conversation_id)
    if not steps.is_complete(row.values):
        raise DomainError("assess.incomplete")
    suggestion = suggest_klaster(steps.facts_of(row.values), steps.levels_of(row.values))
    row.office_id = office_id
    row.klaster = suggestion.klaster.value
    row.sub_klaster = suggestion.sub_klaster.value if suggestion.sub_klaster else None
    row.ready_aspects = suggestion.ready_aspects
    row.updated_at = row.finished_at = now
    await session.flush()
    return _result(row)


async def results_of(session: AsyncSession, conversation_id: int) -> list[AssessmentResult]:
    """The finished assessments of a conversation, the newest first."""
    return [_result(row) for row in await rows.finished_rows(session, conversation_id, MOST_RESULTS)]


async def latest_result(session: AsyncSession, conversation_id: int) -> AssessmentResult | None:
    """The newest finished assessment of a conversation, for what builds on it."""
    found = await rows.finished_rows(session, conversation_id, 1)
    return _result(found[0]) if found else None


async def result_by_id(session: AsyncSession, assessment_id: int) -> AssessmentResult:
    """One finished assessment, for who may see it by other means; raises DomainError `assess.not_found`."""
    row = await rows.finished_row(session, assessment_id)
    if row is None:
        raise DomainError("assess.not_found")
    return _result(row)


async def drop_expired(session: AsyncSession, now: datetime) -> None:
    """Forget the drafts that are too old to go on with."""
    await rows.drop_drafts_before(session, now - DRAFT_LASTS)


async def _open_row(session: AsyncSession, now: datetime, conversation_id: int) -> Assessment:
    row = await rows.draft_row(session, conversation_id)
    if row is None or _expired(row, now):
        raise DomainError("assess.no_draft")
    return row


def _expired(row: Assessment, now: datetime) -> bool:
    return now - row.updated_at > DRAFT_LASTS


def _draft(row: Assessment) -> AssessmentDraft:
    return AssessmentDraft(row.id, row.conversation_id, dict(row.values), row.started_at, row.updated_at)


def _result(row: Assessment) -> AssessmentResult:
    if row.klaster is None or row.finished_at is None:
        raise ValueError("the assessment is not finished")
    return AssessmentResult(
        id=row.id,
        conversation_id=row.conversation_id,
        office_id=row.office_id,
        values=dict(row.values),
        facts=steps.facts_of(row.values),
        levels=steps.levels_of(row.values),
        klaster=Klaster(row.klaster),
        sub_klaster=SubKlaster(row.sub_klaster) if row.sub_klaster else None,
        ready_aspects=row.ready_aspects or 0,
        finished_at=row.finished_at,
    )
