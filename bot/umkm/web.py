"""Every route of the daftar isian on the web, below `/daftar`."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter

from afk_core.infra.errors import DomainError
from bot.context import Context
from bot.umkm.web_filling import RegisterForm
from bot.umkm.web_sent import SentForms
from bot.webform.pages import Head, Pages
from bot.webform.visitor import Place, Visitor

_HEAD: Final = Head("Daftar UMKM Binaan", "/daftar")
_PLACE: Final = Place(
    home="/daftar", cookie="klinik_daftar", nothing_begun=lambda: DomainError("umkm.no_draft")
)


def make_router(context: Context) -> APIRouter:
    """The form, and what became of those that were sent."""
    pages = Pages(Path(__file__).parent / "templates", _HEAD)
    visitor = Visitor(context, pages, _PLACE)
    router = APIRouter(prefix="/daftar", include_in_schema=False)
    RegisterForm(context, pages, visitor).add_routes(router)
    SentForms(context, pages, visitor).add_routes(router)
    visitor.add_routes(router)
    return router
