"""The quarterly monitoring through its services, on both databases."""

import asyncio
from datetime import UTC, datetime

import pytest

from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from afk_core.monitoring import service as monitoring
from afk_core.monitoring.monitoring import Asking, QuarterLines, QuarterScope, Saved
from afk_core.officers.officer import Viewer
from afk_core.reports import service as reports
from afk_core.reports.report import ReportKind
from afk_core.rules.duties import Standing
from afk_core.rules.klaster import Klaster
from afk_core.rules.monitoring_items import Item
from afk_core.umkm.activity import service as activities
from afk_core.umkm.activity.activity import NewActivity
from tests.console.monitors import RUNNING
from tests.fakes import FixedClock
from tests.umkm.office import Registry, open_registry

Q4, Q1 = "2026-Q4", "2027-Q1"


@pytest.fixture
async def registry(database: Database, clock: FixedClock) -> Registry:
    """An office with its officers."""
    return await open_registry(database, clock)


async def _binaan(registry: Registry, number: int, klaster: Klaster = Klaster.SIAP) -> int:
    npwp = f"01.234.567.8-901.{number:03d}"
    done = await registry.determined(
        number, klaster, nama=f"Usaha {number}", npwp=npwp, nib=f"91200012{number:05d}"
    )
    return (await registry.issue(done)).umkm_id


async def _save(
    registry: Registry, by: Viewer, umkm: int, key: str = Q4, seen: int = 0, **other: str
) -> Saved:
    async with registry.db.write() as session:
        return await monitoring.save(session, registry.clock.now(), by, umkm, key, RUNNING | other, seen=seen)


async def _scope(registry: Registry, key: str) -> QuarterScope:
    async with registry.db.read() as session:
        now, office = registry.clock.now(), registry.balikpapan
        return await monitoring.quarter_scope(session, now, registry["koko"], office, key)


async def _lines(registry: Registry, key: str) -> QuarterLines:
    scope = await _scope(registry, key)
    async with registry.db.read() as session:
        return await monitoring.quarter_lines(session, scope)


async def _refused(work: object) -> str:
    with pytest.raises(DomainError) as refused:
        await work  # type: ignore[misc]
    return refused.value.code


async def test_two_agents_at_once_record_once_and_the_second_is_told_who_was_faster(
    registry: Registry,
) -> None:
    umkm = await _binaan(registry, 1)
    outcomes = await asyncio.gather(
        *(_save(registry, registry[name], umkm, produk=f"Produk {name}") for name in ("sari", "kartika")),
        return_exceptions=True,
    )
    lost = [each for each in outcomes if isinstance(each, DomainError)]
    assert [each.code for each in lost] == ["monitoring.changed_meanwhile"]
    [line] = (await _lines(registry, Q4)).lines
    assert line.found is not None
    assert line.found.version == 1
    assert lost[0].details["who"] == line.found.officer
    assert line.found.answers[Item.PRODUCT] == f"Produk {line.found.officer.lower()}"


async def test_a_quarter_is_done_in_time_late_or_left_and_later_changes_do_not_make_it_late(
    registry: Registry, clock: FixedClock
) -> None:
    first, second, third = [await _binaan(registry, number) for number in (1, 2, 3)]
    await _save(registry, registry["sari"], first)
    clock.set(datetime(2026, 12, 31, 16, 1, tzinfo=UTC))
    assert (await _scope(registry, Q4)).over, "it is 00.01 WITA on 1 January"
    await _save(registry, registry["sari"], second)
    await _save(registry, registry["sari"], first, seen=1, pegawai="7")
    lines = await _lines(registry, Q4)
    standings = {line.umkm.umkm_id: line.standing for line in lines.lines}
    assert standings == {first: Standing.DONE, second: Standing.DONE_LATE, third: Standing.LATE}
    assert (lines.completeness.done, lines.completeness.open) == (2, 1)
    assert {line.standing for line in (await _lines(registry, Q1)).lines} == {Standing.AHEAD}


async def test_a_signed_report_stays_a_correction_names_it_and_a_matrix_goes_out_once(
    registry: Registry, clock: FixedClock
) -> None:
    umkm, koko = await _binaan(registry, 1), registry["koko"]
    await _save(registry, registry["sari"], umkm)
    async with registry.db.write() as session:
        new = NewActivity(registry.balikpapan, "2.a.1", clock.now(), "Aula", "Ekspor", [umkm])
        activity = await activities.plan(session, clock.now(), koko, new)
        await activities.record(
            session, clock.now(), koko, activity, [umkm], obstacle="Akses pasar", result="Akun dibuat"
        )
        await monitoring.plan(session, clock.now(), koko, registry.balikpapan, Q4, 2)
    scope = await _scope(registry, Q4)

    async def sign(kind: ReportKind, seen: str = "", **more: object) -> int:
        there = await _scope(registry, Q4)
        async with registry.db.write() as session:
            checksum = seen or reports.checksum(await monitoring.gather(session, there, kind))
            return (
                await monitoring.sign(session, clock.now(), koko, there, kind, seen=checksum, **more)  # type: ignore[arg-type]
            ).id

    async def send(report: int, by: Viewer = koko) -> None:
        async with registry.db.write() as session:
            await monitoring.send(session, clock.now(), by, scope, report, "Direktorat Fasilitas Kepabeanan")

    assert await _refused(sign(ReportKind.MONITORING, seen="0" * 64)) == "monitoring.report_changed"
    assert await _refused(sign(ReportKind.MATRIX)) == "monitoring.matrix_early"
    signed = await sign(ReportKind.MONITORING)
    await _save(registry, registry["sari"], umkm, seen=1, produk="Keripik pisang")
    assert await _refused(sign(ReportKind.MONITORING)) == "report.signed"
    again = await sign(ReportKind.MONITORING, corrects=signed, reason="Produk berubah")
    async with registry.db.read() as session:
        newest, oldest = await reports.versions_of(session, monitoring.key_of(scope, ReportKind.MONITORING))
    assert (newest.id, newest.replaces, oldest.id) == (again, signed, signed)
    assert [each.content["rows"][0]["produk"] for each in (oldest, newest)] == [
        "Keripik tempe",
        "Keripik pisang",
    ]
    [result] = oldest.content["results"]
    assert (result["obstacle"], result["other"], result["result"]) == (
        "Perizinan",
        "Akses pasar",
        "Akun dibuat",
    )

    clock.set(datetime(2027, 1, 11, 2, 0, tzinfo=UTC))
    matrix = await sign(ReportKind.MATRIX)
    assert await _refused(send(matrix, registry["kartika"])) == "umkm.not_permitted"
    await send(matrix)
    assert await _refused(send(matrix)) == "report.sent"
    async with registry.db.read() as session:
        sent = await reports.read(session, matrix)
    assert sent.due.isoformat() == "2027-01-11", "the 9th is a Saturday"
    await _save(registry, registry["sari"], umkm, seen=2, produk="Keripik singkong")
    mended = await sign(ReportKind.MATRIX, corrects=matrix, reason="Produk berubah")
    assert await _refused(send(matrix)) == "report.not_newest"
    await send(mended)
    async with registry.db.read() as session:
        assert (await reports.read(session, matrix)).sent_at == sent.sent_at
    assert sent.content["plans"] == [{"quarter": Q4, "planned": 2, "assisted": 1}]


async def test_asked_once_answered_as_proposals_refused_or_over(
    registry: Registry, clock: FixedClock
) -> None:
    umkm, other, sari = await _binaan(registry, 1), await _binaan(registry, 2), registry["sari"]

    async def ask(number: int) -> int:
        async with registry.db.write() as session:
            return (await monitoring.ask(session, clock.now(), sari, number, Q4)).id

    async def answer(chat: int, question: int, item: Item, text: str) -> None:
        async with registry.db.write() as session:
            await monitoring.give_answer(session, clock.now(), chat, question, item, text)

    first, second = await ask(umkm), await ask(other)
    assert await _refused(ask(umkm)) == "monitoring.asked"
    assert await _refused(answer(2, first, Item.STAFF, "3")) == "monitoring.question_gone", "another's chat"
    assert await _refused(answer(1, first, Item.STAFF, "banyak")) == "monitoring.answer_unclear"
    await answer(1, first, Item.PRODUCT, "Keripik pisang")
    async with registry.db.write() as session:
        assert not (await monitoring.sheet(session, clock.now(), sari, umkm, Q4)).proposals
        await monitoring.send_answers(session, clock.now(), 1, first)
        await monitoring.refuse(session, clock.now(), 2, second)
    assert await _refused(answer(1, first, Item.PRODUCT, "Lain")) == "monitoring.question_gone"
    async with registry.db.write() as session:
        sheet = await monitoring.sheet(session, clock.now(), sari, umkm, Q4)
        assert sheet.proposals == {Item.PRODUCT: "Keripik pisang"}
        assert sheet.found is None, "an agent records, not the chat"
        await monitoring.forget_answers(session, 1)
        sheet = await monitoring.sheet(session, clock.now(), sari, umkm, Q4)
        assert sheet.questions is not None
        assert (sheet.questions.status, sheet.proposals) == (Asking.ERASED, {})
    third = await _binaan(registry, 3)
    late = await ask(third)
    clock.set(datetime(2027, 1, 1, 2, 0, tzinfo=UTC))
    assert await _refused(answer(3, late, Item.STAFF, "3")) == "monitoring.question_gone"
    assert await _refused(ask(umkm)) == "monitoring.over"


async def test_wrong_quarters_offices_and_businesses_are_refused(registry: Registry) -> None:
    umkm = await _binaan(registry, 1)
    unfinished = (
        await registry.determined(2, nama="Belum", npwp="01.234.567.8-901.002", nib="9120001234568")
    ).umkm_id
    for key, code in (
        (Q1, "monitoring.ahead"),
        ("2026-Q3", "monitoring.before"),
        ("2026-Q5", "monitoring.no_quarter"),
        ("2026-11", "monitoring.no_quarter"),
        ("kemarin", "monitoring.no_quarter"),
    ):
        assert await _refused(_save(registry, registry["sari"], umkm, key)) == code
    assert await _refused(_save(registry, registry["dewi"], umkm)) == "umkm.not_found"
    assert await _refused(_save(registry, registry["umar"], umkm)) == "umkm.not_permitted"
    assert await _refused(_save(registry, registry["sari"], unfinished)) == "monitoring.not_binaan"
    assert await _refused(_save(registry, registry["sari"], umkm, pegawai="lima")) == "monitoring.item_number"
    assert (await _lines(registry, Q4)).completeness.done == 0, "nothing was half written"
