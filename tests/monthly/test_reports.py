"""From proposals to a reviewed report: nothing is signed unseen, sent twice, lost, or read by others."""

import asyncio
from collections.abc import Awaitable
from datetime import date

import pytest
from msgspec.structs import replace

from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from afk_core.monthly import service as monthly
from afk_core.monthly.monthly import Content, Draft, DraftLine, DraftWords, Line, ReportDays
from afk_core.officers.service import audit_records, deactivate
from afk_core.reports.report import SignedReport
from afk_core.rules.monthly import Look
from afk_core.rules.periods import Period
from tests.fakes import FixedClock
from tests.monthly.desk import MONTH, PROPOSED, open_desk, send, sign
from tests.umkm.office import Registry

NOVEMBER = Period.read(MONTH)


@pytest.fixture
async def desk(database: Database, clock: FixedClock) -> Registry:
    """The evening of the last day of November."""
    found = await open_desk(database, clock)
    clock.advance(days=7, hours=8)
    return found


async def _save(
    desk: Registry, words: DraftWords, seen: int, by: str = "kartika", of: str = "kartika", month: str = MONTH
) -> int:
    async with desk.db.write() as session:
        return await monthly.save_draft(
            session, desk.clock.now(), desk[by], desk.balikpapan, desk[of].officer_id, month, words, seen=seen
        )


async def _draft(desk: Registry, by: str = "kartika", of: str = "kartika") -> Draft:
    async with desk.db.read() as session:
        return await monthly.draft_of(
            session, desk.clock.now(), desk[by], desk.balikpapan, desk[of].officer_id, MONTH, PROPOSED
        )


async def _review(
    desk: Registry, report: SignedReport, by: str, look: Look, remark: str = ""
) -> SignedReport:
    async with desk.db.write() as session:
        return await monthly.review(session, desk.clock.now(), desk[by], report.id, look, remark)


async def _refused(code: str, work: Awaitable[object]) -> None:
    with pytest.raises(DomainError) as refused:
        await work
    assert refused.value.code == code


async def _days(desk: Registry) -> list[ReportDays]:
    async with desk.db.read() as session:
        return await monthly.reviews_of(session, [desk.balikpapan, desk.samarinda], [NOVEMBER])


async def test_a_draft_keeps_choices_and_own_words_and_takes_new_proposals(desk: Registry) -> None:
    draft = await _draft(desk)
    assert [each.key for each in draft.words.lines] == ["tiket-1", "umkm-1"]
    assert all(each.taken for each in draft.words.lines)
    ticket, umkm = draft.words.lines
    mended = replace(umkm, line=replace(umkm.line, result="Lengkap"))
    own = DraftLine("sendiri-1", Line(date(2026, 11, 25), "Amplang", "Kunjungan", "Berminat"), taken=True)
    words = DraftWords((replace(ticket, taken=False), mended, own), ("Sinyal",), ("Tambah petugas",))
    assert await _save(desk, words, seen=0) == 1
    await _refused("monthly.stale", _save(desk, DraftWords(), seen=0))
    again = await _draft(desk)
    assert again.words == words
    report = await sign(desk)
    content = Content.from_json(report.content)
    assert [line.business for line in content.words.taken] == ["Keripik Tempe", "Amplang"]
    assert content.words.taken[0].result == "Lengkap"
    assert (content.words.obstacles, content.words.suggestions) == (("Sinyal",), ("Tambah petugas",))
    assert (content.author, content.signer, content.parent) == ("Kartika", "Kartika", "Kanwil Kaltim")
    assert content.as_json() == report.content
    assert report.due == date(2026, 12, 5)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (Line(date(2026, 12, 1), "Usaha", "Materi", "Hasil"), "monthly.day"),
        (Line(date(2026, 11, 2), "Usaha", " ", "Hasil"), "monthly.words_missing"),
        (Line(date(2026, 11, 2), "Usaha", "x" * 1001, "Hasil"), "umkm.too_long"),
    ],
)
async def test_a_row_that_no_report_can_carry_is_refused_and_nothing_kept(
    desk: Registry, line: Line, code: str
) -> None:
    await _refused(code, _save(desk, DraftWords((DraftLine("sendiri-1", line, taken=True),)), seen=0))
    assert (await _draft(desk)).version == 0


async def test_only_what_was_previewed_is_signed_and_once(desk: Registry) -> None:
    await _refused("monthly.stale", sign(desk, seen="0" * 64))
    outcomes = await asyncio.gather(*(sign(desk) for _ in range(3)), return_exceptions=True)
    assert sum(isinstance(each, SignedReport) for each in outcomes) == 1
    codes = {each.code for each in outcomes if isinstance(each, DomainError)}
    assert codes == {"report.signed"}
    await _refused("monthly.empty", sign(desk, "nur", "nur", proposed=()))
    assert (await sign(desk, "nur", "nur", proposed=(), empty=True)).content["rows"] == []


async def test_wrong_months_and_the_reports_of_others_are_refused(desk: Registry) -> None:
    for month, code in (
        ("2026-13", "monthly.month_unknown"),
        ("2026-Q4", "monthly.month_unknown"),
        ("\0", "monthly.month_unknown"),
        ("2026-12", "monthly.month_ahead"),
        ("2026-10", "monthly.before_account"),
        ("2024-12", "monthly.before_regulation"),
    ):
        await _refused(code, sign(desk, month=month))
    for by in ("nur", "kanti", "koko", "umar", "sari"):
        await _refused("monthly.of_another", sign(desk, by))
    await _refused("report.not_found", sign(desk, "dewi"))
    await _refused("report.not_found", sign(desk, "koko", "sari"))
    report = await sign(desk)
    await _refused("monthly.of_another", send(desk, report, "nur"))
    await _refused("report.not_found", send(desk, report, "dewi"))


async def test_a_month_is_not_signed_before_it_ends(desk: Registry, clock: FixedClock) -> None:
    clock.advance(days=-1)
    await _refused("monthly.too_early", sign(desk))


async def test_sent_once_followed_returned_corrected_and_accepted(desk: Registry, clock: FixedClock) -> None:
    first = await sign(desk)
    await _refused("monthly.not_sent", _review(desk, first, "wira", Look.ACCEPTED))
    sent = await send(desk, first)
    await _refused("report.sent", send(desk, first))
    assert sent.sent_to == "Koordinator Wilayah, Kanwil Kaltim"
    await _review(desk, first, "koko", Look.FOLLOWED)
    await _refused("monthly.reviewed", _review(desk, first, "koko", Look.FOLLOWED))
    await _refused("monthly.not_reviewer", _review(desk, first, "koko", Look.ACCEPTED))
    await _refused("monthly.not_reviewer", _review(desk, first, "wira", Look.FOLLOWED))
    await _refused("report.not_found", _review(desk, first, "dewi", Look.FOLLOWED))
    await _refused("monthly.remark_missing", _review(desk, first, "wira", Look.RETURNED, " "))
    clock.advance(days=2)
    await _review(desk, first, "wira", Look.RETURNED, "Sebutkan hasil kunjungan")
    [days] = await _days(desk)
    assert (days.sent, days.reviewed) == (date(2026, 11, 30), date(2026, 12, 2))
    assert (days.returned, days.waits, days.followed) == (True, False, True)
    await _refused("report.reason_missing", sign(desk, corrects=first.id))
    second = await sign(desk, corrects=first.id, reason="Hasil kunjungan dilengkapi")
    await send(desk, second)
    [days] = await _days(desk)
    assert (days.sent, days.reviewed, days.waits, days.returned) == (
        date(2026, 11, 30),
        date(2026, 12, 2),
        True,
        False,
    )
    await _refused("report.not_newest", _review(desk, first, "wira", Look.ACCEPTED))
    await _review(desk, second, "wira", Look.ACCEPTED)
    await _refused("monthly.reviewed", _review(desk, second, "wira", Look.RETURNED, "Lagi"))
    async with desk.db.read() as session:
        kept = await monthly.versions(
            session, desk["wira"], desk.balikpapan, desk["kartika"].officer_id, MONTH
        )
        trail = [each.action for each in await audit_records(session)]
    assert [(each.report.version, [one.look for one in each.reviews]) for each in kept] == [
        (2, [Look.ACCEPTED]),
        (1, [Look.RETURNED, Look.FOLLOWED]),
    ]
    assert kept[1].reviews[0].remark == "Sebutkan hasil kunjungan"
    assert {"report.signed", "report.corrected", "report.sent", "report.followed"} < set(trail)
    assert {"report.returned", "report.accepted"} < set(trail)


async def test_two_reviewers_at_once_give_one_review(desk: Registry) -> None:
    report = await send(desk, await sign(desk))
    outcomes = await asyncio.gather(
        *(_review(desk, report, "wira", Look.ACCEPTED) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(each, SignedReport) for each in outcomes) == 1
    assert {each.code for each in outcomes if isinstance(each, DomainError)} == {"monthly.reviewed"}


async def test_who_left_in_the_middle_loses_nothing_and_a_successor_or_the_koordinator_signs(
    desk: Registry,
) -> None:
    words = DraftWords((), ("Kendala yang ditulis sebelum pindah",), ())
    await _save(desk, words, seen=0)
    async with desk.db.write() as session:
        await deactivate(session, desk.clock.now(), desk["kartika"].officer_id)
    await _refused("monthly.of_another", _draft(desk, "nur"))
    assert (await _draft(desk, "koko")).words.obstacles == words.obstacles
    report = await sign(desk, "kanti")
    content = Content.from_json(report.content)
    assert (content.author, content.signer, content.on_behalf) == ("Kartika", "Kanti", True)
    await send(desk, report, "koko")
    [days] = await _days(desk)
    assert days.officer_id == desk["kartika"].officer_id
