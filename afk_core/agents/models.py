"""Tables of agents, and of the letters that appoint them."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.crypto import EncryptedText
from afk_core.infra.database import Base, Id, UtcDateTime
from afk_core.officers.models import Officer
from afk_core.offices.models import Office


class AgentLetter(Base):
    """A letter of an office; the one with the latest date is the one in force."""

    __tablename__ = "agent_letter"
    __table_args__ = (UniqueConstraint("office_id", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    number: Mapped[str] = mapped_column(String(80))
    dated: Mapped[date] = mapped_column(Date)
    ends: Mapped[date] = mapped_column(Date)
    file_id: Mapped[int | None] = mapped_column(Id)
    entered_by: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AgentAppointment(Base):
    """One person in one role for some days; the role and the office never change.

    `last` is set when it ends; the row stays, so that it is known who held which role when.
    """

    __tablename__ = "agent_appointment"
    __table_args__ = (Index("ix_agent_appointment_office", "office_id", "role"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    role: Mapped[str] = mapped_column(String(24))
    officer_id: Mapped[int | None] = mapped_column(Id, ForeignKey(Officer.id), index=True)
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    email: Mapped[str | None] = mapped_column(EncryptedText)
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    letter_id: Mapped[int | None] = mapped_column(Id, ForeignKey("agent_letter.id"))
    replaces_id: Mapped[int | None] = mapped_column(Id, ForeignKey("agent_appointment.id"))
    entered_by: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
