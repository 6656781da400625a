"""The themes of empowerment by klaster (PER-25/BC/2024 Lampiran D), and which gap each of them closes."""

from dataclasses import dataclass
from typing import Final

from afk_core.rules.klaster import Klaster, SubKlaster


@dataclass(frozen=True)
class Theme:
    """One theme as the annex names it.

    `place` is where it stands ("1.a.4"), `items` the items of Lampiran C that it works on; a `general` one
    fits everybody of its group, because it is about the next step itself.
    """

    place: str
    label: str
    items: tuple[str, ...] = ()
    general: bool = False

    @property
    def citation(self) -> str:
        return "PER-25/BC/2024 Lampiran D " + " ".join(_steps(self.place))


POTENSI: Final = (
    Theme("1.a.1", "Pengurusan Perizinan/Legal Formal: NPWP", ("4a",)),
    Theme("1.a.2", "Pengurusan Perizinan/Legal Formal: P-IRT", ("4c",)),
    Theme("1.a.3", "Pengurusan Perizinan/Legal Formal: Sertifikat Halal", ("4c",)),
    Theme("1.a.4", "Pengurusan Perizinan/Legal Formal: NIB", ("4b",)),
    Theme("1.b", "Pembukuan Usaha (BPPK)", ("1a", "1b")),
    Theme("1.c", "Pelatihan Wirausaha", ("2a", "2b", "6a", "6b")),
    Theme("1.d", "Pemasaran Digipay (DJPb)", ("3a",)),
    Theme("1.e", "Pemasaran Platform lelang.go.id (DJKN)", ("3a",)),
    Theme("1.f", "Edukasi Pembiayaan", ("1c",)),
    Theme("1.g", "Edukasi Fasilitas Perpajakan (DJP, DJBC)", ("5a", "5b", "5c")),
    Theme("1.h.1", "Edukasi (Webinar) Produk yang dibutuhkan: Tarif Khusus UMKM", ("5a",)),
    Theme("1.h.2", "Edukasi (Webinar) Produk yang dibutuhkan: PTKP Khusus UMKM", ("5a",)),
    Theme(
        "1.i",
        "Pelatihan Pembuatan Katalog, Pembuatan Website, Kemasan Produk, Teknik Presentasi",
        ("3b", "3c", "8a"),
    ),
    Theme("1.j", "Sosialisasi dan/atau edukasi lainnya", ("7a", "7b", "8b", "8c")),
)

SIAP: Final = (
    Theme("2.a.1", "Pengurusan Perizinan/Legal Formal: NIB - Akses Kepabeanan Ekspor", ("4b",), True),
    Theme("2.a.2", "Pengurusan Perizinan/Legal Formal: SSm Ekspor (LNSW)", ("8b",), True),
    Theme(
        "2.a.3",
        "Pengurusan Perizinan/Legal Formal: Perizinan K/L Lainnya (Badan Standardisasi Nasional, "
        "Kementerian Kelautan dan Perikanan)",
        ("4c",),
    ),
    Theme("2.b.1", "Pengenalan Ekspor melalui E-Commerce & Penyelenggara Pos", ("3a",)),
    Theme("2.b.2", "Transaksi Ekspor L/C dan atau non L/C", ("7b",), True),
    Theme("2.b.3", "Business Matching (Pameran Forum Dagang KBRI)", ("3c", "8c"), True),
    Theme("2.b.4", "Pemasaran e-katalog portal ukme.kemenkeu.go.id", ("3b",)),
    Theme("2.b.5", "Konsolidasi Ekspor PLB & TPS (Tarif transparan dan pelayanan yang lengkap)", ("7a",)),
    Theme("2.c", "Program Pembiayaan (perbankan dan lembaga pembiayaan lainnya)", ("1c",)),
    Theme("2.d", "Asistensi dan/atau pendampingan lainnya", ("1a", "1b", "5a", "5b", "5c", "6a", "6b")),
)

_CATALOGUE: Final = "E-katalog (bilingual) pada portal ukme Kemenkeu"
_MATCHING: Final = "Pre Business Matching dan Business Matching"
_FINANCE: Final = "Program pembiayaan (perbankan dan lembaga pembiayaan lainnya)"
_OTHERS: Final = (
    "1a",
    "1b",
    "2a",
    "2b",
    "4a",
    "4b",
    "4c",
    "5a",
    "5b",
    "5c",
    "6a",
    "6b",
    "7a",
    "7b",
    "8a",
    "8b",
)

TELAH_THROUGH_OTHERS: Final = (
    Theme("3.a.1.a", "Prosedur Ekspor Mandiri", ("8b",), True),
    Theme("3.a.1.b", "Dana Insentif Daerah (DID)"),
    Theme("3.a.1.c", "Ketentuan FTA produk UMKM", (), True),
    Theme("3.a.1.d", "Fasilitas KITE IKM", (), True),
    Theme("3.a.2.a", _CATALOGUE, ("3a", "3b")),
    Theme("3.a.2.b", _MATCHING, ("8c",), True),
    Theme("3.a.2.c", "Expo (Dalam/Luar Negeri)", ("3c",)),
    Theme("3.a.3", _FINANCE, ("1c",)),
    Theme("3.a.4", "Program penguatan lainnya", tuple(code for code in _OTHERS if code != "8b")),
)

TELAH_MANDIRI: Final = (
    Theme("3.b.1.a", "Dana Insentif Daerah (DID)"),
    Theme("3.b.1.b", "Ketentuan FTA produk UMKM", (), True),
    Theme("3.b.1.c", "Fasilitas KITE IKM", (), True),
    Theme("3.b.2.a", _CATALOGUE, ("3a", "3b")),
    Theme("3.b.2.b", _MATCHING, ("8c",), True),
    Theme("3.b.2.c", "Expo (Dalam/Luar Negeri)", ("3c",)),
    Theme("3.b.3", _FINANCE, ("1c",)),
    Theme("3.b.4", "Program penguatan lainnya", _OTHERS),
)

TELAH_BERKELANJUTAN: Final = (
    Theme("3.c.1.a", _CATALOGUE, ("3a", "3b"), True),
    Theme("3.c.1.b", _MATCHING, ("8c",), True),
    Theme("3.c.1.c", "Expo Dalam/Luar Negeri", ("3c",), True),
    Theme("3.c.1.d", "Koordinasi dengan Dinas, K/L, dan Atase Keuangan dan Atase Perdagangan", (), True),
    Theme("3.c.2", "Program penguatan lainnya", (*_OTHERS, "1c")),
)

ALL_THEMES: Final = (*POTENSI, *SIAP, *TELAH_THROUGH_OTHERS, *TELAH_MANDIRI, *TELAH_BERKELANJUTAN)
"""Every theme of the annex, in its order."""


def themes_for(klaster: Klaster, sub_klaster: SubKlaster | None) -> tuple[Theme, ...]:
    """PER-25/BC/2024 Lampiran D angka 1-3: the themes of a klaster, in the annex's order.

    A Telah Ekspor whose kind is not known yet gets those of Pihak Lain and Rantai Pasok, which begin with
    exporting by oneself.
    """
    if klaster is Klaster.POTENSI:
        return POTENSI
    if klaster is Klaster.SIAP:
        return SIAP
    if sub_klaster is SubKlaster.BERKELANJUTAN:
        return TELAH_BERKELANJUTAN
    return TELAH_MANDIRI if sub_klaster is SubKlaster.MANDIRI else TELAH_THROUGH_OTHERS


def _steps(place: str) -> list[str]:
    """ "3.a.1.b" as "angka 3 huruf a angka 1 huruf b"."""
    return [f"{'angka' if step.isdecimal() else 'huruf'} {step}" for step in place.split(".")]
