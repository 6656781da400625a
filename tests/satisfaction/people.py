"""People who answer the survey."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from afk_core.infra.clock import Clock
from afk_core.infra.database import Database
from afk_core.officers.officer import Viewer
from afk_core.officers.service import NewOfficer, create_officer, start_session, viewer_of
from afk_core.rules.roles import Role
from afk_core.rules.satisfaction import Element
from afk_core.satisfaction import service
from afk_core.satisfaction.survey import Respondent

GOOD = (4, 4, 3, 4, 4, 4, 4, 4, 3)


def person(number: int) -> Respondent:
    """Somebody in a web chat."""
    return Respondent("webchat", f"orang-{number}", number)


async def answers(
    database: Database,
    now: datetime,
    office_id: int,
    who: Respondent,
    scores: Sequence[int] = GOOD,
    remark: str = "",
) -> None:
    """This person fills in and sends the survey about an office."""
    async with database.write() as session:
        await service.begin(session, now, who, office_id)
        for element, score in zip(Element, scores, strict=True):
            await service.answer(session, now, who.conversation_id, element.value, str(score))
        await service.remark(session, now, who.conversation_id, remark)
        await service.send(session, now, who)


async def many_answer(
    database: Database,
    now: datetime,
    office_id: int,
    count: int,
    *,
    scores: Sequence[int] = GOOD,
    remarks: Mapping[int, str] | None = None,
    first: int = 1,
) -> None:
    """So many people answer alike; `remarks` has the words of some by their number."""
    for number in range(first, first + count):
        words = (remarks or {}).get(number, "")
        await answers(database, now, office_id, person(number), scores, words)


async def koordinator_of(database: Database, clock: Clock, office_id: int) -> Viewer:
    """The Koordinator of an office, signed in."""
    async with database.write() as session:
        new = NewOfficer(office_id, "kepala", "Hasan Basri", "Kepala Kantor", Role.KOORDINATOR)
        officer = await create_officer(session, clock.now(), new)
        tokens = await start_session(session, clock.now(), officer.id)
        viewer = await viewer_of(session, clock.now(), tokens.token, 10)
    assert viewer is not None
    return viewer
