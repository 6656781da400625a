"""The rows that a monthly report could have, drawn from tickets, the register, activities and articles."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.monthly.monthly import MAX_WORDS, Author, Line, Proposal
from afk_core.officers.officer import OfficerView
from afk_core.officers.service import list_officers
from afk_core.offices.service import office_zone
from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.monthly import Deed, task_of
from afk_core.rules.periods import Period
from afk_core.rules.roles import AGENTS, Role
from afk_core.rules.workdays import local_instant
from afk_core.umkm.activity.activity import HeldActivity, kind_label
from afk_core.umkm.activity.service import held_between
from afk_core.umkm.register.deeds import RegistrationDeed, deeds_between
from afk_core.umkm.registration import EventKind
from bot.monthly.words import monthly_words
from bot.topics import topic_title
from knowledge.editorial import service as editorial
from tickets.service.given import GivenAnswer, answers_given

MANY_CONSULTATIONS: Final = 120
"""Above this number those of one day and topic share a row: nobody reads through hundreds."""

_NAMES: Final = 10
_DEEDS: Final[Mapping[EventKind, Deed]] = {
    EventKind.VERIFIED: Deed.VERIFICATION,
    EventKind.RETURNED: Deed.VERIFICATION,
    EventKind.DETERMINED: Deed.DETERMINATION,
    EventKind.REFUSED: Deed.DETERMINATION,
    EventKind.KLASTER_CHANGED: Deed.DETERMINATION,
    EventKind.ISSUED: Deed.CERTIFICATE,
    EventKind.REVOKED: Deed.CERTIFICATE,
}


class Team(Struct, frozen=True):
    """Whose deeds a report can name: its author, and the roles of those who serve in the office now."""

    author: Author
    serving: Mapping[int, Role]

    def task(self, deed: Deed, officer_id: int) -> str | None:
        """The task under which a deed of this officer is reported; None if it is not."""
        own = officer_id == self.author.officer_id
        return task_of(self.author.role, deed, own=own, doer=self.serving.get(officer_id))


async def proposals_for(session: AsyncSession, author: Author, month: Period) -> list[Proposal]:
    """What the service knows that this Sub Koordinator could report on `month`, by day.

    Who may ask is the caller's to check.
    """
    tz = await office_zone(session, author.office_id)
    since = local_instant(month.first, time(), tz)
    until = local_instant(month.last + timedelta(days=1), time(), tz)
    officers = await list_officers(session, {author.office_id})
    team = Team(author, _serving(officers))
    found = [
        *consultations(team, tz, await answers_given(session, author.office_id, since, until)),
        *_registrations(team, tz, await deeds_between(session, author.office_id, since, until)),
        *_activities(team, tz, await held_between(session, author.office_id, since, until)),
        *await _materials(session, team, tz, since, until, [officer.id for officer in officers]),
    ]
    return sorted(found, key=lambda each: each.line.day)


def _serving(officers: Iterable[OfficerView]) -> dict[int, Role]:
    return {each.id: each.role for each in officers if each.active and each.role in AGENTS}


def consultations(team: Team, tz: ZoneInfo, answers: Sequence[GivenAnswer]) -> Iterator[Proposal]:
    """A row for each ticket and day; where there are many, one for each topic and day."""
    reported = [
        (each, task)
        for each in answers
        if (task := team.task(Deed.CONSULTATION, each.officer_id)) is not None
    ]
    # Several answers of one day in one ticket are one consultation.
    of_ticket: defaultdict[tuple[int, date], list[GivenAnswer]] = defaultdict(list)
    for each, _task in reported:
        of_ticket[each.ticket_id, _day(each.at, tz)].append(each)
    task = reported[0][1] if reported else ""
    if len(of_ticket) <= MANY_CONSULTATIONS:
        for (ticket_id, day), given in of_ticket.items():
            yield Proposal(f"tiket-{ticket_id}-{day.isoformat()}", _consultation(day, given), task)
        return
    of_topic: defaultdict[tuple[date, str], list[list[GivenAnswer]]] = defaultdict(list)
    for (_ticket_id, day), given in of_ticket.items():
        of_topic[day, given[0].topic or ""].append(given)
    for (day, topic), group in of_topic.items():
        yield Proposal(f"topik-{topic}-{day.isoformat()}", _consultations_line(day, topic, group), task)


def _consultation(day: date, given: Sequence[GivenAnswer]) -> Line:
    words, first = monthly_words()["proposal"], given[0]
    verdicts = {each.on_time for each in given}
    result = "answered_late" if False in verdicts else "answered_on_time" if True in verdicts else "answered"
    topic = topic_title(first.topic) or words["any_topic"]
    return _line(
        day, _business(first), words["consultation"].format(topic=topic, number=first.number), words[result]
    )


def _consultations_line(day: date, topic: str, group: Sequence[Sequence[GivenAnswer]]) -> Line:
    words = monthly_words()["proposal"]
    names = dict.fromkeys(_business(given[0]) for given in group)
    late = sum(1 for given in group if any(each.on_time is False for each in given))
    title = topic_title(topic or None) or words["any_topic"]
    matter = words["consultations"].format(topic=title, count=len(group))
    result = words["answered_some_late"].format(count=late) if late else words["answered_on_time"]
    return _line(day, _names(list(names)), matter, result)


def _registrations(team: Team, tz: ZoneInfo, deeds: Iterable[RegistrationDeed]) -> Iterator[Proposal]:
    for each in deeds:
        task = team.task(_DEEDS[each.kind], each.officer_id)
        if task is not None:
            matter, result = _registration_words(each)
            yield Proposal(f"umkm-{each.event_id}", _line(_day(each.at, tz), each.name, matter, result), task)


def _registration_words(deed: RegistrationDeed) -> tuple[str, str]:
    words, data = monthly_words()["proposal"], deed.data
    gaps = {
        "number": deed.registration,
        "klaster": _klaster(data, ""),
        "before": _klaster(data, "_before"),
        "certificate": data.get("number", ""),
        "replaces": data.get("replaces", ""),
    }
    matter, result = {
        EventKind.VERIFIED: ("verified", "verified_result"),
        EventKind.RETURNED: ("verified", "returned_result"),
        EventKind.DETERMINED: ("determined", "determined_result"),
        EventKind.REFUSED: ("determined", "refused_result"),
        EventKind.KLASTER_CHANGED: ("klaster_changed", "klaster_changed_result"),
        EventKind.ISSUED: ("issued", "replaced_result" if data.get("replaces") else "issued_result"),
        EventKind.REVOKED: ("revoked", "revoked_result"),
    }[deed.kind]
    return words[matter].format(**gaps), words[result].format(**gaps)


def _klaster(data: Mapping[str, Any], which: str) -> str:
    code, sub = data.get(f"klaster{which}") or "", data.get(f"sub_klaster{which}") or ""
    if not code:
        return ""
    label = Klaster(code).label
    return f"{label} ({SubKlaster(sub).short})" if sub else label


def _activities(team: Team, tz: ZoneInfo, held: Iterable[HeldActivity]) -> Iterator[Proposal]:
    words = monthly_words()["proposal"]
    for each in held:
        deed = Deed.PROMOTION if each.theme.place.startswith("1") else Deed.ASSISTANCE
        task = team.task(deed, each.officer_id)
        if task is not None:
            matter = words["activity"].format(
                kind=kind_label(each.theme), theme=each.theme.label, matter=each.matter
            )
            names = _names(each.came) if each.came else words["nobody_came"]
            line = _line(_day(each.starts_at, tz), names, matter, each.result)
            yield Proposal(f"kegiatan-{each.id}", line, task)


async def _materials(
    session: AsyncSession,
    team: Team,
    tz: ZoneInfo,
    since: datetime,
    until: datetime,
    officer_ids: Sequence[int],
) -> list[Proposal]:
    words, found = monthly_words()["proposal"], []
    for number, slug, officer_id, at in await editorial.published_between(session, officer_ids, since, until):
        task = team.task(Deed.MATERIAL, officer_id)
        if task is not None:
            matter = words["material"].format(title=topic_title(slug))
            line = _line(_day(at, tz), words["everybody"], matter, words["material_result"])
            found.append(Proposal(f"materi-{number}", line, task))
    return found


def _business(answer: GivenAnswer) -> str:
    words = monthly_words()["proposal"]
    if answer.emptied:
        return str(words["forgotten"])
    return answer.business.strip() or str(words["nobody"])


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMES])
    rest = len(names) - _NAMES
    return str(monthly_words()["proposal"]["more"].format(names=shown, count=rest)) if rest > 0 else shown


def _line(day: date, business: str, matter: str, result: str) -> Line:
    return Line(day, _cut(business), _cut(matter), _cut(result))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_WORDS else f"{text[: MAX_WORDS - 1]}…"


def _day(at: datetime, tz: ZoneInfo) -> date:
    return at.astimezone(tz).date()
