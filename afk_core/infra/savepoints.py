"""What is kept beside the tables and must go with a savepoint, if that is rolled back alone.

Of a transaction that is rolled back nothing has to be undone: its session goes with it.
"""

from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

_UNDO = "to be undone with savepoints"


def on_undo(session: AsyncSession, undo: Callable[[], object]) -> None:
    """Call `undo` when the savepoint in which `session` works, or one around it, is rolled back."""
    savepoint = session.sync_session.get_nested_transaction()
    if savepoint is not None:
        session.info.setdefault(_UNDO, []).append((savepoint, undo))


@event.listens_for(Session, "after_soft_rollback")
def _undo(session: Session, ended: SessionTransaction) -> None:
    for savepoint, undo in session.info.get(_UNDO, ()):
        if _is_within(savepoint, ended):
            undo()


def _is_within(part: SessionTransaction | None, whole: SessionTransaction) -> bool:
    while part is not None and part is not whole:
        part = part.parent
    return part is not None
