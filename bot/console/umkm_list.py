"""The registrations of the office, by what is to be done with them."""

from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from afk_core.officers.service import Viewer
from afk_core.rules.roles import Act
from afk_core.rules.umkm_lifecycle import RegistrationStatus
from afk_core.umkm import service as umkm
from afk_core.umkm.service.reading import PAGE
from bot.console.desk import Desk
from bot.console.form import number_of
from bot.console.umkm_contexts import RegistrationsPage, StatusTab

_S = RegistrationStatus
TABS: Final = {
    "verifikasi": (_S.SUBMITTED, _S.IN_VERIFICATION),
    "penetapan": (_S.VERIFIED,),
    "sertifikat": (_S.DETERMINED,),
    "dikembalikan": (_S.RETURNED,),
    "binaan": (_S.CERTIFIED,),
    "selesai": (_S.REFUSED, _S.WITHDRAWN, _S.REVOKED),
}
"""Groups of states, in the order of the work; the words stand in `umkm_kata.html`."""


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/umkm`."""
    router = desk.router()
    allowed = desk.gate.require(Act.SEE_UMKM)

    @router.get("/umkm")
    async def show(request: Request) -> Response:
        viewer = await allowed(request)
        async with desk.context.db.read() as session:
            counts = await umkm.counts(session, viewer)
            chosen = _chosen(request.query_params.get("lihat", ""), viewer, counts)
            before = number_of(request.query_params.get("sebelum", ""))
            rows = await umkm.registrations(session, viewer, TABS[chosen], before_id=before)
        tabs = tuple(
            StatusTab(name, sum(counts[status] for status in statuses), name == chosen)
            for name, statuses in TABS.items()
        )
        last = rows[-1].id if len(rows) == PAGE else 0
        page = RegistrationsPage(
            frame=desk.frame(viewer, "UMKM", current="umkm", notice=request.query_params.get("pesan", "")),
            tabs=tabs,
            rows=tuple(rows),
            chosen=chosen,
            show_office=len(viewer.rights.get(Act.SEE_UMKM, ())) > 1,
            older=f"/petugas/umkm?{urlencode({'lihat': chosen, 'sebelum': last})}" if last else "",
        )
        return desk.pages.response("umkm_daftar.html", page)

    return router


def _chosen(wanted: str, viewer: Viewer, counts: dict[RegistrationStatus, int]) -> str:
    """The group that was asked for; else the one in which this officer has most to do."""
    if wanted in TABS:
        return wanted
    if viewer.can(Act.ISSUE_CERTIFICATE) and counts[_S.DETERMINED]:
        return "sertifikat"
    if viewer.can(Act.VERIFY_REGISTRATION) and counts[_S.VERIFIED]:
        return "penetapan"
    return "verifikasi"
