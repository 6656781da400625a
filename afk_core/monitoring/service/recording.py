"""Recording what was found of a business, and how many an office means to assist."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.monitoring import store
from afk_core.monitoring.models import UmkmMonitoring, UmkmPlan
from afk_core.monitoring.monitoring import QuarterScope, Saved
from afk_core.monitoring.service.reading import found_of
from afk_core.monitoring.service.scope import binaan_of_business, quarter_scope, scope_of_business
from afk_core.officers.audit import record_audit
from afk_core.officers.officer import Viewer
from afk_core.rules.monitoring import MAX_PLANNED
from afk_core.rules.monitoring_items import MAX_LINE, MAX_TEXT, Item, ItemError, item_text, tidy_items
from afk_core.rules.roles import Act

_FAULTS = {
    "missing": "monitoring.item_missing",
    "unknown": "monitoring.item_unknown",
    "number": "monitoring.item_number",
    "long": "monitoring.item_long",
}


async def save(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    umkm_id: int,
    key: str,
    given: Mapping[str, str],
    *,
    seen: int,
) -> Saved:
    """Record what was found of a business in a quarter.

    `seen` is the version that was before the officer, 0 for none. Raises DomainError as `quarter_scope`,
    `umkm.not_found`, `umkm.not_permitted`, `monitoring.not_binaan`, `monitoring.changed_meanwhile`
    (`who`), and `monitoring.item_missing`, `item_unknown`, `item_number`, `item_long` (`item`).
    """
    scope = await scope_of_business(session, now, viewer, umkm_id, key)
    if not viewer.can(Act.EDIT_UMKM, scope.office.id):
        raise DomainError("umkm.not_permitted")
    await store.lock_business(session, umkm_id)
    umkm = await binaan_of_business(session, scope, umkm_id)
    answers = _tidy(given)
    rows = await store.found(session, [umkm_id], [scope.quarter.key])
    row = rows[0][0] if rows else None
    if seen != (row.version if row else 0):
        raise DomainError("monitoring.changed_meanwhile", who=rows[0][1] if rows else "-")
    if row is None:
        row = UmkmMonitoring(
            umkm_id=umkm_id,
            office_id=scope.office.id,
            period=scope.quarter.key,
            answers=answers,
            version=1,
            done_at=now,
            done_by=viewer.officer_id,
            changed_at=now,
            changed_by=viewer.officer_id,
        )
        await store.add(session, row)
    else:
        row.answers, row.version = answers, row.version + 1
        row.changed_at, row.changed_by = now, viewer.officer_id
        await session.flush()
    await _record(session, now, viewer, scope, "umkm.monitored", f"umkm:{umkm_id}", version=row.version)
    return Saved(
        office_id=scope.office.id,
        umkm_id=umkm_id,
        name=umkm.name,
        quarter=scope.quarter,
        version=row.version,
        klaster=item_text(Item.KLASTER, answers[Item.KLASTER]),
        klaster_differs=umkm.differs(found_of((row, viewer.name, True))),
    )


async def plan(
    session: AsyncSession, now: datetime, viewer: Viewer, office_id: int, key: str, planned: int | None
) -> None:
    """Keep how many UMKM an office means to assist in a quarter (L24 2a-CP).

    Raises DomainError as `quarter_scope`, `umkm.not_permitted`, `monitoring.planned` (`maximum`).
    """
    scope = await quarter_scope(session, now, viewer, office_id, key)
    if not viewer.can(Act.EDIT_UMKM, office_id):
        raise DomainError("umkm.not_permitted")
    if planned is None or planned > MAX_PLANNED:
        raise DomainError("monitoring.planned", maximum=MAX_PLANNED)
    row = UmkmPlan(
        office_id=office_id,
        period=scope.quarter.key,
        planned=planned,
        changed_at=now,
        changed_by=viewer.officer_id,
    )
    await store.put_plan(session, row)
    await _record(
        session, now, viewer, scope, "umkm.assistance_planned", f"office:{office_id}", planned=planned
    )


def _tidy(given: Mapping[str, str]) -> dict[str, str]:
    try:
        return tidy_items(given)
    except ItemError as error:
        maximum = MAX_TEXT if len(given.get(error.item, "")) > MAX_TEXT else MAX_LINE
        raise DomainError(_FAULTS[error.kind], item=error.item.label, maximum=maximum) from None


async def _record(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    scope: QuarterScope,
    action: str,
    subject: str,
    **more: object,
) -> None:
    await record_audit(
        session,
        now,
        action=action,
        subject=subject,
        officer_id=viewer.officer_id,
        office_id=scope.office.id,
        detail={"period": scope.quarter.key, **more},
    )
