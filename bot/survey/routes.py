"""Every route of the survey on the web."""

from fastapi import APIRouter

from bot.context import Context
from bot.survey import public
from bot.survey.form import SurveyForm


def make_router(context: Context) -> APIRouter:
    """The form, the published results and the poster, all below `/survei`."""
    router = APIRouter()
    router.include_router(SurveyForm(context).make_router())
    router.include_router(public.make_router(context))
    return router
