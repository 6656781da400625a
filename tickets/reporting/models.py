"""Tables that the figures are read from; everything in them follows from the tables of tickets.

Triggers of the database (migration 0004) note in `report_stale` which ticket changed, whichever way it was
changed; `service/refresh` brings the rest up to date and can make all of it anew.
"""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, Float, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.database import Base, Id, UtcDateTime

_OPEN = text("outcome IN ('running', 'overdue')")
_RUNNING = text("outcome = 'running'")
_OVERDUE = text("outcome = 'overdue'")


class ReportLimit(Base):
    """One limit as the figures see it, with the ticket's attributes beside it.

    `day` is the day of the due instant, `month` its year and month (202611), `weekday` (0 is Monday) and
    `hour` those of the receipt, all on the office's clock. `used` is in minutes for R1 and in working days
    for R2, None while no answer came. `officer_id` is who answered, else who holds the ticket.
    """

    __tablename__ = "report_limit"
    __table_args__ = (
        Index("ix_report_limit_office_day", "office_id", "day", "limit_id"),
        Index("ix_report_limit_open", "office_id", "due", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_report_limit_running", "due", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        Index(
            "ix_report_limit_overdue", "office_id", "day", sqlite_where=_OVERDUE, postgresql_where=_OVERDUE
        ),
    )

    limit_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    ticket_id: Mapped[int] = mapped_column(Id, index=True)
    office_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(2))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counted_from: Mapped[datetime] = mapped_column(UtcDateTime)
    due: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    day: Mapped[date] = mapped_column(Date)
    month: Mapped[int] = mapped_column(Integer)
    weekday: Mapped[int] = mapped_column(Integer)
    hour: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(8))
    officer_id: Mapped[int | None] = mapped_column(Id)
    topic: Mapped[str | None] = mapped_column(String(64))
    complaint: Mapped[bool] = mapped_column(Boolean)
    score: Mapped[int | None] = mapped_column(Integer)
    used: Mapped[float | None] = mapped_column(Float)


class ReportDay(Base):
    """The limits of one office that fell due on one day, counted by one attribute.

    `dimension` is "all", "officer", "topic" or "hour", `value` what it is there, as text, empty for none.
    `used` is the sum over the `timed` limits that have a time.
    """

    __tablename__ = "report_day"

    office_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    dimension: Mapped[str] = mapped_column(String(8), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(2), primary_key=True)
    value: Mapped[str] = mapped_column(String(64), primary_key=True)
    month: Mapped[int] = mapped_column(Integer)
    on_time: Mapped[int] = mapped_column(Integer)
    late: Mapped[int] = mapped_column(Integer)
    overdue: Mapped[int] = mapped_column(Integer)
    running: Mapped[int] = mapped_column(Integer)
    ended: Mapped[int] = mapped_column(Integer)
    timed: Mapped[int] = mapped_column(Integer)
    used: Mapped[float] = mapped_column(Float)
    score_1: Mapped[int] = mapped_column(Integer)
    score_2: Mapped[int] = mapped_column(Integer)
    score_3: Mapped[int] = mapped_column(Integer)
    score_4: Mapped[int] = mapped_column(Integer)


class ReportStale(Base):
    """A ticket that changed since the figures were last brought up to date; only added to by triggers.

    A row for each change: writers never wait for one another or for who reads the figures.
    """

    __tablename__ = "report_stale"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id)
