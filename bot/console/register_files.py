"""The register of UMKM as lines of a file: masked as on the screen, or in full."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from afk_core.rules.registration import Field
from afk_core.umkm.masking import field_text, klaster_text
from afk_core.umkm.register.listing import RegisterRow
from bot.console.export import Cell, report_words

_PERSONAL: Final = (Field.PEMILIK, Field.IDENTITAS, Field.NIB, Field.ALAMAT, Field.TELEPON, Field.EMAIL)


def register_heads() -> list[str]:
    """The heads of the columns of `register_cells`."""
    return list(report_words()["register"]["heads"])


def register_cells(row: RegisterRow, *, full: bool) -> list[Cell]:
    """One business as cells; personal data masked unless `full`."""
    return [
        row.name,
        *(field_text(field, row.profile, masked=not full) for field in _PERSONAL),
        row.kabupaten,
        row.kategori,
        row.profile.get("produksi", ""),
        klaster_text(row.klaster.value if row.klaster else "", row.sub_klaster),
        row.certificate,
        row.registration_number,
        row.status.label if row.status else "",
        _day(row.last_contact_at, row.tz),
        _day(row.created_at, row.tz),
        row.office,
    ]


def _day(at: datetime, tz: ZoneInfo) -> str:
    return at.astimezone(tz).date().isoformat()
