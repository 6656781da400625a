"""Plain data about files: their kinds, a file that passed the checks, and what is shown of a stored one."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class FileKind(StrEnum):
    """What a file can be, as stored; told by its content, never by its name."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    DOCX = "docx"
    XLSX = "xlsx"
    JSON = "json"
    """Made by the service for a person's own data; never taken from anybody."""

    @property
    def media_type(self) -> str:
        """The type that a browser and a channel are told."""
        return _MEDIA_TYPES[self]

    @property
    def extension(self) -> str:
        """The end of a name, with its dot."""
        return ".jpg" if self is FileKind.JPEG else f".{self.value}"

    @property
    def label(self) -> str:
        """What people read."""
        return self.value.upper()

    @property
    def is_image(self) -> bool:
        """Whether a browser can show it in the page."""
        return self in (FileKind.JPEG, FileKind.PNG, FileKind.WEBP)


_OFFICE_OPEN = "application/vnd.openxmlformats-officedocument"
_MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.WEBP: "image/webp",
    FileKind.DOCX: f"{_OFFICE_OPEN}.wordprocessingml.document",
    FileKind.XLSX: f"{_OFFICE_OPEN}.spreadsheetml.sheet",
    FileKind.JSON: "application/json",
}

EVERY_KIND = frozenset(FileKind) - {FileKind.JSON}
"""All kinds that the service takes anywhere."""


class CheckedFile(Struct, frozen=True):
    """A file that passed `accept`: its content, a harmless name with the ending of its kind."""

    content: bytes
    name: str
    kind: FileKind
    sha256: str

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)


class FileView(Struct, frozen=True):
    """What is shown of a stored file; when `removed` its content and name are gone."""

    id: int
    name: str
    kind: FileKind
    size: int
    sha256: str
    stored_at: datetime
    removed: bool = False
