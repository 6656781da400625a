"""Files of the web chat: posted with the browser's key, stored once, given back to whoever has the key."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse

from afk_core.files import service as files
from afk_core.files.file import CheckedFile
from afk_core.infra.database import is_outage
from afk_core.infra.errors import DomainError
from bot.channels.webchat.api import Authorization, authorized, client_of
from bot.channels.webchat.bodies import clean
from bot.channels.webchat.outbound import StoredOut
from bot.channels.webchat.throttle import Throttle
from bot.context import Context
from bot.conversation.file_store import is_in_conversation
from bot.conversation.messages import MAX_TEXT, ChannelName, InboundKind
from bot.conversation.store import find_conversation
from bot.downloads import download
from bot.inbox.receive import Received, keep
from bot.presence import TYPING, USER, conversation_place, sign
from bot.problems import problem_response
from bot.uploads import Upload, read_upload

_PROBLEM: dict[str, Any] = {"content": {"application/problem+json": {}}}
_TEXT = {"type": "string"}
_UPLOAD_SCHEMA = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["client_id", "berkas"],
                    "properties": {
                        "client_id": {"type": "string", "format": "uuid"},
                        "berkas": {"type": "string", "format": "binary"},
                        "text": _TEXT,
                        "album": _TEXT,
                    },
                }
            }
        },
    }
}

FileId = Annotated[int, Path(ge=1, lt=2**63, description="The id of a file of this conversation")]


def make_router(context: Context, throttle: Throttle) -> APIRouter:
    """The routes under `/api/chat/files`."""
    router = APIRouter(prefix="/api/chat", tags=["web chat"])

    @router.post(
        "/files",
        status_code=202,
        response_model=StoredOut,
        responses={400: _PROBLEM, 401: _PROBLEM, 413: _PROBLEM, 415: _PROBLEM, 422: _PROBLEM, 429: _PROBLEM},
        openapi_extra=_UPLOAD_SCHEMA,
    )
    async def send(request: Request, authorization: Authorization = "") -> Response:
        """Store one file as a message. The same `client_id` again is the same message.

        `text` is what was written beside it; files of one `album` (any word) were chosen together. The
        kind is judged by the content: PDF, JPEG, PNG, WEBP, DOCX, XLSX.
        """
        try:
            address = authorized(authorization)
            throttle.count_file(address, client_of(request))
            most = context.settings.file_bytes
            upload = await read_upload(request, max_bytes=most, field="berkas")
            if not upload.name and not upload.content:
                raise DomainError("file.missing")
            checked = files.accept(upload.content, upload.name, max_bytes=most)
            await _store(context, address, upload, checked)
        except DomainError as error:
            return problem_response(error)
        return JSONResponse(StoredOut(stored=True).model_dump(), 202, {"Cache-Control": "no-store"})

    @router.get("/files/{file_id}", responses={200: {"content": {"*/*": {}}}, 401: _PROBLEM, 404: _PROBLEM})
    async def read(request: Request, file_id: FileId, authorization: Authorization = "") -> Response:
        """The content of a file that a message of this conversation carries."""
        try:
            address = authorized(authorization)
            throttle.count_reading(client_of(request))
            return download(await _read(context, address, file_id))
        except DomainError as error:
            return problem_response(error)

    @router.post("/typing", status_code=204, responses={401: _PROBLEM, 429: _PROBLEM})
    async def typing(request: Request, authorization: Authorization = "") -> Response:
        """Say that the person types, for the officer who has their ticket open; nothing is stored."""
        try:
            address = authorized(authorization)
            throttle.count_reading(client_of(request))
            await _tell_typing(context, address)
        except DomainError as error:
            return problem_response(error)
        return Response(status_code=204)

    return router


async def _tell_typing(context: Context, address: str) -> None:
    try:
        async with context.db.read() as session:
            conversation = await find_conversation(session, ChannelName.WEBCHAT, address)
        if conversation is not None:
            await context.tell_presence(sign(conversation_place(conversation.id), USER, TYPING))
    except Exception as error:
        if is_outage(error):
            raise DomainError("service.unavailable") from error
        raise


async def _store(context: Context, address: str, upload: Upload, checked: CheckedFile) -> None:
    """Store file and message in one transaction; of a repetition nothing is stored."""
    client_id = _client_id(upload)
    text = clean(upload.fields.get("text", ""))
    if len(text) > MAX_TEXT:
        raise DomainError("message.too_long", length=len(text), limit=MAX_TEXT)
    try:
        async with context.db.write() as session:
            now = context.clock.now()
            file_id = await files.store(session, now, checked)
            payload = {
                "address": address,
                "client_id": client_id,
                "kind": InboundKind.FILE.value,
                "text": text,
                "files": [file_id],
                "album": clean(upload.fields.get("album", ""))[:64],
            }
            item = Received(f"{address}:{client_id}", address, payload)
            if not await keep(context, session, ChannelName.WEBCHAT, [item]):
                await files.remove(session, now, [file_id])
    except Exception as error:
        if is_outage(error):
            raise DomainError("service.unavailable") from error
        raise


async def _read(context: Context, address: str, file_id: int) -> CheckedFile:
    try:
        async with context.db.read() as session:
            conversation = await find_conversation(session, ChannelName.WEBCHAT, address)
            if conversation is None or not await is_in_conversation(session, conversation.id, file_id):
                raise DomainError("file.not_found")
            return await files.read(session, file_id)
    except DomainError:
        raise
    except Exception as error:
        if is_outage(error):
            raise DomainError("service.unavailable") from error
        raise


def _client_id(upload: Upload) -> str:
    try:
        found = UUID(upload.fields.get("client_id", ""))
    except ValueError:
        found = None
    if found is None or found.version != 4:
        raise DomainError("message.malformed")
    return str(found)
