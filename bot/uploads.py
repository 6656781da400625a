"""Reads a posted file (`multipart/form-data`) within bounds, and in memory: nothing is spooled to disk."""

from collections.abc import AsyncGenerator, Mapping

from fastapi import Request
from msgspec import Struct
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from afk_core.files.accept import too_large
from afk_core.infra.errors import DomainError

_FIELD_BYTES = 32 * 1024
_OVERHEAD_BYTES = 64 * 1024
_MAX_FIELDS = 20


class Upload(Struct, frozen=True):
    """The fields of a form and its one file; without a file `content` is empty."""

    fields: Mapping[str, str]
    name: str
    content: bytes


async def read_upload(request: Request, *, max_bytes: int, field: str) -> Upload:
    """The form of `request`, whose file stands in `field`.

    Raises DomainError `file.too_large` as soon as too much has come, and `request.invalid` for what is no
    form of one file.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise DomainError("request.invalid", reason="multipart/form-data")
    parser = MultiPartParser(
        request.headers,
        _bounded(request, max_bytes),
        max_files=1,
        max_fields=_MAX_FIELDS,
        max_part_size=_FIELD_BYTES,
    )
    parser.spool_max_size = max_bytes + _OVERHEAD_BYTES
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError):
        raise DomainError("request.invalid", reason="multipart/form-data") from None
    try:
        fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        sent = form.get(field)
        if not isinstance(sent, UploadFile):
            return Upload(fields, "", b"")
        return Upload(fields, sent.filename or "", await sent.read())
    finally:
        await form.close()


async def _bounded(request: Request, max_bytes: int) -> AsyncGenerator[bytes, None]:
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen > max_bytes + _OVERHEAD_BYTES:
            raise too_large(max_bytes)
        yield chunk
