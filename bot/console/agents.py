"""The agents of an office: who serves, entered, corrected, handed over, ended."""

from fastapi import APIRouter, Request, Response

from afk_core.agents import service as roster
from afk_core.agents.agent import Corrected, NewAgent
from afk_core.infra.errors import DomainError
from afk_core.rules.roles import Act
from bot.console.agent_form import day_if, day_of, person_of, role_of, typed_of
from bot.console.agent_view import HERE, Refused, agent_form_page, office_asked, roster_page
from bot.console.desk import Desk
from bot.console.form import RowId
from bot.console.pages import see_other
from bot.console.session import Posted
from bot.problems import status_of


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/agen` and the agents below it."""
    router = desk.router()
    may_see, may_keep = desk.gate.require(Act.SEE_ROSTER), desk.gate.require(Act.KEEP_ROSTER)
    context = desk.context

    @router.get("/agen")
    async def show(request: Request) -> Response:
        viewer = await may_see(request)
        return await roster_page(desk, request, viewer, office_asked(request, viewer))

    @router.post("/agen/lengkap")
    async def reveal(request: Request) -> Response:
        posted = await desk.gate.posted_by(request, Act.SEE_ROSTER)
        office_id = posted.form.number("kantor") or posted.viewer.office_id
        return await roster_page(desk, request, posted.viewer, office_id, in_full=True)

    @router.get("/agen/baru")
    async def form(request: Request) -> Response:
        return await agent_form_page(desk, await may_keep(request), None)

    @router.post("/agen/baru")
    async def enter(request: Request) -> Response:
        posted = await desk.gate.posted_by(request, Act.KEEP_ROSTER)
        try:
            async with context.db.write() as session:
                new = NewAgent(
                    office_id=posted.viewer.office_id,
                    role=role_of(posted.form),
                    person=person_of(posted.form),
                    first=day_of(posted.form.line("mulai")),
                    letter_id=posted.form.number("surat"),
                )
                await roster.enter(session, context.clock.now(), posted.viewer, new)
        except DomainError as error:
            refused = Refused("", typed_of(posted.form), error)
            return await agent_form_page(desk, posted.viewer, None, refused)
        return see_other(f"{HERE}?pesan=agen-tersimpan")

    @router.get("/agen/{agent_id}")
    async def one(request: Request, agent_id: RowId) -> Response:
        viewer = await may_keep(request)
        async with context.db.write() as session:
            agent = await roster.agent_for_change(session, context.clock.now(), viewer, agent_id)
        return await agent_form_page(desk, viewer, agent)

    @router.post("/agen/{agent_id}")
    async def correct(request: Request, agent_id: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.KEEP_ROSTER)
        form = posted.form
        try:
            async with context.db.write() as session:
                corrected = Corrected(
                    person=person_of(form),
                    first=day_of(form.line("mulai")),
                    last=day_if(form.line("selesai")),
                    letter_id=form.number("surat"),
                )
                await roster.change(session, context.clock.now(), posted.viewer, agent_id, corrected)
        except DomainError as error:
            return await _refused(desk, posted, agent_id, "", error)
        return see_other(f"{HERE}?pesan=agen-tersimpan")

    @router.post("/agen/{agent_id}/serahkan")
    async def hand_over(request: Request, agent_id: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.KEEP_ROSTER)
        form, now = posted.form, context.clock.now()
        try:
            async with context.db.write() as session:
                old = await roster.agent_for_change(session, now, posted.viewer, agent_id)
                to = NewAgent(
                    office_id=old.office_id,
                    role=old.role,
                    person=person_of(form),
                    first=day_of(form.line("mulai")),
                    letter_id=form.number("surat"),
                )
                await roster.hand_over(session, now, posted.viewer, agent_id, to, form.line("alasan"))
        except DomainError as error:
            return await _refused(desk, posted, agent_id, "serahkan", error)
        return see_other(f"{HERE}?pesan=agen-diserahkan")

    @router.post("/agen/{agent_id}/akhiri")
    async def end(request: Request, agent_id: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.KEEP_ROSTER)
        form = posted.form
        try:
            async with context.db.write() as session:
                last = day_of(form.line("selesai"))
                await roster.end(
                    session, context.clock.now(), posted.viewer, agent_id, last, form.line("alasan")
                )
        except DomainError as error:
            return await _refused(desk, posted, agent_id, "akhiri", error)
        return see_other(f"{HERE}?pesan=agen-berakhir")

    return router


async def _refused(desk: Desk, posted: Posted, agent_id: int, form: str, error: DomainError) -> Response:
    """The page of the agent with what was typed; raises `error` where there is no such agent to change."""
    if status_of(error) in (403, 404):
        raise error
    async with desk.context.db.write() as session:
        now = desk.context.clock.now()
        agent = await roster.agent_for_change(session, now, posted.viewer, agent_id)
    return await agent_form_page(desk, posted.viewer, agent, Refused(form, typed_of(posted.form), error))
