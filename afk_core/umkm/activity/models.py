"""Tables of pemberdayaan."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.crypto import EncryptedText
from afk_core.infra.database import Base, Id, UtcDateTime
from afk_core.officers.models import Officer
from afk_core.offices.models import Office
from afk_core.umkm.models import Umkm


class UmkmActivity(Base):
    """One activity of an office; `theme` is a place of Lampiran D, which also says the kind."""

    __tablename__ = "umkm_activity"
    __table_args__ = (Index("ix_umkm_activity_office", "office_id", "starts_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    theme: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(12))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    place: Mapped[str] = mapped_column(Text)
    matter: Mapped[str] = mapped_column(EncryptedText)
    obstacle: Mapped[str] = mapped_column(EncryptedText)
    result: Mapped[str] = mapped_column(EncryptedText)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UmkmActivityParticipant(Base):
    """A business that an activity is for; `attended` is empty until it was recorded."""

    __tablename__ = "umkm_activity_participant"

    activity_id: Mapped[int] = mapped_column(
        Id, ForeignKey("umkm_activity.id", ondelete="CASCADE"), primary_key=True
    )
    umkm_id: Mapped[int] = mapped_column(Id, ForeignKey(Umkm.id), primary_key=True, index=True)
    attended: Mapped[bool | None] = mapped_column(Boolean)


class UmkmActivityFile(Base):
    """A file that belongs to an activity; `file_id` is its id among the stored files."""

    __tablename__ = "umkm_activity_file"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    activity_id: Mapped[int] = mapped_column(
        Id, ForeignKey("umkm_activity.id", ondelete="CASCADE"), index=True
    )
    file_id: Mapped[int] = mapped_column(Id)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
