"""Reading the forms about agents, and writing what is stored into them."""

from collections.abc import Mapping
from datetime import date

from afk_core.agents.agent import Agent, AgentEntered, Letter, LetterEntered
from afk_core.infra.errors import DomainError
from afk_core.rules.agents import ROSTER_ROLES
from afk_core.rules.roles import Role
from bot.console.form import Form, date_of

PERSON = ("akun", "nama", "jabatan", "telepon", "surel", "surat", "mulai", "selesai", "peran", "alasan")
LETTER = ("nomor", "tanggal", "berakhir")


def typed_of(form: Form, names: tuple[str, ...] = PERSON) -> dict[str, str]:
    """What was typed, by field."""
    return {name: form.line(name) for name in names}


def typed_of_agent(agent: Agent) -> dict[str, str]:
    """What is stored of an appointment, by field."""
    return {
        "akun": str(agent.officer_id or ""),
        "nama": agent.name,
        "jabatan": agent.position,
        "telepon": agent.phone or "",
        "surel": agent.email or "",
        "surat": str(agent.letter_id or ""),
        "mulai": agent.first.isoformat(),
        "selesai": agent.last.isoformat() if agent.last else "",
        "peran": agent.role.value,
    }


def typed_of_letter(letter: Letter) -> dict[str, str]:
    """What is stored of a letter, by field."""
    return {
        "nomor": letter.number,
        "tanggal": letter.dated.isoformat(),
        "berakhir": letter.ends.isoformat(),
    }


def day_of(text: str) -> date:
    """A day as a form sends it; raises DomainError `agent.day_invalid`."""
    found = date_of(text)
    if found is None:
        raise DomainError("agent.day_invalid")
    return found


def day_if(text: str) -> date | None:
    """As `day_of`; None for an empty field."""
    return day_of(text) if text else None


def person_of(form: Form) -> AgentEntered:
    """The person that was entered."""
    return AgentEntered(
        name=form.line("nama"),
        position=form.line("jabatan"),
        phone=form.line("telepon"),
        email=form.line("surel"),
        officer_id=form.number("akun"),
    )


def role_of(form: Form) -> Role:
    """The role that was chosen; raises DomainError `agent.role_unknown`."""
    found = next((each for each in ROSTER_ROLES if each.value == form.line("peran")), None)
    if found is None:
        raise DomainError("agent.role_unknown")
    return found


def letter_entered(fields: Mapping[str, str]) -> LetterEntered:
    """The letter that was entered; raises DomainError `agent.day_invalid`."""
    return LetterEntered(
        number=fields.get("nomor", ""),
        dated=day_of(fields.get("tanggal", "").strip()),
        ends=day_of(fields.get("berakhir", "").strip()),
    )
