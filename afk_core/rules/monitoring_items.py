"""What is recorded of an UMKM Binaan each quarter (PER-25/BC/2024 Pasal 8 ayat (2), L24 2a-CP)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.monitoring import Facility


class Item(StrEnum):
    """PER-25/BC/2024 Pasal 8 ayat (2), L24 2a-CP: what is recorded of an UMKM each quarter, as stored."""

    EXISTENCE = "keberadaan"
    EXISTENCE_NOTE = "keterangan"
    SECTOR = "sektor"
    PRODUCT = "produk"
    ADDRESS = "alamat"
    STAFF = "pegawai"
    TURNOVER = "omzet"
    EXPORT = "ekspor"
    EXPORT_NOTE = "tujuan"
    AGENCIES = "instansi"
    TARGET = "target"
    KLASTER = "klaster"
    FACILITY = "status_fasilitas"
    POSSIBLE = "fasilitas"
    OBSTACLE = "kendala_utama"
    OTHER_OBSTACLE = "kendala_lain"
    FOLLOW_UP = "tindak_lanjut"
    NOTE = "catatan"

    @property
    def label(self) -> str:
        """What people read."""
        return _LABELS[self]


_LABELS: Final = {
    Item.EXISTENCE: "Keberadaan usaha",
    Item.EXISTENCE_NOTE: "Keterangan keberadaan",
    Item.SECTOR: "Sektor usaha",
    Item.PRODUCT: "Hasil produk",
    Item.ADDRESS: "Perubahan alamat",
    Item.STAFF: "Jumlah tenaga kerja",
    Item.TURNOVER: "Hasil penjualan setahun",
    Item.EXPORT: "Status ekspor",
    Item.EXPORT_NOTE: "Ekspor dalam triwulan ini",
    Item.AGENCIES: "Instansi pembina",
    Item.TARGET: "Target binaan",
    Item.KLASTER: "Klaster menurut keadaan sekarang",
    Item.FACILITY: "Status fasilitas kepabeanan",
    Item.POSSIBLE: "Fasilitas kepabeanan yang dapat diberikan",
    Item.OBSTACLE: "Kendala utama",
    Item.OTHER_OBSTACLE: "Kendala lainnya",
    Item.FOLLOW_UP: "Tindak lanjut",
    Item.NOTE: "Catatan",
}


class Existence(StrEnum):
    """PER-25/BC/2024 Pasal 8 ayat (2) huruf a: whether the business exists."""

    RUNNING = "berjalan"
    STOPPED = "berhenti"
    UNREACHABLE = "tidak-terhubungi"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            Existence.RUNNING: "Masih berjalan",
            Existence.STOPPED: "Berhenti",
            Existence.UNREACHABLE: "Tidak dapat dihubungi",
        }[self]


class Turnover(StrEnum):
    """L24 2a-CP "Peraturan Pemerintah nomor 7 tahun 2021": the bands of a year's sales."""

    MICRO = "mikro"
    SMALL = "kecil"
    MEDIUM = "menengah"
    UNKNOWN = "tidak-diketahui"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            Turnover.MICRO: "Mikro: sampai Rp2 miliar",
            Turnover.SMALL: "Kecil: di atas Rp2 miliar sampai Rp15 miliar",
            Turnover.MEDIUM: "Menengah: di atas Rp15 miliar sampai Rp50 miliar",
            Turnover.UNKNOWN: "Tidak diketahui",
        }[self]


class ExportStatus(StrEnum):
    """L24 2a-CP, column "Status Ekspor"; the ways are those of PER-25/BC/2024 Lampiran B angka 1 huruf c."""

    NONE = "belum-ekspor"
    OWN = "ekspor-mandiri"
    OTHERS = "ekspor-pihak-ketiga"
    CHAIN = "rantai-pasok"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            ExportStatus.NONE: "Belum Ekspor",
            ExportStatus.OWN: "Ekspor Mandiri",
            ExportStatus.OTHERS: "Ekspor Melalui Pihak Ketiga",
            ExportStatus.CHAIN: "Rantai Pasok Perusahaan Berorientasi Ekspor",
        }[self]


NO_FACILITY: Final = "Bukan penerima fasilitas kepabeanan"
"""L24 2a-CP, column "Status Fasilitas Kepabeanan": the words of the report."""

NO_OBSTACLE: Final = "Tidak ada kendala"
"""L24 2a-CP, columns "Kendala": the words of the report."""

MAX_LINE: Final = 200
MAX_TEXT: Final = 1_000
_MOST_STAFF: Final = 100_000
_TEXTS: Final = frozenset(
    {Item.EXISTENCE_NOTE, Item.ADDRESS, Item.OBSTACLE, Item.OTHER_OBSTACLE, Item.FOLLOW_UP, Item.NOTE}
)
NEEDED: Final = (
    Item.SECTOR,
    Item.PRODUCT,
    Item.EXPORT,
    Item.TARGET,
    Item.KLASTER,
    Item.FACILITY,
)
"""PER-25/BC/2024 Pasal 8 ayat (2) huruf b-d: what must be known of a business that goes on."""


class ItemError(ValueError):
    """An item that cannot be recorded; `kind` says why: "missing", "unknown", "number", "long"."""

    def __init__(self, item: Item, kind: str) -> None:
        super().__init__(f"{item.value}: {kind}")
        self.item, self.kind = item, kind


def tidy_item(item: Item, text: str) -> str:
    """PER-25/BC/2024 Pasal 8 ayat (2): one item as it is stored, empty where it was left out.

    Raises `ItemError` for what is no choice of it, no number, or too long.
    """
    words = text.strip() if item in _TEXTS else " ".join(text.split())
    if not words:
        return ""
    if item in CHOICES and words not in CHOICES[item]:
        raise ItemError(item, "unknown")
    if item is Item.POSSIBLE:
        chosen = set(words.split())
        if not chosen <= {each.value for each in Facility}:
            raise ItemError(item, "unknown")
        return " ".join(each.value for each in Facility if each.value in chosen)
    if item is Item.STAFF:
        digits = words.replace(".", "")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 6 and int(digits) <= _MOST_STAFF):
            raise ItemError(item, "number")
        return str(int(digits))
    if len(words) > (MAX_TEXT if item in _TEXTS else MAX_LINE):
        raise ItemError(item, "long")
    return words


def tidy_items(given: Mapping[str, str]) -> dict[str, str]:
    """PER-25/BC/2024 Pasal 8 ayat (2): every item of one UMKM and quarter, complete enough to be recorded.

    A business that goes on needs `NEEDED`, one that does not needs words on that. Raises `ItemError` for
    the first item at fault.
    """
    kept = {item.value: tidy_item(item, given.get(item.value, "")) for item in Item}
    if not kept[Item.EXISTENCE]:
        raise ItemError(Item.EXISTENCE, "missing")
    running = kept[Item.EXISTENCE] == Existence.RUNNING
    for item in NEEDED if running else (Item.EXISTENCE_NOTE,):
        if not kept[item]:
            raise ItemError(item, "missing")
    return kept


def klaster_value(klaster: str, sub_klaster: str) -> str:
    """PER-25/BC/2024 Lampiran B angka 1: klaster and sub-klaster as one stored value."""
    return f"{klaster}/{sub_klaster}" if sub_klaster else klaster


def read_klaster(value: str) -> tuple[Klaster, SubKlaster | None] | None:
    """PER-25/BC/2024 Lampiran B angka 1: the reverse of `klaster_value`; None for anything else."""
    if value not in CHOICES[Item.KLASTER]:
        return None
    klaster, _, sub = value.partition("/")
    return Klaster(klaster), SubKlaster(sub) if sub else None


CHOICES: Final[Mapping[Item, Mapping[str, str]]] = {
    Item.EXISTENCE: {each.value: each.label for each in Existence},
    Item.TURNOVER: {each.value: each.label for each in Turnover},
    Item.EXPORT: {each.value: each.label for each in ExportStatus},
    Item.KLASTER: {
        **{each.value: each.short for each in (Klaster.POTENSI, Klaster.SIAP)},
        **{
            klaster_value(Klaster.TELAH.value, each.value): f"{Klaster.TELAH.short} ({each.short})"
            for each in SubKlaster
        },
    },
}
"""PER-25/BC/2024 Pasal 8 ayat (2), L24 2a-CP: the items with fixed choices, each with its words."""

TARGETS: Final = (
    "Siap Ekspor",
    "Ekspor Melalui Pihak Ketiga",
    "Ekspor Mandiri",
    "Kontinuitas Ekspor",
    "Perluasan Pasar Ekspor",
)
"""L24 2a-CP, column "Target Binaan": what is offered; the words are free."""


def item_text(item: Item, value: str) -> str:
    """PER-25/BC/2024 Lampiran G: a stored item in the words of the report; empty for what was left out."""
    if item is Item.POSSIBLE:
        return ", ".join(Facility(each).label for each in value.split())
    return CHOICES[item].get(value, value) if item in CHOICES else value
