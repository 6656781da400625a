"""Plain data of signed reports."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from afk_core.rules.periods import Period


class ReportKind(StrEnum):
    """What was signed, as stored."""

    MONTHLY = "laporan"
    """Lampiran H, of one Sub Koordinator and month."""
    MONITORING = "pemantauan"
    """Lampiran G, of one office and quarter."""
    MATRIX = "matriks"
    """The matrix for the Direktorat Fasilitas Kepabeanan, of one office and quarter."""
    SURVEY = "skm"
    """The published survey of satisfaction, of one office and quarter."""


class ReportKey(Struct, frozen=True):
    """What a report is about; versions of one report share it.

    `officer_id` is the Sub Koordinator of a monthly report, and None where an office reports as a whole.
    """

    kind: ReportKind
    office_id: int
    period: Period
    officer_id: int | None = None


class FirstDone(Struct, frozen=True):
    """By what a report is judged: the due day of its first version, and when it was first signed and sent.

    `sent_at` is None while no version was sent.
    """

    due: date
    signed_at: datetime
    sent_at: datetime | None


class SignedReport(Struct, frozen=True):
    """One version of a report; instants are aware, in UTC.

    `content` is all that a page or paper needs, as it stood when it was signed. `replaces` is the version
    that this one corrects and `reason` says why; None and empty for the first. `sent_to` is empty until the
    report was sent.
    """

    id: int
    key: ReportKey
    version: int
    replaces: int | None
    reason: str
    content: Mapping[str, Any]
    sha256: str
    due: date
    signed_at: datetime
    signed_by: int
    signer: str
    sent_at: datetime | None
    sent_by: int | None
    sent_to: str
