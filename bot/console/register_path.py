"""The way of a business: what was asked, assessed, filed, issued, done with it, and its tickets."""

from bisect import bisect_right
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import Viewer
from afk_core.umkm.activity import service as activities
from afk_core.umkm.activity.activity import kind_label
from afk_core.umkm.assess import service as assess
from afk_core.umkm.masking import klaster_text
from afk_core.umkm.register import service as register
from afk_core.umkm.register.listing import FormalStep, RegisterRow
from bot.console.register_contexts import PathLine
from bot.conversation.store import words_since
from bot.topics import topic_title
from knowledge.editorial.anonymize import anonymize
from knowledge.service import asked_in
from tickets import service as tickets
from tickets.ticket import TicketSummary

MOST_QUESTIONS: Final = 100
_MOST_LETTERS: Final = 160
_A_MOMENT: Final = timedelta(minutes=1)
"""A turn answers the message that came right before it."""


async def path_of(session: AsyncSession, viewer: Viewer, row: RegisterRow) -> tuple[int, list[PathLine]]:
    """The id of the newest registration (0 for none), and everything on the way, the newest first."""
    steps = await register.formal_steps(session, viewer, row.id)
    lines = [_formal(each) for each in steps] + await _activities(session, viewer, row)
    conversation = await register.conversation_of(session, viewer, row.id)
    if conversation is not None:
        own = [
            each
            for each in await tickets.tickets_of_conversation(session, conversation)
            if each.office_id in viewer.visible_office_ids
        ]
        lines += [_ticket(each) for each in own]
        lines += await _assessments(session, conversation)
        lines += await _questions(session, conversation, row, {each.question for each in own})
    lines.sort(key=lambda line: line.at, reverse=True)
    return next((each.registration_id for each in steps), 0), lines


def _formal(step: FormalStep) -> PathLine:
    return PathLine(step.kind, step.number, step.text, f"/petugas/umkm/{step.registration_id}", step.at)


def _ticket(ticket: TicketSummary) -> PathLine:
    text = f"{ticket.status.label}. {_short(ticket.question)}"
    return PathLine("tiket", ticket.number, text, f"/petugas/tiket/{ticket.ticket_id}", ticket.opened_at)


async def _activities(session: AsyncSession, viewer: Viewer, row: RegisterRow) -> list[PathLine]:
    return [
        PathLine(
            "kegiatan",
            each.theme.label,
            f"{kind_label(each.theme)}. {each.status.label}. {_short(each.result)}".strip(),
            f"/petugas/pemberdayaan/{each.id}",
            each.starts_at,
        )
        for each in await activities.of_umkm(session, viewer, row.id)
    ]


async def _assessments(session: AsyncSession, conversation: int) -> list[PathLine]:
    return [
        PathLine(
            "penilaian",
            "Saran " + klaster_text(each.klaster.value, each.sub_klaster.value if each.sub_klaster else ""),
            f"{each.ready_aspects} dari 8 aspek setingkat Siap Ekspor."
            if each.levels
            else "Delapan aspek tidak dinilai.",
            "",
            each.finished_at,
        )
        for each in await assess.results_of(session, conversation)
    ]


async def _questions(
    session: AsyncSession, conversation: int, row: RegisterRow, in_tickets: Collection[str]
) -> list[PathLine]:
    """What was asked of the bot, without personal data; what became a ticket stands there."""
    asked = await asked_in(session, conversation, MOST_QUESTIONS)
    if not asked:
        return []
    said = await words_since(session, conversation, asked[-1].at - _A_MOMENT)
    moments = [at for at, _words in said]
    names = (row.name, row.profile.get("pemilik", ""))
    lines = []
    for each in asked:
        before = bisect_right(moments, each.at)
        words = each.text or (said[before - 1][1] if before else "")
        if words in in_tickets:
            continue
        topic = topic_title(each.topic)
        told = f"Dijawab bot: {topic}." if each.answered else "Belum terjawab bot."
        title = _short(anonymize(words, names)) if words else topic
        lines.append(PathLine("pertanyaan", title, told, "", each.at))
    return lines


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _MOST_LETTERS else f"{words[:_MOST_LETTERS].rstrip()}…"
