"""What a self-assessment says: standing, reasons, gaps and themes (PER-25/BC/2024 Lampiran B.1, C, D).

Everything is a suggestion: an agent decides (Pasal 5 ayat (4) huruf d and e, ayat (6) and (7)).
"""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Final

from afk_core.rules.klaster import (
    CONTINUITY,
    DECISIVE,
    MANY_EXPORTS,
    ONE_COUNTRY,
    QUALITY,
    QUANTITY,
    READY_ASPECTS,
    REQUIREMENTS,
    Answers,
    ExportFacts,
    Klaster,
    SubKlaster,
    Suggestion,
    level_of,
    missing_items,
    stands,
    suggest_klaster,
)
from afk_core.rules.lampiran_c import Aspect, Item, Level, item_of, items_of
from afk_core.rules.lampiran_d import Theme, themes_for

_BASIS: Final = "PER-25/BC/2024 Lampiran B angka 1"


@dataclass(frozen=True)
class Standing:
    """How one aspect stands: how many of its items are at the Siap level, and the share on the way there.

    `share` counts a `sebagian` as half. `answered` is the number of items that were answered at all.
    """

    aspect: Aspect
    ready_items: int
    items: int
    answered: int
    share: Fraction

    @property
    def ready(self) -> bool:
        """Whether the aspect stands at the Siap level."""
        return self.ready_items == self.items


@dataclass(frozen=True)
class Gap:
    """An item that is not at the Siap level; a `decisive` one keeps an UMKM from Siap Ekspor by itself."""

    item: Item
    level: Level
    decisive: bool


class ExportGap(Enum):
    """Lampiran B angka 1 huruf c: what of exporting itself is missing for the next stage."""

    FIRST_EXPORT = "first_export"
    OWN_NAME = "own_name"
    MORE_EXPORTS = "more_exports"
    MORE_COUNTRIES = "more_countries"

    @property
    def label(self) -> str:
        """What a person reads."""
        return {
            ExportGap.FIRST_EXPORT: "ekspor pertama, sendiri, melalui pihak lain, atau sebagai rantai pasok",
            ExportGap.OWN_NAME: "ekspor dengan dokumen atas nama usaha sendiri",
            ExportGap.MORE_EXPORTS: f"ekspor lebih dari {MANY_EXPORTS} kali",
            ExportGap.MORE_COUNTRIES: f"tujuan ekspor lebih dari {ONE_COUNTRY} negara",
        }[self]

    @property
    def citation(self) -> str:
        """Where the annex asks for it."""
        place = {
            ExportGap.FIRST_EXPORT: "huruf c",
            ExportGap.OWN_NAME: "huruf c angka 1",
            ExportGap.MORE_EXPORTS: "huruf c angka 4 huruf b",
            ExportGap.MORE_COUNTRIES: "huruf c angka 4 huruf c",
        }[self]
        return f"{_BASIS} {place}"


def standings(answers: Answers) -> tuple[Standing, ...]:
    """PER-25/BC/2024 Lampiran C: the standing of each of the eight aspects."""
    return tuple(_standing(answers, aspect) for aspect in Aspect)


def _standing(answers: Answers, aspect: Aspect) -> Standing:
    codes = [item.code for item in items_of(aspect)]
    levels = [level_of(answers, code) for code in codes]
    return Standing(
        aspect=aspect,
        ready_items=levels.count(Level.SIAP),
        items=len(codes),
        answered=sum(code in answers for code in codes),
        share=Fraction(sum(level.rank for level in levels), 2 * len(levels)),
    )


def gaps(answers: Answers) -> tuple[Gap, ...]:
    """PER-25/BC/2024 Lampiran B angka 1 huruf b, Lampiran C: what is missing, the decisive items first."""
    found = [Gap(item_of(code), level_of(answers, code), code in DECISIVE) for code in missing_items(answers)]
    return tuple(sorted(found, key=lambda gap: not gap.decisive))


def aspects_short(answers: Answers) -> int:
    """PER-25/BC/2024 Lampiran C: how many more aspects must reach the Siap level for Siap Ekspor."""
    return max(0, READY_ASPECTS - sum(stands(answers, aspect) for aspect in Aspect))


def next_stage(suggestion: Suggestion) -> Klaster | SubKlaster | None:
    """PER-25/BC/2024 Lampiran B angka 1: the stage after this one; None after Ekspor Berkelanjutan."""
    if suggestion.klaster is Klaster.POTENSI:
        return Klaster.SIAP
    if suggestion.klaster is Klaster.SIAP:
        return Klaster.TELAH
    if suggestion.sub_klaster is SubKlaster.BERKELANJUTAN:
        return None
    return SubKlaster.BERKELANJUTAN if suggestion.sub_klaster is SubKlaster.MANDIRI else SubKlaster.MANDIRI


def export_gaps(facts: ExportFacts) -> tuple[ExportGap, ...]:
    """PER-25/BC/2024 Lampiran B angka 1 huruf c: what of exporting is missing for the next stage.

    For who is ready the first export; for who exports through others an export in the own name; for who
    exports in the own name what Ekspor Berkelanjutan asks.
    """
    if not facts.pernah:
        return (ExportGap.FIRST_EXPORT,)
    if not facts.dokumen_sendiri:
        return (ExportGap.OWN_NAME,)
    missing = []
    if facts.jumlah <= MANY_EXPORTS:
        missing.append(ExportGap.MORE_EXPORTS)
    if facts.negara <= ONE_COUNTRY:
        missing.append(ExportGap.MORE_COUNTRIES)
    return tuple(missing)


def reasons(facts: ExportFacts, answers: Answers) -> tuple[str, ...]:
    """PER-25/BC/2024 Lampiran B angka 1, Lampiran C: the facts that decided, each with its paragraph."""
    suggestion = suggest_klaster(facts, answers)
    if suggestion.klaster is Klaster.TELAH:
        return tuple(_reasons_of_exports(facts, suggestion))
    never = f"Usaha Anda belum pernah melakukan ekspor ({suggestion.klaster.citation} angka 2)."
    return (never, *_reasons_of_readiness(answers))


def _reasons_of_exports(facts: ExportFacts, suggestion: Suggestion) -> list[str]:
    found = [f"Produk usaha Anda sudah pernah diekspor ({Klaster.TELAH.citation})."]
    if facts.dokumen_sendiri:
        found.append(f"Ekspor memakai dokumen atas nama usaha sendiri ({SubKlaster.MANDIRI.citation}).")
    if facts.melalui_pihak_lain:
        found.append(f"Pernah ekspor melalui pihak lain ({SubKlaster.PIHAK_LAIN.citation}).")
    if facts.rantai_pasok:
        found.append(
            f"Menjadi rantai pasok perusahaan berorientasi ekspor ({SubKlaster.RANTAI_PASOK.citation})."
        )
    if suggestion.sub_klaster is None:
        found.append("Cara ekspornya belum diketahui, jadi sub-klasternya belum bisa disarankan.")
    elif facts.dokumen_sendiri:
        found.append(_reason_of_sustained(facts, suggestion))
    return found


def _reason_of_sustained(facts: ExportFacts, suggestion: Suggestion) -> str:
    times = f"{facts.jumlah} kali" if facts.jumlah else "jumlahnya belum diketahui"
    countries = f"{facts.negara} negara" if facts.negara else "jumlah negaranya belum diketahui"
    met = suggestion.sub_klaster is SubKlaster.BERKELANJUTAN
    verdict = "memenuhi" if met else "belum memenuhi"
    return (
        f"Ekspor: {times}; tujuan: {countries}. Ini {verdict} syarat Ekspor Berkelanjutan, yaitu lebih dari "
        f"{MANY_EXPORTS} kali dan lebih dari {ONE_COUNTRY} negara ({SubKlaster.BERKELANJUTAN.citation})."
    )


def _reasons_of_readiness(answers: Answers) -> list[str]:
    criteria = (
        ("Kuantitas", QUANTITY, "1"),
        ("Kualitas", QUALITY, "1"),
        ("Kontinuitas", CONTINUITY, "1"),
        ("Persyaratan ekspor", REQUIREMENTS, "2"),
    )
    return [*(_criterion(answers, *each) for each in criteria), _reason_of_aspects(answers)]


def _criterion(answers: Answers, name: str, codes: tuple[str, ...], number: str) -> str:
    missing = [code for code in codes if level_of(answers, code) is not Level.SIAP]
    where = f"{Klaster.SIAP.citation} angka {number}; Lampiran C angka {', '.join(missing or codes)}"
    return f"{name}: {'belum terpenuhi' if missing else 'terpenuhi'} ({where})."


def _reason_of_aspects(answers: Answers) -> str:
    count = sum(stands(answers, aspect) for aspect in Aspect)
    return (
        f"{count} dari {len(Aspect)} aspek sudah pada tingkat Siap Ekspor; untuk saran Siap Ekspor "
        f"diperlukan paling sedikit {READY_ASPECTS} (PER-25/BC/2024 Lampiran C)."
    )


def fitting_themes(facts: ExportFacts, answers: Answers) -> tuple[Theme, ...]:
    """PER-25/BC/2024 Lampiran D: the themes of the suggested klaster that close a gap, in the annex's order.

    With the general ones of the klaster, which are about its next step. Gaps count only where something
    was answered: who took the short way is not told that everything is missing.
    """
    suggestion = suggest_klaster(facts, answers)
    missing = {code for code in missing_items(answers) if code in answers or not facts.pernah}
    offered = themes_for(suggestion.klaster, suggestion.sub_klaster)
    return tuple(theme for theme in offered if theme.general or missing.intersection(theme.items))
