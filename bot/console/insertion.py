"""Words to put into an answer: statements of articles with their sources, and canned replies, by search."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import Viewer
from afk_core.rules.dates import format_moment
from bot.console.desk import Desk
from bot.console.form import RowId
from knowledge.article import Library
from knowledge.editorial.overlay import overlay, shipped_library
from knowledge.editorial.service import published_texts
from knowledge.insertion import insertions, statements_used
from tickets import service as tickets
from tickets.aids.canned import Canned, replies_of
from tickets.aids.variables import fill
from tickets.desk import TicketDetail

MOST_STATEMENTS = 60
_MOST_CANNED = 8
_MAX_QUERY = 120


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/tiket/{id}/sisipan?cari=`: what fits, as JSON for the script of the reply box."""
    router = desk.router()

    @router.get("/tiket/{ticket_id}/sisipan")
    async def find(request: Request, ticket_id: RowId) -> Response:
        viewer = await desk.gate.viewer(request)
        query = request.query_params.get("cari", "")[:_MAX_QUERY]
        async with desk.context.db.read() as session:
            detail = await tickets.detail(session, viewer, ticket_id)
            # The words of an office are for its own officers; who was invited reads the ticket only.
            seen = detail.office_id in viewer.visible_office_ids
            canned = await replies_of(session, viewer, detail.office_id) if seen else []
            library = await _library(session)
        found = [_canned_item(each, values_of(viewer, detail)) for each in _fitting(canned, query)]
        found += [
            {
                "jenis": "artikel",
                "judul": f"{each.title}: {each.aspect}",
                "teks": each.words,
                "pernyataan": list(each.statements),
            }
            for each in insertions(library, query, topic=detail.topic)
        ]
        return JSONResponse({"sisipan": found})

    return router


async def used_statements(session: AsyncSession, candidates: Sequence[str], words: str) -> tuple[str, ...]:
    """Which of the inserted statements an answer still uses."""
    if not candidates:
        return ()
    return statements_used(await _library(session), candidates[:MOST_STATEMENTS], words)


def values_of(viewer: Viewer, detail: TicketDetail) -> dict[str, str]:
    """What the variables of a canned reply stand for on this ticket."""
    running = [limit for limit in detail.limits if limit.closed_at is None and not limit.superseded]
    due = min((limit.due for limit in running), default=None)
    return {
        "nama": detail.name,
        "usaha": detail.business,
        "nomor_tiket": detail.number,
        "kantor": detail.office_name,
        "batas_waktu": "" if due is None else format_moment(due, detail.tz),
        "petugas": viewer.name,
    }


async def _library(session: AsyncSession) -> Library:
    return overlay(shipped_library(), await published_texts(session))


def _fitting(canned: Sequence[Canned], query: str) -> list[Canned]:
    """Those in which every word occurs, with a fitting title first."""
    words = query.casefold().split()
    by_title = [each for each in canned if all(word in each.title.casefold() for word in words)]
    by_text = [
        each
        for each in canned
        if each not in by_title and all(word in f"{each.title} {each.text}".casefold() for word in words)
    ]
    return [*by_title, *by_text][:_MOST_CANNED]


def _canned_item(each: Canned, values: dict[str, str]) -> dict[str, Any]:
    return {"jenis": "balasan", "judul": each.title, "teks": fill(each.text, values), "pernyataan": []}
