"""What is done with the letters that appoint agents: enter, correct, keep the signed file, read.

Verbs take the session first and never commit; each change and each look at a signed letter is recorded.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.agents import store
from afk_core.agents.agent import MAX_NUMBER, Letter, LetterEntered
from afk_core.agents.models import AgentLetter
from afk_core.agents.service import check_day, lock_roster
from afk_core.files import service as files
from afk_core.files.file import CheckedFile
from afk_core.infra.errors import DomainError
from afk_core.officers.audit import record_audit
from afk_core.officers.officer import Viewer
from afk_core.rules.roles import Act


async def enter_letter(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    office_id: int,
    entered: LetterEntered,
    file: CheckedFile | None = None,
) -> Letter:
    """Keep a letter of the office, with the signed letter itself if there is one.

    Raises DomainError `agent.not_permitted`, `agent.not_found`, `letter.number_missing`,
    `letter.number_long`, `letter.number_taken`, `letter.ends_before`, `agent.day_invalid`.
    """
    await lock_roster(session, viewer, office_id)
    row = AgentLetter(office_id=office_id, file_id=None, entered_by=viewer.officer_id, entered_at=now)
    await _fill(session, row, entered)
    await store.add(session, row)
    await _keep_file(session, now, row, file)
    await _record(session, now, viewer, row, "agent.letter_entered")
    return _letter(row)


async def correct_letter(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    letter_id: int,
    entered: LetterEntered,
    file: CheckedFile | None = None,
) -> Letter:
    """Correct what is known of a letter; a new file takes the place of the old one. Raises as `enter_letter`,
    and `letter.not_found`."""
    row = await _row(session, viewer, letter_id)
    await lock_roster(session, viewer, row.office_id)
    # Whoever held the lock before may have put another file in the place of the one that was read.
    await session.refresh(row)
    await _fill(session, row, entered)
    await session.flush()
    await _keep_file(session, now, row, file)
    await _record(session, now, viewer, row, "agent.letter_corrected")
    return _letter(row)


async def letters_of(session: AsyncSession, viewer: Viewer, office_id: int) -> list[Letter]:
    """The letters of an office that the viewer may read, the latest first.

    Raises DomainError `agent.not_found` for another office.
    """
    if not viewer.can(Act.SEE_ROSTER, office_id):
        raise DomainError("agent.not_found")
    return [_letter(row) for row in await store.letters_of(session, {office_id})]


async def latest_letters(session: AsyncSession, office_ids: Collection[int]) -> dict[int, Letter]:
    """The letter with the latest date of each of these offices that has one."""
    found: dict[int, Letter] = {}
    for row in await store.letters_of(session, office_ids):
        found.setdefault(row.office_id, _letter(row))
    return found


async def letter_of(session: AsyncSession, viewer: Viewer, letter_id: int) -> Letter:
    """One letter; raises DomainError `letter.not_found` also for another office."""
    return _letter(await _row(session, viewer, letter_id))


async def letter_file(session: AsyncSession, now: datetime, viewer: Viewer, letter_id: int) -> CheckedFile:
    """The signed letter, which names phones and e-mails: for who may see personal data; recorded.

    Raises DomainError `letter.not_found`, `agent.not_permitted`, `file.not_found`.
    """
    row = await _row(session, viewer, letter_id)
    if not viewer.can(Act.SEE_PERSONAL_DATA, row.office_id):
        raise DomainError("agent.not_permitted")
    if row.file_id is None:
        raise DomainError("file.not_found")
    await _record(session, now, viewer, row, "agent.letter_read")
    return await files.read(session, row.file_id)


async def _row(session: AsyncSession, viewer: Viewer, letter_id: int) -> AgentLetter:
    row = await store.letter(session, letter_id)
    if row is None or not viewer.can(Act.SEE_ROSTER, row.office_id):
        raise DomainError("letter.not_found")
    return row


async def _fill(session: AsyncSession, row: AgentLetter, entered: LetterEntered) -> None:
    number = " ".join(entered.number.split())
    if not number:
        raise DomainError("letter.number_missing")
    if len(number) > MAX_NUMBER:
        raise DomainError("letter.number_long", maximum=MAX_NUMBER)
    check_day(entered.dated)
    check_day(entered.ends)
    if entered.ends < entered.dated:
        raise DomainError("letter.ends_before")
    if await store.has_number(session, row.office_id, number, but=row.id):
        raise DomainError("letter.number_taken", number=number)
    row.number, row.dated, row.ends = number, entered.dated, entered.ends


async def _keep_file(
    session: AsyncSession, now: datetime, row: AgentLetter, file: CheckedFile | None
) -> None:
    if file is None:
        return
    if row.file_id is not None:
        await files.remove(session, now, [row.file_id])
    row.file_id = await files.store(session, now, file, loose=False)
    await session.flush()


async def _record(
    session: AsyncSession, now: datetime, viewer: Viewer, row: AgentLetter, action: str
) -> None:
    await record_audit(
        session,
        now,
        action=action,
        subject=f"agent_letter:{row.id}",
        officer_id=viewer.officer_id,
        office_id=row.office_id,
        detail={"dated": row.dated.isoformat(), "ends": row.ends.isoformat()},
    )


def _letter(row: AgentLetter) -> Letter:
    return Letter(row.id, row.office_id, row.number, row.dated, row.ends, row.file_id)
