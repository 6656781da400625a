"""One business of the register with its whole path: tickets, assessments, registrations, certificates."""

from collections import Counter

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import Viewer
from afk_core.rules.klaster import SubKlaster
from afk_core.rules.registration import Field
from afk_core.rules.roles import Act
from afk_core.umkm.activity import service as activities
from afk_core.umkm.activity.activity import kind_label
from afk_core.umkm.assess import service as assess
from afk_core.umkm.masking import field_text, klaster_text
from afk_core.umkm.register import service as register
from afk_core.umkm.register.listing import RegisterRow
from afk_core.umkm.registration import PERSONAL
from bot.console.desk import Desk
from bot.console.form import RowId
from bot.console.register_contexts import PathLine, UmkmPage
from tickets import service as tickets

_MOST_LETTERS = 160


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/register-umkm/{id}`."""
    router = desk.router()
    allowed = desk.gate.require(Act.SEE_UMKM)

    @router.get("/register-umkm/{umkm_id}")
    async def show(request: Request, umkm_id: RowId) -> Response:
        viewer = await allowed(request)
        async with desk.context.db.read() as session:
            row = await register.one(session, viewer, umkm_id)
            newest, lines = await _path(session, viewer, row)
        lines.sort(key=lambda line: line.at, reverse=True)
        page = UmkmPage(
            frame=desk.frame(viewer, row.name, current="umkm", notice=request.query_params.get("pesan", "")),
            umkm=row,
            tz=row.tz,
            facts=_facts(row),
            lines=tuple(lines),
            kinds=tuple(Counter(line.kind for line in lines).items()),
            registration_id=newest,
            may_plan=viewer.can(Act.EDIT_UMKM) and row.office_id == viewer.office_id,
        )
        return desk.pages.response("register_umkm.html", page)

    return router


def _facts(row: RegisterRow) -> tuple[tuple[str, str], ...]:
    """The lines of Lampiran E, personal ones masked: in full they stand behind the registration's reveal."""
    return tuple((field.label, field_text(field, row.profile, masked=field in PERSONAL)) for field in Field)


async def _path(session: AsyncSession, viewer: Viewer, row: RegisterRow) -> tuple[int, list[PathLine]]:
    """The id of the newest registration (0 for none), and everything on the way in no order."""
    steps = await register.formal_steps(session, viewer, row.id)
    lines = [
        PathLine(each.kind, each.number, each.text, f"/petugas/umkm/{each.registration_id}", each.at)
        for each in steps
    ]
    lines += [
        PathLine(
            "kegiatan",
            each.theme.label,
            f"{kind_label(each.theme)}. {each.status.label}. {_short(each.result)}".strip(),
            f"/petugas/pemberdayaan/{each.id}",
            each.starts_at,
        )
        for each in await activities.of_umkm(session, viewer, row.id)
    ]
    conversation = await register.conversation_of(session, viewer, row.id)
    if conversation is not None:
        lines += await _tickets(session, viewer, conversation)
        lines += await _assessments(session, conversation)
    return next((each.registration_id for each in steps), 0), lines


async def _tickets(session: AsyncSession, viewer: Viewer, conversation: int) -> list[PathLine]:
    """The person's tickets in offices that the viewer may read."""
    return [
        PathLine(
            "tiket",
            each.number,
            f"{each.status.label}. {_short(each.question)}",
            f"/petugas/tiket/{each.ticket_id}",
            each.opened_at,
        )
        for each in await tickets.tickets_of_conversation(session, conversation)
        if each.office_id in viewer.visible_office_ids
    ]


async def _assessments(session: AsyncSession, conversation: int) -> list[PathLine]:
    return [
        PathLine(
            "penilaian",
            "Saran " + klaster_text(each.klaster.value, _sub(each.sub_klaster)),
            f"{each.ready_aspects} dari 8 aspek setingkat Siap Ekspor.",
            "",
            each.finished_at,
        )
        for each in await assess.results_of(session, conversation)
    ]


def _sub(kind: SubKlaster | None) -> str:
    return kind.value if kind else ""


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _MOST_LETTERS else f"{words[:_MOST_LETTERS].rstrip()}…"
