"""The 21 items of the targeting guide, letter by letter, as the annex words them (PER-25/BC/2024 Lampiran C).

The wording is the annex's own, without the line breaks of its table; "pemerinta" (3a) is spelled out.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Level(Enum):
    """Lampiran C: how far an item stands; `siap` is what the column "Siap Ekspor" describes."""

    BELUM = "belum"
    SEBAGIAN = "sebagian"
    SIAP = "siap"

    @property
    def label(self) -> str:
        """What a person reads."""
        return {Level.BELUM: "Belum", Level.SEBAGIAN: "Sebagian", Level.SIAP: "Siap"}[self]

    @property
    def rank(self) -> int:
        """0 for the lowest level, 2 for the highest."""
        return tuple(Level).index(self)


class Aspect(Enum):
    """Lampiran C column "Aspek": the eight aspects, valued by their number."""

    KEUANGAN = 1
    PRODUKSI = 2
    PEMASARAN = 3
    PERIZINAN = 4
    PERPAJAKAN = 5
    TENAGA_KERJA = 6
    LOGISTIK = 7
    KESIAPAN = 8

    @property
    def label(self) -> str:
        """The annex's own name."""
        return _ASPECT_LABELS[self]


_ASPECT_LABELS: Final = {
    Aspect.KEUANGAN: "Kondisi keuangan usaha",
    Aspect.PRODUKSI: "Kapasitas produksi",
    Aspect.PEMASARAN: "Akses pemasaran atau jangkauan",
    Aspect.PERIZINAN: "Perizinan dan sertifikasi usaha",
    Aspect.PERPAJAKAN: "Kewajiban perpajakan",
    Aspect.TENAGA_KERJA: "Kualitas tenaga kerja",
    Aspect.LOGISTIK: "Sistem logistik",
    Aspect.KESIAPAN: "Kesiapan ekspor",
}

_THREE: Final = tuple(Level)
_NO_YES: Final = (Level.BELUM, Level.SIAP)


@dataclass(frozen=True)
class Item:
    """One letter of one aspect: the annex text of both columns, and the levels that it distinguishes."""

    code: str
    potensi: str
    siap: str
    levels: tuple[Level, ...] = _THREE

    @property
    def aspect(self) -> Aspect:
        """The aspect that the item belongs to."""
        return Aspect(int(self.code[0]))

    @property
    def citation(self) -> str:
        """Where the annex has it."""
        return f"PER-25/BC/2024 Lampiran C angka {self.code[0]} huruf {self.code[1]}"


ITEMS: Final[tuple[Item, ...]] = (
    Item(
        "1a",
        "Belum memiliki rekening bank, atau memiliki rekening bank tapi masih tercampur untuk transaksi "
        "pribadi maupun usaha.",
        "Memiliki rekening bank yang telah dipisahkan untuk transaksi pribadi dan usaha.",
    ),
    Item(
        "1b",
        "Belum melakukan pencatatan usaha, belum memisahkan keuangan pribadi dengan usaha, dan belum mampu "
        "menyusun laporan keuangan usaha atau, atau telah melakukan pencatatan usaha sederhana, telah "
        "memisahkan keuangan pribadi dengan usaha, tetapi belum mampu menyusun laporan keuangan usaha.",
        "Telah melakukan pencatatan usaha, telah memisahkan keuangan pribadi dengan usaha, dan telah mampu "
        "menyusun laporan keuangan usaha.",
    ),
    Item(
        "1c",
        "Belum mampu mengakses pembiayaan usaha dari lembaga formal, atau telah mampu mengakses pembiayaan "
        "usaha dari lembaga formal.",
        "Telah mampu mengakses pembiayaan usaha dari lembaga formal.",
        _NO_YES,
    ),
    Item(
        "2a",
        "Penguasaan dan penggunaan teknologi relatif sederhana atau menengah dan tingkat produksi rendah "
        "atau menengah.",
        "Penguasaan dan penggunaan teknologi relatif canggih dan tingkat produksi tinggi.",
    ),
    Item(
        "2b",
        "Kontinuitas produksi tidak menentu karena belum ada kemitraan dengan pemasok atau kontinuitas "
        "produksi memiliki suplai produk yang cukup untuk memenuhi kuantitas yang disyaratkan oleh buyer.",
        "Memiliki suplai produk siap jual yang besar atau melebihi kuantitas yang disyaratkan oleh buyer.",
    ),
    Item(
        "3a",
        "Belum menggunakan platform pemasaran online, atau jika telah menggunakan platform pemasaran online "
        "jangkauan transaksinya masih dalam kota/kabupaten yang sama, atau telah menggunakan platform "
        "belanja pemerintah dan/atau platform pemasaran online dengan jangkauan transaksi hingga ke luar "
        "kota.",
        "Telah menggunakan platform belanja pemerintah dan/atau platform pemasaran online dengan jangkauan "
        "transaksi hingga ke luar negeri.",
    ),
    Item(
        "3b",
        "Belum secara rutin mempromosikan produk melalui media sosial, atau telah rutin mempromosikan "
        "produk melalui media sosial dan/atau memiliki e-katalog dengan konten berbahasa Indonesia.",
        "Telah rutin mempromosikan produk melalui media sosial dan/atau memiliki e-katalog dengan konten "
        "berbahasa Indonesia dan bahasa asing.",
    ),
    Item(
        "3c",
        "Belum pernah mengikuti bazaar atau pameran baik di dalam maupun luar negeri, atau pernah mengikuti "
        "bazaar atau pameran dalam negeri.",
        "Pernah mengikuti bazaar atau pameran baik di dalam negeri maupun luar negeri.",
    ),
    Item("4a", "Belum memiliki NPWP.", "Sudah memiliki NPWP.", _NO_YES),
    Item(
        "4b",
        "Belum memiliki NIB atau izin usaha, atau sudah memiliki NIB atau izin usaha yang diterbitkan "
        "Kelurahan/RT/RW/Pemerintah Daerah Setempat.",
        "Sudah memiliki NIB atau izin usaha yang diterbitkan oleh Pemerintah Daerah setempat dan "
        "sertifikasi lain yang dipersyaratkan untuk ekspor.",
    ),
    Item(
        "4c",
        "Belum memiliki sertifikasi standar produk, atau sudah memiliki sertifikasi standar produk atau "
        "quality control tertentu (misalnya BPOM, SNI, dan lain-lain).",
        "Sudah memiliki sertifikasi dan memenuhi standar kualitas tertentu yang disyaratkan untuk ekspor "
        "atau berlaku internasional.",
    ),
    Item(
        "5a",
        "Belum memahami kewajiban perpajakan dan belum bisa menghitung pajak PPh Final UMKM.",
        "Bisa menghitung pajak PPh Final UMKM.",
        _NO_YES,
    ),
    Item(
        "5b",
        "Belum melaporkan SPT Masa dan/atau tahunan, atau sudah pernah membayar kewajiban perpajakan tetapi "
        "belum rutin.",
        "Rutin melaporkan SPT Masa dan/atau Tahunan.",
    ),
    Item(
        "5c",
        "Belum pernah membayar kewajiban perpajakan, atau sudah pernah membayar kewajiban perpajakan tetapi "
        "belum rutin.",
        "Sudah rutin membayar segala jenis kewajiban perpajakan.",
    ),
    Item(
        "6a",
        "Tidak ada struktur/hirarki Perusahaan, biasanya pemilik merangkap manajer sekaligus pekerja, atau "
        "memiliki struktur perusahaan yang sederhana.",
        "Memiliki struktur perusahaan dan distribusi hak dan kewajiban yang jelas.",
    ),
    Item(
        "6b",
        "Tidak ada pengembangan kompetensi, atau pengembangan kompetensi dilakukan melalui jalur informal "
        "dan tidak rutin.",
        "Pengembangan kompetensi dilakukan secara rutin baik secara formal maupun informal.",
    ),
    Item(
        "7a",
        "Tidak memiliki jaringan dalam rantai pasokan (supply chain), atau memiliki jaringan terbatas dalam "
        "rantai pasokan (supply chain).",
        "Terlibat aktif dalam kegiatan Supply Chain Management.",
    ),
    Item(
        "7b",
        "Tanpa kontrak baku dan tidak akrab dengan mekanisme Incoterms atau memiliki kontrak dagang "
        "sederhana, dan dalam kondisi tertentu menggunakan mekanisme Incoterms.",
        "Memiliki kontrak dagang baku dengan peralihan kewajiban dan resiko yang jelas.",
    ),
    Item(
        "8a",
        "Produk berorientasi ekspor, atau produk mengarah pada orientasi ekspor.",
        "Produk berstandar dan berorientasi ekspor.",
    ),
    Item(
        "8b",
        "Belum mengetahui mengenai terkait tata cara ekspor, atau sudah mengetahui mengenai tata cara "
        "ekspor, tetapi masih belum siap melakukan ekspor.",
        "Sudah mengetahui tata cara ekspor dan siap melakukan ekspor.",
    ),
    Item(
        "8c",
        "Belum mengetahui mengenai cara untuk terhubung dengan calon pembeli dari luar negeri, atau sudah "
        "mengetahui mengenai cara untuk terhubung dengan calon pembeli dari luar negeri tetapi belum "
        "mengimplementasikannya.",
        "Sudah mengetahui mengenai cara untuk terhubung dengan calon pembeli dari luar negeri dan secara "
        "aktif mengimplementasikannya.",
    ),
)

CODES: Final = tuple(item.code for item in ITEMS)
"""The codes of the items, in the annex's order."""

_BY_CODE: Final = {item.code: item for item in ITEMS}


def item_of(code: str) -> Item:
    """Lampiran C: the item with this code; raises KeyError for another."""
    return _BY_CODE[code]


def items_of(aspect: Aspect) -> tuple[Item, ...]:
    """Lampiran C: the items of one aspect, in the annex's order."""
    return tuple(item for item in ITEMS if item.aspect is aspect)
