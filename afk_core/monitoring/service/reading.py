"""Reading the monitoring: a quarter of an office, several at a glance, the form of one business."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.monitoring import store
from afk_core.monitoring.monitoring import (
    Asking,
    Binaan,
    Found,
    Line,
    QuarterLines,
    QuarterScope,
    Questions,
    Sheet,
    done_day,
)
from afk_core.monitoring.service.scope import binaan_of_business, binaan_of_office, scope_of_business
from afk_core.officers.audit import record_audit
from afk_core.officers.officer import Viewer
from afk_core.rules.duties import Standing, monitoring_due, standing
from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.monitoring import completeness, suggested_facilities
from afk_core.rules.monitoring_items import NO_FACILITY, Item, klaster_value
from afk_core.rules.periods import Period
from afk_core.rules.roles import Act


async def quarters(
    session: AsyncSession, scope: QuarterScope, wanted: Collection[Period]
) -> list[QuarterLines]:
    """These quarters of the scope's office, each with every business that is owed monitoring."""
    people = await binaan_of_office(session, scope.office, wanted)
    ids = sorted({each.umkm_id for binaan in people.values() for each in binaan})
    keys = [quarter.key for quarter in wanted]
    records = {(each.umkm_id, each.quarter): each for each in await _found(session, ids, keys)}
    asked = {(each.umkm_id, each.quarter): each for each in await _questions(session, ids, keys)}
    found = []
    for quarter in wanted:
        lines = []
        for each in people[quarter]:
            record = records.get((each.umkm_id, quarter))
            questions = asked.get((each.umkm_id, quarter))
            lines.append(Line(each, _standing(scope, quarter, record), record, questions))
        done = completeness([line.standing for line in lines])
        found.append(QuarterLines(quarter, monitoring_due(quarter), tuple(lines), done))
    return found


async def quarter_lines(
    session: AsyncSession, scope: QuarterScope, quarter: Period | None = None
) -> QuarterLines:
    """One quarter of the scope's office, by default its own."""
    [found] = await quarters(session, scope, [quarter or scope.quarter])
    return found


def recent_quarters(scope: QuarterScope, count: int) -> tuple[Period, ...]:
    """The scope's quarter and those before it that the office had, at most `count`, newest first."""
    found = [scope.quarter]
    while len(found) < count and found[-1] > scope.first:
        found.append(found[-1].after(-1))
    return tuple(found)


async def sheet(session: AsyncSession, now: datetime, viewer: Viewer, umkm_id: int, key: str) -> Sheet:
    """The form of one business and quarter; a look at a changed address is recorded.

    Raises DomainError as `quarter_scope`, `umkm.not_found`, `monitoring.not_binaan`.
    """
    scope = await scope_of_business(session, now, viewer, umkm_id, key)
    umkm = await binaan_of_business(session, scope, umkm_id)
    records = await _found(session, [umkm_id])
    found = next((each for each in records if each.quarter == scope.quarter), None)
    earlier = [each for each in records if each.quarter < scope.quarter]
    before = earlier[-1] if earlier else None
    asked = await _questions(session, [umkm_id], [scope.quarter.key])
    questions = asked[0] if asked else None
    may_see = viewer.can(Act.SEE_PERSONAL_DATA, scope.office.id)
    shown = [each.answers.get(Item.ADDRESS, "") for each in (found, before, questions) if each]
    if may_see and any(shown):
        await record_audit(
            session,
            now,
            action="umkm.monitoring_read",
            subject=f"umkm:{umkm_id}",
            officer_id=viewer.officer_id,
            office_id=scope.office.id,
            detail={"period": scope.quarter.key},
        )
    return Sheet(
        scope=scope,
        umkm=umkm,
        due=monitoring_due(scope.quarter),
        standing=_standing(scope, scope.quarter, found),
        found=found,
        before=before,
        questions=questions,
        start=found.answers if found else _beginning(umkm, scope),
        suggested=suggested_facilities(
            Klaster(umkm.now.klaster),
            SubKlaster(umkm.now.sub_klaster) if umkm.now.sub_klaster else None,
            umkm.kategori,
        ),
        may_edit=viewer.can(Act.EDIT_UMKM, scope.office.id),
        may_see_address=may_see,
    )


async def history(session: AsyncSession, umkm_id: int) -> list[Found]:
    """What was recorded of a business so far, the newest quarter first; the caller knows who may read."""
    return (await _found(session, [umkm_id]))[::-1]


def found_of(row: store.FoundRow) -> Found:
    """A row as plain data."""
    record, officer, active = row
    return Found(
        umkm_id=record.umkm_id,
        quarter=Period.read(record.period),
        answers=record.answers,
        version=record.version,
        done_at=record.done_at,
        changed_at=record.changed_at,
        officer=officer,
        active=active,
    )


async def _found(
    session: AsyncSession, umkm_ids: Sequence[int], keys: Sequence[str] | None = None
) -> list[Found]:
    return [found_of(row) for row in await store.found(session, umkm_ids, keys)]


async def _questions(session: AsyncSession, umkm_ids: Sequence[int], keys: Sequence[str]) -> list[Questions]:
    return [
        Questions(
            id=row.id,
            umkm_id=row.umkm_id,
            quarter=Period.read(row.period),
            status=Asking(row.status),
            answers=row.answers,
            asked_at=row.asked_at,
            asked_by=name,
            finished_at=row.finished_at,
        )
        for row, name in await store.questions(session, umkm_ids, keys)
    ]


def _standing(scope: QuarterScope, quarter: Period, found: Found | None) -> Standing:
    done = done_day(found, scope.tz) if found else None
    return standing(monitoring_due(quarter), done, scope.today)


def _beginning(umkm: Binaan, scope: QuarterScope) -> dict[str, str]:
    """What the fields hold before anybody recorded anything: what the register knows."""
    return {
        Item.SECTOR: umkm.kategori,
        Item.PRODUCT: umkm.produksi,
        Item.AGENCIES: scope.office.name,
        Item.FACILITY: NO_FACILITY,
        Item.KLASTER: klaster_value(umkm.now.klaster, umkm.now.sub_klaster),
    }
