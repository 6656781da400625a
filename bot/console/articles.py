"""The articles: the list, one article with its versions, and going back to an earlier one."""

from datetime import date
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from afk_core.offices.service import office_by_id
from afk_core.rules.roles import Act
from bot.console.articles_contexts import ArticlesPage, PublicationPage, TopicPage
from bot.console.articles_form import said_by_bot
from bot.console.desk import Desk
from bot.console.form import RowId, Slug, line_of
from bot.console.pages import see_other
from bot.doorbell import ARTICLES
from bot.problems import problem_text, status_of
from knowledge.editorial import service as editorial
from knowledge.editorial.draft import ArticleLine
from knowledge.editorial.lifecycle import DraftState
from knowledge.editorial.overlay import shipped
from knowledge.editorial.sheet import read_sheet

TABS = ("semua", "dikerjakan", "tinjauan", "lewat")


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/artikel` and `/petugas/artikel/topik/{slug}`."""
    router = desk.router()
    db, clock = desk.context.db, desk.context.clock
    reader = desk.gate.require(Act.SEE_TICKETS)

    @router.get("/artikel")
    async def show(request: Request) -> Response:
        return await _list(desk, request, await reader(request))

    @router.post("/artikel/baru")
    async def new(request: Request) -> Response:
        viewer = (await desk.gate.posted_by(request, Act.DRAFT_ARTICLE)).viewer
        async with db.write() as session:
            draft_id = await editorial.begin_new(session, clock.now(), viewer)
        return see_other(f"/petugas/artikel/draf/{draft_id}")

    @router.get("/artikel/topik/{slug}")
    async def topic(request: Request, slug: Slug) -> Response:
        return await _topic_page(desk, request, await reader(request), slug)

    @router.post("/artikel/topik/{slug}/ubah")
    async def change(request: Request, slug: Slug) -> Response:
        viewer = (await desk.gate.posted_by(request, Act.DRAFT_ARTICLE)).viewer
        async with db.write() as session:
            draft_id = await editorial.begin_change(session, clock.now(), viewer, slug)
        return see_other(f"/petugas/artikel/draf/{draft_id}")

    @router.get("/artikel/topik/{slug}/terbit/{publication_id}")
    async def publication(request: Request, slug: Slug, publication_id: RowId) -> Response:
        viewer = await reader(request)
        async with db.read() as session:
            view, text, changes = await editorial.publication_changes(session, slug, publication_id)
            tz, _today = await here(desk, session, viewer)
        title = read_sheet(text).title or slug
        frame = desk.frame(viewer, title, current="artikel")
        page = PublicationPage(frame, slug, title, view, changes, text, tz)
        return desk.pages.response("artikel_terbit.html", page)

    @router.post("/artikel/topik/{slug}/kembalikan")
    async def go_back(request: Request, slug: Slug) -> Response:
        posted = await desk.gate.posted_by(request, Act.PUBLISH_ARTICLE)
        reason = posted.form.text("teks")
        try:
            async with db.write() as session:
                await editorial.go_back(
                    session, clock.now(), posted.viewer, slug, posted.form.number("versi"), reason
                )
                await desk.context.doorbell.ring(session, ARTICLES)
        except DomainError as error:
            if status_of(error) == 404:
                raise
            return await _topic_page(desk, request, posted.viewer, slug, refusal=error, reason=reason)
        return see_other(f"/petugas/artikel/topik/{slug}?pesan=artikel-dikembalikan")

    return router


async def here(desk: Desk, session: AsyncSession, viewer: Viewer) -> tuple[ZoneInfo, date]:
    """The zone of the viewer's office, and today's date there."""
    tz = ZoneInfo((await office_by_id(session, viewer.office_id)).time_zone)
    return tz, desk.context.clock.now().astimezone(tz).date()


async def _list(desk: Desk, request: Request, viewer: Viewer) -> Response:
    asked = line_of(request.query_params.get("cari", ""))[:80]
    chosen = request.query_params.get("lihat", "")
    chosen = chosen if chosen in TABS else TABS[0]
    async with desk.context.db.read() as session:
        tz, today = await here(desk, session, viewer)
        lines = await editorial.list_articles(session, today)
    needle = asked.casefold()
    page = ArticlesPage(
        frame=desk.frame(viewer, "Artikel", current="artikel", notice=request.query_params.get("pesan", "")),
        lines=tuple(
            line
            for line in lines
            if _in_tab(line, chosen) and (needle in line.title.casefold() or needle in line.slug)
        ),
        chosen=chosen,
        asked=asked,
        counts={tab: sum(_in_tab(line, tab) for line in lines) for tab in TABS},
        may_write=bool(viewer.rights.get(Act.DRAFT_ARTICLE)),
        today=today,
        tz=tz,
    )
    return desk.pages.response("artikel.html", page)


def _in_tab(line: ArticleLine, tab: str) -> bool:
    if tab == "dikerjakan":
        return line.draft is not None
    if tab == "tinjauan":
        return line.draft is not None and line.draft.state is DraftState.IN_REVIEW
    return line.overdue if tab == "lewat" else True


async def _topic_page(
    desk: Desk,
    request: Request,
    viewer: Viewer,
    slug: str,
    *,
    refusal: DomainError | None = None,
    reason: str = "",
) -> Response:
    async with desk.context.db.read() as session:
        tz, today = await here(desk, session, viewer)
        article = (await editorial.current_library(session)).articles.get(slug)
        publications = tuple(await editorial.publications_of(session, slug))
        works = tuple(await editorial.works_on(session, slug))
        lines = {line.slug: line for line in await editorial.list_articles(session, today)}
    if article is None and not publications:
        raise DomainError("article.not_found")
    title = article.title if article else slug
    page = TopicPage(
        frame=desk.frame(
            viewer,
            title,
            current="artikel",
            notice="" if refusal else request.query_params.get("pesan", ""),
            problem=problem_text(refusal) if refusal else "",
        ),
        slug=slug,
        title=title,
        line=lines.get(slug) if article else None,
        said=said_by_bot(article) if article else (),
        publications=publications,
        works=works,
        shipped=slug in shipped(),
        may_write=bool(viewer.rights.get(Act.DRAFT_ARTICLE)) and article is not None,
        may_publish=bool(viewer.rights.get(Act.PUBLISH_ARTICLE)),
        reason=reason,
        tz=tz,
    )
    return desk.pages.response("artikel_topik.html", page, status=status_of(refusal) if refusal else 200)
