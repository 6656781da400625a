"""Gathering what the page of one ticket shows."""

from fastapi import Request, Response
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from afk_core.rules.roles import Act
from bot.console.aids_view import aids_box
from bot.console.contexts import EntryLine, LimitLine, ReplyBox, TicketPage, TicketView
from bot.console.desk import Desk
from bot.console.due import due_view
from bot.console.escalation_contexts import EscalationEntered
from bot.console.escalation_view import escalation_box
from bot.console.queue import chosen_filter, load_queue
from bot.console.risk import Risks, risks_of
from bot.console.work_contexts import WorkEntered
from bot.console.work_view import work_box
from bot.conversation.store import locked_by_id
from bot.problems import problem_text, status_of
from bot.topics import topic_title
from tickets import service as tickets
from tickets.desk import Contact, DraftView, TicketDetail
from tickets.ticket import Author, EntryKind, LimitView, TimelineEntry

_SIDES = ("percakapan", "pemohon")


async def hold_conversation(session: AsyncSession, viewer: Viewer, ticket_id: int) -> None:
    """Lock the person's conversation before their ticket, as a turn of the conversation does.

    In the other order an answer and words that arrive at the same moment would wait for each other for
    ever. Raises DomainError `ticket.not_found`.
    """
    await locked_by_id(session, await tickets.conversation_of(session, viewer, ticket_id))


def clean_box(detail: TicketDetail, draft: DraftView | None) -> ReplyBox:
    """The reply form as it stands when a ticket is opened: with the draft, if there is one."""
    return ReplyBox(text=draft.text if draft else "", seen_entry=detail.last_entry, draft=draft)


async def refused_box(
    desk: Desk,
    viewer: Viewer,
    ticket_id: int,
    error: DomainError,
    *,
    reply: str | None = None,
    note: str | None = None,
    reason: str | None = None,
) -> ReplyBox:
    """The forms after a refusal: the one that was posted keeps its words and says why, the others stay.

    Raises `error` itself when the viewer cannot see the ticket at all.
    """
    if status_of(error) == 404:
        raise error
    async with desk.context.db.read() as session:
        detail = await tickets.detail(session, viewer, ticket_id)
        box = clean_box(detail, await tickets.draft_of(session, viewer, ticket_id))
    words = problem_text(error)
    if reply is not None:
        return replace(box, text=reply, problem=words)
    if note is not None:
        return replace(box, note_text=note, note_problem=words)
    return replace(box, reason=reason or "", close_problem=words)


async def ticket_page(
    desk: Desk,
    request: Request,
    viewer: Viewer,
    ticket_id: int,
    *,
    contact: Contact | None = None,
    refused: ReplyBox | None = None,
    refusal: DomainError | None = None,
    fresh_after: int | None = None,
    problem: str = "",
    escalation: EscalationEntered | None = None,
    work: WorkEntered | None = None,
    reviewed_text: str | None = None,
    remark: str = "",
) -> Response:
    """The whole page; its status is that of `refusal`.

    `refused` are forms to show again with what was typed in them, `problem` a sentence above everything;
    what the user wrote after entry number `fresh_after` is marked as new.
    Raises DomainError `ticket.not_found`.
    """
    async with desk.context.db.read() as session:
        detail = await tickets.detail(session, viewer, ticket_id)
        draft = await tickets.draft_of(session, viewer, ticket_id)
        risks = await risks_of(session, desk.context.settings, [detail.office_id])
        aids = await aids_box(
            session, desk, viewer, detail, draft, reviewed_text=reviewed_text, remark=remark
        )
        forms = await escalation_box(session, desk.context.clock.now(), viewer, detail, escalation)
        work_forms = await work_box(session, desk.context.clock.now(), viewer, detail, work)
    # What is shown now has been seen when the form is sent again.
    box = replace(refused, seen_entry=detail.last_entry) if refused else clean_box(detail, draft)
    side = request.query_params.get("lihat", "")
    page = TicketPage(
        frame=desk.frame(
            viewer,
            detail.number,
            current="antrean",
            notice="" if refusal else request.query_params.get("pesan", ""),
            problem=problem,
        ),
        queue=await load_queue(desk, viewer, chosen_filter(request, viewer), compact=True, current=ticket_id),
        ticket=ticket_view(desk, viewer, detail, risks, contact=contact, fresh_after=fresh_after),
        reply=box,
        escalation=forms,
        work=work_forms,
        aids=aids,
        side="pemohon" if contact else side if side in _SIDES else _SIDES[0],
    )
    status = 200 if refusal is None else status_of(refusal)
    return desk.pages.response("tiket.html", page, status=status)


def ticket_view(
    desk: Desk,
    viewer: Viewer,
    detail: TicketDetail,
    risks: Risks,
    *,
    contact: Contact | None = None,
    fresh_after: int | None = None,
) -> TicketView:
    """A ticket with the standing of its limits at this moment."""
    moved = _moved(detail)
    return TicketView(
        detail=detail,
        topic=topic_title(detail.topic),
        entries=tuple(
            EntryLine(
                entry,
                fresh=fresh_after is not None and _is_fresh(entry, fresh_after),
                moved_to=moved.get(entry.id, ""),
            )
            for entry in detail.timeline
        ),
        limits=tuple(_limit_line(desk, detail.office_id, limit, risks) for limit in detail.limits),
        mine=detail.holder_id == viewer.officer_id,
        may_reveal=viewer.can(Act.SEE_PERSONAL_DATA, detail.office_id),
        may_seal=viewer.can(Act.SEE_AUDIT, detail.office_id),
        contact=contact,
    )


async def refused_page(
    desk: Desk, request: Request, viewer: Viewer, ticket_id: int, error: DomainError
) -> Response:
    """The ticket with the reason why nothing was done; raises `error` where it cannot be seen at all."""
    if status_of(error) == 404:
        raise error
    return await ticket_page(desk, request, viewer, ticket_id, problem=problem_text(error), refusal=error)


def _moved(detail: TicketDetail) -> dict[int, str]:
    """The entries whose words went to a ticket of their own, with its number."""
    found: dict[int, str] = {}
    for entry in detail.timeline:
        ids = entry.data.get("entries") if entry.kind is EntryKind.SPLIT else None
        if isinstance(ids, list):
            found |= dict.fromkeys(ids, str(entry.data["number"]))
    return found


def _is_fresh(entry: TimelineEntry, after: int) -> bool:
    return entry.n > after and entry.author is Author.USER


def _limit_line(desk: Desk, office_id: int, limit: LimitView, risks: Risks) -> LimitLine:
    due = due_view(
        limit.kind.value,
        limit.due,
        limit.tz,
        desk.context.clock.now(),
        risks.starts(office_id, limit.kind, limit.due),
        verdict=limit.verdict.value if limit.verdict else None,
        closed=limit.closed_at is not None,
    )
    return LimitLine(limit, due)
