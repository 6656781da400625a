"""The daftar isian on the web: one field a page, over the same draft as the chat."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files import service as files
from afk_core.files.accept import accept
from afk_core.infra.errors import DomainError
from afk_core.offices.models import Office
from afk_core.offices.service import office_by_id
from afk_core.rules.registration import DRAFT_DAYS, FieldError
from afk_core.umkm import service as umkm
from afk_core.umkm import steps
from afk_core.umkm.registration import DraftView
from bot.assess.pages import HEADERS, see_other
from bot.channels.webchat.api import authorized
from bot.channels.webchat.form_key import FormKey, own_site_only
from bot.channels.webchat.static_files import StaticFiles
from bot.channels.webchat.throttle import Throttle
from bot.console.form import Form, FormTooLarge, read_form
from bot.context import Context
from bot.conversation.messages import ChannelName
from bot.conversation.models import Conversation
from bot.conversation.store import find_conversation, locked_conversation
from bot.home import default_office
from bot.problems import problem_text, status_of
from bot.umkm import filling, words
from bot.umkm.papers import certificate_address, daftar_isian_pdf
from bot.umkm.telling import office_told
from bot.umkm.web_contexts import StartPage, check_page, question_page, sent_page
from bot.uploads import read_upload

_HERE: Final = Path(__file__).parent
_PAGES_PER_MESSAGE: Final = 3
"""Pressing "Lanjut" is quicker than writing."""
_MEGABYTE: Final = 1024 * 1024
_KINDS: Final = ("formulir", "pendukung")


def make_router(context: Context) -> APIRouter:
    """Everything below `/daftar`."""
    return RegisterForm(context).make_router()


class RegisterForm:
    """The routes of the form, over the parts of one service."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._key = FormKey("klinik_daftar", "/daftar", context.settings.base_url.startswith("https://"))
        self._throttle = Throttle(
            context.settings.messages_per_minute * _PAGES_PER_MESSAGE, context.settings.files_per_minute
        )
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["files"] = StaticFiles((_HERE.parent / "static",))

    def make_router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/daftar", include_in_schema=False)
        look, send = ["GET", "HEAD"], ["POST"]
        router.add_api_route("", self._guarded(self.start), methods=look)
        router.add_api_route("/kunci", self.adopt, methods=send)
        router.add_api_route("/mulai", self._guarded(self.begin), methods=send)
        router.add_api_route("/isi/{step}", self._guarded(self.show), methods=look)
        router.add_api_route("/isi/{step}", self._guarded(self.take), methods=send)
        router.add_api_route("/periksa", self._guarded(self.check), methods=look)
        router.add_api_route("/kirim", self._guarded(self.send), methods=send)
        router.add_api_route("/hapus", self._guarded(self.discard), methods=send)
        router.add_api_route("/keluar", self._guarded(self.leave), methods=send)
        router.add_api_route("/pendaftaran/{number}", self._guarded(self.sent), methods=look)
        router.add_api_route("/pendaftaran/{number}/isian.pdf", self._guarded(self.paper), methods=look)
        router.add_api_route("/pendaftaran/{number}/sertifikat.pdf", self._guarded(self.award), methods=look)
        router.add_api_route("/pendaftaran/{number}/perbaiki", self._guarded(self.mend), methods=send)
        router.add_api_route("/pendaftaran/{number}/berkas", self._guarded(self.upload), methods=send)
        return router

    def _guarded(self, page: Callable[[Request], Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
        """`page`, with a refusal shown as a page that says what to do."""

        async def guarded(request: Request) -> Response:
            try:
                if request.method == "POST":
                    own_site_only(request)
                    client = request.client.host if request.client else "?"
                    await self._throttle.count_message(self._key.address(request) or client, client)
                return await page(request)
            except DomainError as error:
                if error.code == "umkm.no_draft":
                    return see_other("/daftar")
                return self._page("daftar_masalah.html", problem_text(error), status_of(error))

        return guarded

    async def start(self, request: Request, *, unagreed: bool = False) -> Response:
        """The first page: what this is, what happens with the data, and what can be done now."""
        code = request.query_params.get("kantor", "")[:20]
        async with self._context.db.read() as session:
            office = await self._office_named(session, code)
            conversation = await self._found(session, request)
            draft, sent = None, []
            if conversation is not None:
                draft = await umkm.read_draft(session, self._context.clock.now(), conversation.id)
                sent = await umkm.own_registrations(session, conversation.id)
        text = self._context.texts("register.consent", days=DRAFT_DAYS)
        page = StartPage(
            office_name=office.name,
            office_code=code,
            # The first and the last line lead in and ask; a page does both by its heading and its box.
            consent=tuple(part for part in text.split("\n\n")[1:-1] if part),
            done=steps.answered(draft.data) if draft else None,
            total=len(steps.path(draft.data)) if draft else len(steps.path({})),
            sent=tuple(sent),
            known=self._key.address(request) is not None,
            unagreed=unagreed,
        )
        return self._page("daftar_mulai.html", page, 422 if unagreed else 200)

    async def adopt(self, request: Request, authorization: Annotated[str, Header()] = "") -> Response:
        """Let the form go on with the key of the chat in the same browser."""
        own_site_only(request)
        authorized(authorization)
        response = Response(status_code=204)
        self._key.keep(response, authorization.partition(" ")[2].strip())
        return response

    async def begin(self, request: Request) -> Response:
        """Begin with consent, or go on; a browser without a key gets one."""
        fields = await _fields(request)
        resume = fields.line("cara") == "resume"
        if not resume and not fields.flag("setuju"):
            return await self.start(request, unagreed=True)
        key = request.cookies.get(self._key.name, "") if self._key.address(request) else self._key.issue()
        now = self._context.clock.now()
        async with self._context.db.write() as session:
            address = authorized(f"Bearer {key}")
            conversation = await locked_conversation(session, now, ChannelName.WEBCHAT, address)
            await self._name_office(session, conversation, fields.line("kantor"))
            draft = await umkm.read_draft(session, now, conversation.id) if resume else None
            if draft is None and not resume:
                known = await filling.first_suggestions(session, conversation.id)
                draft = await filling.begin(session, now, conversation.id, known)
        response = see_other(_place(draft) if draft else "/daftar")
        self._key.keep(response, key)
        return response

    async def show(self, request: Request) -> Response:
        """One field."""
        step = request.path_params["step"]
        async with self._context.db.read() as session:
            draft = await self._draft(session, request)
            areas = await self._areas(session)
        if step not in steps.path(draft.data):
            return see_other(_place(draft))
        return self._page("daftar_isi.html", question_page(self._context.texts, draft, step, areas))

    async def take(self, request: Request) -> Response:
        """One answer; a refused one is shown again with what is wrong."""
        fields, step, now = await _fields(request), request.path_params["step"], self._context.clock.now()
        typed = fields.line("jawaban") or fields.line("lain")
        try:
            async with self._context.db.write() as session:
                conversation = await self._locked(session, request)
                draft = await self._draft_of(session, conversation)
                if step not in steps.path(draft.data):
                    return see_other(_place(draft))
                if fields.flag("belum_ada"):
                    draft = await filling.answer_none(session, now, conversation.id, draft, step)
                else:
                    draft = await filling.answer(session, now, conversation.id, draft, step, typed)
        except FieldError as error:
            return await self._refused(request, step, typed, error.code)
        return see_other(_place(draft))

    async def check(self, request: Request, *, refusal: DomainError | None = None) -> Response:
        """Every answer, to be looked over and changed."""
        async with self._context.db.read() as session:
            draft = await self._draft(session, request)
            conversation = await self._found(session, request)
            goes_to = await filling.destination(
                session, draft.data, await self._office_of(session, conversation)
            )
        problem = problem_text(refusal) if refusal else ""
        page = check_page(self._context.texts, draft, goes_to, problem=problem)
        return self._page("daftar_periksa.html", page, status_of(refusal) if refusal else 200)

    async def send(self, request: Request) -> Response:
        """Send the form, and show how it stands."""
        try:
            async with self._context.db.write() as session:
                conversation = await self._locked(session, request)
                draft = await self._draft_of(session, conversation)
                office = await self._office_of(session, conversation)
                now = self._context.clock.now()
                change = await filling.send(session, now, conversation, draft, office)
                await office_told(self._context, session, change)
        except DomainError as error:
            if error.code == "umkm.no_draft":
                raise
            return await self.check(request, refusal=error)
        return see_other(f"/daftar/pendaftaran/{change.registration_id}?pesan=terkirim")

    async def discard(self, request: Request) -> Response:
        """Forget the unsent answers."""
        async with self._context.db.write() as session:
            conversation = await self._locked(session, request)
            await umkm.drop_draft(session, conversation.id)
        return see_other("/daftar")

    async def leave(self, request: Request) -> Response:
        """Let this browser forget who filled in the form."""
        response = see_other("/daftar")
        self._key.forget(response)
        return response

    async def sent(self, request: Request, *, refusal: DomainError | None = None) -> Response:
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
        return self._page("daftar_terkirim.html", page, status_of(refusal) if refusal else 200)

    async def paper(self, request: Request) -> Response:
        """The filled form for the signature."""
        async with self._context.db.read() as session:
            form = await umkm.own_form(session, await self._who(session, request), _number(request))
        pdf = await daftar_isian_pdf(
            form.data, number=form.number, office=form.office, dated=form.submitted_at
        )
        return _pdf(pdf, f"daftar-isian-{form.number}")

    async def award(self, request: Request) -> Response:
        """The certificate in force."""
        async with self._context.db.read() as session:
            who = await self._who(session, request)
            number, pdf = await umkm.own_certificate_file(session, who, _number(request))
        return _pdf(pdf, f"sertifikat-{number.replace('/', '-')}")

    async def mend(self, request: Request) -> Response:
        """Take up a returned form: what was wrong is asked again."""
        async with self._context.db.write() as session:
            conversation = await self._locked(session, request)
            draft = await filling.mend(session, self._context.clock.now(), conversation.id, _number(request))
        return see_other(_place(draft))

    async def upload(self, request: Request) -> Response:
        """Take the signed form or a document."""
        most = self._context.settings.file_megabytes * _MEGABYTE
        now, number = self._context.clock.now(), _number(request)
        try:
            sent = await read_upload(request, max_bytes=most, field="berkas")
            checked = accept(sent.content, sent.name, max_bytes=most)
            kind = sent.fields.get("untuk", "")
            async with self._context.db.write() as session:
                conversation = await self._locked(session, request)
                file_id = await files.store(session, now, checked, loose=False)
                change = await umkm.add_document(
                    session, now, conversation.id, number, file_id, kind if kind in _KINDS else _KINDS[1]
                )
                await office_told(self._context, session, change)
        except DomainError as error:
            if error.code in ("umkm.not_found", "umkm.no_draft"):
                raise
            return await self.sent(request, refusal=error)
        return see_other(f"/daftar/pendaftaran/{number}?pesan=berkas")

    async def _refused(self, request: Request, step: str, given: str, code: str) -> Response:
        async with self._context.db.read() as session:
            draft = await self._draft(session, request)
            areas = await self._areas(session)
        error = words.fault_words(self._context.texts, code)
        page = question_page(self._context.texts, draft, step, areas, error=error, given=given[:320])
        return self._page("daftar_isi.html", page, 422)

    async def _areas(self, session: AsyncSession) -> list[str]:
        served = await filling.served_areas(session)
        return sorted({area.name for office in served for area in office.areas})

    async def _found(self, session: AsyncSession, request: Request) -> Conversation | None:
        address = self._key.address(request)
        return await find_conversation(session, ChannelName.WEBCHAT, address) if address else None

    async def _locked(self, session: AsyncSession, request: Request) -> Conversation:
        """The conversation of the cookie, locked: the chat may be filling in the same draft."""
        found = await self._found(session, request)
        if found is None:
            raise DomainError("umkm.no_draft")
        now = self._context.clock.now()
        return await locked_conversation(session, now, ChannelName.WEBCHAT, found.address)

    async def _who(self, session: AsyncSession, request: Request) -> int:
        found = await self._found(session, request)
        if found is None:
            raise DomainError("umkm.not_found")
        return found.id

    async def _draft(self, session: AsyncSession, request: Request) -> DraftView:
        found = await self._found(session, request)
        if found is None:
            raise DomainError("umkm.no_draft")
        return await self._draft_of(session, found)

    async def _draft_of(self, session: AsyncSession, conversation: Conversation) -> DraftView:
        draft = await umkm.read_draft(session, self._context.clock.now(), conversation.id)
        if draft is None:
            raise DomainError("umkm.no_draft")
        return draft

    async def _name_office(self, session: AsyncSession, conversation: Conversation, code: str) -> None:
        """Let the conversation belong to the office that the link named, if there is such a one."""
        if code:
            try:
                conversation.office_id = (await default_office(session, code)).id
            except DomainError:
                return

    async def _office_of(self, session: AsyncSession, conversation: Conversation | None) -> Office:
        if conversation is not None and conversation.office_id is not None:
            office = await office_by_id(session, conversation.office_id)
            if office.active:
                return office
        return await default_office(session, self._context.settings.office)

    async def _office_named(self, session: AsyncSession, code: str) -> Office:
        for wanted in (code, self._context.settings.office):
            try:
                return await default_office(session, wanted)
            except DomainError:
                continue
        return await default_office(session, "")

    def _page(self, template: str, page: Any, status: int = 200) -> HTMLResponse:
        html = self._environment.get_template(template).render(page=page)
        return HTMLResponse(html, status, HEADERS)


def _place(draft: DraftView) -> str:
    step = steps.next_open(draft.data)
    return "/daftar/periksa" if step is None else f"/daftar/isi/{step}"


def _number(request: Request) -> int:
    word = request.path_params["number"]
    if not (word.isascii() and word.isdigit() and len(word) <= 15):
        raise DomainError("umkm.not_found")
    return int(word)


def _pdf(content: bytes, name: str) -> Response:
    headers = {
        "Content-Disposition": f'inline; filename="{name}.pdf"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, headers=headers, media_type="application/pdf")


async def _fields(request: Request) -> Form:
    try:
        return await read_form(request)
    except FormTooLarge:
        raise DomainError("body.too_large") from None
