"""Who may do what (PER-25/BC/2024 Pasal 2-8, 10-13 and 15)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from afk_core.rules.offices import OfficeKind, OfficeRef, koordinator_title, oversees


class Role(Enum):
    """The roles of PER-25/BC/2024 Pasal 2 ayat (4), (5), 3 ayat (3), 5 ayat (1), 13; the administrator."""

    KOORDINATOR = "koordinator"
    SUB_KLASTERISASI = "sub_klasterisasi"
    SUB_PEMBINAAN = "sub_pembinaan"
    ANGGOTA = "anggota"
    PERBANTUAN = "perbantuan"
    UNIT_LAIN = "unit_lain"
    UKI = "uki"
    DIREKTORAT = "direktorat"
    ADMINISTRATOR = "administrator"


_LABELS: Final = {
    Role.KOORDINATOR: "Koordinator",
    Role.SUB_KLASTERISASI: "Sub Koordinator Pengumpulan Data dan Klasterisasi",
    Role.SUB_PEMBINAAN: "Sub Koordinator Pembinaan Teknis",
    Role.ANGGOTA: "Anggota",
    Role.PERBANTUAN: "Pegawai Perbantuan",
    Role.UNIT_LAIN: "Pegawai Unit Lain",
    Role.UKI: "Unit Kepatuhan Internal",
    Role.DIREKTORAT: "Direktorat",
    Role.ADMINISTRATOR: "Administrator",
}


class Act(Enum):
    """What a person can want to do in an office; `may` decides."""

    SEE_TICKETS = auto()
    """Read conversations and tickets."""
    ANSWER_TICKET = auto()
    """Claim, answer, note, escalate, close (Pasal 3 ayat (1) huruf a, Pasal 6)."""
    ASSIGN_TICKET = auto()
    """Give a ticket to another officer (Pasal 4)."""
    HELP_TICKET = auto()
    """Help with single tickets to which one was invited (Pasal 2 ayat (5))."""
    SEE_PERSONAL_DATA = auto()
    """See NIK, NPWP, phone and the like in full; the look is recorded (Pasal 15 ayat (2))."""
    SEE_UMKM = auto()
    """Read the register of UMKM."""
    EDIT_UMKM = auto()
    """Enter and correct assessments and registrations, record activities (Pasal 5 ayat (4), 6, 7)."""
    VERIFY_REGISTRATION = auto()
    """Verify a registration, decide the klaster, determine an UMKM Binaan (Pasal 5 ayat (4) huruf d-g)."""
    ISSUE_CERTIFICATE = auto()
    """Issue and change certificates (Pasal 7 ayat (4), 8 ayat (4))."""
    MONITOR_UMKM = auto()
    """Quarterly monitoring (Pasal 8 ayat (1))."""
    DRAFT_ARTICLE = auto()
    """Draft facility material (Pasal 5 ayat (8) huruf a, Pasal 6)."""
    PUBLISH_ARTICLE = auto()
    """Review and publish facility material (Pasal 5 ayat (8) huruf a; the Koordinator by Pasal 4)."""
    KEEP_CANNED_REPLIES = auto()
    """Keep the words that an office answers with (Pasal 5 ayat (8) huruf a; the Koordinator by Pasal 4)."""
    SEE_ROSTER = auto()
    """Read who the agents of an office are, and the letters that appoint them (Pasal 2 ayat (3))."""
    KEEP_ROSTER = auto()
    """Keep the agents of the office and their letters (Pasal 2 ayat (2), 4)."""
    SEE_REPORTS = auto()
    """Read the office's reports."""
    WRITE_REPORT = auto()
    """Complete and send the monthly report (Pasal 9)."""
    REVIEW_REPORT = auto()
    """Review or monitor the Sub Koordinators' reports (Pasal 10, 11, 12)."""
    FOLLOW_SURVEY = auto()
    """Plan and end what is done about the results of the survey (L24 5a-CP huruf a angka 3)."""
    PUBLISH_SURVEY = auto()
    """Publish the results of the survey, enter the SKPJ of a year (L24 5a-CP; the Koordinator by Pasal 4)."""
    SUPERVISE = auto()
    """See how the office keeps its promise, by officer and topic (Pasal 3 ayat (1), 4, 5 ayat (1), 11)."""
    LINK_GROUP = auto()
    """Let a group of the office in a messenger be told of its tickets, and answer there (Pasal 4)."""
    EVALUATE = auto()
    """See totals over offices, by semester, without personal data (Pasal 13; the Koordinator by Pasal 4)."""
    SEE_AUDIT = auto()
    """Read who did and saw what (Pasal 3 ayat (3), 4, 11 and 15 ayat (2))."""
    MANAGE_OFFICES = auto()
    """Create and change offices."""
    MANAGE_ACCOUNTS = auto()
    """Create, change and block accounts."""
    MANAGE_CALENDARS = auto()
    """Change office hours, exceptions and holidays."""


_READ: Final = frozenset({Act.SEE_TICKETS, Act.SEE_UMKM, Act.SEE_REPORTS, Act.SEE_ROSTER})
_SERVE: Final = (
    _READ | {Act.ANSWER_TICKET, Act.HELP_TICKET, Act.SEE_PERSONAL_DATA} | {Act.EDIT_UMKM, Act.DRAFT_ARTICLE}
)
_LEAD: Final = _SERVE | {Act.ASSIGN_TICKET, Act.WRITE_REPORT, Act.SUPERVISE, Act.FOLLOW_SURVEY}
_ADMINISTER: Final = frozenset({Act.MANAGE_OFFICES, Act.MANAGE_ACCOUNTS, Act.MANAGE_CALENDARS})

_OWN_OFFICE: Final = {
    Role.KOORDINATOR: _SERVE
    | {
        Act.ASSIGN_TICKET,
        Act.ISSUE_CERTIFICATE,
        Act.MONITOR_UMKM,
        Act.PUBLISH_ARTICLE,
        Act.KEEP_CANNED_REPLIES,
        Act.REVIEW_REPORT,
    }
    | {Act.SUPERVISE, Act.EVALUATE, Act.SEE_AUDIT, Act.LINK_GROUP, Act.KEEP_ROSTER}
    | {Act.FOLLOW_SURVEY, Act.PUBLISH_SURVEY},
    Role.SUB_KLASTERISASI: _LEAD | {Act.VERIFY_REGISTRATION},
    Role.SUB_PEMBINAAN: _LEAD | {Act.PUBLISH_ARTICLE, Act.KEEP_CANNED_REPLIES},
    Role.ANGGOTA: _SERVE,
    Role.PERBANTUAN: _SERVE,
    Role.UNIT_LAIN: frozenset({Act.HELP_TICKET}),
    Role.UKI: _READ | {Act.SEE_AUDIT},
    Role.DIREKTORAT: frozenset({Act.EVALUATE}),
    Role.ADMINISTRATOR: _ADMINISTER,
}
_KPPBC_BELOW: Final = _READ | {Act.REVIEW_REPORT, Act.SUPERVISE, Act.EVALUATE, Act.SEE_AUDIT}

EVERYWHERE: Final = frozenset({Role.ADMINISTRATOR, Role.DIREKTORAT})
"""PER-25/BC/2024 Pasal 13: whose acts hold in every office, whichever their account belongs to."""


@dataclass(frozen=True)
class Actor:
    """A signed-in person: their role, and the office that they belong to."""

    role: Role
    office: OfficeRef


LEADS: Final = (Role.SUB_KLASTERISASI, Role.SUB_PEMBINAAN, Role.KOORDINATOR)
"""PER-25/BC/2024 Pasal 2 ayat (4), 5 ayat (1): who answers for the work of an office's agents."""

AGENTS: Final = (*LEADS, Role.ANGGOTA, Role.PERBANTUAN)
"""PER-25/BC/2024 Pasal 2 ayat (4) and (5), 5 and 6: everybody who answers requests."""


def superiors_of(role: Role) -> tuple[Role, ...]:
    """PER-25/BC/2024 Pasal 2 ayat (4), 5 ayat (1), 6: the roles directly above `role` in the same office.

    None for the Koordinator, whose superior sits in the Kanwil, and for who is no agent.
    """
    if role in (Role.ANGGOTA, Role.PERBANTUAN):
        return (Role.SUB_KLASTERISASI, Role.SUB_PEMBINAAN)
    if role in (Role.SUB_KLASTERISASI, Role.SUB_PEMBINAAN):
        return (Role.KOORDINATOR,)
    return ()


def role_label(role: Role, kind: OfficeKind) -> str:
    """PER-25/BC/2024 Pasal 2 ayat (4), Pasal 5 ayat (1): the title of a role in an office of this kind."""
    return koordinator_title(kind) if role is Role.KOORDINATOR else _LABELS[role]


def may(actor: Actor, act: Act, office: OfficeRef) -> bool:
    """PER-25/BC/2024 Pasal 2-8, 10-12, 15: whether `actor` may do `act` in `office`.

    An agent acts in their own office. A Koordinator Wilayah also reads along in the KPPBC below and reviews
    their reports (Pasal 11), without the personal data in full. UKI only reads (Pasal 3 ayat (3)). The two
    directorates see the totals of every office and nothing else (Pasal 13). An administrator keeps offices,
    accounts and calendars of every office and sees no content.
    """
    if actor.role in EVERYWHERE or actor.office.id == office.id:
        return act in _OWN_OFFICE[actor.role]
    return actor.role is Role.KOORDINATOR and oversees(actor.office, office) and act in _KPPBC_BELOW


def offices_where(actor: Actor, act: Act, offices: Iterable[OfficeRef]) -> frozenset[int]:
    """PER-25/BC/2024 Pasal 2-8, 10-12, 15: the ids of those `offices` in which `actor` may do `act`."""
    return frozenset(office.id for office in offices if may(actor, act, office))
