"""The daftar isian on the web: one field a page, over the same draft as the chat."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.rules.registration import DRAFT_DAYS, FieldError
from afk_core.umkm import service as umkm
from afk_core.umkm import steps
from afk_core.umkm.registration import DraftView
from bot.context import Context
from bot.conversation.models import Conversation
from bot.problems import problem_text, status_of
from bot.umkm import filling, words
from bot.umkm.telling import office_told
from bot.umkm.web_contexts import StartPage, check_page, question_page
from bot.webform.pages import Pages, see_other
from bot.webform.visitor import Visitor, fields_of

_MOST_SHOWN = 320
"""Characters of a refused answer that are shown again."""


class RegisterForm:
    """From the first page to sending."""

    def __init__(self, context: Context, pages: Pages, visitor: Visitor) -> None:
        self._context = context
        self._pages = pages
        self._visitor = visitor

    def add_routes(self, router: APIRouter) -> None:
        """The routes of the form."""
        guarded, look, send = self._visitor.guarded, ["GET", "HEAD"], ["POST"]
        router.add_api_route("", guarded(self.start), methods=look)
        router.add_api_route("/mulai", guarded(self.begin), methods=send)
        router.add_api_route("/isi/{step}", guarded(self.show), methods=look)
        router.add_api_route("/isi/{step}", guarded(self.take), methods=send)
        router.add_api_route("/periksa", guarded(self.check), methods=look)
        router.add_api_route("/kirim", guarded(self.send), methods=send)
        router.add_api_route("/hapus", guarded(self.discard), methods=send)

    async def start(self, request: Request, *, unagreed: bool = False) -> Response:
        """The first page: what this is, what happens with the data, and what can be done now."""
        async with self._context.db.read() as session:
            office, code = await self._visitor.office_named(session, request)
            conversation = await self._visitor.found(session, request)
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
            known=self._visitor.is_known(request),
            unagreed=unagreed,
        )
        return self._pages.response("daftar_mulai.html", page, status=422 if unagreed else 200)

    async def begin(self, request: Request) -> Response:
        """Begin with consent, or go on; a browser without a key gets one."""
        fields = await fields_of(request)
        resume = fields.line("cara") == "resume"
        if not resume and not fields.flag("setuju"):
            return await self.start(request, unagreed=True)
        key, now = self._visitor.key_for(request), self._context.clock.now()
        async with self._context.db.write() as session:
            conversation = await self._visitor.conversation_for(session, key)
            await self._visitor.choose_office(session, conversation, fields.line("kantor"))
            draft = await umkm.read_draft(session, now, conversation.id) if resume else None
            if draft is None and not resume:
                known = await filling.first_suggestions(session, conversation.id)
                draft = await filling.begin(session, now, conversation.id, known)
        return self._visitor.keep(see_other(place_of(draft) if draft else "/daftar"), key)

    async def show(self, request: Request) -> Response:
        """One field."""
        step = request.path_params["step"]
        async with self._context.db.read() as session:
            draft = await self._draft(session, await self._visitor.found(session, request))
            areas = await filling.served_names(session)
        if step not in steps.path(draft.data):
            return see_other(place_of(draft))
        return self._pages.response("daftar_isi.html", question_page(self._context.texts, draft, step, areas))

    async def take(self, request: Request) -> Response:
        """One answer; a refused one is shown again with what is wrong."""
        fields, step, now = await fields_of(request), request.path_params["step"], self._context.clock.now()
        typed = fields.line("jawaban") or fields.line("lain")
        try:
            async with self._context.db.write() as session:
                conversation = await self._visitor.locked(session, request)
                draft = await self._draft(session, conversation)
                if step not in steps.path(draft.data):
                    return see_other(place_of(draft))
                if fields.flag("belum_ada"):
                    draft = await filling.answer_none(session, now, conversation.id, draft, step)
                else:
                    draft = await filling.answer(session, now, conversation.id, draft, step, typed)
        except FieldError as error:
            return await self._refused(request, step, typed, error.code)
        return see_other(place_of(draft))

    async def check(self, request: Request, *, refusal: DomainError | None = None) -> Response:
        """Every answer, to be looked over and changed."""
        async with self._context.db.read() as session:
            conversation = await self._visitor.found(session, request)
            draft = await self._draft(session, conversation)
            otherwise = await self._visitor.office_of(session, conversation)
            goes_to = await filling.destination(session, draft.data, otherwise)
        problem = problem_text(refusal) if refusal else ""
        page = check_page(self._context.texts, draft, goes_to, problem=problem)
        status = status_of(refusal) if refusal else 200
        return self._pages.response("daftar_periksa.html", page, status=status)

    async def send(self, request: Request) -> Response:
        """Send the form, and show how it stands."""
        try:
            async with self._context.db.write() as session:
                conversation = await self._visitor.locked(session, request)
                draft = await self._draft(session, conversation)
                office = await self._visitor.office_of(session, conversation)
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
            conversation = await self._visitor.locked(session, request)
            await umkm.drop_draft(session, conversation.id)
        return see_other("/daftar")

    async def _refused(self, request: Request, step: str, given: str, code: str) -> Response:
        async with self._context.db.read() as session:
            draft = await self._draft(session, await self._visitor.found(session, request))
            areas = await filling.served_names(session)
        error = words.fault_words(self._context.texts, code)
        page = question_page(self._context.texts, draft, step, areas, error=error, given=given[:_MOST_SHOWN])
        return self._pages.response("daftar_isi.html", page, status=422)

    async def _draft(self, session: AsyncSession, conversation: Conversation | None) -> DraftView:
        draft = None
        if conversation is not None:
            draft = await umkm.read_draft(session, self._context.clock.now(), conversation.id)
        if draft is None:
            raise DomainError("umkm.no_draft")
        return draft


def place_of(draft: DraftView) -> str:
    """The page on which a draft goes on."""
    step = steps.next_open(draft.data)
    return "/daftar/periksa" if step is None else f"/daftar/isi/{step}"
