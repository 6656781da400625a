"""Who fills in a form on the web: the browser's cookie, the conversation behind it, and its office."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from fastapi import APIRouter, Header, Request, Response
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.offices.models import Office
from afk_core.offices.service import office_by_id
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
from bot.webform.pages import Pages, see_other

Page = Callable[[Request], Awaitable[Response]]

_PAGES_PER_MESSAGE: Final = 3
"""Pressing "Lanjut" is quicker than writing."""
_LONGEST_CODE: Final = 20


class Place(Struct, frozen=True):
    """Where a form lives: the address `home`, the name of its `cookie`, and the error for a browser that has
    begun nothing, which leads to the beginning."""

    home: str
    cookie: str
    nothing_begun: Callable[[], DomainError]


class Visitor:
    """The same for every form: each is filled in over the draft of a conversation of the web chat."""

    def __init__(self, context: Context, pages: Pages, place: Place) -> None:
        settings = context.settings
        self._context = context
        self._pages = pages
        self._place = place
        self._key = FormKey(place.cookie, place.home, settings.base_url.startswith("https://"))
        self._throttle = Throttle(
            settings.messages_per_minute * _PAGES_PER_MESSAGE, settings.files_per_minute
        )

    def add_routes(self, router: APIRouter) -> None:
        """The two that every form has: to go on with the chat's key, and to be forgotten."""
        router.add_api_route("/kunci", self._adopt, methods=["POST"])
        router.add_api_route("/keluar", self.guarded(self._leave), methods=["POST"])

    def guarded(self, page: Page) -> Page:
        """`page`, with a refusal shown as a page that says what to do."""

        async def guarded(request: Request) -> Response:
            try:
                if request.method == "POST":
                    own_site_only(request)
                    client = request.client.host if request.client else "?"
                    self._throttle.count_message(self._key.address(request) or client, client)
                return await page(request)
            except DomainError as error:
                if error.code == self._place.nothing_begun().code:
                    return see_other(self._place.home)
                return self._pages.trouble(problem_text(error), status_of(error))

        return guarded

    def is_known(self, request: Request) -> bool:
        """Whether this browser carries a key already."""
        return self._key.address(request) is not None

    def key_for(self, request: Request) -> str:
        """The browser's key, or a new one."""
        return request.cookies.get(self._key.name, "") if self.is_known(request) else self._key.issue()

    def keep(self, response: Response, key: str) -> Response:
        """`response`, after which the browser keeps `key`."""
        self._key.keep(response, key)
        return response

    async def conversation_for(self, session: AsyncSession, key: str) -> Conversation:
        """The conversation of a key, made when it is new, locked."""
        address = authorized(f"Bearer {key}")
        return await locked_conversation(session, self._context.clock.now(), ChannelName.WEBCHAT, address)

    async def found(self, session: AsyncSession, request: Request) -> Conversation | None:
        """The conversation of the cookie, for reading."""
        address = self._key.address(request)
        return await find_conversation(session, ChannelName.WEBCHAT, address) if address else None

    async def locked(self, session: AsyncSession, request: Request) -> Conversation:
        """The conversation of the cookie, locked: the chat may be filling in the same draft.

        Raises the DomainError of `nothing_begun`.
        """
        found = await self.found(session, request)
        if found is None:
            raise self._place.nothing_begun()
        now = self._context.clock.now()
        return await locked_conversation(session, now, ChannelName.WEBCHAT, found.address)

    async def choose_office(self, session: AsyncSession, conversation: Conversation, code: str) -> Office:
        """The office that the link named, which the conversation belongs to from now on; else its own."""
        if code:
            try:
                office = await default_office(session, code)
            except DomainError:
                pass
            else:
                conversation.office_id = office.id
                return office
        return await self.office_of(session, conversation)

    async def office_of(self, session: AsyncSession, conversation: Conversation | None) -> Office:
        """The office of the conversation, else the one that serves here."""
        if conversation is not None and conversation.office_id is not None:
            office = await office_by_id(session, conversation.office_id)
            if office.active:
                return office
        return await default_office(session, self._context.settings.office)

    async def office_named(self, session: AsyncSession, request: Request) -> tuple[Office, str]:
        """The office that the address names, and the code in it as it goes on to the next page."""
        code = request.query_params.get("kantor", "")[:_LONGEST_CODE]
        for wanted in (code, self._context.settings.office):
            try:
                return await default_office(session, wanted), code
            except DomainError:
                continue
        return await default_office(session, ""), code

    async def _adopt(self, request: Request, authorization: Annotated[str, Header()] = "") -> Response:
        """Let the form go on with the key of the chat in the same browser."""
        own_site_only(request)
        authorized(authorization)
        return self.keep(Response(status_code=204), authorization.partition(" ")[2].strip())

    async def _leave(self, request: Request) -> Response:
        """Let this browser forget who filled in the form."""
        response = see_other(self._place.home)
        self._key.forget(response)
        return response


async def fields_of(request: Request) -> Form:
    """What was posted; raises DomainError `body.too_large`."""
    try:
        return await read_form(request)
    except FormTooLarge:
        raise DomainError("body.too_large") from None
