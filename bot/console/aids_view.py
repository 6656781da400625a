"""Gathering what stands beside the reply box of a ticket."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import Viewer
from bot.console.aids_contexts import AidsBox, AttachmentBox, HeldLine, ReviewBox
from bot.console.desk import Desk
from tickets import service as tickets
from tickets.aids import review
from tickets.aids.files import draft_files
from tickets.aids.holding import held_replies
from tickets.aids.review import Review, ReviewState
from tickets.desk import DraftView, TicketDetail
from tickets.lifecycle import Step


async def aids_box(
    session: AsyncSession,
    desk: Desk,
    viewer: Viewer,
    detail: TicketDetail,
    draft: DraftView | None = None,
    *,
    reviewed_text: str | None = None,
    remark: str = "",
) -> AidsBox:
    """The aids for a viewer of a ticket; what was typed before a refusal comes back."""
    held = await held_replies(session, detail.ticket_id)
    return AidsBox(
        held=tuple(HeldLine(h.entry_id, h.release_at, h.officer_id == viewer.officer_id) for h in held),
        attachments=await attachment_box(session, desk, viewer, detail.ticket_id),
        review=await _review_box(session, viewer, detail, reviewed_text, remark),
        statements=draft.statements if draft else (),
    )


async def attachment_box(
    session: AsyncSession, desk: Desk, viewer: Viewer, ticket_id: int, problem: str = ""
) -> AttachmentBox:
    """The files beside the viewer's draft."""
    settings = desk.context.settings
    return AttachmentBox(
        ticket_id=ticket_id,
        csrf=viewer.csrf_token,
        files=await draft_files(session, viewer, ticket_id),
        most=settings.files_per_answer,
        megabytes=settings.file_megabytes,
        problem=problem,
    )


async def _review_box(
    session: AsyncSession,
    viewer: Viewer,
    detail: TicketDetail,
    text: str | None,
    remark: str,
) -> ReviewBox:
    found = await review.reviews_for(session, viewer, detail.ticket_id)
    may_ask = Step.ASK in detail.steps
    return ReviewBox(
        to_do=_first(each for each in found if _waits_for(each, viewer)),
        own=_first(each for each in reversed(found) if each.asked_by == viewer.officer_id),
        colleagues=tuple(await tickets.colleagues(session, viewer, detail.ticket_id)) if may_ask else (),
        text=text,
        remark=remark,
    )


def _waits_for(each: Review, viewer: Viewer) -> bool:
    return each.state is ReviewState.ASKED and each.asked_of == viewer.officer_id


def _first(reviews: Iterable[Review]) -> Review | None:
    return next(iter(reviews), None)
