"""What can be done with signed reports: sign, correct, send, read.

Every verb takes the session first and never commits. Who may do it is asked by the caller, who knows the
act that a kind of report needs; nothing here looks at rights.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import record_audit
from afk_core.offices.service import lock_office
from afk_core.reports import store
from afk_core.reports.models import SignedReportRow
from afk_core.reports.report import FirstDone, ReportKey, ReportKind, SignedReport
from afk_core.rules.periods import Period

MAX_REASON: Final = 500


async def sign(
    session: AsyncSession,
    now: datetime,
    officer_id: int,
    key: ReportKey,
    content: Mapping[str, Any],
    *,
    due: date,
    corrects: int | None = None,
    reason: str = "",
) -> SignedReport:
    """Fix a report as it stands; `content` is JSON. A correction names the version that it `corrects`.

    Raises DomainError `report.signed` when a version exists and none is corrected, `report.not_newest` when
    `corrects` is not the newest one (somebody else was faster), `report.reason_missing` and
    `report.reason_long` (`maximum`) for a correction without a usable reason.
    """
    # Of two who sign at once the second finds the version of the first; versions have no gaps.
    await lock_office(session, key.office_id)
    versions = await store.versions(session, key)
    newest = versions[0][0] if versions else None
    _check_correction(newest, corrects, reason)
    row = SignedReportRow(
        kind=key.kind,
        office_id=key.office_id,
        owner=key.officer_id or 0,
        period=key.period.key,
        version=1 if newest is None else newest.version + 1,
        replaces_id=corrects,
        reason=reason.strip(),
        content=dict(content),
        sha256=checksum(content),
        due=due,
        signed_at=now,
        signed_by=officer_id,
        sent_to="",
    )
    await store.add(session, row)
    report = await read(session, row.id)
    action = "report.signed" if newest is None else "report.corrected"
    await _audit(session, now, officer_id, report, action, sha256=report.sha256)
    return report


async def send(
    session: AsyncSession, now: datetime, officer_id: int, report_id: int, to: str
) -> SignedReport:
    """Record that a report went out to `to`; raises DomainError `report.not_found`, `report.sent`."""
    report = await read(session, report_id)
    if not await store.mark_sent(session, report_id, now, officer_id, to):
        raise DomainError("report.sent")
    await _audit(session, now, officer_id, report, "report.sent", to=to)
    return await read(session, report_id)


async def read(session: AsyncSession, report_id: int) -> SignedReport:
    """One version; raises DomainError `report.not_found`."""
    found = await store.one(session, report_id)
    if found is None:
        raise DomainError("report.not_found")
    return _report(*found)


async def versions_of(session: AsyncSession, key: ReportKey) -> list[SignedReport]:
    """The versions of a report, the newest first; empty while it was never signed."""
    return [_report(*found) for found in await store.versions(session, key)]


async def newest_of(
    session: AsyncSession, kind: ReportKind, office_ids: Collection[int], periods: Sequence[Period]
) -> dict[ReportKey, SignedReport]:
    """The newest version of every report of this kind that was signed in these offices and periods."""
    found = [_report(*each) for each in await store.newest(session, kind, office_ids, periods)]
    return {report.key: report for report in found}


async def first_done(
    session: AsyncSession, kind: ReportKind, office_ids: Collection[int], periods: Sequence[Period]
) -> dict[ReportKey, FirstDone]:
    """When each report of this kind was first signed and sent there; a later correction changes neither."""
    return {
        ReportKey(kind, office_id, Period.read(period), owner or None): FirstDone(due, signed_at, sent_at)
        for office_id, owner, period, due, signed_at, sent_at in await store.first_days(
            session, kind, office_ids, periods
        )
    }


def checksum(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a content, the same for the same values in whatever order."""
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()


def _check_correction(newest: SignedReportRow | None, corrects: int | None, reason: str) -> None:
    if corrects is None:
        if newest is not None:
            raise DomainError("report.signed")
        return
    if newest is None or newest.id != corrects:
        raise DomainError("report.not_newest")
    if not reason.strip():
        raise DomainError("report.reason_missing")
    if len(reason.strip()) > MAX_REASON:
        raise DomainError("report.reason_long", maximum=MAX_REASON)


async def _audit(
    session: AsyncSession, now: datetime, officer_id: int, report: SignedReport, action: str, **more: object
) -> None:
    key = report.key
    named = {"kind": key.kind.value, "period": key.period.key, "officer": key.officer_id or 0}
    await record_audit(
        session,
        now,
        action=action,
        subject=f"report:{report.id}",
        officer_id=officer_id,
        office_id=key.office_id,
        detail={**named, "version": report.version, **more},
    )


def _report(row: SignedReportRow, signer: str) -> SignedReport:
    return SignedReport(
        id=row.id,
        key=ReportKey(ReportKind(row.kind), row.office_id, Period.read(row.period), row.owner or None),
        version=row.version,
        replaces=row.replaces_id,
        reason=row.reason,
        content=row.content,
        sha256=row.sha256,
        due=row.due,
        signed_at=row.signed_at,
        signed_by=row.signed_by,
        signer=signer,
        sent_at=row.sent_at,
        sent_by=row.sent_by,
        sent_to=row.sent_to,
    )
