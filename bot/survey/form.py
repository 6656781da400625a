"""The survey on the web: one question a page, over the same draft as the chat."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.offices.service import office_by_id
from afk_core.rules.satisfaction import Element
from afk_core.satisfaction import service
from afk_core.satisfaction.survey import REMARK, Respondent, SurveyDraft
from bot.context import Context
from bot.conversation.models import Conversation
from bot.problems import problem_text, status_of
from bot.survey import contexts
from bot.webform.pages import Head, Pages, see_other
from bot.webform.visitor import Place, Visitor, fields_of

HOME: Final = "/survei"
TEMPLATES: Final = Path(__file__).parent / "templates"
HEAD: Final = Head("Survei kepuasan", HOME)


class SurveyForm:
    """The routes below `/survei`, except results and poster."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._pages = Pages(TEMPLATES, HEAD)
        place = Place(HOME, "klinik_survei", lambda: DomainError("survey.no_draft"))
        self._visitor = Visitor(context, self._pages, place)

    def make_router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix=HOME, include_in_schema=False)
        guarded, look, send = self._visitor.guarded, ["GET", "HEAD"], ["POST"]
        self._visitor.add_routes(router)
        router.add_api_route("", guarded(self.start), methods=look)
        router.add_api_route("/mulai", guarded(self.begin), methods=send)
        router.add_api_route("/tanya/{step}", guarded(self.show), methods=look)
        router.add_api_route("/tanya/{step}", guarded(self.take), methods=send)
        router.add_api_route("/saran", guarded(self.ask_remark), methods=look)
        router.add_api_route("/saran", guarded(self.take_remark), methods=send)
        router.add_api_route("/periksa", guarded(self.check), methods=look)
        router.add_api_route("/kirim", guarded(self.send), methods=send)
        router.add_api_route("/hapus", guarded(self.discard), methods=send)
        router.add_api_route("/terima-kasih", guarded(self.thanks), methods=look)
        return router

    async def start(self, request: Request) -> Response:
        """The first page: what this is, what is kept, and what can be done now."""
        now = self._context.clock.now()
        async with self._context.db.read() as session:
            office, code = await self._visitor.office_named(session, request)
            conversation = await self._visitor.found(session, request)
            draft, taken = None, False
            if conversation is not None:
                draft = await service.find_draft(session, now, conversation.id)
                taken = await service.has_answered(session, now, _who(conversation), office.id)
            if draft is not None:
                office = await office_by_id(session, draft.office_id)
            period = await service.present_quarter(session, now, office.id)
        page = contexts.StartPage(
            office_name=office.name,
            office_code=office.code,
            given_code=code,
            period=period.label,
            next_opens=contexts.opens_again(period),
            notice=self._context.texts("survey.notice"),
            done=None if draft is None else draft.answered,
            taken=taken,
            known=self._visitor.is_known(request),
        )
        return self._pages.response("survei_mulai.html", page)

    async def begin(self, request: Request) -> Response:
        """Begin, or go on; a browser without a key gets one."""
        fields, now = await fields_of(request), self._context.clock.now()
        key = self._visitor.key_for(request)
        async with self._context.db.write() as session:
            conversation = await self._visitor.conversation_for(session, key)
            draft = None
            if fields.line("cara") == "resume":
                draft = await service.find_draft(session, now, conversation.id)
            if draft is None:
                office = await self._visitor.choose_office(session, conversation, fields.line("kantor"))
                draft = await service.begin(session, now, _who(conversation), office.id)
        return self._visitor.keep(see_other(_place(draft)), key)

    async def show(self, request: Request) -> Response:
        """One question."""
        draft = await self._read(request)
        step = request.path_params["step"]
        if step not in _STEPS:
            return see_other(_place(draft))
        page = contexts.question_page(self._context.texts, draft, step)
        return self._pages.response("survei_tanya.html", page)

    async def take(self, request: Request) -> Response:
        """One score; a refused one is shown again with what is wrong."""
        fields, step = await fields_of(request), request.path_params["step"]
        typed = fields.line("jawaban")
        try:
            async with self._context.db.write() as session:
                conversation = await self._visitor.locked(session, request)
                now = self._context.clock.now()
                draft = await service.answer(session, now, conversation.id, step, typed)
        except DomainError as error:
            if error.code != "survey.score_unknown":
                raise
            page = contexts.question_page(
                self._context.texts, await self._read(request), step, error=problem_text(error)
            )
            return self._pages.response("survei_tanya.html", page, status=status_of(error))
        return see_other(_place(draft, step))

    async def ask_remark(self, request: Request) -> Response:
        """The free words."""
        page = contexts.remark_page(self._context.texts, await self._read(request))
        return self._pages.response("survei_saran.html", page)

    async def take_remark(self, request: Request) -> Response:
        """The words, or none."""
        words = (await fields_of(request)).text("saran")
        try:
            async with self._context.db.write() as session:
                conversation = await self._visitor.locked(session, request)
                await service.remark(session, self._context.clock.now(), conversation.id, words)
        except DomainError as error:
            if error.code != "survey.remark_long":
                raise
            draft = await self._read(request)
            page = contexts.remark_page(self._context.texts, draft, error=problem_text(error), given=words)
            return self._pages.response("survei_saran.html", page, status=status_of(error))
        return see_other(f"{HOME}/periksa")

    async def check(self, request: Request) -> Response:
        """Every answer, to be looked over and changed."""
        page = contexts.check_page(self._context.texts, await self._read(request))
        return self._pages.response("survei_periksa.html", page)

    async def send(self, request: Request) -> Response:
        """Count the answers."""
        try:
            async with self._context.db.write() as session:
                conversation = await self._visitor.locked(session, request)
                now = self._context.clock.now()
                draft = await service.find_draft(session, now, conversation.id)
                await service.send(session, now, _who(conversation))
                code = (await office_by_id(session, draft.office_id)).code if draft else ""
        except DomainError as error:
            if error.code != "survey.incomplete":
                raise
            return see_other(f"{HOME}/periksa")
        return see_other(f"{HOME}/terima-kasih?kantor={code}")

    async def discard(self, request: Request) -> Response:
        """Forget the answers that were not sent."""
        async with self._context.db.write() as session:
            conversation = await self._visitor.locked(session, request)
            await service.discard(session, conversation.id)
        return see_other(HOME)

    async def thanks(self, request: Request) -> Response:
        """The last page; it knows nothing of the answers any more."""
        async with self._context.db.read() as session:
            office, _code = await self._visitor.office_named(session, request)
            period = await service.present_quarter(session, self._context.clock.now(), office.id)
        words = self._context.texts("survey.thanks", period=period.label, office=office.name)
        page = contexts.ThanksPage(words, office.code, contexts.opens_again(period))
        return self._pages.response("survei_terima.html", page)

    async def _read(self, request: Request) -> SurveyDraft:
        async with self._context.db.read() as session:
            return await self._draft(session, request)

    async def _draft(self, session: AsyncSession, request: Request) -> SurveyDraft:
        conversation = await self._visitor.found(session, request)
        draft = None
        if conversation is not None:
            draft = await service.find_draft(session, self._context.clock.now(), conversation.id)
        if draft is None:
            raise DomainError("survey.no_draft")
        return draft


_STEPS: Final = tuple(element.value for element in Element)


def _place(draft: SurveyDraft, after: str = "") -> str:
    """Where to go on: the next open question from `after` on, else any, then the words and the summary."""
    following = _STEPS[_STEPS.index(after) + 1 : _STEPS.index(after) + 2] if after in _STEPS else ()
    for step in (*following, *_STEPS):
        if step not in draft.values:
            return f"{HOME}/tanya/{step}"
    return f"{HOME}/periksa" if REMARK in draft.values else f"{HOME}/saran"


def _who(conversation: Conversation) -> Respondent:
    return Respondent(conversation.channel, conversation.address, conversation.id)
