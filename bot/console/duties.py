"""What falls due for the signed-in officer, for those they answer for, and the calendar of it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request, Response

from afk_core.officers.service import Viewer
from afk_core.rules.dates import format_days_left
from afk_core.rules.duties import SOON_DAYS, Duty, Standing
from afk_core.rules.duty_list import Owed, in_order
from afk_core.rules.monthly import AUTHORS
from afk_core.rules.offices import koordinator_title
from afk_core.rules.roles import Act, Role
from bot.console.desk import Desk
from bot.console.duties_contexts import DutiesPage, DutyGroups, DutyLine
from bot.console.pages import see_other
from bot.console.session import NotAllowed
from bot.duties.gathering import gather
from bot.duties.owed import Gathered, is_own, offices_for, place_of
from bot.duties.service import feed_token, renew_feed, revoke_feed
from bot.duties.words import duty_name

_HERE: Final = "/petugas/tugas"
_SHOWN_DONE: Final = timedelta(days=62)
"""What was done longer ago is found where it was done."""


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/tugas`, for everybody who reads an office's reports."""
    router = desk.router()
    may = desk.gate.require(Act.SEE_REPORTS)
    context = desk.context

    @router.get("/tugas")
    async def show(request: Request) -> Response:
        return await _page(desk, request, await may(request))

    @router.post("/tugas/kalender")
    async def renew(request: Request) -> Response:
        posted = await desk.gate.posted(request)
        if not _owes(posted.viewer):
            raise NotAllowed
        async with context.db.write() as session:
            await renew_feed(session, context.clock.now(), posted.viewer)
        return see_other(f"{_HERE}?pesan=kalender-baru#kalender")

    @router.post("/tugas/kalender/cabut")
    async def revoke(request: Request) -> Response:
        posted = await desk.gate.posted(request)
        if not _owes(posted.viewer):
            raise NotAllowed
        async with context.db.write() as session:
            await revoke_feed(session, context.clock.now(), posted.viewer)
        return see_other(f"{_HERE}?pesan=kalender-dicabut#kalender")

    return router


async def _page(desk: Desk, request: Request, viewer: Viewer) -> Response:
    context, now = desk.context, desk.context.clock.now()
    offices = offices_for(viewer)
    async with context.db.read() as session:
        gathered = await gather(session, now, offices)
        token = await feed_token(session, viewer)
    mine, theirs = [], []
    for office in gathered.offices:
        for owed in office.owed:
            if is_own(owed, viewer, gathered):
                mine.append(owed)
            elif viewer.can(Act.REVIEW_REPORT, owed.office_id) and owed.by_office in (None, *offices):
                theirs.append(owed)
    own, others = _groups(desk, gathered, mine, viewer), _groups(desk, gathered, theirs, viewer)
    page = DutiesPage(
        frame=desk.frame(viewer, "Tugas", current="tugas", notice=request.query_params.get("pesan", "")),
        own=own,
        late=_late(own),
        has_duties=_owes(viewer),
        others=others,
        late_others=_late(others),
        show_others=viewer.can(Act.REVIEW_REPORT),
        show_office=len(gathered.offices) > 1,
        feed=f"{context.settings.base_url}/kalender/{token}.ics" if token else "",
    )
    return desk.pages.response("tugas.html", page)


def _groups(desk: Desk, gathered: Gathered, owed: Iterable[Owed], viewer: Viewer) -> DutyGroups:
    """The lines of some duties; a long past one that was done is left out."""
    today = gathered.office(viewer.office_id).today
    lines = [
        _line(desk, gathered, each)
        for each in in_order(owed, today)
        if each.done is None or today - each.due <= _SHOWN_DONE
    ]
    done = tuple(line for line in lines if line.done is not None)
    pressing = (Standing.LATE, Standing.SOON)
    return DutyGroups(
        now=tuple(line for line in lines if line.standing in pressing),
        later=tuple(line for line in lines if line.done is None and line.standing not in pressing),
        done=tuple(sorted(done, key=lambda line: line.due, reverse=True)),
    )


def _line(desk: Desk, gathered: Gathered, owed: Owed) -> DutyLine:
    office = gathered.office(owed.office_id)
    person = gathered.people.get(owed.officer_id or 0)
    if owed.by_office is None:
        who, gone = ("" if person is None else person.name), gathered.is_left_behind(owed)
    else:
        who, gone = koordinator_title(gathered.office(owed.by_office).kind), False
    return DutyLine(
        what=duty_name(desk.context.texts, owed, gathered),
        office=office.name,
        due=owed.due,
        done=owed.done,
        left=format_days_left(owed.due, office.today),
        standing=owed.standing(office.today, _soon_days(desk, owed)),
        who=who,
        place=place_of(owed, office.today),
        waits=owed.waits and owed.done is None,
        gone=gone,
    )


def _soon_days(desk: Desk, owed: Owed) -> int:
    """A letter is shown as soon due from the day on which its page warns of it."""
    return desk.context.settings.letter_warn_days if owed.duty is Duty.LETTER else SOON_DAYS


def _owes(viewer: Viewer) -> bool:
    """Whether the role of the viewer has anything to deliver by a day."""
    return viewer.role in (*AUTHORS, Role.KOORDINATOR)


def _late(groups: DutyGroups) -> int:
    return sum(1 for line in groups.now if line.standing is Standing.LATE)
