"""PURE: the variables of canned replies, checked when a reply is saved and filled in when it is used."""

import re
from collections.abc import Mapping
from typing import Final

from afk_core.infra.errors import DomainError

VARIABLES: Final = {
    "nama": "nama pengguna",
    "usaha": "nama usaha pengguna",
    "nomor_tiket": "nomor tiket",
    "kantor": "nama kantor",
    "batas_waktu": "batas waktu jawaban",
    "petugas": "nama Anda",
}
"""Names that may stand in braces, and what is put in their place."""

SAMPLE: Final = {
    "nama": "Rina Wulandari",
    "usaha": "Keripik Tempe Rina",
    "nomor_tiket": "160100-2026-00042",
    "kantor": "KPPBC TMP B Balikpapan",
    "batas_waktu": "Senin, 23 November 2026 pukul 10.25 WITA",
    "petugas": "Sari",
}
"""What a preview is filled in with."""

_NAME = re.compile(r"\{([^{}]*)\}")


def checked(text: str) -> str:
    """The text, if every brace belongs to a known variable.

    Raises DomainError `canned.variable_unknown` (`found`, `known`) and `canned.brace_open`.
    """
    unknown = [name for name in _NAME.findall(text) if name.strip() not in VARIABLES]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in VARIABLES)
        raise DomainError("canned.variable_unknown", found=f"{{{unknown[0][:40]}}}", known=known)
    if re.search(r"[{}]", _NAME.sub("", text)):
        raise DomainError("canned.brace_open")
    return text


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with the values in the places of their names; a missing value leaves a row of dots.

    A value is put in as it is: braces in somebody's name are no variables.
    """
    return _NAME.sub(lambda found: values.get(found[1].strip(), "") or "……", text)
