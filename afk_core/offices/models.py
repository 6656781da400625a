"""Tables of offices and their calendars."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, Text, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.database import Base, Id, UtcDateTime
from afk_core.rules.offices import Area, OfficeKind, OfficeRef


class Office(Base):
    """A customs office; `areas` is a list of `{"name", "kecamatan": [...]}` (see `Area`)."""

    __tablename__ = "office"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(10))
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("office.id"), index=True)
    time_zone: Mapped[str] = mapped_column(String(40))
    areas: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    active: Mapped[bool] = mapped_column(default=True)

    @property
    def ref(self) -> OfficeRef:
        """The office as the rules of roles see it."""
        return OfficeRef(self.id, OfficeKind(self.kind), self.parent_id)

    @property
    def served_areas(self) -> tuple[Area, ...]:
        """The areas as the rules see them."""
        return tuple(Area(area["name"], tuple(area.get("kecamatan", ()))) for area in self.areas)


class OfficeHours(Base):
    """One span of a weekday's office hours (0 is Monday), in the office's local time."""

    __tablename__ = "office_hours"
    __table_args__ = (
        UniqueConstraint("office_id", "weekday", "opens"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey("office.id"))
    weekday: Mapped[int]
    opens: Mapped[time] = mapped_column(Time)
    closes: Mapped[time] = mapped_column(Time)


class DateException(Base):
    """The hours of one office on one date: pairs of ISO times, empty when closed."""

    __tablename__ = "date_exception"
    __table_args__ = (UniqueConstraint("office_id", "day"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey("office.id"))
    day: Mapped[date] = mapped_column(Date)
    hours: Mapped[list[list[str]]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)


class Holiday(Base):
    """A national holiday or cuti bersama, for every office.

    A removed one stays with `active` false, so that seeding does not bring it back. `edited` marks a row
    that a person made or changed.
    """

    __tablename__ = "holiday"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column(Date, unique=True)
    name: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(20))
    estimated: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)
    edited: Mapped[bool] = mapped_column(default=False)


class CalendarVersion(Base):
    """A numbered state of an office's calendar; the highest number is the one in force."""

    __tablename__ = "calendar_version"
    __table_args__ = (UniqueConstraint("office_id", "version"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey("office.id"))
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
