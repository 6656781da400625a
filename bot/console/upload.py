"""Reading a posted file of the console: within bounds, its form's token checked."""

from fastapi import Request

from afk_core.officers.service import Viewer
from bot.console.session import ForgedForm, same
from bot.uploads import Upload, read_upload


async def posted_file(request: Request, viewer: Viewer, *, max_bytes: int) -> Upload:
    """The form with a file in the field `berkas` that the viewer posted.

    Raises `ForgedForm`, and DomainError `file.too_large`, `request.invalid`.
    """
    upload = await read_upload(request, max_bytes=max_bytes, field="berkas")
    if not same(upload.fields.get("csrf", ""), viewer.csrf_token):
        raise ForgedForm
    return upload
