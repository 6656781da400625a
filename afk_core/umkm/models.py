"""Tables of the register of UMKM: businesses, registrations and their timeline, certificates."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.crypto import EncryptedBytes, EncryptedJson, EncryptedText
from afk_core.infra.database import Base, Id, UtcDateTime
from afk_core.officers.models import Officer
from afk_core.offices.models import Office


class Umkm(Base):
    """A business in the register of an office.

    `name`, `kabupaten`, `kategori` and the klaster are readable, so that the register can be searched;
    everything personal is in `profile` (the fields of Lampiran E as they hold now). `conversation_id` has no
    foreign key: conversations belong to another package. `klaster` is what was determined, empty before.
    """

    __tablename__ = "umkm"
    __table_args__ = (Index("ix_umkm_office_name", "office_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    conversation_id: Mapped[int | None] = mapped_column(Id, index=True)
    name: Mapped[str] = mapped_column(Text)
    kabupaten: Mapped[str] = mapped_column(Text)
    kategori: Mapped[str] = mapped_column(Text)
    klaster: Mapped[str] = mapped_column(String(20), default="")
    sub_klaster: Mapped[str] = mapped_column(String(32), default="")
    profile: Mapped[dict[str, str]] = mapped_column(EncryptedJson)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_contact_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UmkmFingerprint(Base):
    """A keyed hash by which the same NPWP, NIK or NIB is found again without being readable.

    `kind` is "identity" for NPWP and NIK alike, because the NPWP of a person is their NIK.
    """

    __tablename__ = "umkm_fingerprint"
    __table_args__ = (Index("ix_umkm_fingerprint_value", "kind", "value"),)

    umkm_id: Mapped[int] = mapped_column(Id, ForeignKey("umkm.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    value: Mapped[str] = mapped_column(String(64))


class UmkmDraft(Base):
    """A daftar isian that was begun in a conversation and not sent yet; one for each conversation."""

    __tablename__ = "umkm_draft"

    conversation_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    step: Mapped[str] = mapped_column(String(20))
    data: Mapped[dict[str, str]] = mapped_column(EncryptedJson)
    consented_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UmkmRegistration(Base):
    """One daftar isian on its way to a certificate.

    `data` are the fields as filed and mended. `klaster` is the one asked for, `decided_klaster` the one that
    an agent found right. `last_event` is the number of the newest entry of the timeline; it and `status`
    change only under the row's lock. `consented_at` is when the person agreed to the use of the data.
    """

    __tablename__ = "umkm_registration"
    __table_args__ = (
        Index("ix_umkm_registration_office", "office_id", "status", "submitted_at"),
        Index("ix_umkm_registration_conversation", "conversation_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    umkm_id: Mapped[int] = mapped_column(Id, ForeignKey("umkm.id"), index=True)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    conversation_id: Mapped[int | None] = mapped_column(Id)
    channel: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    data: Mapped[dict[str, str]] = mapped_column(EncryptedJson)
    klaster: Mapped[str] = mapped_column(String(20))
    sub_klaster: Mapped[str] = mapped_column(String(32), default="")
    decided_klaster: Mapped[str] = mapped_column(String(20), default="")
    decided_sub_klaster: Mapped[str] = mapped_column(String(32), default="")
    assessment_id: Mapped[int | None] = mapped_column(Id)
    consented_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_event: Mapped[int] = mapped_column(Integer, default=0)


class UmkmFieldCheck(Base):
    """What an agent found of one field of Lampiran E."""

    __tablename__ = "umkm_field_check"

    registration_id: Mapped[int] = mapped_column(
        Id, ForeignKey("umkm_registration.id", ondelete="CASCADE"), primary_key=True
    )
    field: Mapped[str] = mapped_column(String(12), primary_key=True)
    right: Mapped[bool] = mapped_column("is_right", Boolean)
    note: Mapped[str] = mapped_column(EncryptedText)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class UmkmEvent(Base):
    """One step in the timeline of a registration; never changed, numbered from 1 within it."""

    __tablename__ = "umkm_event"
    __table_args__ = (UniqueConstraint("registration_id", "n"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    registration_id: Mapped[int] = mapped_column(Id, ForeignKey("umkm_registration.id", ondelete="CASCADE"))
    n: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    audience: Mapped[str] = mapped_column(String(8))
    officer_id: Mapped[int | None] = mapped_column(Id, ForeignKey(Officer.id))
    text: Mapped[str | None] = mapped_column(EncryptedText)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class UmkmDocument(Base):
    """A file that belongs to a registration; `file_id` is its id among the stored files."""

    __tablename__ = "umkm_document"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        Id, ForeignKey("umkm_registration.id", ondelete="CASCADE"), index=True
    )
    file_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(12))
    officer_id: Mapped[int | None] = mapped_column(Id, ForeignKey(Officer.id))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class UmkmSequence(Base):
    """The last number given of a kind ("daftar", "PE", "SE", "TE") by an office in a year of its own zone."""

    __tablename__ = "umkm_sequence"

    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(Integer)


class UmkmCertificate(Base):
    """A certificate as it was issued; nothing of it changes but what came after it.

    `code` is the unguessable part of its public address. `issued` is everything that is printed, from which
    the same bytes are made again; `sha256` is their hash. `replaces_id` names the certificate whose place it
    takes (Pasal 8 ayat (4)). `pdf` are the bytes themselves, because a newer typesetter may draw others.
    """

    __tablename__ = "umkm_certificate"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    umkm_id: Mapped[int] = mapped_column(Id, ForeignKey("umkm.id"), index=True)
    registration_id: Mapped[int] = mapped_column(Id, ForeignKey("umkm_registration.id"), index=True)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    klaster: Mapped[str] = mapped_column(String(20))
    sub_klaster: Mapped[str] = mapped_column(String(32))
    issued_on: Mapped[date] = mapped_column(Date)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    issued: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)
    pdf: Mapped[bytes] = mapped_column(EncryptedBytes)
    sha256: Mapped[str] = mapped_column(String(64))
    replaces_id: Mapped[int | None] = mapped_column(Id, ForeignKey("umkm_certificate.id"), unique=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[int | None] = mapped_column(Id, ForeignKey(Officer.id))
    revocation: Mapped[str | None] = mapped_column(EncryptedText)
