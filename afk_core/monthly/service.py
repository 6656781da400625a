"""What can be done with monthly reports: sign off, correct, send, follow, review, and say who is late.

Every verb takes the session first and never commits. Drafts are in `drafting.py`.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.monthly import store
from afk_core.monthly.access import (
    author_from,
    author_of,
    may_write,
    month_of,
    office_of,
    report_to_write,
    today_in,
)
from afk_core.monthly.drafting import check_words, draft_of, present_draft, save_draft
from afk_core.monthly.models import MonthlyReviewRow
from afk_core.monthly.monthly import (
    MAX_REMARK,
    Author,
    Content,
    DraftWords,
    Proposal,
    ReportDays,
    ReportView,
    Review,
)
from afk_core.officers.officer import Viewer
from afk_core.officers.service import record_audit
from afk_core.offices.models import Office
from afk_core.offices.service import lock_office
from afk_core.reports import service as reports
from afk_core.reports.report import ReportKey, ReportKind, SignedReport
from afk_core.rules.duties import local_day, monthly_report_due
from afk_core.rules.monthly import AUTHORS, Look, looks_open, may_be_signed
from afk_core.rules.offices import OfficeKind, koordinator_title
from afk_core.rules.periods import Period
from afk_core.rules.roles import Actor, Role, role_label

__all__ = [
    "author_of",
    "authors_of",
    "content_of",
    "draft_of",
    "looks_for",
    "may_write",
    "month_of",
    "reader_of",
    "report_to_write",
    "review",
    "reviews_of",
    "save_draft",
    "send",
    "sign",
    "versions",
    "view",
]


async def content_of(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    office_id: int,
    officer_id: int,
    month_key: str,
    proposals: Sequence[Proposal],
) -> Content:
    """What would be signed now: for the preview, and for its checksum (`reports.checksum`).

    Raises as `draft_of`, and as `save_draft` for words that no report could carry.
    """
    office, author, month = await report_to_write(session, now, viewer, office_id, officer_id, month_key)
    draft = await present_draft(session, office_id, officer_id, month, proposals)
    check_words(draft.words, month)
    return await _content(session, viewer, office, author, month, draft.words)


async def sign(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    office_id: int,
    officer_id: int,
    month_key: str,
    proposals: Sequence[Proposal],
    *,
    seen: str,
    empty: bool = False,
    corrects: int | None = None,
    reason: str = "",
) -> SignedReport:
    """Sign a report off as it was previewed; `seen` is the checksum of what the preview showed.

    A month without rows is signed only with `empty`. A correction names the version that it `corrects`.
    Raises as `content_of`, and DomainError `monthly.too_early`, `monthly.stale`, `monthly.empty`,
    `report.signed`, `report.not_newest`, `report.reason_missing`, `report.reason_long`.
    """
    office = await office_of(session, viewer, office_id)
    month = month_of(month_key)
    # Saved choices must not change between looking and signing.
    await lock_office(session, office_id)
    content = await content_of(session, now, viewer, office_id, officer_id, month_key, proposals)
    if not may_be_signed(month, today_in(office, now)):
        raise DomainError("monthly.too_early", month=month.label)
    if reports.checksum(content.as_json()) != seen:
        raise DomainError("monthly.stale")
    if not content.words.taken and not empty:
        raise DomainError("monthly.empty")
    draft = await present_draft(session, office_id, officer_id, month, proposals)
    # What is proposed today may be gone when the report is corrected.
    await save_draft(session, now, viewer, office_id, officer_id, month_key, draft.words, seen=draft.version)
    return await reports.sign(
        session,
        now,
        viewer.officer_id,
        ReportKey(ReportKind.MONTHLY, office_id, month, officer_id),
        content.as_json(),
        due=monthly_report_due(month),
        corrects=corrects,
        reason=reason,
    )


async def send(session: AsyncSession, now: datetime, viewer: Viewer, report_id: int) -> SignedReport:
    """Send a signed version to who reviews it, inside the service.

    Raises DomainError `report.not_found`, `monthly.of_another`, `report.not_newest`, `report.sent`.
    """
    report, office, author = await _found(session, viewer, report_id)
    if not may_write(viewer, author):
        raise DomainError("monthly.of_another")
    await lock_office(session, office.id)
    await _check_newest(session, report)
    return await reports.send(session, now, viewer.officer_id, report_id, await reader_of(session, office))


async def review(
    session: AsyncSession, now: datetime, viewer: Viewer, report_id: int, look: Look, remark: str
) -> SignedReport:
    """Record that a Koordinator followed, returned or accepted the newest version that was sent.

    Raises DomainError `report.not_found`, `monthly.not_reviewer`, `monthly.not_sent`, `report.not_newest`
    (it was corrected since the page was opened), `monthly.reviewed`, `monthly.remark_missing`,
    `umkm.too_long` (`maximum`).
    """
    report, office, _author = await _found(session, viewer, report_id)
    if look not in await looks_for(session, viewer, office):
        raise DomainError("monthly.not_reviewer")
    if report.sent_at is None:
        raise DomainError("monthly.not_sent")
    await lock_office(session, office.id)
    await _check_newest(session, report)
    words = remark.strip()
    if len(words) > MAX_REMARK:
        raise DomainError("umkm.too_long", maximum=MAX_REMARK)
    done = {row.look for row, _name in await store.reviews(session, [report_id])}
    if look is Look.FOLLOWED:
        repeated = look.value in done and not words
    else:
        repeated = bool(done & {Look.ACCEPTED.value, Look.RETURNED.value})
    if repeated:
        raise DomainError("monthly.reviewed")
    if look is Look.RETURNED and not words:
        raise DomainError("monthly.remark_missing")
    await store.add(
        session,
        MonthlyReviewRow(
            report_id=report_id, look=look.value, remark=words, officer_id=viewer.officer_id, at=now
        ),
    )
    await record_audit(
        session,
        now,
        action=_ACTIONS[look],
        subject=f"report:{report_id}",
        officer_id=viewer.officer_id,
        office_id=office.id,
        detail={"period": report.key.period.key, "officer": report.key.officer_id, "version": report.version},
    )
    return report


_ACTIONS = {
    Look.FOLLOWED: "report.followed",
    Look.RETURNED: "report.returned",
    Look.ACCEPTED: "report.accepted",
}


async def view(session: AsyncSession, viewer: Viewer, report_id: int) -> ReportView:
    """One version with its reviews; raises DomainError `report.not_found`."""
    report, _office, _author = await _found(session, viewer, report_id)
    return next(each for each in await _views(session, report.key) if each.report.id == report_id)


async def versions(
    session: AsyncSession, viewer: Viewer, office_id: int, officer_id: int, month_key: str
) -> list[ReportView]:
    """The versions of a report with their reviews, the newest first; raises as `office_of` and `month_of`."""
    await office_of(session, viewer, office_id)
    return await _views(session, ReportKey(ReportKind.MONTHLY, office_id, month_of(month_key), officer_id))


async def reviews_of(
    session: AsyncSession, office_ids: Collection[int], months: Sequence[Period]
) -> list[ReportDays]:
    """When the monthly reports of these offices and months were sent and reviewed, by office and officer.

    A Sub Koordinator who has signed nothing for a month has no entry there.
    """
    sent = await store.versions(session, office_ids, months)
    looks: defaultdict[int, list[tuple[str, datetime]]] = defaultdict(list)
    for report_id, look, at in await store.looks(session, [each.report_id for each in sent]):
        looks[report_id].append((look, at))
    by_report: defaultdict[tuple[int, int, str], list[store.Sent]] = defaultdict(list)
    for each in sent:
        by_report[each.office_id, each.officer_id, each.period].append(each)
    return [_days(by_report[key], looks) for key in sorted(by_report)]


async def authors_of(session: AsyncSession, office_ids: Collection[int]) -> list[Author]:
    """The Sub Koordinator of these offices by office and name, those that left too."""
    found = await store.authors(session, office_ids, [role.value for role in AUTHORS])
    return [author_from(officer, office, Role(officer.role)) for officer, office in found]


async def reader_of(session: AsyncSession, office: Office) -> str:
    """To whom the reports of an office go: the Koordinator who reviews them, with the office's name."""
    upper = office if office.parent_id is None else await store.office(session, office.parent_id)
    to = upper or office
    return f"{koordinator_title(OfficeKind(to.kind))}, {to.name}"


async def looks_for(session: AsyncSession, viewer: Viewer, office: Office) -> tuple[Look, ...]:
    """What the viewer may do with reports of an office."""
    own = await store.office(session, viewer.office_id)
    if own is None:
        return ()
    return looks_open(Actor(viewer.role, store.ref_of(own)), store.ref_of(office))


def _days(versions: Sequence[store.Sent], looks: dict[int, list[tuple[str, datetime]]]) -> ReportDays:
    tz, first = ZoneInfo(versions[0].time_zone), versions[0]
    sent = [each.sent_at for each in versions if each.sent_at is not None]
    done = [(look, at) for each in versions for look, at in looks.get(each.report_id, ())]
    judged = [at for look, at in done if look != Look.FOLLOWED]
    newest_sent = next((each for each in reversed(versions) if each.sent_at is not None), None)
    last = [look for look, _at in looks.get(newest_sent.report_id, ())] if newest_sent else []
    return ReportDays(
        office_id=first.office_id,
        officer_id=first.officer_id,
        month=Period.read(first.period),
        sent=local_day(min(sent), tz) if sent else None,
        reviewed=local_day(min(judged), tz) if judged else None,
        waits=newest_sent is not None and not set(last) & {Look.ACCEPTED, Look.RETURNED},
        returned=Look.RETURNED in last,
        followed=Look.FOLLOWED in last,
        newest_id=versions[-1].report_id,
    )


async def _found(
    session: AsyncSession, viewer: Viewer, report_id: int
) -> tuple[SignedReport, Office, Author]:
    report = await reports.read(session, report_id)
    if report.key.kind is not ReportKind.MONTHLY or report.key.officer_id is None:
        raise DomainError("report.not_found")
    office = await office_of(session, viewer, report.key.office_id)
    return report, office, await author_of(session, office, report.key.officer_id, report.key.period)


async def _check_newest(session: AsyncSession, report: SignedReport) -> None:
    if (await reports.versions_of(session, report.key))[0].id != report.id:
        raise DomainError("report.not_newest")


async def _views(session: AsyncSession, key: ReportKey) -> list[ReportView]:
    """Every version of a report, the newest first."""
    found = await reports.versions_of(session, key)
    reviews: defaultdict[int, list[Review]] = defaultdict(list)
    for row, name in await store.reviews(session, [each.id for each in found]):
        review = Review(row.report_id, Look(row.look), row.remark, row.officer_id, name, row.at)
        reviews[row.report_id].append(review)
    return [
        ReportView(each, Content.from_json(each.content), tuple(reviews[each.id]), newest=each is found[0])
        for each in found
    ]


async def _content(
    session: AsyncSession, viewer: Viewer, office: Office, author: Author, month: Period, words: DraftWords
) -> Content:
    parent = None if office.parent_id is None else await store.office(session, office.parent_id)
    kind = OfficeKind(office.kind)
    return Content(
        month=month,
        office=office.name,
        parent=parent.name if parent else "",
        author=author.name,
        author_role=role_label(author.role, kind),
        author_position=author.position,
        signer=viewer.name,
        signer_role=role_label(viewer.role, kind),
        signer_position=viewer.position,
        words=words,
    )
