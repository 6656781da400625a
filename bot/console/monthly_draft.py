"""A monthly report before it is signed: the draft, its preview, the signature (Pasal 9, Lampiran H)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.monthly import service as monthly
from afk_core.monthly.monthly import MAX_WORDS, Author, Draft, DraftLine, DraftWords, Proposal
from afk_core.officers.service import Viewer
from afk_core.offices.models import Office
from afk_core.reports import service as reports
from afk_core.rules.duties import local_day, monthly_report_due, standing
from afk_core.rules.monthly import may_be_signed
from afk_core.rules.offices import OfficeKind
from afk_core.rules.periods import Period
from afk_core.rules.roles import Act, role_label
from bot.console.desk import Desk
from bot.console.form import Form, RowId
from bot.console.monthly_contexts import DraftPage, PreviewPage, RowForm
from bot.console.monthly_form import TIMES, rows_of, typed_rows, words_of
from bot.console.monthly_list import HERE, address_of
from bot.console.pages import see_other
from bot.monthly.gather import proposals_for
from bot.monthly.telling import sent_told
from bot.problems import problem_text, status_of


class Case(Struct, frozen=True):
    """A report that somebody works on."""

    office: Office
    author: Author
    month: Period
    proposals: list[Proposal]

    @property
    def tz(self) -> ZoneInfo:
        """The office's zone."""
        return ZoneInfo(self.office.time_zone)

    @property
    def address(self) -> str:
        """Where the report is."""
        return address_of(self.office.id, self.author.officer_id, self.month)


class _Typed(Struct, frozen=True):
    """A refused form: its rows, place, obstacles and suggestions, and why it was refused."""

    rows: tuple[RowForm, ...]
    place: str
    obstacles: str
    suggestions: str
    error: DomainError


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/laporan/{office}/{officer}/{month}` and below."""
    router = desk.router()
    may = desk.gate.require(Act.SEE_REPORTS)
    here = "/laporan/{office_id}/{officer_id}/{month}"

    @router.get(here)
    async def show(request: Request, office_id: RowId, officer_id: RowId, month: str) -> Response:
        viewer = await may(request)
        correcting = bool(request.query_params.get("betul"))
        async with desk.context.db.read() as session:
            signed = await monthly.versions(session, viewer, office_id, officer_id, month)
            if signed and not correcting:
                return see_other(f"{HERE}/versi/{signed[0].report.id}")
            now = desk.context.clock.now()
            case, draft = await _case(session, now, viewer, office_id, officer_id, month)
            page = await _draft_page(session, desk, request, viewer, case, draft)
        return desk.pages.response("laporan_draf.html", page)

    @router.post(here)
    async def save(request: Request, office_id: RowId, officer_id: RowId, month: str) -> Response:
        posted = await desk.gate.posted_by(request, Act.SEE_REPORTS, times=TIMES)
        form, viewer, now = posted.form, posted.viewer, desk.context.clock.now()
        async with desk.context.db.read() as session:
            case, draft = await _case(session, now, viewer, office_id, officer_id, month)
        rows = typed_rows(form, {line.key: line for line in draft.words.lines})
        try:
            words = words_of(rows, form, draft.words.lines, case.month)
            async with desk.context.db.write() as session:
                await monthly.save_draft(
                    session,
                    now,
                    viewer,
                    office_id,
                    officer_id,
                    month,
                    words,
                    seen=form.number("dilihat") or 0,
                )
        except DomainError as error:
            typed = _Typed(rows, form.line("tempat"), form.text("kendala"), form.text("saran"), error)
            async with desk.context.db.read() as session:
                # What another window saved since is what the next save replaces.
                _same, newer = await _case(session, now, viewer, office_id, officer_id, month)
                page = await _draft_page(session, desk, request, viewer, case, newer, typed, form)
            return desk.pages.response("laporan_draf.html", page, status=status_of(error))
        query = "?betul=1" if form.flag("betul") else "?"
        if form.flag("pratinjau"):
            return see_other(f"{case.address}/pratinjau{query}".rstrip("?"))
        return see_other(f"{case.address}{query}&pesan=laporan-tersimpan".replace("?&", "?"))

    @router.get(f"{here}/pratinjau")
    async def preview(request: Request, office_id: RowId, officer_id: RowId, month: str) -> Response:
        viewer = await may(request)
        async with desk.context.db.read() as session:
            page = await _preview_page(session, desk, viewer, office_id, officer_id, month)
        return desk.pages.response("laporan_pratinjau.html", page)

    @router.post(f"{here}/tanda-tangan")
    async def sign(request: Request, office_id: RowId, officer_id: RowId, month: str) -> Response:
        posted = await desk.gate.posted_by(request, Act.SEE_REPORTS)
        form, viewer, now = posted.form, posted.viewer, desk.context.clock.now()
        try:
            async with desk.context.db.write() as session:
                case, _draft = await _case(session, now, viewer, office_id, officer_id, month)
                report = await monthly.sign(
                    session,
                    now,
                    viewer,
                    office_id,
                    officer_id,
                    month,
                    case.proposals,
                    seen=form.line("sidik"),
                    empty=form.flag("nihil"),
                    corrects=form.number("menggantikan"),
                    reason=form.text("alasan"),
                )
                if form.flag("kirim"):
                    sent = await monthly.send(session, now, viewer, report.id)
                    await sent_told(desk.context, session, now, sent)
        except DomainError as error:
            async with desk.context.db.read() as session:
                page = await _preview_page(
                    session, desk, viewer, office_id, officer_id, month, error, form.text("alasan")
                )
            return desk.pages.response("laporan_pratinjau.html", page, status=status_of(error))
        notice = "laporan-kirim" if form.flag("kirim") else "laporan-tanda"
        return see_other(f"{HERE}/versi/{report.id}?pesan={notice}")

    return router


async def _case(
    session: AsyncSession, now: datetime, viewer: Viewer, office_id: int, officer_id: int, month_key: str
) -> tuple[Case, Draft]:
    """The report and its draft; raises as `report_to_write`, before anything is gathered for who may not."""
    office, author, month = await monthly.report_to_write(
        session, now, viewer, office_id, officer_id, month_key
    )
    case = Case(office, author, month, await proposals_for(session, author, month))
    draft = await monthly.draft_of(session, now, viewer, office_id, officer_id, month_key, case.proposals)
    return case, draft


async def _draft_page(
    session: AsyncSession,
    desk: Desk,
    request: Request,
    viewer: Viewer,
    case: Case,
    draft: Draft,
    typed: _Typed | None = None,
    form: Form | None = None,
) -> DraftPage:
    author, month = case.author, case.month
    signed = await monthly.versions(session, viewer, author.office_id, author.officer_id, month.key)
    correcting = bool(request.query_params.get("betul") or (form and form.flag("betul")))
    today, due = local_day(desk.context.clock.now(), case.tz), monthly_report_due(month)
    stale = typed is not None and typed.error.code == "monthly.stale"
    return DraftPage(
        frame=desk.frame(
            viewer,
            f"Laporan bulanan {month.label}",
            current="laporan_bulanan",
            notice="" if typed else request.query_params.get("pesan", ""),
            problem=problem_text(typed.error) if typed else "",
        ),
        author=author,
        role=role_label(author.role, OfficeKind(case.office.kind)),
        office=case.office.name,
        month=month,
        rows=_shown(typed.rows, draft.words.lines, month) if typed else rows_of(draft.words, month),
        place=typed.place if typed else draft.words.place,
        obstacles=typed.obstacles if typed else "\n".join(draft.words.obstacles),
        suggestions=typed.suggestions if typed else "\n".join(draft.words.suggestions),
        seen=draft.version,
        saved_at=draft.saved_at,
        stale=stale,
        due=due,
        standing=standing(due, None, today),
        corrects=signed[0] if signed and correcting else None,
        mine=author.officer_id == viewer.officer_id,
        tz=case.tz,
        address=case.address,
        most=MAX_WORDS,
    )


def _shown(typed: tuple[RowForm, ...], lines: tuple[DraftLine, ...], month: Period) -> tuple[RowForm, ...]:
    """What was typed, then rows that came since and the form did not have."""
    keys = {row.key for row in typed}
    rest = tuple(line for line in lines if line.key not in keys)
    return (*typed, *rows_of(DraftWords(rest), month))


async def _preview_page(
    session: AsyncSession,
    desk: Desk,
    viewer: Viewer,
    office_id: int,
    officer_id: int,
    month_key: str,
    error: DomainError | None = None,
    reason: str = "",
) -> PreviewPage:
    now = desk.context.clock.now()
    case, _draft = await _case(session, now, viewer, office_id, officer_id, month_key)
    content = await monthly.content_of(session, now, viewer, office_id, officer_id, month_key, case.proposals)
    signed = await monthly.versions(session, viewer, office_id, officer_id, month_key)
    return PreviewPage(
        frame=desk.frame(
            viewer,
            f"Periksa laporan {case.month.label}",
            current="laporan_bulanan",
            problem=problem_text(error) if error else "",
        ),
        author=case.author,
        content=content,
        checksum=reports.checksum(content.as_json()),
        may_sign=may_be_signed(case.month, local_day(now, case.tz)),
        signable_from=case.month.last,
        due=monthly_report_due(case.month),
        to=await monthly.reader_of(session, case.office),
        corrects=signed[0] if signed else None,
        reason=reason,
        address=case.address,
    )
