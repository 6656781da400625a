"""What is done with the agents of an office: enter, change, hand over, end, read.

Verbs take the session first and never commit; each change and each look at a phone or e-mail is recorded.
Roles here say who was appointed. What an account may do follows from the role of the account alone.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.agents import store
from afk_core.agents.agent import MAX_NAME, MAX_REASON, Agent, AgentEntered, Corrected, NewAgent
from afk_core.agents.models import AgentAppointment
from afk_core.infra.errors import DomainError
from afk_core.officers.audit import record_audit
from afk_core.officers.contact import email_address, phone_number
from afk_core.officers.officer import Viewer
from afk_core.officers.service import officer_by_id
from afk_core.offices.service import lock_office
from afk_core.rules.agents import ROSTER_ROLES, SINGLE_ROLES, overlap
from afk_core.rules.periods import Period
from afk_core.rules.roles import EVERYWHERE, Act, Role

_ONE_DAY: Final = timedelta(days=1)
_YEARS: Final = range(2000, 2201)


async def enter(session: AsyncSession, now: datetime, viewer: Viewer, new: NewAgent) -> Agent:
    """Give somebody a role in the office.

    Raises DomainError `agent.not_permitted`, `agent.role_unknown`, `agent.role_taken` (`name`),
    `agent.twice`, `agent.day_invalid`, `agent.letter_unknown`, `agent.officer_unknown`,
    `officer.name_missing`, `officer.position_missing`, `officer.phone_invalid`, `officer.email_invalid`,
    `agent.contact_missing`.
    """
    await lock_roster(session, viewer, new.office_id)
    if new.role not in ROSTER_ROLES:
        raise DomainError("agent.role_unknown")
    check_day(new.first)
    await _check_letter(session, new.office_id, new.letter_id)
    row = _row(now, viewer, new)
    await _fill(session, row, new.person)
    await _check_place(session, row)
    await store.add(session, row)
    await _record(session, now, viewer, row, "agent.entered", first=row.first.isoformat())
    return await _read(session, row.id)


async def change(
    session: AsyncSession, now: datetime, viewer: Viewer, agent_id: int, corrected: Corrected
) -> Agent:
    """Correct what is known of an appointment; the role stays. Raises as `enter`, and `agent.not_found`,
    `agent.day_before`."""
    row = await _for_change(session, viewer, agent_id)
    check_day(corrected.first)
    if corrected.last is not None and row.last is not None:
        check_day(corrected.last)
        if corrected.last < corrected.first:
            raise DomainError("agent.day_before")
    await _check_letter(session, row.office_id, corrected.letter_id)
    before = _content(row)
    await _fill(session, row, corrected.person)
    row.letter_id, row.first = corrected.letter_id, corrected.first
    # An appointment ends by a verb of its own, which asks why; here its last day is only corrected.
    row.last = corrected.last if row.last is not None else None
    row.reason = row.reason if row.last is not None else ""
    await _check_place(session, row)
    await session.flush()
    changed = sorted(name for name, value in _content(row).items() if value != before[name])
    await _record(session, now, viewer, row, "agent.changed", fields=changed)
    return await _read(session, row.id)


async def end(
    session: AsyncSession, now: datetime, viewer: Viewer, agent_id: int, last: date, reason: str
) -> Agent:
    """Let an appointment end with the day `last`, which is still served.

    Raises DomainError `agent.not_found`, `agent.not_permitted`, `agent.ended`, `agent.day_invalid`,
    `agent.day_before`, `agent.reason_missing`, `agent.reason_long`.
    """
    row = await _for_change(session, viewer, agent_id)
    _end(row, last, reason)
    await session.flush()
    await _record(session, now, viewer, row, "agent.ended", last=last.isoformat())
    return await _read(session, row.id)


async def hand_over(
    session: AsyncSession, now: datetime, viewer: Viewer, agent_id: int, to: NewAgent, reason: str
) -> Agent:
    """Give the role of an appointment to somebody else from `to.first` on; the old one ends the day before.

    Both stay, so that it is known who held the role when; the new one is returned. Raises as `enter` and
    `end`.
    """
    row = await _for_change(session, viewer, agent_id)
    check_day(to.first)
    _end(row, to.first - _ONE_DAY, reason)
    await session.flush()
    await _check_letter(session, row.office_id, to.letter_id)
    new = _row(now, viewer, to)
    new.office_id, new.role, new.replaces_id = row.office_id, row.role, row.id
    await _fill(session, new, to.person)
    await _check_place(session, new)
    await store.add(session, new)
    await _record(session, now, viewer, row, "agent.handed_over", to=new.id, first=new.first.isoformat())
    return await _read(session, new.id)


async def agents_of(session: AsyncSession, viewer: Viewer, office_id: int) -> list[Agent]:
    """Every appointment of an office that the viewer may read, by role, the newest first.

    Raises DomainError `agent.not_found` for another office.
    """
    if not viewer.can(Act.SEE_ROSTER, office_id):
        raise DomainError("agent.not_found")
    return await appointments(session, {office_id})


async def appointments(session: AsyncSession, office_ids: Collection[int]) -> list[Agent]:
    """Every appointment of these offices by role, the newest first, for who already may read them."""
    found = [_agent(*each) for each in await store.of_offices(session, office_ids)]
    return sorted(found, key=lambda each: ROSTER_ROLES.index(each.role))


async def role_held(
    session: AsyncSession, office_id: int, officer_id: int, days: Period, roles: Collection[Role]
) -> Role | None:
    """Which of these roles somebody held in an office on a day of `days`, the latest; None for none."""
    for row, _active in await store.of_offices(session, {office_id}):
        ended = row.last is not None and row.last < days.first
        if row.officer_id == officer_id and row.first <= days.last and not ended and Role(row.role) in roles:
            return Role(row.role)
    return None


async def contacts_of(session: AsyncSession, now: datetime, viewer: Viewer, office_id: int) -> list[Agent]:
    """As `agents_of`, to be shown with phones and e-mails in full; the look is recorded.

    Raises also DomainError `agent.not_permitted`.
    """
    found = await agents_of(session, viewer, office_id)
    if not viewer.can(Act.SEE_PERSONAL_DATA, office_id):
        raise DomainError("agent.not_permitted")
    await _look(session, now, viewer, office_id, f"office:{office_id}")
    return found


async def agent_for_change(session: AsyncSession, now: datetime, viewer: Viewer, agent_id: int) -> Agent:
    """One appointment with its phone and e-mail, to be changed; the look is recorded.

    Raises DomainError `agent.not_found`, `agent.not_permitted`.
    """
    row = await _for_change(session, viewer, agent_id)
    await _look(session, now, viewer, row.office_id, f"agent:{row.id}")
    return await _read(session, agent_id)


def check_day(day: date) -> None:
    """Raises DomainError `agent.day_invalid` for a day that nobody can mean."""
    if day.year not in _YEARS:
        raise DomainError("agent.day_invalid")


async def lock_roster(session: AsyncSession, viewer: Viewer, office_id: int) -> None:
    """Let only the viewer change the agents and letters of an office until the transaction ends.

    Raises DomainError `agent.not_found` for another office, `agent.not_permitted`.
    """
    if not viewer.can(Act.SEE_ROSTER, office_id):
        raise DomainError("agent.not_found")
    if not viewer.can(Act.KEEP_ROSTER, office_id):
        raise DomainError("agent.not_permitted")
    await lock_office(session, office_id)


async def _for_change(session: AsyncSession, viewer: Viewer, agent_id: int) -> AgentAppointment:
    found = await store.one(session, agent_id)
    if found is None:
        raise DomainError("agent.not_found")
    row, _active = found
    await lock_roster(session, viewer, row.office_id)
    await session.refresh(row)
    return row


def _row(now: datetime, viewer: Viewer, new: NewAgent) -> AgentAppointment:
    return AgentAppointment(
        office_id=new.office_id,
        role=new.role.value,
        first=new.first,
        last=None,
        reason="",
        letter_id=new.letter_id,
        replaces_id=None,
        entered_by=viewer.officer_id,
        entered_at=now,
    )


async def _fill(session: AsyncSession, row: AgentAppointment, entered: AgentEntered) -> None:
    name, position, phone, email = entered.name, entered.position, entered.phone, entered.email
    row.officer_id = entered.officer_id
    if entered.officer_id is not None:
        try:
            account = await officer_by_id(session, entered.officer_id)
        except DomainError:
            raise DomainError("agent.officer_unknown") from None
        if account.office_id != row.office_id or account.role in EVERYWHERE:
            raise DomainError("agent.officer_unknown")
        name, position = name.strip() or account.name, position.strip() or account.position
        phone, email = phone.strip() or account.phone or "", email.strip() or account.email or ""
    row.name = _words(name, "officer.name_missing")
    row.position = _words(position, "officer.position_missing")
    row.phone, row.email = phone_number(phone), email_address(email)
    if row.phone is None or row.email is None:
        # PER-25/BC/2024 Pasal 2 ayat (3) huruf c and d: the letter names both.
        raise DomainError("agent.contact_missing")


def _words(text: str, missing: str) -> str:
    words = " ".join(text.split())[:MAX_NAME]
    if not words:
        raise DomainError(missing)
    return words


async def _check_letter(session: AsyncSession, office_id: int, letter_id: int | None) -> None:
    if letter_id is not None:
        found = await store.letter(session, letter_id)
        if found is None or found.office_id != office_id:
            raise DomainError("agent.letter_unknown")


async def _check_place(session: AsyncSession, row: AgentAppointment) -> None:
    """Raises `agent.role_taken` for a second holder, `agent.twice` for the same account at the same time."""
    for other, _active in await store.of_offices(session, {row.office_id}):
        if other.id == row.id or not overlap(row.first, row.last, other.first, other.last):
            continue
        if other.role != row.role:
            continue
        if Role(row.role) in SINGLE_ROLES:
            raise DomainError("agent.role_taken", name=other.name)
        if row.officer_id is not None and other.officer_id == row.officer_id:
            raise DomainError("agent.twice", name=other.name)


def _end(row: AgentAppointment, last: date, reason: str) -> None:
    if row.last is not None:
        raise DomainError("agent.ended")
    check_day(last)
    if last < row.first:
        raise DomainError("agent.day_before")
    words = " ".join(reason.split())
    if not words:
        raise DomainError("agent.reason_missing")
    if len(words) > MAX_REASON:
        raise DomainError("agent.reason_long", maximum=MAX_REASON)
    row.last, row.reason = last, words


def _content(row: AgentAppointment) -> dict[str, object]:
    names = ("officer_id", "name", "position", "phone", "email", "letter_id", "first", "last")
    return {name: getattr(row, name) for name in names}


async def _look(session: AsyncSession, now: datetime, viewer: Viewer, office_id: int, subject: str) -> None:
    await record_audit(
        session,
        now,
        action="agent.contact_read",
        subject=subject,
        officer_id=viewer.officer_id,
        office_id=office_id,
    )


async def _record(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    row: AgentAppointment,
    action: str,
    **detail: object,
) -> None:
    await record_audit(
        session,
        now,
        action=action,
        subject=f"agent:{row.id}",
        officer_id=viewer.officer_id,
        office_id=row.office_id,
        detail={"role": row.role, **detail},
    )


async def _read(session: AsyncSession, agent_id: int) -> Agent:
    found = await store.one(session, agent_id)
    if found is None:
        raise DomainError("agent.not_found")
    return _agent(*found)


def _agent(row: AgentAppointment, active: bool | None) -> Agent:
    return Agent(
        id=row.id,
        office_id=row.office_id,
        role=Role(row.role),
        officer_id=row.officer_id,
        name=row.name,
        position=row.position,
        phone=row.phone,
        email=row.email,
        first=row.first,
        last=row.last,
        reason=row.reason,
        letter_id=row.letter_id,
        replaces=row.replaces_id,
        blocked=active is False,
    )
