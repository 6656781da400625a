"""Who hears by the bell of a monthly report that was sent, returned or accepted."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import officer_by_id
from afk_core.offices.service import office_by_id
from afk_core.reports.report import SignedReport
from afk_core.rules.monthly import Look
from afk_core.rules.roles import Role
from bot.context import Context
from bot.limits.alerts import give
from bot.notices.models import NoticeKind
from bot.notices.notice import NewNotice
from bot.notices.recipients import with_role


async def sent_told(context: Context, session: AsyncSession, now: datetime, report: SignedReport) -> None:
    """Tell the Koordinator who follow or review the report, in the transaction that sent it."""
    office = await office_by_id(session, report.key.office_id)
    places = {office.id, office.parent_id or office.id}
    people = [each for place in sorted(places) for each in await with_role(session, place, Role.KOORDINATOR)]
    words = context.texts("notices.report_sent", **await _gaps(session, report))
    await _tell(context, session, now, report, "kirim", words, people)


async def looked_told(
    context: Context, session: AsyncSession, now: datetime, report: SignedReport, look: Look
) -> None:
    """Tell who sent the report that it was returned or accepted; that it was followed tells the page."""
    if look is Look.FOLLOWED or report.sent_by is None:
        return
    key = "notices.report_returned" if look is Look.RETURNED else "notices.report_accepted"
    words = context.texts(key, **await _gaps(session, report))
    await _tell(context, session, now, report, look.value, words, [report.sent_by])


async def _gaps(session: AsyncSession, report: SignedReport) -> dict[str, str]:
    author = await officer_by_id(session, report.key.officer_id or 0)
    return {"month": report.key.period.label, "name": author.name}


async def _tell(
    context: Context,
    session: AsyncSession,
    now: datetime,
    report: SignedReport,
    what: str,
    words: str,
    people: list[int],
) -> None:
    notice = NewNotice(NoticeKind.REPORT, report.key.office_id, f"laporan:{report.id}:{what}", words, now)
    if people:
        await give(context, session, now, notice, people)
