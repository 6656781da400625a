"""A signed report stays as it was signed; a correction is a version of its own; it is sent once."""

import asyncio
from datetime import date

import pytest

from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from afk_core.reports import service as reports
from afk_core.reports.report import ReportKey, ReportKind, SignedReport
from afk_core.rules.periods import Period
from tests.fakes import FixedClock
from tests.umkm.office import Registry, open_registry

_DUE = date(2026, 12, 5)
_NOVEMBER = Period.read("2026-11")


@pytest.fixture
async def registry(database: Database, clock: FixedClock) -> Registry:
    """An office with its officers."""
    return await open_registry(database, clock)


def _key(registry: Registry) -> ReportKey:
    return ReportKey(
        ReportKind.MONTHLY, registry.balikpapan, _NOVEMBER, officer_id=registry["kartika"].officer_id
    )


async def _sign(
    registry: Registry, content: dict[str, object], corrects: int | None = None, reason: str = ""
) -> SignedReport:
    async with registry.db.write() as session:
        return await reports.sign(
            session,
            registry.clock.now(),
            registry["kartika"].officer_id,
            _key(registry),
            content,
            due=_DUE,
            corrects=corrects,
            reason=reason,
        )


async def test_a_correction_names_what_it_replaces_and_leaves_it_as_it_was(registry: Registry) -> None:
    first = await _sign(registry, {"rows": ["satu"]})
    second = await _sign(registry, {"rows": ["satu", "dua"]}, corrects=first.id, reason="Satu baris terlewat")
    async with registry.db.read() as session:
        versions = await reports.versions_of(session, _key(registry))
        newest = await reports.newest_of(
            session, ReportKind.MONTHLY, [registry.balikpapan, registry.samarinda], [_NOVEMBER]
        )
    assert versions == [second, first]
    assert (first.version, first.replaces, first.content) == (1, None, {"rows": ["satu"]})
    assert (second.version, second.replaces, second.reason) == (2, first.id, "Satu baris terlewat")
    assert newest == {_key(registry): second}


async def test_a_report_is_not_signed_twice_nor_corrected_without_a_reason_or_from_an_old_page(
    registry: Registry,
) -> None:
    first = await _sign(registry, {"rows": []})
    for corrects, reason, code in (
        (None, "", "report.signed"),
        (first.id, "  ", "report.reason_missing"),
        (first.id, "x" * (reports.MAX_REASON + 1), "report.reason_long"),
        (first.id + 1, "Salah ketik", "report.not_newest"),
    ):
        with pytest.raises(DomainError) as refused:
            await _sign(registry, {"rows": []}, corrects, reason)
        assert refused.value.code == code
    async with registry.db.read() as session:
        assert await reports.versions_of(session, _key(registry)) == [first]


async def test_two_who_sign_at_once_give_one_report(registry: Registry) -> None:
    outcomes = await asyncio.gather(
        *(_sign(registry, {"rows": [number]}) for number in range(4)), return_exceptions=True
    )
    signed = [each for each in outcomes if isinstance(each, SignedReport)]
    refused = [each.code for each in outcomes if isinstance(each, DomainError)]
    assert (len(signed), refused) == (1, ["report.signed"] * 3)


async def _send(registry: Registry, report_id: int, to: str) -> SignedReport:
    async with registry.db.write() as session:
        return await reports.send(
            session, registry.clock.now(), registry["kartika"].officer_id, report_id, to
        )


async def test_a_report_is_sent_once(registry: Registry, clock: FixedClock) -> None:
    report = await _sign(registry, {"rows": []})
    clock.advance(hours=1)
    sent = await _send(registry, report.id, "Koordinator")
    with pytest.raises(DomainError, match=r"report\.sent"):
        await _send(registry, report.id, "Direktorat")
    async with registry.db.read() as session:
        assert await reports.read(session, report.id) == sent
    assert (sent.sent_at, sent.sent_by, sent.sent_to) == (
        clock.now(),
        registry["kartika"].officer_id,
        "Koordinator",
    )


async def test_a_report_that_is_not_there_is_not_sent(registry: Registry) -> None:
    with pytest.raises(DomainError, match=r"report\.not_found"):
        await _send(registry, 99, "Koordinator")


def test_the_checksum_does_not_depend_on_the_order_of_names() -> None:
    assert reports.checksum({"a": 1, "b": "é"}) == reports.checksum({"b": "é", "a": 1})
    assert reports.checksum({"a": 1}) != reports.checksum({"a": 2})
