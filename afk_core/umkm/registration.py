"""Plain data of the register of UMKM: what goes into its services and what comes out."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from afk_core.rules.certificate import CertificateStanding
from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.registration import Field
from afk_core.rules.umkm_lifecycle import RegistrationStatus, RegistrationStep
from afk_core.umkm.certificate import CertificateView

MAX_NOTE = 1_000
"""Characters of a reason, note or question of an officer."""


class EventKind(StrEnum):
    """The entries of a registration's timeline, as stored."""

    SUBMITTED = "submitted"
    RESUBMITTED = "resubmitted"
    WITHDRAWN = "withdrawn"
    CHECKED = "checked"
    CORRECTED = "corrected"
    ASKED = "asked"
    REPLIED = "replied"
    DOCUMENT = "document"
    RETURNED = "returned"
    VERIFIED = "verified"
    SENT_BACK = "sent_back"
    DETERMINED = "determined"
    REFUSED = "refused"
    GIVEN_BACK = "given_back"
    ISSUED = "issued"
    KLASTER_CHANGED = "klaster_changed"
    REVOKED = "revoked"
    AMENDED = "amended"
    """`data["fields"]` are the lines that the person changed."""
    CORRECTION_ASKED = "correction_asked"
    """The text is JSON: the values that the person asks for, by their keys."""
    CORRECTION_APPLIED = "correction_applied"
    """`data["event"]` is the number of what was asked for, `data["fields"]` the lines that changed."""
    CORRECTION_DECLINED = "correction_declined"
    """As applied, but nothing changed; the text is the reason that the person reads."""
    DATA_CHANGED = "data_changed"
    """A line of the certificate was mended, `data["field"]`; a changed certificate follows."""


class EventAudience(StrEnum):
    """Who may read an entry; an officer reads everything."""

    USER = "user"
    OFFICERS = "officers"


class NewRegistration(Struct, frozen=True):
    """A daftar isian that its person sends: `data` by the keys of `DATA_KEYS`, every value checked before."""

    office_id: int
    conversation_id: int | None
    channel: str
    data: Mapping[str, str]
    consented_at: datetime
    assessment_id: int | None = None
    officer_id: int | None = None
    """The officer who entered it for the person, from what was signed on paper."""


DATA_KEYS = (
    "nama",
    "npwp",
    "nik",
    "nib",
    "alamat",
    "kecamatan",
    "kabupaten",
    "pemilik",
    "telepon",
    "email",
    "klaster",
    "sub_klaster",
    "kategori",
    "produksi",
)
"""What a daftar isian is made of; `npwp` or `nik` is empty, `nib` may be ("belum ada")."""

KEYS_OF: Mapping[Field, tuple[str, ...]] = {
    Field.NAMA: ("nama",),
    Field.IDENTITAS: ("npwp", "nik"),
    Field.NIB: ("nib",),
    Field.ALAMAT: ("alamat", "kecamatan", "kabupaten"),
    Field.PEMILIK: ("pemilik",),
    Field.TELEPON: ("telepon",),
    Field.EMAIL: ("email",),
    Field.KLASTER: ("klaster", "sub_klaster"),
    Field.KATEGORI: ("kategori",),
    Field.PRODUKSI: ("produksi",),
}
"""The lines of Lampiran E, each with the keys that it shows."""

PERSONAL: frozenset[Field] = frozenset(
    {Field.IDENTITAS, Field.NIB, Field.ALAMAT, Field.PEMILIK, Field.TELEPON, Field.EMAIL}
)
"""The lines that are shown masked until somebody asks for them and is recorded."""

CONTACT: frozenset[Field] = frozenset({Field.TELEPON, Field.EMAIL})
"""The lines that stand on no certificate and that nobody decides on."""

AMENDABLE: tuple[str, ...] = tuple(key for key in DATA_KEYS if key not in ("klaster", "sub_klaster"))
"""What a person can mend after sending; the klaster is for the agent to decide."""


class DraftView(Struct, frozen=True):
    """An unsent daftar isian; `step` is where the person stands."""

    step: str
    data: Mapping[str, str]
    consented_at: datetime
    updated_at: datetime


class FieldView(Struct, frozen=True):
    """One line of the daftar isian: what it says (masked or not), and what was found of it.

    `right` is None while nobody has looked at it.
    """

    field: Field
    text: str
    masked: bool
    right: bool | None
    note: str
    checked_by: str
    checked_at: datetime | None


class EventView(Struct, frozen=True):
    """One entry of the timeline; `officer` is empty for the person and the service."""

    n: int
    kind: EventKind
    audience: EventAudience
    officer: str
    text: str
    data: Mapping[str, object]
    at: datetime


class DocumentView(Struct, frozen=True):
    """A document of a registration."""

    id: int
    file_id: int
    kind: str
    officer: str
    at: datetime


class DuplicateView(Struct, frozen=True):
    """Another record with the same NPWP, NIK or NIB.

    `kinds` says which ("identity", "nib"). `lines` compare both: line, what the other one says (masked), and
    whether it says the same. Outside of the viewer's offices only the office is named: `registration_id` is
    None, `name` and `lines` empty.
    """

    umkm_id: int
    kinds: tuple[str, ...]
    office: str
    name: str
    registration_id: int | None
    number: str
    status: RegistrationStatus | None
    lines: tuple[tuple[Field, str, bool], ...]


class RegistrationRow(Struct, frozen=True):
    """One line of the list of registrations."""

    id: int
    number: str
    name: str
    kabupaten: str
    kategori: str
    office: str
    klaster: Klaster
    status: RegistrationStatus
    submitted_at: datetime
    changed_at: datetime
    waiting_since: datetime | None
    tz: ZoneInfo


class AskedCorrection(Struct, frozen=True):
    """What a person asked to have corrected, masked or not: line, what it says, what it is to say.

    `event` is its entry.
    """

    event: int
    lines: tuple[tuple[Field, str, str], ...]
    at: datetime


class RegistrationDetail(Struct, frozen=True):
    """Everything that a page about one registration shows; personal fields masked unless revealed."""

    id: int
    number: str
    umkm_id: int
    name: str
    office_id: int
    office: str
    office_code: str
    tz: ZoneInfo
    channel: str
    status: RegistrationStatus
    klaster: Klaster
    sub_klaster: SubKlaster | None
    decided_klaster: Klaster | None
    decided_sub_klaster: SubKlaster | None
    fields: tuple[FieldView, ...]
    events: tuple[EventView, ...]
    documents: tuple[DocumentView, ...]
    duplicates: tuple[DuplicateView, ...]
    certificates: tuple[CertificateView, ...]
    steps: frozenset[RegistrationStep]
    has_nib: bool
    serves_area: bool
    submitted_at: datetime
    waiting_since: datetime | None
    last_event: int
    revealed: bool
    reachable: bool
    correction: AskedCorrection | None

    @property
    def unchecked(self) -> tuple[Field, ...]:
        """The lines that nobody has looked at yet."""
        return tuple(line.field for line in self.fields if line.right is None)

    @property
    def wrong(self) -> tuple[FieldView, ...]:
        """The lines that were found wrong."""
        return tuple(line for line in self.fields if line.right is False)

    @property
    def certificate(self) -> CertificateView | None:
        """The certificate in force, if there is one."""
        return next((each for each in self.certificates if each.standing is CertificateStanding.VALID), None)


class RegistrationChange(Struct, frozen=True):
    """What a step tells its caller, so that the person and the screens can be told."""

    registration_id: int
    number: str
    umkm_id: int
    office_id: int
    conversation_id: int | None
    kind: EventKind
    status: RegistrationStatus
    event: int
    text: str = ""
    fields: tuple[tuple[Field, str], ...] = ()
    klaster: Klaster | None = None
    sub_klaster: SubKlaster | None = None
    certificate: "CertificateView | None" = None


class OwnRegistration(Struct, frozen=True):
    """A registration as its own person sees it."""

    id: int
    number: str
    name: str
    office: str
    tz: ZoneInfo
    status: RegistrationStatus
    submitted_at: datetime
    data: Mapping[str, str] = field(default_factory=dict)
    wrong: tuple[tuple[Field, str], ...] = ()
    asked: bool = False
    certificate_code: str = ""
    certificate_number: str = ""


class FilledForm(Struct, frozen=True):
    """A sent daftar isian with everything in full, for the paper."""

    number: str
    office: str
    submitted_at: datetime
    data: Mapping[str, str]


class OwnRecord(Struct, frozen=True):
    """Everything of a registration that its own person may have."""

    own: OwnRegistration
    consented_at: datetime
    events: tuple[EventView, ...]
    documents: tuple[DocumentView, ...]
    certificates: tuple[CertificateView, ...]
    umkm_id: int
