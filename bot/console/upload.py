"""Reading a posted file of the console: bounded, its form's token checked."""

from dataclasses import dataclass
from typing import Final

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from bot.console.form import FormTooLarge
from bot.console.session import ForgedForm, Gate, SignedOut, same

MAX_UPLOAD_BYTES: Final = 20 * 1024 * 1024
_OVERHEAD_BYTES: Final = 64 * 1024


@dataclass(frozen=True)
class Upload:
    """A posted file with the fields beside it; without a file `content` is empty."""

    content: bytes
    fields: dict[str, str]


async def read_upload(gate: Gate, request: Request, name: str) -> Upload:
    """The file in the field `name` of a `multipart/form-data` form of a signed-in officer.

    Raises `SignedOut`, `ForgedForm`, `FormTooLarge`.
    """
    viewer = await gate.maybe_viewer(request)
    if viewer is None:
        raise SignedOut
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()) or int(length) > MAX_UPLOAD_BYTES + _OVERHEAD_BYTES:
        raise FormTooLarge
    try:
        async with request.form(max_files=1, max_fields=20) as form:
            fields = {key: value for key, value in form.items() if isinstance(value, str)}
            file = form.get(name)
            content = await file.read() if isinstance(file, UploadFile) else b""
    except HTTPException as error:
        raise ForgedForm from error
    if not same(fields.get("csrf", ""), viewer.csrf_token):
        raise ForgedForm
    return Upload(content, fields)
