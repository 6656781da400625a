"""The one door for files: judged by content, named harmlessly, within a size. Pure."""

import hashlib
from collections.abc import Collection

from afk_core.files.content import Damaged, Unsafe, kind_of
from afk_core.files.file import EVERY_KIND, CheckedFile, FileKind
from afk_core.files.naming import names_a_program, safe_name
from afk_core.infra.errors import DomainError

_MEGABYTE = 1024 * 1024


def accept(
    content: bytes, name: str, *, max_bytes: int, allowed: Collection[FileKind] = EVERY_KIND
) -> CheckedFile:
    """The file, if it is whole, harmless, of an `allowed` kind and at most `max_bytes` long.

    The kind is read from the content; the name only gives words, and its ending follows the kind.
    Raises DomainError `file.empty`, `file.too_large` (`limit` in MB), `file.kind_refused` (`allowed`),
    `file.unsafe`, `file.damaged`.
    """
    if not content:
        raise DomainError("file.empty")
    if len(content) > max_bytes:
        raise too_large(max_bytes)
    if names_a_program(name):
        raise DomainError("file.unsafe")
    try:
        kind = kind_of(content)
    except Unsafe:
        raise DomainError("file.unsafe") from None
    except Damaged:
        raise DomainError("file.damaged") from None
    if kind is None or kind not in allowed:
        raise DomainError("file.kind_refused", allowed=kinds_in_words(allowed))
    return CheckedFile(content, safe_name(name, kind), kind, hashlib.sha256(content).hexdigest())


def too_large(max_bytes: int) -> DomainError:
    """The refusal of a file that is longer than `max_bytes`."""
    return DomainError("file.too_large", limit=max(1, max_bytes // _MEGABYTE))


def kinds_in_words(allowed: Collection[FileKind]) -> str:
    """The kinds as a person reads them: "PDF, JPEG, PNG"."""
    return ", ".join(kind.label for kind in FileKind if kind in allowed)
