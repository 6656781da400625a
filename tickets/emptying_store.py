"""All SQL of the emptying of tickets."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.database import aged
from tickets.aids.models import DraftFile, HeldReply, ReplyReview, TicketFile
from tickets.models import Draft, Entry, Ticket
from tickets.store import WAITING


async def settled_since(session: AsyncSession, before: datetime, after: int, limit: int) -> Sequence[int]:
    """Tickets above the id `after` that wait for nobody and had no step since `before`, locked."""
    recent = exists().where(Entry.ticket_id == Ticket.id, Entry.at >= before)
    query = select(Ticket.id).where(*aged(Ticket.id, Ticket.opened_at, before, after), ~recent, *_settled())
    return await _locked(session, query.order_by(Ticket.id).limit(limit))


async def settled_of(session: AsyncSession, conversation_id: int) -> Sequence[int]:
    """The tickets of a conversation that wait for nobody, locked."""
    query = select(Ticket.id).where(Ticket.conversation_id == conversation_id, *_settled())
    return await _locked(session, query.order_by(Ticket.id))


async def empty(session: AsyncSession, ids: Sequence[int], now: datetime) -> None:
    """Remove words, files and personal data of these tickets."""
    await session.execute(
        update(Ticket)
        .where(Ticket.id.in_(ids))
        .values(name="", business="", reach="", conversation_id=0, emptied_at=now)
    )
    entries = select(Entry.id).where(Entry.ticket_id.in_(ids))
    await session.execute(delete(TicketFile).where(TicketFile.entry_id.in_(entries)))
    await session.execute(delete(DraftFile).where(DraftFile.ticket_id.in_(ids)))
    await session.execute(update(Entry).where(Entry.ticket_id.in_(ids)).values(text=None))
    await session.execute(delete(Draft).where(Draft.ticket_id.in_(ids)))
    await session.execute(delete(ReplyReview).where(ReplyReview.ticket_id.in_(ids)))
    # What waits to be sent to somebody whose words are gone is not sent any more.
    await session.execute(delete(HeldReply).where(HeldReply.ticket_id.in_(ids)))


def _settled() -> tuple[ColumnElement[bool], ...]:
    return Ticket.status.not_in(WAITING), Ticket.emptied_at.is_(None)


async def _locked(session: AsyncSession, query: Select[int]) -> Sequence[int]:
    return (await session.scalars(query.with_for_update(skip_locked=True))).all()
