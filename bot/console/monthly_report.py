"""A signed monthly report: read, sent, followed, reviewed, as page, PDF and XLSX (Pasal 9-12)."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import anyio
from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.monthly import service as monthly
from afk_core.monthly.monthly import ReportView
from afk_core.officers.service import Viewer
from afk_core.offices.service import office_by_id
from afk_core.rules.duties import review_due
from afk_core.rules.monthly import Look
from afk_core.rules.roles import Act
from bot.console.desk import Desk
from bot.console.export import PDF_TYPE, XLSX_TYPE, attached, record_export
from bot.console.form import RowId
from bot.console.monthly_contexts import VersionPage
from bot.console.monthly_files import monthly_paper, monthly_workbook
from bot.console.monthly_list import HERE, address_of
from bot.console.pages import see_other
from bot.monthly.telling import looked_told, sent_told
from bot.papers import render
from bot.problems import problem_text, status_of

_LOOKS: Final = {"pantau": Look.FOLLOWED, "kembalikan": Look.RETURNED, "terima": Look.ACCEPTED}


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/laporan/versi/{id}` and below."""
    router = desk.router()
    may = desk.gate.require(Act.SEE_REPORTS)

    @router.get("/laporan/versi/{report_id}.pdf")
    async def as_paper(request: Request, report_id: RowId) -> Response:
        viewer = await may(request)
        async with desk.context.db.write() as session:
            found = await monthly.view(session, viewer, report_id)
            tz = await _zone(session, found.report.key.office_id)
            await _exported(session, desk.context.clock.now(), viewer, found, "pdf")
        content = await render("laporan-bulanan", monthly_paper(found, tz), dated=found.report.signed_at)
        return attached(content, PDF_TYPE, f"{_name(found)}.pdf")

    @router.get("/laporan/versi/{report_id}.xlsx")
    async def as_xlsx(request: Request, report_id: RowId) -> Response:
        viewer = await may(request)
        async with desk.context.db.write() as session:
            found = await monthly.view(session, viewer, report_id)
            tz = await _zone(session, found.report.key.office_id)
            await _exported(session, desk.context.clock.now(), viewer, found, "xlsx")
        content = await anyio.to_thread.run_sync(monthly_workbook, found, tz)
        return attached(content, XLSX_TYPE, f"{_name(found)}.xlsx")

    @router.get("/laporan/versi/{report_id}")
    async def show(request: Request, report_id: RowId) -> Response:
        viewer = await may(request)
        return await _page(desk, request, viewer, report_id)

    @router.post("/laporan/versi/{report_id}/kirim")
    async def send(request: Request, report_id: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.SEE_REPORTS)
        try:
            async with desk.context.db.write() as session:
                now = desk.context.clock.now()
                report = await monthly.send(session, now, posted.viewer, report_id)
                await sent_told(desk.context, session, now, report)
        except DomainError as error:
            return await _page(desk, request, posted.viewer, report_id, error)
        return see_other(f"{HERE}/versi/{report_id}?pesan=laporan-kirim")

    @router.post("/laporan/versi/{report_id}/tanggapan")
    async def review(request: Request, report_id: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.SEE_REPORTS)
        remark, now = posted.form.text("teks"), desk.context.clock.now()
        look = _LOOKS.get(posted.form.line("tanggapan"))
        try:
            if look is None:
                raise DomainError("monthly.not_reviewer")
            async with desk.context.db.write() as session:
                report = await monthly.review(session, now, posted.viewer, report_id, look, remark)
                await looked_told(desk.context, session, now, report, look)
        except DomainError as error:
            return await _page(desk, request, posted.viewer, report_id, error, remark)
        return see_other(f"{HERE}/versi/{report_id}?pesan=laporan-tanggap")

    return router


async def _page(
    desk: Desk,
    request: Request,
    viewer: Viewer,
    report_id: int,
    error: DomainError | None = None,
    remark: str = "",
) -> Response:
    async with desk.context.db.read() as session:
        found = await monthly.view(session, viewer, report_id)
        key = found.report.key
        owner = key.officer_id or 0
        office = await office_by_id(session, key.office_id)
        author = await monthly.author_of(session, office, owner, key.period)
        versions = await monthly.versions(session, viewer, office.id, owner, key.period.key)
        looks = (
            await monthly.looks_for(session, viewer, office) if found.report.sent_at and found.newest else ()
        )
        done = {each.look for each in found.reviews}
        page = VersionPage(
            frame=desk.frame(
                viewer,
                f"Laporan bulanan {key.period.label}",
                current="laporan_bulanan",
                notice="" if error else request.query_params.get("pesan", ""),
                problem=problem_text(error) if error else "",
            ),
            it=found,
            others=tuple(each for each in versions if each.report.id != report_id),
            office=office.name,
            to=await monthly.reader_of(session, office),
            tz=ZoneInfo(office.time_zone),
            may_write=monthly.may_write(viewer, author),
            looks=() if done & {Look.ACCEPTED, Look.RETURNED} and Look.FOLLOWED not in looks else looks,
            review_due=review_due(key.period),
            address=address_of(office.id, owner, key.period),
            typed={"teks": remark},
        )
    return desk.pages.response("laporan_versi.html", page, status=status_of(error) if error else 200)


async def _zone(session: AsyncSession, office_id: int) -> ZoneInfo:
    return ZoneInfo((await office_by_id(session, office_id)).time_zone)


async def _exported(
    session: AsyncSession, now: datetime, viewer: Viewer, found: ReportView, form: str
) -> None:
    key = found.report.key
    detail = {"period": key.period.key, "officer": key.officer_id, "form": form}
    await record_export(session, now, viewer, str(found.report.id), detail, office_id=key.office_id)


def _name(found: ReportView) -> str:
    key = found.report.key
    return f"laporan-bulanan-{key.period.key}-{key.officer_id}-versi-{found.report.version}"
