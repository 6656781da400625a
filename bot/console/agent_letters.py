"""The letters that appoint the agents of an office: entered with the signed file, and drawn."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.agents import letters as lettering
from afk_core.agents import service as roster
from afk_core.agents.agent import Agent, LetterEntered
from afk_core.files.accept import accept
from afk_core.files.file import CheckedFile, FileKind
from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer, record_audit
from afk_core.offices.models import Office
from afk_core.offices.service import office_by_id
from afk_core.rules.agents import Serving
from afk_core.rules.duties import local_day
from afk_core.rules.offices import OfficeKind
from afk_core.rules.roles import Act, Role
from bot.agents.document import letter_document
from bot.agents.letter import LetterHead, letter_data
from bot.console.agent_contexts import DrawPage, Typed
from bot.console.agent_form import LETTER, day_if, letter_entered, typed_of, typed_of_letter
from bot.console.agent_view import HERE, letter_form_page, lines_of, missing_roles
from bot.console.desk import Desk
from bot.console.form import Form, RowId, line_of
from bot.console.letterhead import office_head
from bot.console.pages import see_other
from bot.console.upload import posted_file
from bot.downloads import download
from bot.papers import render
from bot.problems import problem_text, status_of

_KINDS = frozenset({FileKind.PDF, FileKind.JPEG, FileKind.PNG})
_DRAW = ("nomor", "tanggal", "berakhir", "tempat", "penandatangan")


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/agen/surat` and `/petugas/agen/keputusan`."""
    router = desk.router()
    may_see, may_keep = desk.gate.require(Act.SEE_ROSTER), desk.gate.require(Act.KEEP_ROSTER)
    context = desk.context

    @router.get("/agen/surat/baru")
    async def form(request: Request) -> Response:
        return letter_form_page(desk, await may_keep(request), None, {}, None)

    @router.post("/agen/surat/baru")
    async def enter(request: Request) -> Response:
        viewer = await may_keep(request)
        fields, typed = await _posted(desk, request, viewer)
        try:
            async with context.db.write() as session:
                entered, file = _entered(desk, fields, typed)
                now = context.clock.now()
                await lettering.enter_letter(session, now, viewer, viewer.office_id, entered, file)
        except DomainError as error:
            return letter_form_page(desk, viewer, None, fields, error)
        return see_other(f"{HERE}?pesan=surat-tersimpan")

    @router.get("/agen/surat/{letter_id}")
    async def one(request: Request, letter_id: RowId) -> Response:
        viewer = await may_keep(request)
        async with context.db.read() as session:
            letter = await lettering.letter_of(session, viewer, letter_id)
        return letter_form_page(desk, viewer, letter, typed_of_letter(letter), None)

    @router.post("/agen/surat/{letter_id}")
    async def correct(request: Request, letter_id: RowId) -> Response:
        viewer = await may_keep(request)
        fields, typed = await _posted(desk, request, viewer)
        async with context.db.read() as session:
            letter = await lettering.letter_of(session, viewer, letter_id)
        try:
            async with context.db.write() as session:
                entered, file = _entered(desk, fields, typed)
                now = context.clock.now()
                await lettering.correct_letter(session, now, viewer, letter_id, entered, file)
        except DomainError as error:
            return letter_form_page(desk, viewer, letter, fields, error)
        return see_other(f"{HERE}?pesan=surat-tersimpan")

    @router.get("/agen/surat/{letter_id}/berkas")
    async def file(request: Request, letter_id: RowId) -> Response:
        viewer = await may_see(request)
        async with context.db.write() as session:
            found = await lettering.letter_file(session, context.clock.now(), viewer, letter_id)
        return download(found)

    @router.get("/agen/keputusan")
    async def draw_form(request: Request) -> Response:
        viewer = await may_keep(request)
        return await _draw_page(desk, viewer, {}, None)

    @router.post("/agen/keputusan")
    async def draw(request: Request) -> Response:
        posted = await desk.gate.posted_by(request, Act.KEEP_ROSTER)
        try:
            return await _drawn(desk, posted.viewer, posted.form)
        except DomainError as error:
            return await _draw_page(desk, posted.viewer, typed_of(posted.form, _DRAW), error)

    return router


async def _posted(
    desk: Desk, request: Request, viewer: Viewer
) -> tuple[Mapping[str, str], tuple[str, bytes]]:
    """The fields of a letter's form and its file; raises as `posted_file`."""
    upload = await posted_file(request, viewer, max_bytes=desk.context.settings.file_bytes)
    fields = {name: line_of(upload.fields.get(name, "")) for name in LETTER}
    return fields, (upload.name, upload.content)


def _entered(
    desk: Desk, fields: Mapping[str, str], file: tuple[str, bytes]
) -> tuple[LetterEntered, CheckedFile | None]:
    name, content = file
    entered = letter_entered(fields)
    if not content:
        return entered, None
    return entered, accept(content, name, max_bytes=desk.context.settings.file_bytes, allowed=_KINDS)


async def _office(session: AsyncSession, desk: Desk, viewer: Viewer) -> tuple[Office, list[Agent], date]:
    office = await office_by_id(session, viewer.office_id)
    agents = await roster.agents_of(session, viewer, viewer.office_id)
    return office, agents, local_day(desk.context.clock.now(), ZoneInfo(office.time_zone))


async def _draw_page(
    desk: Desk, viewer: Viewer, typed: Mapping[str, str], error: DomainError | None
) -> Response:
    async with desk.context.db.read() as session:
        office, agents, today = await _office(session, desk, viewer)
        letters = await lettering.letters_of(session, viewer, viewer.office_id)
    serving = [each for each in agents if each.serving(today) is Serving.SERVES]
    head = next((each.name for each in serving if each.role is Role.KOORDINATOR), "")
    # The head of a KPPBC is its Koordinator Khusus; that of another office is somebody else.
    offered = {"penandatangan": head if OfficeKind(office.kind) is OfficeKind.KPPBC else ""}
    page = DrawPage(
        frame=desk.frame(viewer, "Gambar keputusan penetapan", current="agen"),
        office_name=office.name,
        serving=tuple(lines_of(serving, letters, office, today, in_full=False)),
        missing=missing_roles(agents, office, today),
        typed=Typed(typed or offered),
        problem="" if error is None else problem_text(error),
    )
    status = 200 if error is None else status_of(error)
    return desk.pages.response("agen_keputusan.html", page, status=status)


async def _drawn(desk: Desk, viewer: Viewer, form: Form) -> Response:
    """The letter as a file, with phones and e-mails as the regulation asks; that it was drawn is recorded."""
    now = desk.context.clock.now()
    as_docx = form.line("bentuk") == "docx"
    async with desk.context.db.write() as session:
        office, agents, today = await _office(session, desk, viewer)
        parent = (await office_head(session, office.id))["parent"]
        dated = day_if(form.line("tanggal"))
        head = LetterHead(
            office=office.name,
            parent=parent,
            kind=OfficeKind(office.kind),
            number=form.line("nomor"),
            dated=dated,
            ends=day_if(form.line("berakhir")),
            place=form.line("tempat"),
            signer=form.line("penandatangan"),
            day=dated or today,
        )
        for day in (head.day, head.ends or head.day):
            roster.check_day(day)
        if head.ends is not None and head.ends < head.day:
            raise DomainError("letter.ends_before")
        await record_audit(
            session,
            now,
            action="agent.letter_drawn",
            subject=f"office:{office.id}",
            officer_id=viewer.officer_id,
            office_id=office.id,
            detail={"form": "docx" if as_docx else "pdf"},
        )
    data = letter_data(head, agents)
    if as_docx:
        content, kind = await letter_document(data), FileKind.DOCX
    else:
        content, kind = await render("penetapan", data, dated=now), FileKind.PDF
    name = f"keputusan-agen-{office.code}-{head.day.year}{kind.extension}"
    return download(CheckedFile(content, name, kind, ""))
