"""The report of a quarter as a paper in the form of Lampiran G: the same words as on the page."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.monitoring.monitoring import QuarterScope
from afk_core.monitoring.service import Content
from afk_core.officers.service import Viewer
from afk_core.reports.report import ReportKind, SignedReport
from afk_core.rules.dates import format_moment, format_short_date
from afk_core.rules.duties import local_day
from afk_core.rules.offices import OfficeKind
from afk_core.rules.roles import Role, role_label
from bot.console.export import report_words
from bot.console.letterhead import signers
from bot.console.monitoring_tables import standing_notes, summary_of, tables_of, title_of


async def monitoring_paper(
    session: AsyncSession,
    viewer: Viewer,
    scope: QuarterScope,
    kind: ReportKind,
    content: Content,
    signed: SignedReport | None,
    before: SignedReport | None,
    now: datetime,
) -> dict[str, Any]:
    """The data of `pemantauan.typ`; a signed version is signed by who signed it, a proposal by nobody yet."""
    words = report_words()["monitoring"]["notes"]
    if signed is None:
        state = words["foot_proposal"].format(moment=format_moment(now, scope.tz))
        made, known = words["made_by"], words["known_by"]
        people = await signers(session, viewer, scope.office.id, scope.today, made=made, known=known)
    else:
        state = words["foot_signed"].format(version=signed.version)
        day = format_short_date(local_day(signed.signed_at, scope.tz))
        position = role_label(Role.KOORDINATOR, OfficeKind(scope.office.kind))
        people = [{"place": day, "position": position, "name": signed.signer}]
    return {
        "title": title_of(kind),
        "period": scope.quarter.label,
        "foot": words["foot"].format(title=title_of(kind), quarter=scope.quarter.label, state=state),
        "office": {"name": content["office"], "parent": content["parent"] or None},
        "tables": [
            {"title": table.title, "heads": list(table.heads), "rows": [list(row) for row in table.rows]}
            for table in tables_of(content, kind)
        ],
        "none": report_words()["monitoring"]["nothing"],
        "notes_title": words["title"],
        "notes": [*summary_of(content), *standing_notes(signed, before, now, scope.tz)],
        "people": people,
    }
