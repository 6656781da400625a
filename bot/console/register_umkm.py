"""One business of the register with its whole path, and what is known of it."""

from collections import Counter

from fastapi import APIRouter, Request, Response

from afk_core.rules.registration import Field
from afk_core.rules.roles import Act
from afk_core.umkm.masking import field_text
from afk_core.umkm.register import service as register
from afk_core.umkm.register.listing import RegisterRow
from afk_core.umkm.registration import PERSONAL
from bot.console.desk import Desk
from bot.console.form import RowId
from bot.console.register_contexts import UmkmPage
from bot.console.register_path import path_of


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/register-umkm/{id}`; `?hanya=tiket` shows one kind of its path."""
    router = desk.router()
    allowed = desk.gate.require(Act.SEE_UMKM)

    @router.get("/register-umkm/{umkm_id}")
    async def show(request: Request, umkm_id: RowId) -> Response:
        viewer = await allowed(request)
        async with desk.context.db.read() as session:
            row = await register.one(session, viewer, umkm_id)
            newest, lines = await path_of(session, viewer, row)
        kinds = Counter(line.kind for line in lines)
        query = request.query_params
        wanted = query.get("hanya", "")
        only = wanted if wanted in kinds else ""
        page = UmkmPage(
            frame=desk.frame(
                viewer, row.name, current="register", notice=request.query_params.get("pesan", "")
            ),
            umkm=row,
            tz=row.tz,
            facts=_facts(row),
            lines=tuple(line for line in lines if only in ("", line.kind)),
            kinds=tuple(kinds.items()),
            only=only,
            registration_id=newest,
            may_plan=viewer.can(Act.EDIT_UMKM) and row.office_id == viewer.office_id,
        )
        return desk.pages.response("register_umkm.html", page)

    return router


def _facts(row: RegisterRow) -> tuple[tuple[str, str], ...]:
    """The lines of Lampiran E, personal ones masked: in full they stand behind the registration's reveal."""
    return tuple((field.label, field_text(field, row.profile, masked=field in PERSONAL)) for field in Field)
