"""What a person can do with the survey: begin, answer, leave, go on, send once a quarter.

Verbs take the session first and never commit. The caller holds the lock of the conversation, so a draft that
is filled in in two windows at once changes one answer after the other.
"""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.crypto import cipher
from afk_core.infra.errors import DomainError
from afk_core.offices.service import office_zone
from afk_core.rules.periods import Period, PeriodKind
from afk_core.rules.satisfaction import SCORES, Element
from afk_core.satisfaction import models, store
from afk_core.satisfaction.survey import MAX_REMARK, REMARK, Respondent, SurveyDraft

_PURPOSE = "survey"


async def present_quarter(session: AsyncSession, now: datetime, office_id: int) -> Period:
    """The quarter of `now` on the office's clock."""
    return Period.of(PeriodKind.QUARTER, now.astimezone(await office_zone(session, office_id)).date())


async def has_answered(session: AsyncSession, now: datetime, who: Respondent, office_id: int) -> bool:
    """Whether this person has answered in the present quarter of an office."""
    return await store.is_taken(session, _fingerprint(who, await present_quarter(session, now, office_id)))


async def find_draft(session: AsyncSession, now: datetime, conversation_id: int) -> SurveyDraft | None:
    """The draft of a conversation; None without one of the present quarter."""
    row = await _open_row(session, now, conversation_id)
    return None if row is None else _draft(row)


async def begin(session: AsyncSession, now: datetime, who: Respondent, office_id: int) -> SurveyDraft:
    """A new draft in place of any other; raises DomainError `survey.taken` for who has answered already."""
    period = await present_quarter(session, now, office_id)
    if await store.is_taken(session, _fingerprint(who, period)):
        raise DomainError("survey.taken", period=period.label)
    return _draft(await store.put_draft(session, who.conversation_id, office_id, period.key))


async def answer(
    session: AsyncSession, now: datetime, conversation_id: int, element: str, score: str
) -> SurveyDraft:
    """Take the score of one element.

    Raises DomainError `survey.no_draft`, `survey.element_unknown`, `survey.score_unknown`; nothing is changed
    then.
    """
    row = await _needed(session, now, conversation_id)
    if element not in {each.value for each in Element}:
        raise DomainError("survey.element_unknown")
    if score not in map(str, SCORES):
        raise DomainError("survey.score_unknown")
    row.values = {**row.values, element: score}
    await session.flush()
    return _draft(row)


async def remark(session: AsyncSession, now: datetime, conversation_id: int, words: str) -> SurveyDraft:
    """Take the free words, empty for none; raises DomainError `survey.no_draft`, `survey.remark_long`."""
    row = await _needed(session, now, conversation_id)
    if len(words.strip()) > MAX_REMARK:
        raise DomainError("survey.remark_long", maximum=MAX_REMARK)
    row.values = {**row.values, REMARK: words.strip()}
    await session.flush()
    return _draft(row)


async def discard(session: AsyncSession, conversation_id: int) -> None:
    """Forget the draft."""
    await store.drop_draft(session, conversation_id)


async def send(session: AsyncSession, now: datetime, who: Respondent) -> Period:
    """Count the answers and forget who gave them, but for the fact that they answered; the quarter.

    Raises DomainError `survey.no_draft`, `survey.incomplete`, `survey.taken`; nothing is counted then.
    """
    row = await _needed(session, now, who.conversation_id)
    draft = _draft(row)
    if draft.next_open is not None:
        raise DomainError("survey.incomplete")
    if not await store.add_taken(session, _fingerprint(who, draft.period), draft.period.key):
        await store.drop_draft(session, who.conversation_id)
        raise DomainError("survey.taken", period=draft.period.label)
    scores = [(element.value, int(draft.values[element.value])) for element in Element]
    await store.count(session, draft.office_id, draft.period.key, scores)
    if words := draft.values.get(REMARK, ""):
        await store.mix_in_remark(session, draft.office_id, draft.period.key, words)
    await store.drop_draft(session, who.conversation_id)
    return draft.period


async def forget_old(session: AsyncSession, now: datetime) -> None:
    """Forget what belongs to quarters that have ended everywhere: drafts, and who answered."""
    # No zone is a whole day behind UTC: what was over yesterday is over everywhere.
    running = Period.of(PeriodKind.QUARTER, (now - timedelta(days=1)).date())
    await store.forget_before(session, running.key)


async def _open_row(session: AsyncSession, now: datetime, conversation_id: int) -> models.SurveyDraft | None:
    row = await store.draft_row(session, conversation_id)
    if row is None or row.period != (await present_quarter(session, now, row.office_id)).key:
        return None
    return row


async def _needed(session: AsyncSession, now: datetime, conversation_id: int) -> models.SurveyDraft:
    row = await _open_row(session, now, conversation_id)
    if row is None:
        raise DomainError("survey.no_draft")
    return row


def _draft(row: models.SurveyDraft) -> SurveyDraft:
    return SurveyDraft(row.office_id, Period.read(row.period), dict(row.values))


def _fingerprint(who: Respondent, period: Period) -> str:
    return cipher().fingerprint(_PURPOSE, f"{period.key}\0{who.channel}\0{who.address}")
