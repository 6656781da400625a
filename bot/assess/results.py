"""Results on the web and as files, behind an address that cannot be guessed; and the poster."""

from fastapi import APIRouter, Request, Response
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.offices.models import Office
from afk_core.offices.service import office_by_code, office_by_id
from afk_core.umkm.assess import service
from afk_core.umkm.assess.assessment import AssessmentResult
from bot.assess import contexts, papers
from bot.assess.links import assessment_id_of
from bot.channels.webchat.throttle import Throttle
from bot.context import Context
from bot.papers.poster import bot_link
from bot.problems import problem_text, status_of
from bot.webform.pages import Pages, file_response


class _Found(Struct, frozen=True):
    office: Office
    result: AssessmentResult
    before: AssessmentResult | None


def make_router(context: Context, pages: Pages) -> APIRouter:
    """`/nilai/hasil/<token>` as page, PDF and picture, and `/nilai/poster/<kode kantor>.pdf`."""
    router = APIRouter(prefix="/nilai", include_in_schema=False)
    throttle = Throttle(context.settings.messages_per_minute, context.settings.files_per_minute)

    async def read(request: Request, token: str) -> _Found:
        throttle.count_key(request.client.host if request.client else "?")
        assessment_id = assessment_id_of(token)
        if assessment_id is None:
            raise DomainError("assess.not_found")
        async with context.db.read() as session:
            return await _found(session, assessment_id)

    @router.api_route("/hasil/{token}", methods=["GET", "HEAD"])
    async def result(request: Request, token: str) -> Response:
        name, dot, ending = token.partition(".")
        try:
            found = await read(request, name)
            if dot and ending not in ("pdf", "png"):
                raise DomainError("assess.not_found")
        except DomainError as error:
            return pages.trouble(problem_text(error), status_of(error))
        texts, office = context.texts, found.office
        if ending == "pdf":
            paper = await papers.result_paper(texts, office, found.result, found.before)
            return file_response(paper, "application/pdf", papers.file_name(office, found.result, "pdf"))
        if ending == "png":
            picture = await papers.result_picture(texts, office, found.result)
            return file_response(picture, "image/png", papers.file_name(office, found.result, "png"))
        page = contexts.result_page(texts, office, found.result, found.before)
        return pages.response("hasil.html", page)

    @router.api_route("/poster/{code}.pdf", methods=["GET", "HEAD"])
    async def poster(request: Request, code: str) -> Response:
        try:
            throttle.count_key(request.client.host if request.client else "?")
            async with context.db.read() as session:
                office = await office_by_code(session, code)
        except DomainError as error:
            return pages.trouble(problem_text(error), status_of(error))
        paper = await papers.poster(context, office, bot_link(request, f"nilai-{office.code}"))
        return file_response(paper, "application/pdf", f"poster-cek-kesiapan-ekspor-{office.code}.pdf")

    return router


async def _found(session: AsyncSession, assessment_id: int) -> _Found:
    result = await service.result_by_id(session, assessment_id)
    older = [
        each
        for each in await service.results_of(session, result.conversation_id)
        if (each.finished_at, each.id) < (result.finished_at, result.id)
    ]
    office = await office_by_id(session, result.office_id)
    return _Found(office, result, older[0] if older else None)
