"""A daftar isian that was sent, on the web: how it stands, its papers, mending it, sending files."""

from typing import Final

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files import service as files
from afk_core.files.accept import accept
from afk_core.infra.errors import DomainError
from afk_core.umkm import service as umkm
from bot.console.form import number_of
from bot.context import Context
from bot.problems import problem_text, status_of
from bot.umkm import filling
from bot.umkm.papers import certificate_address, daftar_isian_pdf
from bot.umkm.telling import office_told
from bot.umkm.web_contexts import sent_page
from bot.umkm.web_filling import place_of
from bot.uploads import read_upload
from bot.webform.pages import Pages, file_response, see_other
from bot.webform.visitor import Visitor

_KINDS: Final = ("formulir", "pendukung")


class SentForms:
    """The routes below `/daftar/pendaftaran/<id>`."""

    def __init__(self, context: Context, pages: Pages, visitor: Visitor) -> None:
        self._context = context
        self._pages = pages
        self._visitor = visitor

    def add_routes(self, router: APIRouter) -> None:
        """The routes of sent forms."""
        guarded, look, send = self._visitor.guarded, ["GET", "HEAD"], ["POST"]
        here = "/pendaftaran/{number}"
        router.add_api_route(here, guarded(self.show), methods=look)
        router.add_api_route(f"{here}/isian.pdf", guarded(self.paper), methods=look)
        router.add_api_route(f"{here}/sertifikat.pdf", guarded(self.certificate), methods=look)
        router.add_api_route(f"{here}/perbaiki", guarded(self.mend), methods=send)
        router.add_api_route(f"{here}/berkas", guarded(self.upload), methods=send)

    async def show(self, request: Request, *, refusal: DomainError | None = None) -> Response:
        """How a sent registration stands, and its papers."""
        async with self._context.db.read() as session:
            own = await umkm.own_registration(session, await self._who(session, request), _number(request))
        address = certificate_address(self._context.settings, own.certificate_code)
        page = sent_page(
            own,
            address,
            notice="" if refusal else request.query_params.get("pesan", ""),
            problem=problem_text(refusal) if refusal else "",
        )
        status = status_of(refusal) if refusal else 200
        return self._pages.response("daftar_terkirim.html", page, status=status)

    async def paper(self, request: Request) -> Response:
        """The filled form for the signature."""
        async with self._context.db.read() as session:
            form = await umkm.own_form(session, await self._who(session, request), _number(request))
        pdf = await daftar_isian_pdf(
            form.data, number=form.number, office=form.office, dated=form.submitted_at
        )
        return file_response(pdf, "application/pdf", f"daftar-isian-{form.number}.pdf")

    async def certificate(self, request: Request) -> Response:
        """The certificate in force."""
        async with self._context.db.read() as session:
            who = await self._who(session, request)
            number, pdf = await umkm.own_certificate_file(session, who, _number(request))
        return file_response(pdf, "application/pdf", f"sertifikat-{number.replace('/', '-')}.pdf")

    async def mend(self, request: Request) -> Response:
        """Take up a returned form: what was wrong is asked again."""
        async with self._context.db.write() as session:
            conversation = await self._visitor.locked(session, request)
            draft = await filling.mend(session, self._context.clock.now(), conversation.id, _number(request))
        return see_other(place_of(draft))

    async def upload(self, request: Request) -> Response:
        """Take the signed form or a document."""
        most = self._context.settings.file_bytes
        now, number = self._context.clock.now(), _number(request)
        try:
            sent = await read_upload(request, max_bytes=most, field="berkas")
            checked = accept(sent.content, sent.name, max_bytes=most)
            kind = sent.fields.get("untuk", "")
            async with self._context.db.write() as session:
                conversation = await self._visitor.locked(session, request)
                file_id = await files.store(session, now, checked, loose=False)
                change = await umkm.add_document(
                    session, now, conversation.id, number, file_id, kind if kind in _KINDS else _KINDS[1]
                )
                await office_told(self._context, session, change)
        except DomainError as error:
            if error.code in ("umkm.not_found", "umkm.no_draft"):
                raise
            return await self.show(request, refusal=error)
        return see_other(f"/daftar/pendaftaran/{number}?pesan=berkas")

    async def _who(self, session: AsyncSession, request: Request) -> int:
        found = await self._visitor.found(session, request)
        if found is None:
            raise DomainError("umkm.not_found")
        return found.id


def _number(request: Request) -> int:
    found = number_of(request.path_params["number"])
    if found is None:
        raise DomainError("umkm.not_found")
    return found
