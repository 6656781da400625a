"""Every route of the self-assessment on the web."""

from fastapi import APIRouter

from bot.assess import results
from bot.assess.form import AssessForm
from bot.assess.pages import Pages
from bot.context import Context


def make_router(context: Context) -> APIRouter:
    """The form, the results and the poster, all below `/nilai`."""
    pages = Pages()
    router = APIRouter()
    router.include_router(AssessForm(context, pages).make_router())
    router.include_router(results.make_router(context, pages))
    return router
