"""Tables of the quarterly monitoring."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.crypto import EncryptedJson
from afk_core.infra.database import Base, Id, UtcDateTime
from afk_core.officers.models import Officer
from afk_core.offices.models import Office
from afk_core.umkm.models import Umkm


class UmkmMonitoring(Base):
    """What was found of one business in one quarter; `answers` are the items of `rules.monitoring.Item`.

    `done_at` and `done_by` are of the first time, by which it is in time or late; `version` counts the
    changes, so that nobody saves over what they have not seen.
    """

    __tablename__ = "umkm_monitoring"
    __table_args__ = (
        UniqueConstraint("umkm_id", "period"),
        Index("ix_umkm_monitoring_office_period", "office_id", "period"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    umkm_id: Mapped[int] = mapped_column(Id, ForeignKey(Umkm.id))
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    period: Mapped[str] = mapped_column(String(8))
    answers: Mapped[dict[str, str]] = mapped_column(EncryptedJson)
    version: Mapped[int] = mapped_column(Integer)
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_by: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))


class UmkmMonitoringQuestion(Base):
    """The questions that were put to a business in its chat; once a quarter, and never twice.

    `answers` are what the person gave so far. `conversation_id` has no foreign key: conversations belong to
    another package.
    """

    __tablename__ = "umkm_monitoring_question"
    __table_args__ = (UniqueConstraint("umkm_id", "period"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    umkm_id: Mapped[int] = mapped_column(Id, ForeignKey(Umkm.id))
    period: Mapped[str] = mapped_column(String(8))
    conversation_id: Mapped[int] = mapped_column(Id, index=True)
    status: Mapped[str] = mapped_column(String(12))
    answers: Mapped[dict[str, str]] = mapped_column(EncryptedJson)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class UmkmPlan(Base):
    """How many UMKM an office means to assist in a quarter."""

    __tablename__ = "umkm_plan"

    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id), primary_key=True)
    period: Mapped[str] = mapped_column(String(8), primary_key=True)
    planned: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
