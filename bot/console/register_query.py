"""The filters of the register of UMKM as they stand in an address."""

from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import replace
from starlette.datastructures import QueryParams

from afk_core.rules.klaster import Klaster
from afk_core.umkm.register.listing import UNDECIDED, Order, RegisterQuery
from bot.console.form import known_of, line_of, number_of

HERE: Final = "/petugas/register-umkm"
CONTACTS: Final = {"30": (30, True), "90": (90, True), "lewat-90": (90, False), "lewat-365": (365, False)}
"""Last contact by its word in the address: within so many days, or longer ago."""

KLASTER: Final = (*(each.value for each in Klaster), UNDECIDED)
_BINAAN: Final = {"1": True, "0": False}
_LONGEST: Final = 200
_MOST_PAGES: Final = 100_000


class Selection(Struct, frozen=True):
    """What an address asks for; "" means everything. Words that nobody knows are left out."""

    words: str = ""
    klaster: str = ""
    kabupaten: str = ""
    kategori: str = ""
    office: str = ""
    contact: str = ""
    binaan: str = ""
    order: str = Order.NAME.value
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(
            self.words or self.klaster or self.kabupaten or self.kategori
            or self.office or self.contact or self.binaan
        )  # fmt: skip

    def asked(self, now: datetime) -> RegisterQuery:
        """The question to the register at this moment."""
        days, within = CONTACTS.get(self.contact, (0, True))
        edge = now - timedelta(days=days) if days else None
        return RegisterQuery(
            words=self.words,
            klaster=self.klaster,
            kabupaten=self.kabupaten,
            kategori=self.kategori,
            office_id=int(self.office) if self.office else None,
            contact_since=edge if within else None,
            contact_before=None if within else edge,
            binaan=_BINAAN.get(self.binaan),
            order=Order(self.order),
        )

    def query(self, **changes: Any) -> str:
        """The part of an address after the question mark."""
        chosen = replace(self, **changes)
        pairs = {
            "cari": chosen.words,
            "klaster": chosen.klaster,
            "kabupaten": chosen.kabupaten,
            "kategori": chosen.kategori,
            "kantor": chosen.office,
            "kontak": chosen.contact,
            "binaan": chosen.binaan,
            "urut": chosen.order if chosen.order != Order.NAME.value else "",
            "halaman": chosen.page if chosen.page > 1 else "",
        }
        return urlencode({name: value for name, value in pairs.items() if value})

    def address(self, **changes: Any) -> str:
        """The address of the list."""
        query = self.query(**changes)
        return f"{HERE}?{query}" if query else HERE


def selection_of(query: QueryParams) -> Selection:
    """The filters of an address."""
    return Selection(
        words=search_words(query.get("cari", "")),
        klaster=known_of(query.get("klaster", ""), KLASTER),
        kabupaten=search_words(query.get("kabupaten", "")),
        kategori=search_words(query.get("kategori", "")),
        office=str(number_of(query.get("kantor", "")) or ""),
        contact=known_of(query.get("kontak", ""), CONTACTS),
        binaan=known_of(query.get("binaan", ""), _BINAAN),
        order=known_of(query.get("urut", ""), {each.value for each in Order}) or Order.NAME.value,
        page=min(number_of(query.get("halaman", "")) or 1, _MOST_PAGES),
    )


def search_words(typed: str) -> str:
    """What is looked for, no longer than anybody types."""
    return line_of(typed)[:_LONGEST]
