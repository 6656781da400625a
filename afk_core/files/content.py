"""Tells the kind of a file by its bytes, and refuses what is also something else. Pure.

A file that is two things at once (a picture that is a page, a document with a program behind it) passes
each reader that looks at one of them. Every kind here must therefore begin and end as its format says.
"""

import io
import re
import struct
import zipfile
from typing import Final

import filetype

from afk_core.files.file import FileKind

_BY_MEDIA_TYPE: Final = {kind.media_type: kind for kind in FileKind}
_LOOK_BYTES: Final = 1024
_ARCHIVE_END: Final = b"PK\x05\x06"
_ARCHIVE_TAIL: Final = 22 + 65_535
"""An archive is one by what stands at most so far before the end of the file, whatever comes first."""

# A browser that guesses looks at the first bytes only; later bytes are a picture's own business.
_PAGE: Final = re.compile(
    rb"<\s*(?:!doctype|html|head|body|script|iframe|svg|object|embed|\?php|\?xml-stylesheet|%)", re.IGNORECASE
)
_BEHIND: Final = re.compile(
    rb"PK\x03\x04|PK\x05\x06|%PDF-|<\s*(?:script|html|svg|\?php)|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c",
    re.IGNORECASE,
)
_PROGRAM: Final = re.compile(rb"MZ.{58,62}|\x7fELF|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe|#!", re.DOTALL)

_ZIP: Final = b"PK\x03\x04"
_MAIN_PARTS: Final = {"word/document.xml": FileKind.DOCX, "xl/workbook.xml": FileKind.XLSX}
_MAX_MEMBERS: Final = 5_000
_MAX_UNPACKED: Final = 400 * 1024 * 1024
_RUNS: Final = re.compile(
    r"vbaproject|\.(?:exe|dll|js|vbs|hta|bat|cmd|ps1|html?|svg|swf|jar)$", re.IGNORECASE
)


class Unsafe(Exception):
    """The file is, or hides, something that a computer would run or show as a page."""


class Damaged(Exception):
    """The file begins as a kind that is taken, but is not a whole one."""


def kind_of(content: bytes) -> FileKind | None:
    """The kind of `content`, None for one that is not taken; raises Unsafe and Damaged."""
    head = content[:_LOOK_BYTES]
    if _PROGRAM.match(head) or _PAGE.search(head):
        raise Unsafe
    if head.startswith(_ZIP):
        return _office_kind(content)
    guessed = filetype.guess(content)
    kind = None if guessed is None else _BY_MEDIA_TYPE.get(guessed.mime)
    match kind:
        case FileKind.PDF:
            _check_pdf(content)
        case FileKind.JPEG:
            _check_jpeg(content)
        case FileKind.PNG:
            _check_png(content)
        case FileKind.WEBP:
            _check_webp(content)
        case _:
            return None
    if _ARCHIVE_END in content[-_ARCHIVE_TAIL:]:
        raise Unsafe
    return kind


def _check_pdf(content: bytes) -> None:
    if not content.startswith(b"%PDF-"):
        raise Unsafe
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Damaged
    _refuse_behind(content[end:])
    if b"/Launch" in content:
        # An action that starts a program; forms and scans have none.
        raise Unsafe


def _check_jpeg(content: bytes) -> None:
    # Telephones put further pictures and films behind the end; only what would run is refused.
    end = content.rfind(b"\xff\xd9")
    if end < 0:
        raise Damaged
    _refuse_behind(content[end:])


def _check_png(content: bytes) -> None:
    at = 8
    while at + 12 <= len(content):
        length, name = struct.unpack(">I4s", content[at : at + 8])
        at += 12 + length
        if name == b"IEND":
            _refuse_behind(content[at:])
            return
    raise Damaged


def _check_webp(content: bytes) -> None:
    end = 8 + struct.unpack("<I", content[4:8])[0] if len(content) >= 12 else 0
    if not 12 < end <= len(content) + 1:
        raise Damaged
    _refuse_behind(content[end:])


def _refuse_behind(rest: bytes) -> None:
    if _BEHIND.search(rest):
        raise Unsafe


def _office_kind(content: bytes) -> FileKind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Damaged from None
    names = {member.filename for member in members}
    kind = next((kind for part, kind in _MAIN_PARTS.items() if part in names), None)
    if kind is None or "[Content_Types].xml" not in names:
        return None
    if any(_RUNS.search(name) for name in names) or any(member.flag_bits & 0x1 for member in members):
        raise Unsafe
    if len(members) > _MAX_MEMBERS or sum(member.file_size for member in members) > _MAX_UNPACKED:
        raise Unsafe
    if min(member.header_offset for member in members) != 0:
        raise Unsafe
    return kind
