"""The audit trail for UKI and the Koordinator (PER-25/BC/2024 Pasal 3 ayat (3), 15 ayat (2))."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import QueryParams

from afk_core.officers.audit import AuditSearch, search_audit
from afk_core.officers.service import AuditEntry, Viewer, list_officers
from afk_core.rules.roles import Act
from afk_core.rules.workdays import local_instant
from bot.console.desk import Desk
from bot.console.form import date_of, line_of, number_of
from bot.console.report_contexts import AuditLine, AuditPage
from bot.console.supervision import Scope, office_choices, scope_of
from tickets.reporting import service as reporting

_ROWS: Final = 100
_TICKET: Final = "ticket:"
_OFFICER: Final = "officer:"


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/jejak`."""
    router = desk.router()

    @router.get("/jejak")
    async def show(request: Request) -> Response:
        viewer = await desk.gate.require(Act.SEE_AUDIT)(request)
        async with desk.context.db.read() as session:
            scope = await scope_of(session, desk, viewer, Act.SEE_AUDIT)
            page = await _page(session, desk, request.query_params, viewer, scope)
        return desk.pages.response("jejak.html", page)

    return router


async def _page(
    session: AsyncSession, desk: Desk, query: QueryParams, viewer: Viewer, scope: Scope
) -> AuditPage:
    first, last = date_of(query.get("dari", "")), date_of(query.get("sampai", ""))
    office, officer = number_of(query.get("kantor", "")), number_of(query.get("petugas", ""))
    asked = line_of(query.get("hal", ""))[:80]
    ticket = await reporting.ticket_of_number(session, asked, scope.ids) if asked else None
    search = AuditSearch(
        office_ids=scope.ids if office is None else scope.ids & {office},
        everywhere=office is None,
        officer_id=officer,
        action=line_of(query.get("tindakan", ""))[:48],
        subject=asked if ticket is None else f"{_TICKET}{ticket}",
        since=_midnight(first, scope.tz),
        until=_midnight(None if last is None else last + timedelta(days=1), scope.tz),
        before_id=number_of(query.get("sebelum", "")),
    )
    found = await search_audit(session, search, limit=_ROWS + 1)
    shown = tuple(found[:_ROWS])
    filters = {name: query[name] for name in _FILTERS if query.get(name)}
    everybody = await list_officers(session)
    officers = [each for each in everybody if each.office_id in scope.ids]
    return AuditPage(
        frame=desk.frame(viewer, "Jejak", current="jejak"),
        first="" if first is None else first.isoformat(),
        last="" if last is None else last.isoformat(),
        officer=officer,
        office=office,
        action=search.action,
        subject=asked,
        officers=tuple((each.id, each.name) for each in officers),
        offices=office_choices(scope.offices),
        lines=await _lines(session, shown, {each.id: each.name for each in everybody}),
        older=_address(filters | {"sebelum": str(shown[-1].id)}) if len(found) > _ROWS else "",
        newest=_address(filters) if search.before_id is not None else "",
        tz=scope.tz,
    )


async def _lines(
    session: AsyncSession, records: tuple[AuditEntry, ...], officers: Mapping[int, str]
) -> tuple[AuditLine, ...]:
    tickets = {record.id: _id_of(record.subject, _TICKET) for record in records}
    numbers = await reporting.ticket_numbers(session, {each for each in tickets.values() if each})
    return tuple(
        AuditLine(
            record=record,
            ticket=tickets[record.id],
            name=numbers.get(tickets[record.id] or 0, "")
            or officers.get(_id_of(record.subject, _OFFICER) or 0, ""),
            kind=record.subject.partition(":")[0],
        )
        for record in records
    )


def _id_of(subject: str, prefix: str) -> int | None:
    return number_of(subject.removeprefix(prefix)) if subject.startswith(prefix) else None


_FILTERS: Final = ("dari", "sampai", "kantor", "petugas", "tindakan", "hal")


def _address(filters: dict[str, str]) -> str:
    return f"/petugas/jejak?{urlencode(filters)}"


def _midnight(day: date | None, tz: ZoneInfo) -> datetime | None:
    return None if day is None else local_instant(day, time(), tz)
