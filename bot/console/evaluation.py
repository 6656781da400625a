"""The evaluation of a semester for the two directorates and the Koordinator (Pasal 13): page and XLSX."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final
from urllib.parse import urlencode

import anyio
from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import Viewer
from afk_core.rules.census import Census
from afk_core.rules.dates import format_moment, month_name
from afk_core.rules.klaster import Klaster
from afk_core.rules.periods import Period, PeriodKind
from afk_core.rules.roles import Act
from afk_core.rules.sla import LimitKind
from afk_core.umkm.activity.activity import KINDS
from bot.console.charts import LineChart, Point, line_chart
from bot.console.desk import Desk
from bot.console.evaluation_contexts import EvaluationPage, Move, Stack, TopicBar
from bot.console.export import XLSX_TYPE, Workbook, attached, both_clocks, record_export, report_words
from bot.console.figures import percent
from bot.console.form import number_of
from bot.console.supervision import bring_up_to_date, office_choices, scope_of
from bot.evaluation.figures import Evaluation, Figures
from bot.evaluation.service import evaluate, quarters_of, semester_of
from bot.topics import topic_title

_SEMESTERS: Final = 6
_MOST_TOPICS: Final = 12


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/evaluasi` and the same as `.xlsx`; `?semester=2026-S2&kantor=3` chooses."""
    router = desk.router()
    may = desk.gate.require(Act.EVALUATE)

    @router.get("/evaluasi")
    async def show(request: Request) -> Response:
        viewer = await may(request)
        counted = await bring_up_to_date(desk)
        async with desk.context.db.read() as session:
            page = await _page(session, desk, request, viewer, catching_up=not counted)
        return desk.pages.response("evaluasi.html", page)

    @router.get("/evaluasi.xlsx")
    async def as_xlsx(request: Request) -> Response:
        viewer = await may(request)
        counted = await bring_up_to_date(desk)
        async with desk.context.db.write() as session:
            page = await _page(session, desk, request, viewer, catching_up=not counted)
            detail = {"semester": page.it.semester.key, "office": page.office, "form": "xlsx"}
            await record_export(session, page.made_at, viewer, "evaluasi", detail)
        content = await anyio.to_thread.run_sync(_workbook, page)
        name = f"evaluasi-{page.it.semester.key.lower()}.xlsx"
        return attached(content, XLSX_TYPE, name)

    return router


async def _page(
    session: AsyncSession, desk: Desk, request: Request, viewer: Viewer, *, catching_up: bool
) -> EvaluationPage:
    scope = await scope_of(session, desk, viewer, Act.EVALUATE)
    semester = semester_of(request.query_params.get("semester", ""), scope.today)
    chosen = number_of(request.query_params.get("kantor", ""))
    offices = [each for each in scope.offices if chosen in (None, each.id)]
    found = await evaluate(session, scope.now, offices, semester)
    newest, words = Period.of(PeriodKind.SEMESTER, scope.today), report_words()["evaluation"]
    asked = {"semester": semester.key} | ({} if chosen is None else {"kantor": str(chosen)})
    return EvaluationPage(
        frame=desk.frame(viewer, f"Evaluasi {semester.label}", current="evaluasi"),
        it=found,
        semesters=tuple(newest.after(-back) for back in range(_SEMESTERS)),
        quarters=quarters_of(semester),
        office=chosen,
        choices=office_choices(scope.offices),
        query=urlencode(asked),
        chart=_chart(found),
        stacks=_stacks(found.klaster),
        topics=_topics(found.topics),
        moves=_moves(found.total.census),
        kinds=tuple(KINDS.items()),
        punctual=tuple(
            zip(
                words["punctual"],
                (found.total.reports, found.total.reviews, found.total.matrices),
                strict=True,
            )
        ),
        notes=tuple(words["notes"]),
        made_at=scope.now,
        tz=scope.tz,
        catching_up=catching_up,
    )


def _chart(found: Evaluation) -> LineChart:
    names = [month_name(Period.read(key).number)[:3] for key in found.months]
    return line_chart(names, [(kind.value, _points(found, kind)) for kind in LimitKind])


def _points(found: Evaluation, kind: LimitKind) -> list[Point]:
    shares = {Period.read(key): group.line(kind).share for key, group in found.months.items()}
    return [
        Point(month.label, share, "" if share is None else percent(share), "#bulan")
        for month, share in shares.items()
    ]


def _stacks(klaster: Mapping[str, Census]) -> tuple[Stack, ...]:
    most = max((each.total for each in klaster.values()), default=0) or 1
    return tuple(
        Stack(
            Period.read(key).label,
            tuple(
                (each, count, round(count * 100 / most, 2))
                for each in Klaster
                if (count := found.standing.get(each, 0))
            ),
            found.total,
        )
        for key, found in klaster.items()
    )


def _topics(topics: Mapping[str, int]) -> tuple[TopicBar, ...]:
    counted = sorted(((count, slug) for slug, count in topics.items() if count), reverse=True)
    most = counted[0][0] if counted else 1
    return tuple(
        TopicBar(_topic(slug), count, round(count * 100 / most, 2)) for count, slug in counted[:_MOST_TOPICS]
    )


def _topic(slug: str) -> str:
    return topic_title(slug or None) or str(report_words()["evaluation"]["no_topic"])


def _moves(found: Census) -> tuple[Move, ...]:
    return tuple(
        Move(before, after, count)
        for (before, after), count in sorted(
            found.moves.items(), key=lambda pair: (pair[0][0].rank, pair[0][1].rank)
        )
    )


def _workbook(page: EvaluationPage) -> bytes:
    words, book, found = report_words()["evaluation"], Workbook(), page.it
    sheet = book.sheet(words["sheet"], words["heads"])
    sheet.add(_cells(each.name, each.figures, page) for each in found.offices)
    sheet.add([_cells(words["all"], found.total, page)])
    topics = sorted(found.topics.items(), key=lambda pair: -pair[1])
    book.sheet(words["topics"], words["topics_heads"]).add(
        [_topic(slug), count] for slug, count in topics if count
    )
    book.sheet(words["moves"], words["moves_heads"]).add(
        [move.before.short, move.after.short, move.count] for move in page.moves
    )
    months = book.sheet(words["months"], words["months_heads"])
    for key, group in found.months.items():
        both = group.both
        months.add(
            [
                [
                    Period.read(key).label,
                    both.requests,
                    both.on_time,
                    both.late + both.overdue,
                    _share(group.share),
                ]
            ]
        )
    book.sheet(words["klaster"], words["klaster_heads"]).add(
        [Period.read(key).label, *(each.standing.get(klaster, 0) for klaster in Klaster), each.total]
        for key, each in found.klaster.items()
    )
    utc, local = both_clocks(page.made_at, page.tz)
    made = report_words()["promise"]["made"].format(
        moment=format_moment(page.made_at, page.tz), utc=utc, local=local
    )
    book.sheet(words["notes_sheet"], [words["notes_sheet"]]).add([note] for note in (*words["notes"], made))
    return book.content()


def _cells(name: str, figures: Figures, page: EvaluationPage) -> list[object]:
    both, found = figures.promise.both, figures.census
    held = [figures.activities.get(kind) for kind in KINDS]
    punctual = (figures.reports, figures.reviews, figures.matrices)
    return [
        name,
        figures.answered,
        figures.unanswered,
        both.requests,
        both.on_time,
        both.late,
        both.overdue,
        both.running,
        both.ended,
        _share(figures.promise.share),
        found.total,
        *(found.standing.get(klaster, 0) for klaster in Klaster),
        found.issued,
        found.changed,
        found.revoked,
        sum(found.moves.values()),
        *(each.activities if each else 0 for each in held),
        figures.held.participants,
        figures.rated,
        _number(figures.rating),
        *(_number(figures.survey(quarter)) for quarter in page.quarters),
        *(count for each in punctual for count in (each.on_time, each.late, each.missing)),
    ]


def _share(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 2)


def _number(index: Fraction | None) -> float | None:
    return None if index is None else round(float(index), 4)
