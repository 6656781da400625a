"""Gathering what the pages about agents show."""

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.agents import letters as lettering
from afk_core.agents import service as roster
from afk_core.agents.agent import Agent, Letter
from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer, list_officers
from afk_core.offices.models import Office
from afk_core.offices.service import entered_at, list_offices, office_by_id
from afk_core.rules import duty_list
from afk_core.rules.agents import ROSTER_ROLES, SINGLE_ROLES, Serving, letter_standing
from afk_core.rules.dates import format_days_left
from afk_core.rules.duties import local_day
from afk_core.rules.offices import OfficeKind
from afk_core.rules.roles import EVERYWHERE, Act, role_label
from bot.console.agent_contexts import (
    AgentFormPage,
    AgentLine,
    LetterFormPage,
    LetterLine,
    RoleHistory,
    RosterPage,
    Typed,
)
from bot.console.agent_form import typed_of_agent
from bot.console.desk import Desk
from bot.console.form import number_of
from bot.problems import problem_text, status_of

HERE = "/petugas/agen"


class Refused(Struct, frozen=True):
    """A form that was refused: which one, what stood in it, and why."""

    form: str
    typed: Mapping[str, str]
    error: DomainError


def office_asked(request: Request, viewer: Viewer) -> int:
    """The office that an address names, as far as the viewer may read its agents; else their own."""
    wanted = number_of(request.query_params.get("kantor", ""))
    return wanted if wanted is not None and viewer.can(Act.SEE_ROSTER, wanted) else viewer.office_id


async def roster_page(
    desk: Desk, request: Request, viewer: Viewer, office_id: int, *, in_full: bool = False
) -> Response:
    """The agents of an office; `in_full` with phones and e-mails, which is recorded."""
    now, warn = desk.context.clock.now(), desk.context.settings.letter_warn_days
    database = desk.context.db
    async with database.write() if in_full else database.read() as session:
        office = await office_by_id(session, office_id)
        if in_full:
            agents = await roster.contacts_of(session, now, viewer, office_id)
        else:
            agents = await roster.agents_of(session, viewer, office_id)
        letters = await lettering.letters_of(session, viewer, office_id)
        since = (await entered_at(session, {office_id})).get(office_id, now)
        offices = [each for each in await list_offices(session) if viewer.can(Act.SEE_ROSTER, each.id)]
    tz = ZoneInfo(office.time_zone)
    today = local_day(now, tz)
    first_due = duty_list.letter(office_id, local_day(since, tz), None).due
    lines = lines_of(agents, letters, office, today, in_full=in_full)
    page = RosterPage(
        frame=desk.frame(viewer, "Agen", current="agen", notice=request.query_params.get("pesan", "")),
        office_id=office_id,
        office_name=office.name,
        offices=tuple((each.id, each.name) for each in offices),
        serving=tuple(line for line in lines if line.serving is not Serving.LEFT),
        missing=missing_roles(agents, office, today),
        histories=_histories(lines),
        letters=tuple(_letter_line(each, today, warn, newest=each is letters[0]) for each in letters),
        first_due=first_due,
        first_left=format_days_left(first_due, today),
        in_full=in_full,
        may_reveal=viewer.can(Act.SEE_PERSONAL_DATA, office_id),
        may_keep=viewer.can(Act.KEEP_ROSTER, office_id),
    )
    return desk.pages.response("agen.html", page)


def lines_of(
    agents: Sequence[Agent], letters: Sequence[Letter], office: Office, today: date, *, in_full: bool
) -> list[AgentLine]:
    """Appointments as lines of a page."""
    numbers = {letter.id: letter.number for letter in letters}
    return [
        AgentLine(
            agent=each,
            role=role_label(each.role, OfficeKind(office.kind)),
            serving=each.serving(today),
            phone=(each.phone or "") if in_full else each.masked_phone,
            email=(each.email or "") if in_full else each.masked_email,
            letter=numbers.get(each.letter_id or 0, ""),
        )
        for each in agents
    ]


def missing_roles(agents: Sequence[Agent], office: Office, today: date) -> tuple[str, ...]:
    """The roles of Lampiran A that nobody holds today."""
    held = {each.role for each in agents if each.serving(today) is Serving.SERVES}
    return tuple(role_label(role, OfficeKind(office.kind)) for role in SINGLE_ROLES if role not in held)


async def agent_form_page(
    desk: Desk, viewer: Viewer, agent: Agent | None, refused: Refused | None = None
) -> Response:
    """The form of a new agent, or the forms of one."""
    async with desk.context.db.read() as session:
        office = await office_by_id(session, viewer.office_id if agent is None else agent.office_id)
        letters = await lettering.letters_of(session, viewer, office.id)
        accounts = await _accounts(session, office.id)
    today = local_day(desk.context.clock.now(), ZoneInfo(office.time_zone))
    kind, newest = OfficeKind(office.kind), letters[0] if letters else None
    fresh = {"mulai": today.isoformat(), "surat": str(newest.id) if newest else ""}
    main = fresh if agent is None else typed_of_agent(agent)
    typed = {"": main, "serahkan": fresh, "akhiri": {"selesai": today.isoformat()}}
    if refused is not None and agent is not None and agent.last is not None and refused.form:
        # Somebody else ended it meanwhile: that form is not there any more.
        refused = Refused("", main, refused.error)
    if refused is not None:
        typed[refused.form] = dict(refused.typed)
    title = "Tambah agen" if agent is None else agent.name
    page = AgentFormPage(
        frame=desk.frame(viewer, title, current="agen"),
        agent=agent,
        role="" if agent is None else role_label(agent.role, kind),
        roles=tuple((role.value, role_label(role, kind)) for role in ROSTER_ROLES),
        accounts=accounts,
        letters=tuple(letters),
        typed=Typed(typed[""]),
        over=Typed(typed["serahkan"]),
        ending=Typed(typed["akhiri"]),
        problem="" if refused is None else problem_text(refused.error),
        problem_at="" if refused is None else refused.form,
    )
    return desk.pages.response(
        "agen_isi.html", page, status=200 if refused is None else status_of(refused.error)
    )


def letter_form_page(
    desk: Desk, viewer: Viewer, letter: Letter | None, typed: Mapping[str, str], error: DomainError | None
) -> Response:
    """The form of a letter."""
    page = LetterFormPage(
        frame=desk.frame(viewer, "Keputusan penetapan", current="agen"),
        letter=letter,
        typed=Typed(typed),
        problem="" if error is None else problem_text(error),
    )
    return desk.pages.response("agen_surat.html", page, status=200 if error is None else status_of(error))


def _histories(lines: Sequence[AgentLine]) -> tuple[RoleHistory, ...]:
    """By role, those roles only that somebody has left."""
    found = []
    for role in ROSTER_ROLES:
        held = tuple(line for line in lines if line.agent.role is role)
        if any(line.serving is Serving.LEFT for line in held):
            found.append(RoleHistory(held[0].role, held))
    return tuple(found)


def _letter_line(letter: Letter, today: date, warn_days: int, *, newest: bool) -> LetterLine:
    standing = letter_standing(letter.ends, today, warn_days)
    return LetterLine(letter, standing, format_days_left(letter.ends, today), newest)


async def _accounts(session: AsyncSession, office_id: int) -> tuple[tuple[int, str, str], ...]:
    return tuple(
        (each.id, each.name, each.position)
        for each in await list_officers(session, {office_id})
        if each.active and each.role not in EVERYWHERE
    )
