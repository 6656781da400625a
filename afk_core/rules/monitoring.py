"""The quarterly monitoring of UMKM Binaan (PER-25/BC/2024 Pasal 8, Lampiran G; L24 2a-CP)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from afk_core.rules.duties import IN_FORCE, Standing
from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.periods import Period, PeriodKind


class Facility(StrEnum):
    """PER-25/BC/2024 Lampiran B angka 2-5, Lampiran D: facilities that an UMKM can be led to."""

    KITE_IKM = "kite-ikm"
    KITE_EXEMPTION = "kite-pembebasan"
    KITE_REFUND = "kite-pengembalian"
    FTA = "fta"
    PLB = "plb"
    SEEDS = "bibit-benih"
    CATCH = "hasil-laut"
    EXHIBITION = "tppb"

    @property
    def label(self) -> str:
        """What people read."""
        return _FACILITIES[self][0]

    @property
    def citation(self) -> str:
        """Where the annexes name it."""
        return _FACILITIES[self][1]


_FACILITIES: Final = {
    Facility.KITE_IKM: ("KITE IKM", "Lampiran B angka 3 huruf a angka 3, Lampiran D angka 3"),
    Facility.KITE_EXEMPTION: ("KITE Pembebasan", "Lampiran B angka 3 huruf a angka 1"),
    Facility.KITE_REFUND: ("KITE Pengembalian", "Lampiran B angka 3 huruf a angka 2"),
    Facility.FTA: ("Tarif preferensi menurut ketentuan FTA", "Lampiran D angka 3 huruf a dan b"),
    Facility.PLB: ("Konsolidasi ekspor di PLB", "Lampiran D angka 2 huruf b angka 5"),
    Facility.SEEDS: ("Pembebasan bea masuk bibit dan benih", "Lampiran B angka 5 huruf f"),
    Facility.CATCH: ("Pembebasan bea masuk hasil laut tangkapan", "Lampiran B angka 5 huruf f"),
    Facility.EXHIBITION: ("Pameran di TPPB", "Lampiran B angka 5 huruf b"),
}
_NO_GOODS: Final = ("jasa",)
_GROWN: Final = ("pertanian", "perkebunan", "peternakan", "perikanan", "kelautan", "hortikultura")
_CAUGHT: Final = ("perikanan", "kelautan")

MAX_PLANNED: Final = 10_000


@dataclass(frozen=True)
class Held:
    """A certificate over time: of which klaster, from which local day, and until which (None: still).

    `last` is the day of its revocation or of the change that replaced it.
    """

    klaster: str
    sub_klaster: str
    first: date
    last: date | None = None


@dataclass(frozen=True)
class Completeness:
    """How far the monitoring of a quarter got: numbers of UMKM, `done` with those that were done late."""

    total: int = 0
    done: int = 0
    done_late: int = 0
    late: int = 0

    @property
    def open(self) -> int:
        """Those that nobody monitored yet, late or not."""
        return self.total - self.done

    @property
    def complete(self) -> bool:
        """Whether nobody is left."""
        return self.open == 0


@dataclass(frozen=True)
class Assisted:
    """L24 2a-CP: how many UMKM were to be assisted (None before it is known), and how many were."""

    planned: int | None
    assisted: int


def first_quarter(office_since: date) -> Period:
    """PER-25/BC/2024 Pasal 8 ayat (1), 18: the first quarter that an office can monitor.

    That in which the office began to work with the service, and not before the regulation was in force.
    """
    return Period.of(PeriodKind.QUARTER, max(office_since, IN_FORCE))


def held_during(quarter: Period, held: Iterable[Held]) -> tuple[Held, ...]:
    """PER-25/BC/2024 Pasal 1 angka 5, 8 ayat (1): the certificates that an UMKM held in `quarter`.

    In the order in which they were issued; without any, nothing is owed. A certificate that is revoked or
    replaced counts on that day still.
    """
    found = [
        each
        for each in held
        if each.first <= quarter.last and (each.last is None or each.last >= quarter.first)
    ]
    return tuple(sorted(found, key=lambda each: (each.first, each.last or date.max)))


def completeness(standings: Collection[Standing]) -> Completeness:
    """PER-25/BC/2024 Pasal 8 ayat (1): how complete the monitoring of a quarter is, from each UMKM's."""
    count = list(standings).count
    late = count(Standing.DONE_LATE)
    return Completeness(len(standings), count(Standing.DONE) + late, late, count(Standing.LATE))


def assisted_share(figures: Iterable[Assisted]) -> Fraction | None:
    """L24 2a-CP "direncanakan ... dibandingkan dengan ... telah dilakukan": assisted by planned, exactly.

    Of one quarter, or of several together. None while nothing was planned, or a plan is missing.
    """
    every = list(figures)
    planned = sum(each.planned or 0 for each in every)
    if planned == 0 or any(each.planned is None for each in every):
        return None
    return Fraction(sum(each.assisted for each in every), planned)


def suggested_facilities(
    klaster: Klaster, sub_klaster: SubKlaster | None, kategori: str
) -> tuple[Facility, ...]:
    """PER-25/BC/2024 Pasal 8 ayat (2) huruf d, Lampiran B, D: facilities that fit a klaster and kategori.

    A suggestion: an agent decides what can be given.
    """
    words = kategori.casefold()
    goods = not any(word in words for word in _NO_GOODS)
    own = sub_klaster in (SubKlaster.MANDIRI, SubKlaster.BERKELANJUTAN)
    fits = {
        Facility.KITE_IKM: klaster is Klaster.TELAH and goods,
        Facility.KITE_EXEMPTION: sub_klaster is SubKlaster.BERKELANJUTAN and goods,
        Facility.KITE_REFUND: own and goods,
        Facility.FTA: klaster is Klaster.TELAH and goods,
        Facility.PLB: klaster is Klaster.SIAP and goods,
        Facility.SEEDS: any(word in words for word in _GROWN),
        Facility.CATCH: any(word in words for word in _CAUGHT),
    }
    return tuple(each for each in Facility if fits.get(each, False))
