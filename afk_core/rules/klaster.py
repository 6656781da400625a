"""Which klaster fits an UMKM (PER-25/BC/2024 Lampiran B angka 1, Lampiran C)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from afk_core.rules.lampiran_c import CODES, ITEMS, Aspect, Level, items_of

MANY_EXPORTS: Final = 10
"""Lampiran B angka 1 huruf c angka 4 huruf b: Berkelanjutan needs more exports than this."""

ONE_COUNTRY: Final = 1
"""Lampiran B angka 1 huruf c angka 4 huruf c: Berkelanjutan needs more countries than this."""

READY_ASPECTS: Final = 5
"""How many of the eight aspects must stand at the Siap level; our reading, the annex names no number."""

QUANTITY: Final = ("2b",)
QUALITY: Final = ("4c", "8a")
CONTINUITY: Final = ("2a", "2b")
REQUIREMENTS: Final = ("4a", "4b", "8b")

DECISIVE: Final = tuple(code for code in CODES if code in {*QUANTITY, *QUALITY, *CONTINUITY, *REQUIREMENTS})
"""Lampiran B angka 1 huruf b: the items without which nobody is Siap Ekspor."""


class Klaster(Enum):
    """Lampiran B angka 1: the three stages of an UMKM."""

    POTENSI = "potensi-ekspor"
    SIAP = "siap-ekspor"
    TELAH = "telah-ekspor"

    @property
    def label(self) -> str:
        """The official name."""
        return {
            Klaster.POTENSI: "UMKM Potensi Ekspor",
            Klaster.SIAP: "UMKM Siap Ekspor",
            Klaster.TELAH: "UMKM Telah Ekspor",
        }[self]

    @property
    def short(self) -> str:
        """The official name without "UMKM"."""
        return self.label.removeprefix("UMKM ")

    @property
    def rank(self) -> int:
        """0 for Potensi, 2 for Telah."""
        return tuple(Klaster).index(self)

    @property
    def citation(self) -> str:
        """Where the annex describes it."""
        return f"PER-25/BC/2024 Lampiran B angka 1 huruf {'abc'[self.rank]}"


class SubKlaster(Enum):
    """Lampiran B angka 1 huruf c: the four kinds of Telah Ekspor."""

    MANDIRI = "ekspor-mandiri"
    PIHAK_LAIN = "ekspor-melalui-pihak-lain"
    RANTAI_PASOK = "rantai-pasok"
    BERKELANJUTAN = "ekspor-berkelanjutan"

    @property
    def label(self) -> str:
        """The official name."""
        return {
            SubKlaster.MANDIRI: "UMKM Ekspor Mandiri",
            SubKlaster.PIHAK_LAIN: "UMKM Ekspor Melalui Pihak Lain",
            SubKlaster.RANTAI_PASOK: "UMKM Rantai Pasok Perusahaan Berorientasi Ekspor",
            SubKlaster.BERKELANJUTAN: "UMKM Ekspor Berkelanjutan",
        }[self]

    @property
    def short(self) -> str:
        """The official name without "UMKM"."""
        return self.label.removeprefix("UMKM ")

    @property
    def citation(self) -> str:
        """Where the annex describes it."""
        number = tuple(SubKlaster).index(self) + 1
        return f"PER-25/BC/2024 Lampiran B angka 1 huruf c angka {number}"


@dataclass(frozen=True)
class ExportFacts:
    """What is known of an UMKM's exports; 0 in `jumlah` or `negara` says that the number is not known."""

    pernah: bool
    dokumen_sendiri: bool = False
    melalui_pihak_lain: bool = False
    rantai_pasok: bool = False
    jumlah: int = 0
    negara: int = 0

    @property
    def ways(self) -> tuple[bool, bool, bool]:
        """Whether it exported under its own name, through another party, in a supply chain."""
        return self.dokumen_sendiri, self.melalui_pihak_lain, self.rantai_pasok


Answers = Mapping[str, Level]
"""Levels by item code; what is missing counts as `belum`."""


@dataclass(frozen=True)
class Suggestion:
    """What the facts suggest; an agent decides.

    `sub_klaster` is the one for the form, `also` the others that hold.
    """

    klaster: Klaster
    sub_klaster: SubKlaster | None
    also: tuple[SubKlaster, ...]
    ready_aspects: int


def contradicts(facts: ExportFacts) -> bool:
    """Lampiran B angka 1 huruf a angka 2: who never exported has no way, number or country of export."""
    return not facts.pernah and (any(facts.ways) or facts.jumlah > 0 or facts.negara > 0)


def level_of(answers: Answers, code: str) -> Level:
    """Lampiran C: the level of an item; unanswered is `belum`."""
    return answers.get(code, Level.BELUM)


def stands(answers: Answers, aspect: Aspect) -> bool:
    """Lampiran C: an aspect stands at the Siap level when each of its items does."""
    return all(level_of(answers, item.code) is Level.SIAP for item in items_of(aspect))


def ready_aspects(answers: Answers) -> int:
    """Lampiran C: how many of the eight aspects stand at the Siap level."""
    return sum(stands(answers, aspect) for aspect in Aspect)


def is_ready(answers: Answers) -> bool:
    """Lampiran B angka 1 huruf b: quantity, quality, continuity and the requirements are met.

    And at least five of the eight aspects of Lampiran C stand at the Siap level.
    """
    met = all(level_of(answers, code) is Level.SIAP for code in DECISIVE)
    return met and ready_aspects(answers) >= READY_ASPECTS


def sub_klaster_of(facts: ExportFacts) -> tuple[SubKlaster, ...]:
    """Lampiran B angka 1 huruf c angka 1-4: every kind that holds, the one for the form first.

    The form takes the first of Berkelanjutan, Mandiri, Pihak Lain, Rantai Pasok.
    """
    if not facts.pernah:
        return ()
    sustained = facts.dokumen_sendiri and facts.jumlah > MANY_EXPORTS and facts.negara > ONE_COUNTRY
    held = (
        (SubKlaster.BERKELANJUTAN, sustained),
        (SubKlaster.MANDIRI, facts.dokumen_sendiri),
        (SubKlaster.PIHAK_LAIN, facts.melalui_pihak_lain),
        (SubKlaster.RANTAI_PASOK, facts.rantai_pasok),
    )
    return tuple(kind for kind, holds in held if holds)


def suggest_klaster(facts: ExportFacts, answers: Answers) -> Suggestion:
    """Lampiran B angka 1 huruf a-c, Lampiran C: the klaster that the facts suggest.

    Exports decide first; without any, readiness decides. Raises ValueError for facts that contradict
    each other.
    """
    if contradicts(facts):
        raise ValueError("facts of export without an export")
    count = ready_aspects(answers)
    if facts.pernah:
        first, *rest = sub_klaster_of(facts) or (None,)
        return Suggestion(Klaster.TELAH, first, tuple(kind for kind in rest if kind), count)
    return Suggestion(Klaster.SIAP if is_ready(answers) else Klaster.POTENSI, None, (), count)


def missing_items(answers: Answers) -> tuple[str, ...]:
    """Lampiran C: the codes of the items that do not stand at the Siap level, in the annex's order."""
    return tuple(item.code for item in ITEMS if level_of(answers, item.code) is not Level.SIAP)
