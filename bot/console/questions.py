"""Questions that found no answer: grouped, settled, or made into a draft; and a ticket made into one."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer, record_audit
from afk_core.rules.roles import Act
from bot.console.articles import here
from bot.console.articles_contexts import QuestionLine, QuestionsPage
from bot.console.desk import Desk
from bot.console.form import Form, RowId, line_of, numbers_of
from bot.console.pages import see_other
from knowledge import service as questions
from knowledge.editorial import service as editorial
from knowledge.editorial.anonymize import anonymize
from knowledge.service import QuestionGroup
from tickets import service as tickets
from tickets.desk import TicketDetail
from tickets.ticket import Author, DeliveryState, EntryKind, TimelineEntry

DAYS = (7, 30, 90, 0)
_QUESTIONS = (EntryKind.QUESTION, EntryKind.USER_MESSAGE)
_MOST_SHOWN = 100
_MOST_SETTLED = 1000


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/pertanyaan`, and `/petugas/tiket/{id}/artikel`."""
    router = desk.router()
    db, clock = desk.context.db, desk.context.clock
    writer = desk.gate.require(Act.DRAFT_ARTICLE)

    @router.get("/pertanyaan")
    async def show(request: Request) -> Response:
        return await _page(desk, request, await writer(request))

    @router.post("/pertanyaan/selesai")
    async def settle(request: Request) -> Response:
        posted = await desk.gate.posted_by(request, Act.DRAFT_ARTICLE)
        ids = _ids(posted.form)
        async with db.write() as session:
            count = await questions.settle_unanswered(session, clock, ids)
            await record_audit(
                session,
                clock.now(),
                action="question.settled",
                subject=f"question:{ids[0] if ids else 0}",
                officer_id=posted.viewer.officer_id,
                office_id=posted.viewer.office_id,
                detail={"count": count},
            )
        return see_other("/petugas/pertanyaan?pesan=pertanyaan-selesai")

    @router.post("/pertanyaan/draf")
    async def draft(request: Request) -> Response:
        posted = await desk.gate.posted_by(request, Act.DRAFT_ARTICLE)
        ids, topic = set(_ids(posted.form)), posted.form.line("topik") or None
        async with db.write() as session:
            rows = [row for row in await questions.list_unanswered(session) if row.id in ids]
            if not rows:
                raise DomainError("question.not_found")
            asked = dict.fromkeys(anonymize(row.text) for row in rows[:5])
            draft_id = await editorial.begin_from_material(
                session, clock.now(), posted.viewer, topic=topic, question="\n".join(asked)
            )
        return see_other(f"/petugas/artikel/draf/{draft_id}?pesan=artikel-dari-pertanyaan")

    @router.post("/tiket/{ticket_id}/artikel")
    async def from_ticket(request: Request, ticket_id: RowId) -> Response:
        viewer = (await desk.gate.posted_by(request, Act.DRAFT_ARTICLE)).viewer
        async with db.write() as session:
            detail = await tickets.detail(session, viewer, ticket_id)
            question, answer = answered_pair(detail)
            draft_id = await editorial.begin_from_material(
                session, clock.now(), viewer, topic=detail.topic, question=question, answer=answer
            )
        return see_other(f"/petugas/artikel/draf/{draft_id}?pesan=artikel-dari-tiket")

    return router


def answered_pair(detail: TicketDetail) -> tuple[str, str]:
    """The last answered question of a ticket and its answer, without personal data.

    Raises DomainError `ticket.not_answered_yet`.
    """
    answers = [entry for entry in detail.timeline if _was_given(entry) and entry.text]
    if not answers:
        raise DomainError("ticket.not_answered_yet")
    before = answers[-2].n if len(answers) > 1 else 0
    asked = [
        entry.text or ""
        for entry in detail.timeline
        if entry.kind in _QUESTIONS and entry.author is Author.USER and before < entry.n < answers[-1].n
    ]
    names = [detail.name, detail.business, *(entry.officer_name or "" for entry in detail.timeline)]
    question = "\n".join(asked)
    return anonymize(question, names), anonymize(answers[-1].text or "", names)


def _was_given(entry: TimelineEntry) -> bool:
    """Whether an entry is an answer that was not taken back."""
    recalled = entry.delivery is not None and entry.delivery.state is DeliveryState.RECALLED
    return entry.kind is EntryKind.ANSWER and not recalled


async def _page(desk: Desk, request: Request, viewer: Viewer) -> Response:
    query = request.query_params
    days = next((each for each in DAYS if str(each) == query.get("hari")), DAYS[1])
    reason, topic = line_of(query.get("alasan", "")), line_of(query.get("topik", ""))
    since = desk.context.clock.now() - timedelta(days=days) if days else None
    async with desk.context.db.read() as session:
        every = await questions.group_unanswered(session, since=since)
        groups = (
            await questions.group_unanswered(session, since=since, reason=reason or None, topic=topic or None)
            if reason or topic
            else every
        )
        library = await editorial.current_library(session)
        tz, _today = await here(desk, session, viewer)
    titles = {slug: article.title for slug, article in library.articles.items()}
    asked = sorted({group.topic for group in every if group.topic})
    page = QuestionsPage(
        frame=desk.frame(
            viewer, "Pertanyaan tanpa jawaban", current="artikel", notice=query.get("pesan", "")
        ),
        lines=tuple(_line(group, titles) for group in groups[:_MOST_SHOWN]),
        total=sum(group.count for group in groups),
        reasons=tuple(sorted({group.reason for group in every})),
        topics=tuple(sorted(titles.items(), key=lambda item: item[1].casefold())),
        asked_topics=tuple((slug, titles.get(slug, slug)) for slug in asked),
        reason=reason,
        topic=topic,
        days=days,
        tz=tz,
    )
    return desk.pages.response("pertanyaan.html", page)


def _line(group: QuestionGroup, titles: dict[str, str]) -> QuestionLine:
    return QuestionLine(group, anonymize(group.text), titles.get(group.topic or "", group.topic or ""))


def _ids(form: Form) -> list[int]:
    return numbers_of(form.line("ids").split())[:_MOST_SETTLED]
