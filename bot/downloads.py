"""Gives a stored file to a browser so that it can only be kept or, where asked, looked at."""

from urllib.parse import quote

from fastapi import Response

from afk_core.files.file import CheckedFile

_LOCKED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Whatever a file holds, it runs nothing and fetches nothing; a browser's own viewer sets inline styles."""


def download(file: CheckedFile, *, look: bool = False) -> Response:
    """The file as a download; with `look` a picture is shown in the window instead."""
    shown = "inline" if look and file.kind.is_image else "attachment"
    plain = file.name.encode("ascii", "replace").decode("ascii").replace("?", "_")
    return Response(
        file.content,
        media_type=file.kind.media_type,
        headers={
            "Content-Disposition": f"{shown}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name)}",
            "Content-Security-Policy": _LOCKED,
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )
