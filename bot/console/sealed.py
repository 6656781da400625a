"""Sealed files: made from one ticket, and checked later (PER-25/BC/2024 Pasal 3 ayat (3), 15)."""

import hashlib
from collections.abc import Collection
from zoneinfo import ZoneInfo

import anyio
from fastapi import APIRouter, Request, Response
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from afk_core.rules.roles import Act
from bot.console.desk import Desk
from bot.console.export import PDF_TYPE, attached, report_words
from bot.console.form import RowId, line_of
from bot.console.frame import Frame
from bot.console.letterhead import office_head
from bot.console.sealed_paper import Labels, grouped, sealed_paper
from bot.console.supervision import scope_of
from bot.console.upload import posted_file
from bot.papers import page_count, render
from bot.problems import problem_text, status_of
from tickets.sealing import service as sealing
from tickets.sealing.sealed import Seal

_MOST_BYTES = 20 * 1024 * 1024
_MOST_SIGNS_SHOWN = 80


class SealLine(Struct, frozen=True):
    """A file of the register; its checksums in groups of four signs."""

    seal: Seal
    content: str
    file: str


class SealPage(Struct, frozen=True):
    """`berkas.html`: `asked` tells whether something was looked for ("", "berkas", "sidik")."""

    frame: Frame
    asked: str
    typed: str
    found: tuple[SealLine, ...]
    problem: str
    tz: ZoneInfo


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/tiket/{id}/berkas` makes a file, `/petugas/berkas` checks one."""
    router = desk.router()

    @router.post("/tiket/{ticket_id}/berkas")
    async def seal(request: Request, ticket_id: RowId) -> Response:
        viewer = (await desk.gate.posted(request)).viewer
        return await _make(desk, request, viewer, ticket_id)

    @router.get("/berkas")
    async def look(request: Request) -> Response:
        viewer = await desk.gate.require(Act.SEE_AUDIT)(request)
        typed = line_of(request.query_params.get("sidik", ""))[:_MOST_SIGNS_SHOWN]
        return await _answer(desk, viewer, typed=typed)

    @router.post("/berkas")
    async def check(request: Request) -> Response:
        viewer = await desk.gate.require(Act.SEE_AUDIT)(request)
        upload = await posted_file(request, viewer, max_bytes=_MOST_BYTES)
        return await _answer(desk, viewer, content=upload.content)

    return router


async def _make(desk: Desk, request: Request, viewer: Viewer, ticket_id: int) -> Response:
    now = desk.context.clock.now()
    base = desk.context.settings.public_url or str(request.base_url).rstrip("/")
    async with desk.context.db.read() as session:
        about = await sealing.material(session, viewer, ticket_id)
        head = await office_head(session, about.detail.office_id)
    paper = sealed_paper(about, _labels(desk), head, viewer, now, f"{base}/petugas/berkas")
    pages = await page_count("berkas", paper.data, dated=now)
    content = await render("berkas", paper.data, dated=now)
    async with desk.context.db.write() as session:
        await sealing.register_seal(
            session,
            now,
            viewer,
            about,
            pages=pages,
            content_sha256=paper.content_sha256,
            file_sha256=_checksum(content),
        )
    name = report_words()["sealed"]["file"]["name"].format(number=about.detail.number.replace("/", "-"))
    return attached(content, PDF_TYPE, name)


async def _answer(desk: Desk, viewer: Viewer, *, typed: str = "", content: bytes | None = None) -> Response:
    problem, status = "", 200
    found: list[Seal] = []
    async with desk.context.db.read() as session:
        scope = await scope_of(session, desk, viewer, Act.SEE_AUDIT)
        try:
            found = await _find(session, scope.ids, typed, content)
        except DomainError as error:
            problem, status = problem_text(error), status_of(error)
    page = SealPage(
        frame=desk.frame(viewer, "Periksa berkas tersegel", current="jejak"),
        asked="berkas" if content is not None else "sidik" if typed else "",
        typed=typed,
        found=tuple(
            SealLine(each, grouped(each.content_sha256), grouped(each.file_sha256)) for each in found
        ),
        problem=problem,
        tz=scope.tz,
    )
    return desk.pages.response("berkas.html", page, status=status)


async def _find(
    session: AsyncSession, office_ids: Collection[int], typed: str, content: bytes | None
) -> list[Seal]:
    if content is not None:
        if not content:
            raise DomainError("seal.no_file")
        checksum = await anyio.to_thread.run_sync(_checksum, content)
        seal = await sealing.seal_of_file(session, checksum, office_ids)
        return [] if seal is None else [seal]
    return await sealing.seals_by_print(session, typed, office_ids) if typed else []


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _labels(desk: Desk) -> Labels:
    labels, audit = desk.pages.words("labels.html"), desk.pages.words("jejak_kata.html")
    return Labels(labels.kinds, labels.limit_names, audit.actions)
