"""Files for browsers: read once, packed once, and known by what they contain."""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from msgspec import Struct

_FOREVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "public, no-cache"
_MIN_PACKED: Final = 600
_VERSION: Final = re.compile(r"[0-9a-f]{12}")


class StaticFile(Struct, frozen=True):
    """One file in the forms in which it is sent; `tag` changes with its content."""

    body: bytes
    packed: bytes | None
    media_type: str
    tag: str


class StaticFiles:
    """The files of some folders by their path; `version` changes when any of them does."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._files = {
            path.relative_to(folder).as_posix(): _load(path)
            for folder in folders
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        tags = "".join(f"{name}{file.tag}" for name, file in sorted(self._files.items()))
        self.version = hashlib.sha256(tags.encode()).hexdigest()[:12]

    def names(self, folder: str) -> tuple[str, ...]:
        """The names of the files whose path begins with `folder`."""
        return tuple(name for name in self._files if name.startswith(folder))

    def address(self, name: str) -> str:
        """The address of a file, which a browser may keep for ever."""
        return f"/static/{self.version}/{name}"

    def response(self, request: Request, name: str, *, forever: bool = False) -> Response:
        """The file, or 304 if the browser has it, or 404."""
        file = self._files.get(name)
        if file is None:
            return Response("Tidak ditemukan", 404, media_type="text/plain; charset=utf-8")
        headers = {
            "Cache-Control": _FOREVER if forever else _ASK_AGAIN,
            "ETag": f'"{file.tag}"',
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
            # The widget's parts are used by the pages of other sites; none of them is private.
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if file.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(file.packed, headers=headers, media_type=file.media_type)
        return Response(file.body, headers=headers, media_type=file.media_type)

    def make_router(self) -> APIRouter:
        """`/static/<name>`, checked at every use, and `/static/<version>/<name>`, kept for ever."""
        router = APIRouter(include_in_schema=False)

        @router.api_route("/static/{name:path}", methods=["GET", "HEAD"])
        async def static_file(request: Request, name: str) -> Response:
            version, _, rest = name.partition("/")
            if _VERSION.fullmatch(version):
                # While replicas are being renewed, a page of the one asks the other for its files.
                return self.response(request, rest, forever=version == self.version)
            return self.response(request, name)

        return router


def _load(path: Path) -> StaticFile:
    body = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix == ".js":
        media_type = "text/javascript"
    packed = gzip.compress(body, mtime=0) if len(body) >= _MIN_PACKED else None
    return StaticFile(
        body=body,
        packed=packed if packed is not None and len(packed) < len(body) else None,
        media_type=f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type,
        tag=hashlib.sha256(body).hexdigest()[:24],
    )
