"""The table of signed reports."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.crypto import EncryptedJson
from afk_core.infra.database import Base, Id, UtcDateTime
from afk_core.officers.models import Officer
from afk_core.offices.models import Office


class SignedReportRow(Base):
    """One version of a report. Nothing of it changes but that it is sent, once.

    `owner` is the officer of a monthly report and 0 for an office's: NULL would not be unique.
    """

    __tablename__ = "signed_report"
    __table_args__ = (
        UniqueConstraint("kind", "office_id", "owner", "period", "version"),
        Index("ix_signed_report_office_period", "office_id", "period"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    owner: Mapped[int] = mapped_column(Id)
    period: Mapped[str] = mapped_column(String(8))
    version: Mapped[int] = mapped_column(Integer)
    replaces_id: Mapped[int | None] = mapped_column(Id, ForeignKey("signed_report.id"))
    reason: Mapped[str] = mapped_column(Text)
    content: Mapped[Any] = mapped_column(EncryptedJson)
    sha256: Mapped[str] = mapped_column(String(64))
    due: Mapped[date] = mapped_column(Date)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_by: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_by: Mapped[int | None] = mapped_column(Id, ForeignKey(Officer.id))
    sent_to: Mapped[str] = mapped_column(Text)
