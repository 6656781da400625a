"""The papers of an UMKM: the daftar isian to sign (Lampiran E) and the certificate (Lampiran F)."""

from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import urlsplit

from afk_core.infra.settings import Settings
from afk_core.rules.dates import format_short_date
from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.registration import Field
from afk_core.umkm.masking import field_text
from afk_core.umkm.service import Press
from afk_core.umkm.service.certificates import Printed
from bot.papers import Form, Qr, render

_GROUP = 5


def certificate_address(settings: Settings, code: str) -> str:
    """Where anybody can confirm the certificate with this code."""
    return f"{settings.base_url}/sertifikat/{code}"


def press_of(settings: Settings) -> Press:
    """How certificates are printed by this service."""
    return Press(lambda code: certificate_address(settings, code), certificate_pdf)


async def certificate_pdf(printed: Printed, dated: datetime) -> bytes:
    """The certificate of Lampiran F; the same `printed` and `dated` give the same bytes."""
    return await draw_certificate(printed, dated)


async def draw_certificate(printed: Printed, dated: datetime, form: Form = "pdf") -> bytes:
    """As `certificate_pdf`, also as a picture."""
    code, address = printed["kode"], printed["alamat_periksa"]
    place = urlsplit(address)
    data = {
        **printed,
        "tanggal_terbaca": format_short_date(date.fromisoformat(printed["tanggal"])),
        "kode_terbaca": " ".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP)),
        "alamat_pendek": f"{place.netloc}/sertifikat",
        "qr": Qr(address),
    }
    return await render("sertifikat", data, dated=dated.replace(microsecond=0), form=form)


async def daftar_isian_pdf(
    data: Mapping[str, str], *, number: str, office: str, dated: datetime, form: Form = "pdf"
) -> bytes:
    """The filled daftar isian in the layout of Lampiran E, for the signature of the head of the UMKM.

    `number` is empty while it was not sent yet.
    """
    paper = {
        "nomor": number,
        "foot": f"Daftar isian UMKM Binaan · {office}",
        "lines": [
            {"label": field.label, "text": field_text(field, data), "klaster": field is Field.KLASTER}
            for field in Field
        ],
        "klaster": [_choice(klaster, data) for klaster in Klaster],
        "pemilik": data["pemilik"],
        "note": "Contoh format: PER-25/BC/2024 Lampiran E.",
    }
    return await render("daftar-isian", paper, dated=dated.replace(microsecond=0), form=form)


def _choice(klaster: Klaster, data: Mapping[str, str]) -> dict[str, object]:
    kinds = (SubKlaster.MANDIRI, SubKlaster.PIHAK_LAIN, SubKlaster.RANTAI_PASOK, SubKlaster.BERKELANJUTAN)
    return {
        "label": klaster.short,
        "on": data["klaster"] == klaster.value,
        "kinds": [{"label": kind.short, "on": data.get("sub_klaster") == kind.value} for kind in kinds]
        if klaster is Klaster.TELAH
        else [],
    }
