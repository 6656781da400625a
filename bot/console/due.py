"""How a limit stands at a moment, for the eyes of officers (service-rules section 3)."""

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct


class Standing(StrEnum):
    """How a limit stands; the words are in `templates/labels.html`."""

    ON_TIME = "on_time"
    LATE = "late"
    RUNNING = "running"
    RISK = "risk"
    BREACHED = "breached"
    ENDED = "ended"
    """It ended without an answer being given."""


class DueView(Struct, frozen=True):
    """A limit as a page shows it: `length` is the time left, or the time passed once breached.

    `risk_from` is the instant from which it is at risk, so that the browser can go on counting.
    """

    kind: str
    standing: Standing
    due: datetime
    risk_from: datetime
    length: timedelta
    tz: ZoneInfo


def due_view(
    kind: str,
    due: datetime,
    tz: ZoneInfo,
    now: datetime,
    risk_from: datetime,
    *,
    verdict: str | None = None,
    closed: bool = False,
) -> DueView:
    """The limit `kind` ("r1" or "r2") with its `due` instant as it stands at `now`.

    It is at risk from `risk_from` on, the instant at which officers are warned of it (`risk.Risks`). The
    due instant itself is still in time, as with the comparator of the rules. `verdict` is that of the rules;
    a late limit goes on counting until it is `closed`.
    """
    standing = _closed(verdict) if closed else _running(due, risk_from, now)
    return DueView(kind, standing, due, risk_from, abs(due - now), tz)


def _closed(verdict: str | None) -> Standing:
    return Standing.ENDED if verdict is None else Standing(verdict)


def _running(due: datetime, risk_from: datetime, now: datetime) -> Standing:
    if now > due:
        return Standing.BREACHED
    return Standing.RISK if now >= risk_from else Standing.RUNNING


def spell(length: timedelta) -> str:
    """A length of time in at most two parts, rounded down: "1 hari 4 jam", "2 jam 10 menit"."""
    minutes = int(length.total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, "hari"), (hours, "jam"), (minutes, "menit")]
    first = next((i for i, (count, _) in enumerate(parts) if count), None)
    if first is None:
        return "kurang dari 1 menit"
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2] if count)
