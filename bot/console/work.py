"""A ticket changes hands, gets helpers, is merged or split."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from bot import helping, notify, threads
from bot.console.desk import Desk
from bot.console.form import Form, RowId
from bot.console.pages import see_other
from bot.console.session import Posted
from bot.console.ticket_view import hold_conversation, ticket_page
from bot.console.work_contexts import WorkEntered
from bot.duty.telling import tell_passed
from bot.problems import problem_text, status_of
from tickets import service as tickets

_Act = Callable[[AsyncSession, Posted, int], Awaitable[str]]


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/tiket/{id}` and `ambil-alih`, `tugaskan`, `undang`, `bantuan-selesai`, `usul`, `pakai-usul`,
    `gabung`, `pisah`."""
    router = desk.router()
    for name, act in _acts(desk).items():
        router.add_api_route(f"/tiket/{{ticket_id}}/{name}", _handler(desk, name, act), methods=["POST"])
    return router


def _handler(desk: Desk, name: str, act: _Act) -> Callable[[Request, RowId], Awaitable[Response]]:
    async def handle(request: Request, ticket_id: RowId) -> Response:
        posted = await desk.gate.posted(request)
        try:
            async with desk.context.db.write() as session:
                target = await act(session, posted, ticket_id)
        except DomainError as error:
            return await _refused(desk, request, posted, ticket_id, name, error)
        return see_other(target)

    return handle


def _acts(desk: Desk) -> dict[str, _Act]:
    context = desk.context
    clock = context.clock

    async def take_over(session: AsyncSession, posted: Posted, ticket_id: int) -> str:
        now, viewer = clock.now(), posted.viewer
        passed = await tickets.take_over(session, now, viewer, ticket_id, posted.form.text("teks"))
        await tell_passed(context, session, now, passed, by=viewer.officer_id)
        return _back(ticket_id, "diambil-alih")

    async def assign(session: AsyncSession, posted: Posted, ticket_id: int) -> str:
        now, viewer = clock.now(), posted.viewer
        passed = await tickets.assign(session, now, viewer, ticket_id, posted.form.number("petugas"))
        await tell_passed(context, session, now, passed, by=viewer.officer_id)
        return _back(ticket_id, "ditugaskan")

    async def invite(session: AsyncSession, posted: Posted, ticket_id: int) -> str:
        now, form = clock.now(), posted.form
        done = await tickets.invite_helper(
            session, now, posted.viewer, ticket_id, form.number("petugas"), form.text("teks")
        )
        await helping.helper_invited(context, session, now, done)
        return _back(ticket_id, "diundang")

    async def remove(session: AsyncSession, posted: Posted, ticket_id: int) -> str:
        officer_id = posted.form.number("petugas") or 0
        done = await tickets.remove_helper(session, clock.now(), posted.viewer, ticket_id, officer_id)
        await notify.ticket_changed(context, session, done.office_id)
        return _back(ticket_id, "bantuan-selesai")

    async def propose(session: AsyncSession, posted: Posted, ticket_id: int) -> str:
        now = clock.now()
        done = await tickets.propose_answer(session, now, posted.viewer, ticket_id, posted.form.text("teks"))
        await helping.answer_proposed(context, session, now, done)
        return _back(ticket_id, "diusulkan")

    async def use(session: AsyncSession, posted: Posted, ticket_id: int) -> str:
        viewer, entry_id = posted.viewer, posted.form.number("usulan") or 0
        words = await tickets.proposed_words(session, viewer, ticket_id, entry_id)
        draft = await tickets.draft_of(session, viewer, ticket_id)
        kept = f"{draft.text.rstrip()}\n\n{words}" if draft and draft.text.strip() else words
        seen = (await tickets.detail(session, viewer, ticket_id)).last_entry
        await tickets.save_draft(session, clock.now(), viewer, ticket_id, kept, seen_entry=seen)
        return _back(ticket_id, "usul-dipakai") + "#teks"

    async def merge(session: AsyncSession, posted: Posted, ticket_id: int) -> str:
        now = clock.now()
        await hold_conversation(session, posted.viewer, ticket_id)
        done = await tickets.merge(session, now, posted.viewer, ticket_id, posted.form.number("tiket"))
        await threads.merged(context, session, now, done)
        return _back(done.ticket_id, "digabung")

    async def split(session: AsyncSession, posted: Posted, ticket_id: int) -> str:
        now = clock.now()
        await hold_conversation(session, posted.viewer, ticket_id)
        done = await tickets.split(session, now, posted.viewer, ticket_id, _chosen(posted.form))
        await threads.split(context, session, now, done)
        return _back(done.other_id, "dipisah")

    return {
        "ambil-alih": take_over,
        "tugaskan": assign,
        "undang": invite,
        "bantuan-selesai": remove,
        "usul": propose,
        "pakai-usul": use,
        "gabung": merge,
        "pisah": split,
    }


def _back(ticket_id: int, done: str) -> str:
    return f"/petugas/tiket/{ticket_id}?pesan={done}"


def _chosen(form: Form) -> frozenset[int]:
    return frozenset(form.numbers("pesan"))


async def _refused(
    desk: Desk, request: Request, posted: Posted, ticket_id: int, name: str, error: DomainError
) -> Response:
    """The ticket with the form as it was typed; raises `error` where the ticket cannot be seen at all."""
    if status_of(error) == 404:
        raise error
    words, form = problem_text(error), posted.form
    entered = WorkEntered(
        form=name,
        problem=words,
        officer_id=form.number("petugas"),
        ticket_id=form.number("tiket"),
        text=form.text("teks"),
        chosen=_chosen(form),
    )
    return await ticket_page(
        desk, request, posted.viewer, ticket_id, work=entered, refusal=error, problem=words
    )
