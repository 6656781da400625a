"""When a regulation is replaced: every statement that cites it, and how often it was said."""

from itertools import groupby

from fastapi import APIRouter, Request, Response

from afk_core.rules.roles import Act
from bot.console.articles_contexts import CitingsPage
from bot.console.desk import Desk
from bot.console.form import line_of
from knowledge.editorial import service as editorial
from knowledge.editorial.citing import sources_of, statements_citing

_LONGEST = 120


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/artikel/rujukan`."""
    router = desk.router()
    reader = desk.gate.require(Act.SEE_TICKETS)

    @router.get("/artikel/rujukan")
    async def show(request: Request) -> Response:
        viewer = await reader(request)
        asked = line_of(request.query_params.get("cari", ""))[:_LONGEST]
        async with desk.context.db.read() as session:
            library = await editorial.current_library(session)
            found = statements_citing(library, asked)
            uses = await editorial.uses_of_source(session, desk.context.clock.now(), asked) if found else []
        page = CitingsPage(
            frame=desk.frame(viewer, "Rujukan", current="artikel"),
            asked=asked,
            found=tuple(
                (slug, title, tuple(group))
                for (slug, title), group in groupby(found, key=lambda citing: (citing.slug, citing.title))
            ),
            total=len(found),
            uses=tuple(uses),
            sources=tuple(sources_of(library)),
        )
        return desk.pages.response("artikel_rujukan.html", page)

    return router
