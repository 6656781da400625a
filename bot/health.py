"""Whether the process lives, whether it can work, and its metrics."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from afk_core.infra.database import is_outage
from bot.context import Context
from bot.jobs.store import waiting
from bot.schema import can_work


def make_router(context: Context) -> APIRouter:
    """`/healthz`, `/readyz` and `/metrics`."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz", summary="The process answers")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", summary="The service can take work", responses={503: {"description": "It cannot"}})
    async def readyz() -> JSONResponse:
        checks = {"database": await _database_is_ready(context)}
        ready = all(checks.values()) and not context.nursery.stopping.is_set()
        return JSONResponse({"ready": ready, "checks": checks}, 200 if ready else 503)

    @router.get("/metrics", summary="Prometheus metrics", response_class=Response)
    async def metrics() -> Response:
        await _count_waiting(context)
        return Response(generate_latest(context.metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return router


async def _database_is_ready(context: Context) -> bool:
    try:
        return await can_work(context.db)
    except Exception as error:
        if not is_outage(error):
            raise
        return False


async def _count_waiting(context: Context) -> None:
    try:
        async with context.db.read() as session:
            counts = await waiting(session, context.clock.now())
    except Exception as error:
        if not is_outage(error):
            raise
        return
    for kind, count in counts.items():
        context.metrics.jobs_waiting.labels(kind).set(count)
