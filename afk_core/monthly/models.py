"""Tables of monthly reports: what is not signed yet, and what was said of what was sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.crypto import EncryptedJson, EncryptedText
from afk_core.infra.database import Base, Id, UtcDateTime
from afk_core.officers.models import Officer
from afk_core.offices.models import Office
from afk_core.reports.models import SignedReportRow


class MonthlyDraftRow(Base):
    """What a Sub Koordinator chose, mended and added for one month; it stays when the report is signed.

    `officer_id` is whose report it is, `role` the role that they had; `saved_by` is who saved last.
    `version` is raised with each save and tells an old page from the present one.
    """

    __tablename__ = "monthly_draft"
    __table_args__ = (UniqueConstraint("office_id", "officer_id", "period"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    period: Mapped[str] = mapped_column(String(8))
    role: Mapped[str] = mapped_column(String(24))
    version: Mapped[int] = mapped_column(Integer)
    content: Mapped[Any] = mapped_column(EncryptedJson)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_by: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))


class MonthlyReviewRow(Base):
    """That a Koordinator followed, returned or accepted one version of a report; only ever added."""

    __tablename__ = "monthly_review"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    report_id: Mapped[int] = mapped_column(Id, ForeignKey(SignedReportRow.id), index=True)
    look: Mapped[str] = mapped_column(String(16))
    remark: Mapped[str] = mapped_column(EncryptedText)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
