"""The report of a quarter (Lampiran G) and the data matrix (L24 2a-CP): page, PDF, XLSX, signed, sent."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final

import anyio
from fastapi import APIRouter, Request, Response
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.monitoring import service as monitoring
from afk_core.monitoring.monitoring import SENT_TO, QuarterScope
from afk_core.monitoring.service import Content
from afk_core.officers.service import Viewer
from afk_core.reports import service as reports
from afk_core.reports.report import ReportKind, SignedReport
from afk_core.rules.duties import local_day, standing
from afk_core.rules.periods import Period
from afk_core.rules.roles import Act
from bot.console.desk import Desk
from bot.console.export import PDF_TYPE, XLSX_TYPE, Workbook, attached, record_export, report_words
from bot.console.monitoring_contexts import MatrixPage, MatrixRow, ReportPage
from bot.console.monitoring_paper import monitoring_paper
from bot.console.monitoring_tables import (
    NAMES,
    plan_table,
    standing_notes,
    summary_of,
    tables_of,
    title_of,
)
from bot.console.monitoring_view import HERE, choices_of_office, office_asked
from bot.console.pages import see_other
from bot.console.session import Posted
from bot.papers import render
from bot.problems import problem_text, status_of

_Act = Callable[[AsyncSession, datetime, QuarterScope], Awaitable[None]]
"""What is done with a quarter of an office, now."""

_KINDS: Final = {"laporan": ReportKind.MONITORING, "matriks": ReportKind.MATRIX}
_NAMES: Final = {kind: name for name, kind in _KINDS.items()}
_PRESENT: Final = "sekarang"
_QUARTERS: Final = 6


class _Chosen(Struct, frozen=True):
    """What a page or file is about: the content, the version that it is of, and the present state."""

    scope: QuarterScope
    kind: ReportKind
    content: Content
    signed: SignedReport | None
    versions: tuple[SignedReport, ...]
    present: Content

    @property
    def before(self) -> SignedReport | None:
        """The version that the chosen one corrects."""
        wanted = self.signed.replaces if self.signed else None
        return next((each for each in self.versions if each.id == wanted), None)


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/pemantauan/{quarter}/laporan` and `/matriks`, their files and acts; the list of matrices."""
    router = desk.router()
    allowed = desk.gate.require(Act.SEE_UMKM)
    context = desk.context

    @router.get("/pemantauan/matriks")
    async def list_matrices(request: Request) -> Response:
        return await _matrices(desk, request, await allowed(request))

    @router.get("/pemantauan/{key}/{name}")
    async def show(request: Request, key: str, name: str) -> Response:
        viewer = await allowed(request)
        stem, _, form = name.partition(".")
        if stem not in _KINDS or form not in ("", "xlsx", "pdf") or (form == "pdf" and stem == "matriks"):
            raise DomainError("request.not_found")
        if form:
            return await _file(desk, request, viewer, key, _KINDS[stem], form)
        return await _page(desk, request, viewer, key, _KINDS[stem])

    @router.post("/pemantauan/{key}/{name}/tanda-tangan")
    async def sign(request: Request, key: str, name: str) -> Response:
        posted = await desk.gate.posted_by(request, Act.MONITOR_UMKM)
        form, kind = posted.form, _kind(name)

        async def act(session: AsyncSession, now: datetime, scope: QuarterScope) -> None:
            await monitoring.sign(
                session,
                now,
                posted.viewer,
                scope,
                kind,
                seen=form.line("sidik"),
                corrects=form.number("menggantikan"),
                reason=form.text("alasan"),
            )

        return await _act(desk, request, posted, key, kind, act, "laporan-ditandatangani")

    @router.post("/pemantauan/{key}/matriks/rencana")
    async def plan(request: Request, key: str) -> Response:
        posted = await desk.gate.posted_by(request, Act.EDIT_UMKM)

        async def act(session: AsyncSession, now: datetime, scope: QuarterScope) -> None:
            office, planned = scope.office.id, posted.form.number("rencana")
            await monitoring.plan(session, now, posted.viewer, office, key, planned)

        return await _act(desk, request, posted, key, ReportKind.MATRIX, act, "matriks-rencana")

    @router.post("/pemantauan/{key}/matriks/kirim")
    async def send(request: Request, key: str) -> Response:
        posted = await desk.gate.posted_by(request, Act.MONITOR_UMKM)
        report_id, to = posted.form.number("versi") or 0, posted.form.text("kepada")

        async def act(session: AsyncSession, now: datetime, scope: QuarterScope) -> None:
            await monitoring.send(session, now, posted.viewer, scope, report_id, to)

        return await _act(desk, request, posted, key, ReportKind.MATRIX, act, "matriks-terkirim")

    async def _act(
        desk: Desk, request: Request, posted: Posted, key: str, kind: ReportKind, act: _Act, told: str
    ) -> Response:
        viewer, now = posted.viewer, context.clock.now()
        office = office_asked(request, viewer)
        try:
            async with context.db.write() as session:
                await act(session, now, await monitoring.quarter_scope(session, now, viewer, office, key))
        except DomainError as error:
            if status_of(error) in (403, 404):
                raise
            typed = {name: posted.form.text(name) for name in posted.form.fields}
            return await _page(desk, request, viewer, key, kind, refusal=error, typed=typed)
        return see_other(f"{HERE}/{key}/{_NAMES[kind]}?kantor={office}&pesan={told}")

    return router


def _kind(name: str) -> ReportKind:
    if name not in _KINDS:
        raise DomainError("request.not_found")
    return _KINDS[name]


async def _chosen(
    session: AsyncSession, request: Request, viewer: Viewer, now: datetime, key: str, kind: ReportKind
) -> _Chosen:
    """The version that `versi` names; without it the newest, or the present state before the first."""
    scope = await monitoring.quarter_scope(session, now, viewer, office_asked(request, viewer), key)
    versions = tuple(await reports.versions_of(session, monitoring.key_of(scope, kind)))
    wanted = request.query_params.get("versi", "")
    present = await monitoring.gather(session, scope, kind)
    if wanted == _PRESENT or (not wanted and not versions):
        return _Chosen(scope, kind, present, None, versions, present)
    signed = next((each for each in versions if str(each.id) == wanted), None) if wanted else versions[0]
    if signed is None:
        raise DomainError("report.not_found")
    return _Chosen(scope, kind, signed.content, signed, versions, present)


async def _page(
    desk: Desk,
    request: Request,
    viewer: Viewer,
    key: str,
    kind: ReportKind,
    *,
    refusal: DomainError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    now = desk.context.clock.now()
    async with desk.context.db.read() as session:
        it = await _chosen(session, request, viewer, now, key, kind)
    scope, seen = it.scope, reports.checksum(it.present)
    planned = next((each["planned"] for each in reversed(it.present.get("plans", ()))), None)
    numbers = it.present["numbers"]
    page = ReportPage(
        frame=desk.frame(
            viewer,
            f"{title_of(kind)} {scope.quarter.label}",
            current="pemantauan",
            notice="" if refusal else request.query_params.get("pesan", ""),
            problem=problem_text(refusal) if refusal else "",
        ),
        scope=scope,
        title=title_of(kind),
        name=_NAMES[kind],
        due=monitoring.due_of(scope, kind),
        tables=tables_of(it.content, kind),
        summary=tuple(summary_of(it.content)),
        notes=tuple(standing_notes(it.signed, it.before, now, scope.tz)),
        versions=it.versions,
        signed=it.signed,
        seen=seen,
        stale=bool(it.versions) and it.versions[0].sha256 != seen,
        total=len(it.content["rows"]),
        open=numbers["total"] - numbers["done"],
        may_sign=viewer.can(Act.MONITOR_UMKM, scope.office.id),
        may_plan=viewer.can(Act.EDIT_UMKM, scope.office.id),
        planned="" if planned is None else str(planned),
        addressee=SENT_TO,
        typed=typed or {},
    )
    return desk.pages.response("pemantauan_laporan.html", page, status=status_of(refusal) if refusal else 200)


async def _file(
    desk: Desk, request: Request, viewer: Viewer, key: str, kind: ReportKind, form: str
) -> Response:
    """The report as a file, recorded before it leaves the house."""
    now = desk.context.clock.now()
    async with desk.context.db.write() as session:
        it = await _chosen(session, request, viewer, now, key, kind)
        version = it.signed.version if it.signed else 0
        detail = {"period": it.scope.quarter.key, "version": version, "form": form}
        await record_export(session, now, viewer, kind.value, detail, office_id=it.scope.office.id)
        paper = await monitoring_paper(session, viewer, it.scope, kind, it.content, it.signed, it.before, now)
    name = (
        f"{report_words()['monitoring'][NAMES[kind]]['file']}-{it.scope.office.code}-{it.scope.quarter.key}"
    )
    name += f"-v{version}.{form}" if version else f"-rancangan.{form}"
    if form == "pdf":
        dated = it.signed.signed_at if it.signed else now
        content = await render("pemantauan", paper, dated=dated)
        return attached(content, PDF_TYPE, name)
    content = await anyio.to_thread.run_sync(_workbook, it, now)
    return attached(content, XLSX_TYPE, name)


def _workbook(it: _Chosen, now: datetime) -> bytes:
    book, words = Workbook(), report_words()["monitoring"]["notes"]
    for table in tables_of(it.content, it.kind):
        book.sheet(table.sheet, table.heads).add(table.cells)
    heading = f"{title_of(it.kind)}, {it.content['office']}, {it.scope.quarter.label}"
    notes = book.sheet(words["sheet"], [heading])
    told = [*summary_of(it.content), *standing_notes(it.signed, it.before, now, it.scope.tz)]
    notes.add([line] for line in told)
    return book.content()


async def _matrices(desk: Desk, request: Request, viewer: Viewer) -> Response:
    """The matrices of an office by quarter: due, signed, sent, in time or not; the plan beside them."""
    now, kind = desk.context.clock.now(), ReportKind.MATRIX
    async with desk.context.db.read() as session:
        key = request.query_params.get("triwulan", "")
        scope = await monitoring.quarter_scope(session, now, viewer, office_asked(request, viewer), key)
        rows = []
        for quarter in monitoring.recent_quarters(scope, _QUARTERS):
            there = QuarterScope(scope.office, quarter, scope.first, scope.today, scope.calendar)
            versions = await reports.versions_of(session, monitoring.key_of(there, kind))
            sent = next((each for each in reversed(versions) if each.sent_at), None)
            due = sent.due if sent else monitoring.due_of(there, kind)
            day = local_day(sent.sent_at, scope.tz) if sent and sent.sent_at else None
            newest = versions[0] if versions else None
            rows.append(MatrixRow(quarter, due, standing(due, day, scope.today), newest, sent))
        # In January the year that the matrix closes is the one before.
        ends = sorted({each.year: each for each in (scope.quarter.after(-1), scope.quarter)}.values())
        plans = [(end.year, await _plan_lines(session, scope, end)) for end in ends if end >= scope.first]
        offices = await choices_of_office(session, viewer)
    page = MatrixPage(
        frame=desk.frame(viewer, "Matriks data UMKM", current="pemantauan"),
        scope=scope,
        offices=offices,
        rows=tuple(rows),
        plans=tuple((year, plan_table(lines)) for year, lines in reversed(plans)),
    )
    return desk.pages.response("pemantauan_matriks.html", page)


async def _plan_lines(session: AsyncSession, scope: QuarterScope, end: Period) -> list[dict[str, Any]]:
    """Planned against assisted in the quarters of a year up to `end`."""
    there = QuarterScope(scope.office, end, scope.first, scope.today, scope.calendar)
    return [
        {"quarter": each.quarter.key, "planned": each.figures.planned, "assisted": each.figures.assisted}
        for each in await monitoring.plans(session, there)
    ]
