"""Verbs around answers: remember what was asked in vain and which statements were used.

Every function takes the session first and never commits.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.clock import Clock
from knowledge import store
from knowledge.answers import Finding
from knowledge.article import Library
from knowledge.models import AnswerUse, UnansweredQuestion

MOST_LISTED = 1000
MOST_STATEMENTS = 20  # of one answer
LONGEST_TEXT = 4000
LONGEST_KEY = 500
ALIKE = 0.5  # share of common words from which two questions count as the same
# A person asked for an officer or for nothing that an article could ever say: no gap of the knowledge.
NOT_A_GAP = frozenset({"wish", "own-case", "abuse", "injection", "evasion"})


class QuestionGroup(Struct, frozen=True):
    """Questions that mean about the same: the newest text stands for all; `ids` to settle them."""

    text: str
    key: str
    topic: str | None
    reason: str
    count: int
    ids: tuple[int, ...]
    first_at: datetime
    last_at: datetime


class Asked(Struct, frozen=True):
    """A question in a conversation: answered by the bot from `topic`, or not answered by it.

    `text` is what was asked, where it is kept here: only of what was not answered.
    """

    at: datetime
    topic: str | None
    answered: bool
    text: str = ""


async def record_unanswered(
    session: AsyncSession, clock: Clock, finding: Finding, *, question: str, key: str, conversation_id: int
) -> UnansweredQuestion | None:
    """Keep a question that was handed over; None where it shows no gap of the knowledge.

    `key` comes from `KnowledgeBase.question_key`.
    """
    if finding.reason in NOT_A_GAP:
        return None
    clean = question[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    row = UnansweredQuestion(
        text=clean,
        key=key[:LONGEST_KEY],
        reason=finding.reason,
        topic=finding.topic,
        conversation_id=conversation_id,
        asked_at=clock.now(),
        settled_at=None,
    )
    return await store.add_unanswered(session, row)


async def list_unanswered(
    session: AsyncSession, *, since: datetime | None = None, limit: int = MOST_LISTED
) -> Sequence[UnansweredQuestion]:
    """Questions not settled yet, newest first."""
    return await store.open_unanswered(session, since, limit)


async def group_unanswered(
    session: AsyncSession,
    *,
    since: datetime | None = None,
    reason: str | None = None,
    topic: str | None = None,
) -> list[QuestionGroup]:
    """Open questions grouped by likeness of their words, the most frequent first.

    Only those for one `reason` or about one `topic`, where given.
    """
    groups: list[tuple[frozenset[str], list[UnansweredQuestion]]] = []
    for row in await store.open_unanswered(session, since, MOST_LISTED):
        if (reason is not None and row.reason != reason) or (topic is not None and row.topic != topic):
            continue
        words = frozenset(row.key.split())
        for first, group in groups:
            if row.topic == group[0].topic and _alike(words, first):
                group.append(row)
                break
        else:
            groups.append((words, [row]))
    found = [group for _words, group in groups]
    found.sort(key=lambda group: (-len(group), group[0].id))
    return [_as_group(group) for group in found]


async def settle_unanswered(session: AsyncSession, clock: Clock, ids: Collection[int]) -> int:
    """Mark questions as dealt with (an article answers them now, or will not); how many were open."""
    return await store.settle(session, ids, clock.now())


async def forget_questions(session: AsyncSession, conversation_id: int) -> None:
    """Delete what a conversation asked in vain, when its person asks for deletion."""
    await store.forget(session, conversation_id)


async def record_answer(
    session: AsyncSession, clock: Clock, finding: Finding, *, conversation_id: int
) -> None:
    """Store which statements a finding used."""
    await store.add_uses(session, finding.statements, conversation_id, clock.now())


async def asked_in(session: AsyncSession, conversation_id: int, limit: int) -> list[Asked]:
    """The newest questions of a conversation, newest first."""
    found: dict[datetime, Asked] = {}
    for use in await store.uses_in(session, conversation_id, limit * MOST_STATEMENTS):
        found.setdefault(use.at, Asked(use.at, use.statement.partition("/")[0], answered=True))
    for row in await store.unanswered_in(session, conversation_id, limit):
        # An answer that names a gap of its own leaves both; the question is one.
        found[row.asked_at] = Asked(row.asked_at, row.topic, answered=False, text=row.text)
    return [found[at] for at in sorted(found, reverse=True)[:limit]]


async def uses_of_statements(
    session: AsyncSession, statements: Collection[str], *, limit: int = MOST_LISTED
) -> Sequence[AnswerUse]:
    """When and in which conversations any of the statements was said, newest first."""
    return await store.uses_of(session, statements, limit)


async def uses_of_source(
    session: AsyncSession, library: Library, source: str, *, limit: int = MOST_LISTED
) -> Sequence[AnswerUse]:
    """When a statement was said that cites a source whose text contains `source`, newest first."""
    wanted = source.casefold()
    statements = [
        statement.id
        for article in library.articles.values()
        for statement in article.statements()
        for mark in statement.marks
        if mark.label in article.sources and wanted in article.sources[mark.label].text.casefold()
    ]
    return await store.uses_of(session, sorted(set(statements)), limit)


def _alike(left: frozenset[str], right: frozenset[str]) -> bool:
    if not left or not right:
        return left == right
    return len(left & right) / len(left | right) >= ALIKE


def _as_group(rows: Sequence[UnansweredQuestion]) -> QuestionGroup:
    newest = rows[0]
    return QuestionGroup(
        text=newest.text,
        key=newest.key,
        topic=newest.topic,
        reason=newest.reason,
        count=len(rows),
        ids=tuple(row.id for row in rows),
        first_at=min(row.asked_at for row in rows),
        last_at=max(row.asked_at for row in rows),
    )
