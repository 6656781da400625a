"""Drafts of monthly reports: proposals with what a person chose, mended and added. Verbs never commit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.monthly import store
from afk_core.monthly.access import report_to_write
from afk_core.monthly.models import MonthlyDraftRow
from afk_core.monthly.monthly import (
    MAX_PLACE,
    MAX_WORDS,
    MOST_LINES,
    MOST_POINTS,
    Draft,
    DraftLine,
    DraftWords,
    Proposal,
    line_json,
    line_of,
)
from afk_core.officers.officer import Viewer
from afk_core.offices.service import lock_office
from afk_core.rules.periods import Period


async def draft_of(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    office_id: int,
    officer_id: int,
    month_key: str,
    proposals: Sequence[Proposal],
) -> Draft:
    """The saved draft together with what is proposed now; new proposals are taken until somebody leaves them.

    Raises as `report_to_write`.
    """
    _office, _author, month = await report_to_write(session, now, viewer, office_id, officer_id, month_key)
    return await present_draft(session, office_id, officer_id, month, proposals)


async def save_draft(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    office_id: int,
    officer_id: int,
    month_key: str,
    words: DraftWords,
    *,
    seen: int,
) -> int:
    """Keep a draft; its new version. `seen` is the version that the page had shown.

    Raises as `draft_of`, and DomainError `monthly.stale` (`saved_at`) when the draft was saved since,
    `monthly.day` (a row outside of the month), `monthly.words_missing`, `umkm.too_long` (`maximum`),
    `monthly.too_many` (`maximum`).
    """
    _office, author, month = await report_to_write(session, now, viewer, office_id, officer_id, month_key)
    check_words(words, month)
    # Two first saves at once would both find no row to lock.
    await lock_office(session, office_id)
    row = await store.draft(session, office_id, officer_id, month.key, lock=True)
    if seen != (row.version if row else 0):
        raise DomainError("monthly.stale")
    if row is None:
        row = MonthlyDraftRow(
            office_id=office_id,
            officer_id=officer_id,
            period=month.key,
            role=author.role.value,
            version=1,
            content=_kept(words),
            saved_at=now,
            saved_by=viewer.officer_id,
        )
        await store.add(session, row)
    else:
        row.version, row.content = row.version + 1, _kept(words)
        row.saved_at, row.saved_by = now, viewer.officer_id
    return row.version


async def present_draft(
    session: AsyncSession, office_id: int, officer_id: int, month: Period, proposals: Sequence[Proposal]
) -> Draft:
    """What was saved wins over what is proposed; a proposal that is gone stays as it was saved.

    A new draft begins with the place of the office's last one.
    """
    row = await store.draft(session, office_id, officer_id, month.key)
    if row is not None:
        return _merged(row, _words(row.content), proposals)
    last = await store.last_draft(session, office_id)
    return _merged(None, DraftWords(place=_words(last.content).place if last else ""), proposals)


def _merged(row: MonthlyDraftRow | None, kept: DraftWords, proposals: Sequence[Proposal]) -> Draft:
    known = {line.key for line in kept.lines}
    fresh = tuple(
        DraftLine(each.key, each.line, taken=True, task=each.task)
        for each in proposals
        if each.key not in known
    )
    lines = tuple(sorted((*kept.lines, *fresh), key=lambda each: each.line.day))
    words = replace(kept, lines=lines)
    return Draft(row.version if row else 0, words, row.saved_at if row else None)


def check_words(words: DraftWords, month: Period) -> None:
    """Raises DomainError for a row or point that no report could carry; rows left out may be anything."""
    points = (*words.obstacles, *words.suggestions)
    if len(words.lines) > MOST_LINES:
        raise DomainError("monthly.too_many", maximum=MOST_LINES)
    if max(len(words.obstacles), len(words.suggestions)) > MOST_POINTS:
        raise DomainError("monthly.too_many", maximum=MOST_POINTS)
    for each in words.lines:
        line = each.line
        if any(len(text) > MAX_WORDS for text in (line.business, line.matter, line.result)):
            raise DomainError("umkm.too_long", maximum=MAX_WORDS)
        if each.taken and line.day not in month:
            raise DomainError("monthly.day", month=month.label)
        if each.taken and not (line.business.strip() and line.matter.strip() and line.result.strip()):
            raise DomainError("monthly.words_missing")
    if any(len(point) > MAX_WORDS for point in points):
        raise DomainError("umkm.too_long", maximum=MAX_WORDS)
    if len(words.place) > MAX_PLACE:
        raise DomainError("umkm.too_long", maximum=MAX_PLACE)


def _kept(words: DraftWords) -> dict[str, Any]:
    return {
        "lines": [
            line_json(each.line) | {"key": each.key, "taken": each.taken, "task": each.task}
            for each in words.lines
        ],
        "obstacles": list(words.obstacles),
        "suggestions": list(words.suggestions),
        "place": words.place,
    }


def _words(kept: Mapping[str, Any]) -> DraftWords:
    lines = tuple(
        DraftLine(each["key"], line_of(each), each["taken"], each["task"]) for each in kept["lines"]
    )
    return DraftWords(lines, tuple(kept["obstacles"]), tuple(kept["suggestions"]), kept.get("place", ""))
