"""The table of self-assessments."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.crypto import EncryptedJson
from afk_core.infra.database import Base, Id, UtcDateTime
from afk_core.offices.models import Office

_DRAFT = text("finished_at IS NULL")


class Assessment(Base):
    """One self-assessment of the person of a conversation; never changed once it is finished.

    `conversation_id` has no foreign key: conversations belong to another package. The answers are an
    official secret (PER-25/BC/2024 Pasal 15 ayat (2)); what was suggested is readable, so that an office
    can count and filter. There is one draft for each conversation at most.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        Index(
            "uq_assessment_draft",
            "conversation_id",
            unique=True,
            sqlite_where=_DRAFT,
            postgresql_where=_DRAFT,
        ),
        Index("ix_assessment_conversation", "conversation_id", "finished_at"),
        Index("ix_assessment_office", "office_id", "finished_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(Id)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    values: Mapped[dict[str, str]] = mapped_column("answers", EncryptedJson)
    klaster: Mapped[str | None] = mapped_column(String(20))
    sub_klaster: Mapped[str | None] = mapped_column(String(32))
    ready_aspects: Mapped[int | None] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
