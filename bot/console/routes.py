"""Every address of the console."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.staticfiles import StaticFiles

from bot.console import (
    accounts,
    activities,
    agent_letters,
    agents,
    articles,
    articles_citations,
    articles_draft,
    attachments,
    audit_trail,
    calendar,
    canned,
    chat,
    dashboard,
    dashboard_rows,
    dead_letters,
    duties,
    duty,
    escalation,
    evaluation,
    hours,
    insertion,
    monitoring,
    monitoring_report,
    monthly_draft,
    monthly_list,
    monthly_report,
    notices,
    offices,
    presence,
    promise,
    questions,
    queue,
    register_import,
    register_list,
    register_umkm,
    reply,
    sealed,
    second_eyes,
    sign_in,
    stream,
    survey,
    survey_year,
    ticket,
    umkm_list,
    umkm_page,
    undo,
    work,
    year,
)
from bot.console.desk import Desk, make_desk
from bot.context import Context
from bot.routing import together


def make_router(context: Context) -> APIRouter:
    """The officers' console under `/petugas`, for one service."""
    return router_of(make_desk(context))


def router_of(desk: Desk) -> APIRouter:
    """The console over the parts that its pages share."""
    pages = (
        sign_in,
        queue,
        ticket,
        reply,
        attachments,
        undo,
        second_eyes,
        insertion,
        canned,
        presence,
        escalation,
        work,
        duty,
        stream,
        notices,
        chat,
        articles_citations,
        articles_draft,
        articles,
        questions,
        activities,
        agent_letters,
        agents,
        duties,
        monitoring,
        monitoring_report,
        register_import,
        register_list,
        register_umkm,
        umkm_list,
        umkm_page,
        dashboard,
        dashboard_rows,
        promise,
        survey,
        survey_year,
        monthly_list,
        monthly_report,
        monthly_draft,
        evaluation,
        audit_trail,
        sealed,
        accounts,
        hours,
        year,
        offices,
        calendar,
        dead_letters,
    )
    return together(*(page.make_router(desk) for page in pages), _static_router())


def _static_router() -> APIRouter:
    router = APIRouter(include_in_schema=False)
    files = StaticFiles(directory=Path(__file__).parent / "static")

    @router.get("/petugas/static/{name}")
    async def static(request: Request, name: str) -> Response:
        response = await files.get_response(name, request.scope)
        # Asked for again each time and answered with 304, so that old scripts never meet new pages.
        response.headers["Cache-Control"] = "no-cache"
        return response

    return router
