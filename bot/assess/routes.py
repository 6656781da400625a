"""Every route of the self-assessment on the web."""

from pathlib import Path

from fastapi import APIRouter

from bot.assess import results
from bot.assess.form import HEAD, AssessForm
from bot.context import Context
from bot.routing import together
from bot.webform.pages import Pages


def make_router(context: Context) -> APIRouter:
    """The form, the results and the poster, all below `/nilai`."""
    pages = Pages(Path(__file__).parent / "templates", HEAD)
    return together(AssessForm(context, pages).make_router(), results.make_router(context, pages))
