"""Every route of the survey on the web."""

from fastapi import APIRouter

from bot.context import Context
from bot.routing import together
from bot.survey import public
from bot.survey.form import SurveyForm


def make_router(context: Context) -> APIRouter:
    """The form, the published results and the poster, all below `/survei`."""
    return together(SurveyForm(context).make_router(), public.make_router(context))
