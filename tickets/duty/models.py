"""Tables of duty: the roster, absences, and how new tickets are given out."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.database import Base, Id, UtcDateTime
from afk_core.officers.models import Officer
from afk_core.offices.models import Office


class DutyShift(Base):
    """An officer who is on duty on a day of their office; a day without rows is not planned."""

    __tablename__ = "duty_shift"

    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id), primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    officer_id: Mapped[int] = mapped_column(
        Id, ForeignKey(Officer.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


class Absence(Base):
    """Days on which an officer is away, both included; why is nobody's business here.

    `replacement_id` is who stands in, None: the office's queue. A withdrawn one stays with `ended_at`.
    """

    __tablename__ = "absence"
    __table_args__ = (Index("ix_absence_officer", "officer_id", "last_day"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id, ondelete="CASCADE"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    replacement_id: Mapped[int | None] = mapped_column(Id, ForeignKey(Officer.id, ondelete="SET NULL"))
    made_by: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DutySetting(Base):
    """How an office gives out new tickets: a `Balancing` value; without a row they are suggested."""

    __tablename__ = "duty_setting"

    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id), primary_key=True, autoincrement=False)
    balancing: Mapped[str] = mapped_column(String(8))


class DutyTurn(Base):
    """When an officer last was given or suggested a ticket, so that equals take turns."""

    __tablename__ = "duty_turn"

    officer_id: Mapped[int] = mapped_column(
        Id, ForeignKey(Officer.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
