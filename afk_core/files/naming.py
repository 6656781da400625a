"""Makes the name of a file harmless to show, to log by mistake, and to save. Pure."""

import re
import unicodedata
from pathlib import PurePosixPath

from afk_core.files.file import FileKind

MAX_NAME = 100
_FALLBACK = "berkas"
# What a file system, a header or a shell would read as more than a letter.
_RESERVED = re.compile(r'[<>:"/\\|?*%;`$&\']')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_ACTIVE_ENDINGS = re.compile(
    r"app|apk|bat|chm|cmd|com|cpl|dll|dmg|docm|dotm|exe|gadget|hta|html?|iso|jar|jse?|lnk|mht(ml)?|ms[ip]|php|"
    r"pif|ps1|py|reg|scr|sh|svgz?|url|vb[es]?|ws[fh]|xhtml|xls[bm]|xml|xslt?",
    re.IGNORECASE,
)


def safe_name(name: str, kind: FileKind) -> str:
    """`name` without folders, control and direction signs, at most 100 characters, ending as `kind` does."""
    stem = PurePosixPath(_last_part(name)).stem
    stem = "".join(sign for sign in unicodedata.normalize("NFC", stem) if _is_plain(sign))
    stem = " ".join(_RESERVED.sub(" ", stem).split()).strip(". ")
    if not stem or _DEVICES.fullmatch(stem):
        stem = _FALLBACK
    return stem[: MAX_NAME - len(kind.extension)].rstrip(". ") + kind.extension


def names_a_program(name: str) -> bool:
    """Whether the name claims, by its ending, something that a computer would run or show as a page."""
    _stem, dot, ending = _last_part(name).rpartition(".")
    return bool(dot) and _ACTIVE_ENDINGS.fullmatch(ending.strip()) is not None


def _last_part(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _is_plain(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")
