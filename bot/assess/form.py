"""The self-assessment on the web: one question a page, over the same draft as the chat."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Header, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.offices.models import Office
from afk_core.offices.service import office_by_id
from afk_core.umkm.assess import service, steps
from afk_core.umkm.assess.assessment import AssessmentDraft
from bot.assess import contexts
from bot.assess.links import result_token
from bot.assess.pages import Pages, see_other
from bot.channels.webchat.api import authorized
from bot.channels.webchat.form_key import FormKey, own_site_only
from bot.channels.webchat.throttle import Throttle
from bot.console.form import Form, FormTooLarge, read_form
from bot.context import Context
from bot.conversation.messages import ChannelName
from bot.conversation.models import Conversation
from bot.conversation.store import find_conversation, locked_conversation
from bot.home import default_office
from bot.problems import problem_text, status_of

_MODES: Final = ("begin", "resume", "update")
_PAGES_PER_MESSAGE: Final = 3
"""Pressing "Lanjut" is quicker than writing."""


class AssessForm:
    """The routes below `/nilai`, except the results."""

    def __init__(self, context: Context, pages: Pages) -> None:
        self._context = context
        self._pages = pages
        self._key = FormKey("klinik_nilai", "/nilai", context.settings.base_url.startswith("https://"))
        self._throttle = Throttle(
            context.settings.messages_per_minute * _PAGES_PER_MESSAGE, context.settings.files_per_minute
        )

    def make_router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/nilai", include_in_schema=False)
        router.add_api_route("", self._guarded(self.start), methods=["GET", "HEAD"])
        router.add_api_route("/kunci", self.adopt, methods=["POST"])
        router.add_api_route("/mulai", self._guarded(self.begin), methods=["POST"])
        router.add_api_route("/tanya/{step}", self._guarded(self.show), methods=["GET", "HEAD"])
        router.add_api_route("/tanya/{step}", self._guarded(self.take), methods=["POST"])
        router.add_api_route("/periksa", self._guarded(self.check), methods=["GET", "HEAD"])
        router.add_api_route("/selesai", self._guarded(self.finish), methods=["POST"])
        router.add_api_route("/hapus", self._guarded(self.discard), methods=["POST"])
        router.add_api_route("/keluar", self._guarded(self.leave), methods=["POST"])
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
                if error.code == "assess.no_draft":
                    return see_other("/nilai")
                return self._pages.trouble(problem_text(error), status_of(error))

        return guarded

    async def start(self, request: Request) -> Response:
        """The first page: what this is, and what can be done now."""
        address = self._key.address(request)
        async with self._context.db.read() as session:
            office = await self._office(session, request.query_params.get("kantor", ""))
            conversation = address and await find_conversation(session, ChannelName.WEBCHAT, address)
            draft, results = None, []
            if conversation:
                draft = await service.find_draft(session, self._context.clock.now(), conversation.id)
                results = await service.results_of(session, conversation.id)
        page = contexts.start_page(
            self._context.texts, office, draft, results, self._office_code(request), known=bool(address)
        )
        return self._pages.response("mulai.html", page)

    async def adopt(self, request: Request, authorization: Annotated[str, Header()] = "") -> Response:
        """Let the form go on with the key of the chat in the same browser."""
        own_site_only(request)
        authorized(authorization)
        response = Response(status_code=204)
        self._key.keep(response, authorization.partition(" ")[2].strip())
        return response

    async def begin(self, request: Request) -> Response:
        """Begin, go on, or take up the last answers; a browser without a key gets one."""
        fields = await _fields(request)
        mode = fields.line("cara")
        key = request.cookies.get(self._key.name, "") if self._key.address(request) else self._key.issue()
        async with self._context.db.write() as session:
            conversation = await self._conversation(session, key)
            office = await self._chosen_office(session, conversation, fields.line("kantor"))
            draft = await self._draft_for(session, conversation, office, mode if mode in _MODES else "begin")
        response = see_other(_place(draft))
        self._key.keep(response, key)
        return response

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
        fields, step = await _fields(request), request.path_params["step"]
        typed = fields.line("jawaban")
        value = "0" if "tidak_ingat" in fields.fields else _number(typed) if step in steps.COUNTS else typed
        try:
            async with self._context.db.write() as session:
                conversation = await self._locked(session, request)
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
            conversation = await self._locked(session, request)
            office = await self._chosen_office(session, conversation, "")
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
            conversation = await self._locked(session, request)
            await service.discard(session, conversation.id)
        return see_other("/nilai")

    async def leave(self, request: Request) -> Response:
        """Let this browser forget who filled in the form."""
        response = see_other("/nilai")
        self._key.forget(response)
        return response

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

    async def _conversation(self, session: AsyncSession, key: str) -> Conversation:
        address = authorized(f"Bearer {key}")
        return await locked_conversation(session, self._context.clock.now(), ChannelName.WEBCHAT, address)

    async def _locked(self, session: AsyncSession, request: Request) -> Conversation:
        """The conversation of the cookie, locked: the chat may be filling in the same draft."""
        address = self._key.address(request)
        if address is None or await find_conversation(session, ChannelName.WEBCHAT, address) is None:
            raise DomainError("assess.no_draft")
        return await locked_conversation(session, self._context.clock.now(), ChannelName.WEBCHAT, address)

    async def _draft(self, session: AsyncSession, request: Request) -> AssessmentDraft:
        address = self._key.address(request)
        conversation = address and await find_conversation(session, ChannelName.WEBCHAT, address)
        draft = None
        if conversation:
            draft = await service.find_draft(session, self._context.clock.now(), conversation.id)
        if draft is None:
            raise DomainError("assess.no_draft")
        return draft

    async def _chosen_office(self, session: AsyncSession, conversation: Conversation, code: str) -> Office:
        """The office that the link named, else that of the conversation, else the one that serves here."""
        if code:
            try:
                office = await default_office(session, code)
            except DomainError:
                pass
            else:
                conversation.office_id = office.id
                return office
        return await self._office_of(session, conversation)

    async def _office_of(self, session: AsyncSession, conversation: Conversation) -> Office:
        if conversation.office_id is not None:
            office = await office_by_id(session, conversation.office_id)
            if office.active:
                return office
        return await default_office(session, self._context.settings.office)

    async def _office(self, session: AsyncSession, code: str) -> Office:
        for wanted in (code, self._context.settings.office):
            try:
                return await default_office(session, wanted)
            except DomainError:
                continue
        return await default_office(session, "")

    def _office_code(self, request: Request) -> str:
        return request.query_params.get("kantor", "")[:20]


def _place(draft: AssessmentDraft, after: str | None = None) -> str:
    step = steps.next_open(draft.values, after)
    return "/nilai/periksa" if step is None else f"/nilai/tanya/{step}"


def _number(typed: str) -> str:
    """A number as people write it ("1.200"); zero says "not known" only by its own button."""
    plain = typed.replace(".", "").replace(" ", "")
    return plain if plain.strip("0") else "-"


async def _fields(request: Request) -> Form:
    try:
        return await read_form(request)
    except FormTooLarge:
        raise DomainError("body.too_large") from None
