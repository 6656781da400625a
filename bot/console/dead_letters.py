"""The state of the system: what waits, and what was set aside and can be sent again."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from afk_core.officers.service import record_audit
from afk_core.offices.service import office_by_id
from afk_core.rules.roles import Act
from bot.console.admin_contexts import DeadLine, SystemPage
from bot.console.desk import Desk
from bot.console.form import RowId
from bot.console.pages import see_other
from bot.doorbell import JOBS_INBOX, JOBS_SEND, JOBS_TIMER
from bot.jobs.past_store import dead_jobs, resend
from bot.jobs.store import waiting


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/gagal`, for administrators; no content of messages is shown."""
    router = desk.router()
    db, clock = desk.context.db, desk.context.clock
    allowed = desk.gate.require(Act.MANAGE_OFFICES)

    @router.get("/gagal")
    async def show(request: Request) -> Response:
        viewer, now = await allowed(request), clock.now()
        async with db.read() as session:
            dead = await dead_jobs(session)
            counts = await waiting(session, now)
            office = await office_by_id(session, viewer.office_id)
        page = SystemPage(
            frame=desk.frame(viewer, "Sistem", current="gagal", notice=request.query_params.get("pesan", "")),
            waiting=tuple(sorted(counts.items())),
            dead=tuple(
                DeadLine(job.id, job.kind.value, job.attempts, job.error, job.dead_at, now - job.dead_at)
                for job in dead
            ),
            tz=ZoneInfo(office.time_zone),
        )
        return desk.pages.response("sistem.html", page)

    @router.post("/gagal/{job_id}")
    async def again(request: Request, job_id: RowId) -> Response:
        viewer = (await desk.gate.posted_by(request, Act.MANAGE_OFFICES)).viewer
        now = clock.now()
        async with db.write() as session:
            if not await resend(session, now, job_id):
                return see_other("/petugas/gagal?pesan=tidak-ada")
            await record_audit(
                session, now, action="job.resent", subject=f"job:{job_id}", officer_id=viewer.officer_id
            )
            for topic in (JOBS_INBOX, JOBS_SEND, JOBS_TIMER):
                await desk.context.doorbell.ring(session, topic)
        return see_other("/petugas/gagal?pesan=dikirim-ulang")

    return router
