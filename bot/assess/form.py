"""The self-assessment on the web: one question a page, over the same draft as the chat."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.offices.models import Office
from afk_core.umkm.assess import service, steps
from afk_core.umkm.assess.assessment import AssessmentDraft
from bot.assess import contexts
from bot.assess.links import result_token
from bot.context import Context
from bot.conversation.models import Conversation
from bot.problems import problem_text, status_of
from bot.webform.pages import Head, Pages, see_other
from bot.webform.visitor import Place, Visitor, fields_of

HEAD = Head("Cek kesiapan ekspor", "/nilai")
_PLACE = Place(home="/nilai", cookie="klinik_nilai", nothing_begun=lambda: DomainError("assess.no_draft"))
_MODES = ("begin", "resume", "update")


class AssessForm:
    """The routes below `/nilai`, except the results."""

    def __init__(self, context: Context, pages: Pages) -> None:
        self._context = context
        self._pages = pages
        self._visitor = Visitor(context, pages, _PLACE)

    def make_router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/nilai", include_in_schema=False)
        guarded, look, send = self._visitor.guarded, ["GET", "HEAD"], ["POST"]
        router.add_api_route("", guarded(self.start), methods=look)
        router.add_api_route("/mulai", guarded(self.begin), methods=send)
        router.add_api_route("/tanya/{step}", guarded(self.show), methods=look)
        router.add_api_route("/tanya/{step}", guarded(self.take), methods=send)
        router.add_api_route("/periksa", guarded(self.check), methods=look)
        router.add_api_route("/selesai", guarded(self.finish), methods=send)
        router.add_api_route("/hapus", guarded(self.discard), methods=send)
        self._visitor.add_routes(router)
        return router

    async def start(self, request: Request) -> Response:
        """The first page: what this is, and what can be done now."""
        async with self._context.db.read() as session:
            office, code = await self._visitor.office_named(session, request)
            conversation = await self._visitor.found(session, request)
            draft, results = None, []
            if conversation is not None:
                draft = await service.find_draft(session, self._context.clock.now(), conversation.id)
                results = await service.results_of(session, conversation.id)
        page = contexts.start_page(
            self._context.texts, office, draft, results, code, known=self._visitor.is_known(request)
        )
        return self._pages.response("mulai.html", page)

    async def begin(self, request: Request) -> Response:
        """Begin, go on, or take up the last answers; a browser without a key gets one."""
        fields = await fields_of(request)
        mode = fields.line("cara")
        key = self._visitor.key_for(request)
        async with self._context.db.write() as session:
            conversation = await self._visitor.conversation_for(session, key)
            office = await self._visitor.choose_office(session, conversation, fields.line("kantor"))
            draft = await self._draft_for(session, conversation, office, mode if mode in _MODES else "begin")
        return self._visitor.keep(see_other(_place(draft)), key)

    async def show(self, request: Request) -> Response:
        """One question."""
        async with self._context.db.read() as session:
            draft = await self._draft(session, request)
        step = request.path_params["step"]
        if step not in steps.path(draft.values):
            return see_other(_place(draft))
        return self._pages.response("tanya.html", contexts.question_page(self._context.texts, draft, step))

    async def take(self, request: Request) -> Response:
        """One answer; a refused one is shown again with what is wrong."""
        fields, step = await fields_of(request), request.path_params["step"]
        typed = fields.line("jawaban")
        value = "0" if "tidak_ingat" in fields.fields else _number(typed) if step in steps.COUNTS else typed
        try:
            async with self._context.db.write() as session:
                conversation = await self._visitor.locked(session, request)
                draft = await service.answer(session, self._context.clock.now(), conversation.id, step, value)
        except DomainError as error:
            if error.code in ("assess.no_draft", "assess.step_unknown"):
                return see_other("/nilai")
            return await self._refused(request, step, typed, error)
        return see_other(_place(draft, step))

    async def check(self, request: Request) -> Response:
        """Every answer, to be looked over and changed."""
        async with self._context.db.read() as session:
            draft = await self._draft(session, request)
        return self._pages.response("periksa.html", contexts.check_page(self._context.texts, draft))

    async def finish(self, request: Request) -> Response:
        """Judge the answers and show the result."""
        async with self._context.db.write() as session:
            conversation = await self._visitor.locked(session, request)
            office = await self._visitor.office_of(session, conversation)
            try:
                result = await service.finish(session, self._context.clock.now(), conversation.id, office.id)
            except DomainError as error:
                if error.code != "assess.incomplete":
                    raise
                return see_other("/nilai/periksa")
        return see_other(f"/nilai/hasil/{result_token(result.id)}")

    async def discard(self, request: Request) -> Response:
        """Forget the unfinished answers."""
        async with self._context.db.write() as session:
            conversation = await self._visitor.locked(session, request)
            await service.discard(session, conversation.id)
        return see_other("/nilai")

    async def _refused(self, request: Request, step: str, value: str, error: DomainError) -> Response:
        async with self._context.db.read() as session:
            draft = await self._draft(session, request)
        page = contexts.question_page(
            self._context.texts, draft, step, error=problem_text(error), given=value[:40]
        )
        return self._pages.response("tanya.html", page, status=status_of(error))

    async def _draft_for(
        self, session: AsyncSession, conversation: Conversation, office: Office, mode: str
    ) -> AssessmentDraft:
        now = self._context.clock.now()
        found = await service.find_draft(session, now, conversation.id) if mode == "resume" else None
        if found is not None:
            return found
        last = await service.latest_result(session, conversation.id) if mode == "update" else None
        values: Mapping[str, str] = {} if last is None else last.values
        return await service.begin(session, now, conversation.id, office.id, values)

    async def _draft(self, session: AsyncSession, request: Request) -> AssessmentDraft:
        conversation = await self._visitor.found(session, request)
        draft = None
        if conversation is not None:
            draft = await service.find_draft(session, self._context.clock.now(), conversation.id)
        if draft is None:
            raise DomainError("assess.no_draft")
        return draft


def _place(draft: AssessmentDraft, after: str | None = None) -> str:
    step = steps.next_open(draft.values, after)
    return "/nilai/periksa" if step is None else f"/nilai/tanya/{step}"


def _number(typed: str) -> str:
    """A number as people write it ("1.200"); zero says "not known" only by its own button."""
    plain = typed.replace(".", "").replace(" ", "")
    return plain if plain.strip("0") else "-"
