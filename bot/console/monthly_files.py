"""A signed monthly report as the paper of Lampiran H and as a workbook: both from the same content."""

from typing import Any
from zoneinfo import ZoneInfo

from afk_core.monthly.monthly import ReportView
from afk_core.rules.dates import format_date, format_moment, format_short_date
from bot.console.export import Workbook
from bot.monthly.words import monthly_words

_PRINT = 12


def monthly_paper(found: ReportView, tz: ZoneInfo) -> dict[str, Any]:
    """The data of `laporan-bulanan.typ`."""
    words, content, report = monthly_words()["paper"], found.content, found.report
    signed = report.signed_at.astimezone(tz).date()
    where = f"{content.words.place}, " if content.words.place else ""
    notes = [words["signed"].format(moment=format_moment(report.signed_at, tz))]
    if report.sent_at is None:
        notes.append(words["not_sent"])
    else:
        notes.append(words["sent"].format(moment=format_moment(report.sent_at, tz), to=report.sent_to))
    if report.replaces is not None:
        notes.append(words["replaces"].format(version=report.version - 1, reason=report.reason))
    if content.on_behalf:
        notes.append(
            words["behalf"].format(
                signer=content.signer,
                signer_role=content.signer_role,
                author=content.author,
                author_role=content.author_role,
            )
        )
    return {
        "title": words["title"],
        "role": content.author_role,
        "period": words["period"].format(month=content.month.label),
        "office": {"name": content.office, "parent": content.parent or None},
        "foot": words["foot"].format(
            month=content.month.label, version=report.version, print=report.sha256[:_PRINT]
        ),
        "heads": words["heads"],
        "rows": [
            [f"{number}.", format_date(line.day), line.business, line.matter, line.result]
            for number, line in enumerate(content.words.taken, start=1)
        ]
        or [["", words["none"], words["no_rows"], "", ""]],
        "parts": [
            {
                "title": words["obstacles"],
                "points": list(content.words.obstacles),
                "none": words["no_points"],
            },
            {
                "title": words["suggestions"],
                "points": list(content.words.suggestions),
                "none": words["no_points"],
            },
        ],
        "people": [
            {
                "place": f"{where}{format_short_date(signed)}\n{words['made_by']}",
                "position": content.signer_role,
                "name": content.signer,
            }
        ],
        "notes": notes,
    }


def monthly_workbook(found: ReportView, tz: ZoneInfo) -> bytes:
    """The rows, the points, and about the report, on a sheet each."""
    words, content, report = monthly_words()["sheet"], found.content, found.report
    book = Workbook()
    book.sheet(words["report"], words["heads"]).add(
        [number, format_date(line.day), line.day.isoformat(), line.business, line.matter, line.result]
        for number, line in enumerate(content.words.taken, start=1)
    )
    points = book.sheet(words["points"], words["points_heads"])
    points.add([words["obstacle"], point] for point in content.words.obstacles)
    points.add([words["suggestion"], point] for point in content.words.suggestions)
    facts = (
        content.office,
        content.parent,
        content.author,
        content.author_role,
        content.month.label,
        f"{content.signer} ({content.signer_role})",
        format_moment(report.signed_at, tz),
        format_moment(report.sent_at, tz) if report.sent_at else monthly_words()["paper"]["not_sent"],
        report.version,
        report.reason,
        report.sha256,
    )
    book.sheet(words["about"], words["about_heads"]).add(
        [name, fact] for name, fact in zip(words["facts"], facts, strict=True)
    )
    return book.content()
