"""The addresses that the chat page uses: a key, sending, and reading what is there."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse

from afk_core.infra.database import is_outage
from afk_core.infra.errors import DomainError
from bot.channels.webchat.bodies import SendBody, payload_of, read_body
from bot.channels.webchat.key import address_of, issue_key
from bot.channels.webchat.outbound import MessagesOut, SessionOut, StoredOut, message_out
from bot.channels.webchat.stream import Streams
from bot.channels.webchat.throttle import Throttle
from bot.context import Context
from bot.conversation.messages import ChannelName
from bot.conversation.store import find_conversation, messages_after
from bot.inbox.receive import Received, receive
from bot.problems import problem_response

PAGE = 200
"""Messages in one answer."""

_NO_STORE = {"Cache-Control": "no-store"}
_PROBLEM: dict[str, Any] = {"content": {"application/problem+json": {}}}
_REFUSED: dict[int | str, dict[str, Any]] = {
    401: {"description": "The key was never issued", **_PROBLEM},
    422: {"description": "Not a message or not a number", **_PROBLEM},
    429: {"description": "Too much in a minute; Retry-After says how long to wait", **_PROBLEM},
    503: {"description": "Nothing was stored; send the same again", **_PROBLEM},
}
_SEND_SCHEMA = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": SendBody.model_json_schema()}},
    }
}

Authorization = Annotated[str, Header(description="`Bearer <key>`")]
After = Annotated[str, Query(description="The number of the last message that is known")]
Latest = Annotated[str, Query(description="Only this many of the newest; `after` is ignored then")]
LastEventId = Annotated[str, Header(description="Goes before `after`")]


def make_router(context: Context, throttle: Throttle) -> APIRouter:
    """The routes under `/api/chat` for words."""
    router = APIRouter(prefix="/api/chat", tags=["web chat"])
    streams = Streams(context)

    @router.post("/sessions", status_code=201, response_model=SessionOut, responses={429: _REFUSED[429]})
    async def new_session(request: Request) -> Response:
        """Make a key for one browser. Nothing is stored until it sends its first message."""
        try:
            throttle.count_key(client_of(request))
        except DomainError as error:
            return problem_response(error)
        return JSONResponse(SessionOut(key=issue_key()).model_dump(), 201, _NO_STORE)

    @router.post(
        "/messages",
        status_code=202,
        response_model=StoredOut,
        responses={400: _PROBLEM, 413: _PROBLEM, **_REFUSED},
        openapi_extra=_SEND_SCHEMA,
    )
    async def send(request: Request, authorization: Authorization = "") -> Response:
        """Store one message. When this answers 202 the message is safe, also if it was sent before."""
        try:
            address = authorized(authorization)
            throttle.count_message(address, client_of(request))
            body = await read_body(request)
            payload = payload_of(body, address)
            await _store(context, Received(f"{address}:{body.client_id}", address, payload))
        except DomainError as error:
            return problem_response(error)
        return JSONResponse(StoredOut(stored=True).model_dump(), 202, _NO_STORE)

    @router.get("/messages", response_model=MessagesOut, responses=_REFUSED)
    async def read(
        request: Request, authorization: Authorization = "", after: After = "0", latest: Latest = ""
    ) -> Response:
        """The messages after a number, oldest first, at most 200."""
        try:
            address = authorized(authorization)
            throttle.count_reading(client_of(request))
            found = await _read(context, address, number(after), number(latest) if latest else None)
        except DomainError as error:
            return problem_response(error)
        return Response(found.model_dump_json(), 200, _NO_STORE, "application/json")

    @router.get("/stream", responses={200: {"content": {"text/event-stream": {}}}, **_REFUSED})
    async def stream(
        request: Request,
        authorization: Authorization = "",
        after: After = "0",
        last_event_id: LastEventId = "",
    ) -> Response:
        """The messages after a number and every later one as it comes, as server-sent events.

        Each is an event `message` whose id is its number. An event `reset` says that the conversation
        begins anew: what was shown is no longer kept.
        """
        try:
            address = authorized(authorization)
            throttle.count_reading(client_of(request))
            return await streams.open(address, number(last_event_id or after))
        except DomainError as error:
            return problem_response(error)

    return router


def authorized(header: str) -> str:
    """The address that the Authorization header opens; raises DomainError `chat.unknown_key`."""
    scheme, _, key = header.partition(" ")
    address = address_of(key.strip()) if scheme.lower() == "bearer" else None
    if address is None:
        raise DomainError("chat.unknown_key")
    return address


def number(text: str) -> int:
    """A message number from an address or a header; raises DomainError `query.invalid`."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise DomainError("query.invalid")
    return int(text)


async def _store(context: Context, item: Received) -> None:
    try:
        await receive(context, ChannelName.WEBCHAT, [item])
    except Exception as error:
        if is_outage(error):
            raise DomainError("service.unavailable") from error
        raise


async def _read(context: Context, address: str, after: int, latest: int | None) -> MessagesOut:
    try:
        async with context.db.read() as session:
            conversation = await find_conversation(session, ChannelName.WEBCHAT, address)
            if conversation is None:
                return MessagesOut(messages=[], last=0, server_time=context.clock.now())
            last = conversation.last_seq
            start = after if latest is None else max(0, last - latest)
            rows = await messages_after(session, conversation.id, start, limit=PAGE)
    except Exception as error:
        if is_outage(error):
            raise DomainError("service.unavailable") from error
        raise
    return MessagesOut(
        messages=[message_out(row) for row in rows], last=last, server_time=context.clock.now()
    )


def client_of(request: Request) -> str:
    """The address of the network that a request comes from."""
    return request.client.host if request.client else "?"
