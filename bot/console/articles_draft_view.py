"""Gathering what the page of one draft shows."""

from fastapi import Request, Response

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from afk_core.rules.roles import Act
from bot.console.articles import here
from bot.console.articles_contexts import Collision, EditPage, ReviewPage
from bot.console.articles_form import aspect_label, check_sheet, said_by_bot
from bot.console.desk import Desk
from bot.problems import problem_text, status_of
from knowledge.article import GROUPS, Aspect
from knowledge.editorial import service as editorial
from knowledge.editorial.difference import compare
from knowledge.editorial.lifecycle import DraftState, Step
from knowledge.editorial.sheet import Sheet, read_sheet, write_sheet

_STALE = "article.stale"


async def draft_page(
    desk: Desk,
    request: Request,
    viewer: Viewer,
    draft_id: int,
    *,
    refusal: DomainError | None = None,
    typed: Sheet | None = None,
    remarks: str = "",
) -> Response:
    """The form where the viewer may write, else the text to read; its status is that of `refusal`.

    `typed` are the fields to show again, `remarks` what a reviewer typed. Raises DomainError
    `article.draft_not_found`.
    """
    if refusal is not None and status_of(refusal) == 404:
        raise refusal
    async with desk.context.db.read() as session:
        draft = await editorial.read_draft(session, viewer, draft_id)
        library = await editorial.current_library(session)
        steps = tuple(await editorial.steps_of(session, draft_id))
        known = await editorial.has_article(session, draft.slug)
        changes = await editorial.changes_against_current(session, draft.slug, draft.text)
        tz, today = await here(desk, session, viewer)
    frame = desk.frame(
        viewer,
        draft.title or draft.slug,
        current="artikel",
        notice="" if refusal else request.query_params.get("pesan", ""),
    )
    problem = problem_text(refusal) if refusal else ""
    status = status_of(refusal) if refusal else 200
    sheet = typed or read_sheet(draft.text)
    found, checked = check_sheet(sheet, library.articles, today)
    # Typed words are never thrown away: they are shown in the form although it cannot be saved now.
    if Step.SAVED in draft.possible or typed is not None:
        stale = refusal is not None and refusal.code == _STALE
        edit = EditPage(
            frame=frame,
            draft=draft,
            sheet=sheet,
            sections=tuple(
                (aspect.value, aspect_label(aspect), sheet.sections.get(aspect, "")) for aspect in Aspect
            ),
            groups=GROUPS,
            topics=tuple((slug, article.title) for slug, article in library.articles.items()),
            slug_fixed=known,
            checked=checked,
            collision=Collision(
                draft.updated_by, draft.text, compare(draft.text, write_sheet(sheet).text, context=0)
            )
            if stale
            else None,
            problem="" if stale else problem,
            steps=steps,
            tz=tz,
        )
        return desk.pages.response("artikel_draf.html", edit, status=status)
    review = ReviewPage(
        frame=frame,
        draft=draft,
        said=said_by_bot(found.article) if found.article else (),
        checked=checked,
        changes=changes if draft.state is not DraftState.PUBLISHED else (),
        steps=steps,
        remarks=remarks,
        own_work=viewer.officer_id in draft.authors,
        may_publish=bool(viewer.rights.get(Act.PUBLISH_ARTICLE)),
        problem=problem,
        tz=tz,
    )
    return desk.pages.response("artikel_tinjau.html", review, status=status)
