"""The monthly report of a Sub Koordinator: what belongs in it, who signs it, who looks at it (Pasal 5-12)."""

from datetime import date
from enum import StrEnum
from typing import Final

from afk_core.rules.duties import IN_FORCE
from afk_core.rules.offices import OfficeKind, OfficeRef
from afk_core.rules.periods import Period, PeriodKind
from afk_core.rules.roles import Act, Actor, Role, may

AUTHORS: Final = (Role.SUB_KLASTERISASI, Role.SUB_PEMBINAAN)
"""PER-25/BC/2024 Pasal 5 ayat (1), 9 ayat (1): who makes a monthly report."""


class Deed(StrEnum):
    """PER-25/BC/2024 Pasal 5 ayat (4) and (8): what the service knows to have been done, by its kind."""

    CONSULTATION = "konsultasi"
    """An answer to a business, from the queue of tickets."""
    VERIFICATION = "verifikasi"
    """A daftar isian that was verified, or given back to be mended."""
    DETERMINATION = "penetapan"
    """An UMKM that was determined, refused, or put into another klaster."""
    CERTIFICATE = "sertifikat"
    """A certificate that was issued or revoked by the Koordinator."""
    PROMOTION = "sosialisasi"
    """Pemberdayaan of Lampiran D angka 1."""
    ASSISTANCE = "asistensi"
    """Pemberdayaan of Lampiran D angka 2 and 3."""
    MATERIAL = "materi"
    """Facility material that was published."""

    @property
    def label(self) -> str:
        """What people read."""
        return {
            Deed.CONSULTATION: "Konsultasi",
            Deed.VERIFICATION: "Verifikasi",
            Deed.DETERMINATION: "Penetapan",
            Deed.CERTIFICATE: "Sertifikat",
            Deed.PROMOTION: "Sosialisasi",
            Deed.ASSISTANCE: "Asistensi",
            Deed.MATERIAL: "Materi fasilitas",
        }[self]


_TASKS: Final = {
    Role.SUB_KLASTERISASI: {
        Deed.CONSULTATION: "ayat (4) huruf b",
        Deed.VERIFICATION: "ayat (4) huruf f",
        Deed.DETERMINATION: "ayat (4) huruf d, e, dan g",
        Deed.CERTIFICATE: "ayat (4) huruf g",
        Deed.PROMOTION: "ayat (4) huruf b",
    },
    Role.SUB_PEMBINAAN: {
        Deed.CONSULTATION: "ayat (8) huruf b",
        Deed.PROMOTION: "ayat (8) huruf b",
        Deed.ASSISTANCE: "ayat (8) huruf b",
        Deed.MATERIAL: "ayat (8) huruf a",
    },
}


_SUPPORT: Final = (Role.ANGGOTA, Role.PERBANTUAN, None)


class Look(StrEnum):
    """PER-25/BC/2024 Pasal 10, 11, 12: what a Koordinator does with a report that was sent, as stored."""

    FOLLOWED = "dipantau"
    RETURNED = "dikembalikan"
    ACCEPTED = "diterima"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            Look.FOLLOWED: "Dipantau",
            Look.RETURNED: "Dikembalikan untuk dibetulkan",
            Look.ACCEPTED: "Reviu selesai, diterima",
        }[self]


class MonthFault(StrEnum):
    """Why there is no report on a month."""

    AHEAD = "ahead"
    BEFORE_ACCOUNT = "before_account"
    BEFORE_REGULATION = "before_regulation"


def task_of(role: Role, deed: Deed, *, own: bool, doer: Role | None = None) -> str | None:
    """PER-25/BC/2024 Pasal 5 ayat (4) and (8), 6: the task that a deed is reported under; None for none.

    `own` says that the Sub Koordinator did it; `doer` is else the role of who did, None for who has left the
    office. What an Anggota or helping staff did supports both Sub Koordinator (Pasal 6, 2 ayat (5)) and
    belongs to the one whose task it is; so does what was left behind by somebody who went. A certificate is
    signed by the Koordinator and ends what klasterisasi began. What a Sub Koordinator did beyond the own task
    is reported too ("antara lain"), without a letter.
    """
    tasks = _TASKS.get(role)
    if tasks is None:
        return None
    if not own and not (doer in _SUPPORT or (doer is Role.KOORDINATOR and deed is Deed.CERTIFICATE)):
        return None
    if deed in tasks:
        return f"Pasal 5 {tasks[deed]}"
    return ("Pasal 5 ayat (4)" if role is Role.SUB_KLASTERISASI else "Pasal 5 ayat (8)") if own else None


def month_fault(month: Period, account_since: date, today: date) -> MonthFault | None:
    """PER-25/BC/2024 Pasal 9 ayat (2), 18: why a Sub Koordinator has nothing to report on `month`, or None.

    The present month can be drafted. A report before the account, or before the regulation was in force,
    would be about somebody else's work.
    """
    if month.first > today:
        return MonthFault.AHEAD
    if month.last < IN_FORCE:
        return MonthFault.BEFORE_REGULATION
    return MonthFault.BEFORE_ACCOUNT if month.last < account_since else None


def months_owed(account_since: date, today: date, most: int) -> tuple[Period, ...]:
    """PER-25/BC/2024 Pasal 9 ayat (2): the last `most` months that can be reported on, the newest first."""
    newest = Period.of(PeriodKind.MONTH, today)
    months = (newest.after(-back) for back in range(most))
    return tuple(month for month in months if month_fault(month, account_since, today) is None)


def may_be_signed(month: Period, today: date) -> bool:
    """PER-25/BC/2024 Pasal 9 ayat (2) "bulanan": a month is signed off from its last day on."""
    return today >= month.last


def may_sign(viewer_role: Role, owner_role: Role, *, same_person: bool, owner_serves: bool) -> bool:
    """PER-25/BC/2024 Pasal 4, 5 ayat (1), 9 ayat (1): whether an officer of the office signs a report.

    The Sub Koordinator whose report it is. Once they serve there no more, whoever has the same role now, or
    the Koordinator, who answers for the office's agents; the report then names both.
    """
    if same_person:
        return viewer_role in AUTHORS
    return not owner_serves and viewer_role in (owner_role, Role.KOORDINATOR)


def looks_open(actor: Actor, office: OfficeRef) -> tuple[Look, ...]:
    """PER-25/BC/2024 Pasal 10, 11, 12: what `actor` may do with reports of `office`.

    The Koordinator Khusus follows the reports of the own KPPBC; the Koordinator Wilayah reviews those of the
    Kanwil and of the KPPBC below, the Koordinator Utama those of the KPU.
    """
    if not may(actor, Act.REVIEW_REPORT, office):
        return ()
    if office.kind is OfficeKind.KPPBC and actor.office.id == office.id:
        return (Look.FOLLOWED,)
    return (Look.ACCEPTED, Look.RETURNED)
