"""Gathering what the pages of the quarterly monitoring show."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.monitoring import service as monitoring
from afk_core.monitoring.monitoring import Line, QuarterLines, QuarterScope, Sheet
from afk_core.officers.service import Viewer
from afk_core.offices.service import list_offices
from afk_core.reports import service as reports
from afk_core.reports.report import ReportKind
from afk_core.rules.duties import Standing
from afk_core.rules.monitoring import Facility
from afk_core.rules.monitoring_items import CHOICES, Item, item_text, read_klaster
from afk_core.rules.roles import Act
from bot.console.desk import Desk
from bot.console.form import number_of
from bot.console.monitoring_contexts import (
    BusinessRow,
    FieldGroup,
    FieldRow,
    MonitoringPage,
    OfficeRow,
    QuarterRow,
    SheetPage,
)
from bot.console.umkm_contexts import choice_value
from bot.problems import problem_text, status_of

HERE: Final = "/petugas/pemantauan"
_QUARTERS: Final = 6
_COLUMNS: Final = 4
_ROWS: Final = 100
_GROUPS: Final = (
    ("Eksistensi usaha", (Item.EXISTENCE, Item.EXISTENCE_NOTE)),
    (
        "Profil usaha",
        (
            Item.SECTOR,
            Item.PRODUCT,
            Item.ADDRESS,
            Item.STAFF,
            Item.TURNOVER,
            Item.EXPORT,
            Item.EXPORT_NOTE,
            Item.AGENCIES,
            Item.TARGET,
        ),
    ),
    ("Klaster", (Item.KLASTER,)),
    ("Fasilitas kepabeanan", (Item.FACILITY, Item.POSSIBLE)),
    (
        "Kendala, tindak lanjut, dan catatan",
        (Item.OBSTACLE, Item.OTHER_OBSTACLE, Item.FOLLOW_UP, Item.NOTE),
    ),
)
_FILTERS: Final = ("", "belum", "selesai", "klaster", "chat")


def office_asked(request: Request, viewer: Viewer) -> int:
    """The office that an address names, the viewer's own without one; an impossible one is no office."""
    typed = request.query_params.get("kantor", "")
    if not typed:
        own = viewer.office_id
        return own if viewer.can(Act.SEE_UMKM, own) else min(viewer.rights.get(Act.SEE_UMKM, {own}))
    return number_of(typed) or 0


async def choices_of_office(session: AsyncSession, viewer: Viewer) -> tuple[tuple[int, str], ...]:
    """The offices whose monitoring the viewer may read."""
    ids = viewer.rights.get(Act.SEE_UMKM, frozenset())
    offices = await list_offices(session, include_inactive=True)
    return tuple((each.id, each.name) for each in offices if each.id in ids)


async def monitoring_page(desk: Desk, request: Request, viewer: Viewer) -> Response:
    """The quarter of an office at a glance, and its businesses over the quarters."""
    now, asked = desk.context.clock.now(), office_asked(request, viewer)
    chosen = request.query_params.get("saring", "")
    chosen = chosen if chosen in _FILTERS else ""
    number = number_of(request.query_params.get("halaman", "")) or 1
    async with desk.context.db.read() as session:
        key = request.query_params.get("triwulan", "")
        scope = await monitoring.quarter_scope(session, now, viewer, asked, key)
        wanted = monitoring.recent_quarters(scope, _QUARTERS)
        every = await monitoring.quarters(session, scope, wanted)
        offices = await choices_of_office(session, viewer)
        quarters = await _quarter_rows(session, scope, every)
        below = await _below(session, now, viewer, scope, offices)
    people = [each for each in _business_rows(every[:_COLUMNS]) if _fits(each, chosen)]
    first = (number - 1) * _ROWS
    page = MonitoringPage(
        frame=desk.frame(
            viewer,
            "Pemantauan UMKM Binaan",
            current="pemantauan",
            notice=request.query_params.get("pesan", ""),
        ),
        scope=scope,
        offices=offices,
        below=below,
        quarters=quarters,
        shown=every[0],
        rows=tuple(people[first : first + _ROWS]),
        columns=tuple(wanted[1:_COLUMNS]),
        chosen=chosen,
        may_edit=viewer.can(Act.EDIT_UMKM, scope.office.id),
        page=number,
        onward=first + _ROWS < len(people),
    )
    return desk.pages.response("pemantauan.html", page)


async def sheet_page(
    desk: Desk,
    viewer: Viewer,
    umkm_id: int,
    key: str,
    *,
    notice: str = "",
    refusal: DomainError | None = None,
    typed: Mapping[str, str] | None = None,
    take: str = "",
) -> Response:
    """The form of a business; `typed` is what stood in it, `take` names an answer to be taken over.

    Raises DomainError as `monitoring.sheet`.
    """
    async with desk.context.db.write() as session:
        sheet = await monitoring.sheet(session, desk.context.clock.now(), viewer, umkm_id, key)
        past = await monitoring.history(session, umkm_id)
    values = _taken(sheet, dict(sheet.start if typed is None else typed), take)
    seen = sheet.found.answers.get(Item.KLASTER, "") if sheet.found else ""
    page = SheetPage(
        frame=desk.frame(
            viewer,
            f"Pemantauan {sheet.umkm.name}",
            current="pemantauan",
            notice="" if refusal else notice,
            problem=problem_text(refusal) if refusal else "",
        ),
        sheet=sheet,
        groups=tuple(
            FieldGroup(title, tuple(_field(sheet, item, values.get(item, "")) for item in items))
            for title, items in _GROUPS
        ),
        past=tuple(each.quarter for each in past if each.quarter != sheet.scope.quarter),
        klaster_differs=sheet.umkm.differs(sheet.found),
        klaster_link=_klaster_link(sheet, seen),
        may_decide=viewer.can(Act.VERIFY_REGISTRATION, sheet.scope.office.id),
        may_ask=sheet.may_edit and sheet.umkm.reachable and not sheet.scope.over and sheet.questions is None,
    )
    return desk.pages.response("pemantauan_isian.html", page, status=status_of(refusal) if refusal else 200)


_OF_ONE_QUARTER: Final = frozenset(
    {
        Item.EXISTENCE,
        Item.EXISTENCE_NOTE,
        Item.ADDRESS,
        Item.EXPORT_NOTE,
        Item.FOLLOW_UP,
        Item.NOTE,
    }
)
"""What is asked anew each quarter: an old answer says nothing about the new one."""


def _taken(sheet: Sheet, values: dict[str, str], take: str) -> dict[str, str]:
    """The values with one answer of the last quarter ("lalu:produk") or of the chat ("chat:produk").

    Without a name: all that the chat answered ("chat:"), or of the last quarter what an empty field lacks and
    a new quarter does not change by itself ("lalu:").
    """
    source, _, name = take.partition(":")
    answers = {"lalu": sheet.before.answers if sheet.before else {}, "chat": sheet.proposals}.get(source, {})
    for item in Item:
        hidden = item is Item.ADDRESS and not sheet.may_see_address
        kept = source == "lalu" and (item in _OF_ONE_QUARTER or values.get(item.value))
        if answers.get(item) and not hidden and (name == item.value or not (name or kept)):
            values[item.value] = answers[item]
    return values


def _field(sheet: Sheet, item: Item, value: str) -> FieldRow:
    choices = tuple(CHOICES[item].items()) if item in CHOICES else ()
    if item is Item.POSSIBLE:
        choices = tuple((each.value, each.label) for each in Facility)
    before = sheet.before.answers.get(item) if sheet.before else None
    chat = sheet.proposals.get(item)
    return FieldRow(
        item=item,
        value=value,
        choices=choices,
        before=item_text(item, before) if before else None,
        chat=None if chat is None else item_text(item, chat),
        hidden=item is Item.ADDRESS and not sheet.may_see_address,
    )


def _klaster_link(sheet: Sheet, seen: str) -> str:
    """Where the klaster is changed, with what was seen chosen already."""
    read = read_klaster(seen)
    asked = f"?ubah-klaster={choice_value(*read)}" if read else ""
    return f"/petugas/umkm/{sheet.umkm.registration_id}{asked}#ubah-klaster"


async def _quarter_rows(
    session: AsyncSession, scope: QuarterScope, every: list[QuarterLines]
) -> tuple[QuarterRow, ...]:
    periods = [each.quarter for each in every]
    ids = [scope.office.id]
    signed = {
        kind: await reports.newest_of(session, kind, ids, periods)
        for kind in (ReportKind.MONITORING, ReportKind.MATRIX)
    }
    found = []
    for each in every:
        there = QuarterScope(scope.office, each.quarter, scope.first, scope.today, scope.calendar)
        newest = {kind: rows.get(monitoring.key_of(there, kind)) for kind, rows in signed.items()}
        due = monitoring.due_of(there, ReportKind.MATRIX)
        found.append(QuarterRow(each, newest[ReportKind.MONITORING], newest[ReportKind.MATRIX], due))
    return tuple(found)


async def _below(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    scope: QuarterScope,
    offices: tuple[tuple[int, str], ...],
) -> tuple[OfficeRow, ...]:
    """Every office that the viewer reads, in the chosen quarter; none where there is only one."""
    if len(offices) < 2:
        return ()
    found = []
    for office_id, name in offices:
        try:
            there = await monitoring.quarter_scope(session, now, viewer, office_id, scope.quarter.key)
            lines = await monitoring.quarter_lines(session, there)
        except DomainError:
            lines = None
        found.append(OfficeRow(office_id, name, lines))
    return tuple(found)


def _business_rows(every: list[QuarterLines]) -> list[BusinessRow]:
    """The businesses of the first of these quarters with their lines in the others, who is left first."""
    earlier: list[dict[int, Line]] = [{line.umkm.umkm_id: line for line in each.lines} for each in every[1:]]
    rows = [
        BusinessRow(line, tuple(lines.get(line.umkm.umkm_id) for lines in earlier)) for line in every[0].lines
    ]
    return sorted(rows, key=lambda row: row.line.found is not None)


def _fits(row: BusinessRow, chosen: str) -> bool:
    match chosen:
        case "belum":
            return row.line.found is None
        case "selesai":
            return row.line.standing in (Standing.DONE, Standing.DONE_LATE)
        case "klaster":
            return row.klaster_differs
        case "chat":
            return row.line.questions is not None
        case _:
            return True
