"""The one table of work to do: what came in, what goes out, and what waits for its time."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.crypto import EncryptedJson
from afk_core.infra.database import Base, Id, UtcDateTime

_UNFINISHED = text("done_at IS NULL AND dead_at IS NULL")


class JobKind(StrEnum):
    """Kinds of work; each has one handler."""

    INBOX = "inbox"
    SEND = "send"
    TIMER = "timer"
    FETCH = "fetch"


LANES: Final = {JobKind.INBOX: ("in:", "o"), JobKind.SEND: ("out:", "p")}
"""Between what the lanes of these kinds lie, one for each chat, in every order of letters."""


class Job(Base):
    """One piece of work, done exactly once or set aside where an administrator sees it.

    `key` is unique within its kind and outlives the work, so that what comes twice is known. Jobs of
    one `lane` are done one after the other by id. `lease_until` and `owner` are set while a worker
    holds the job outside a transaction. `payload` is forgotten once the job is done.
    """

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index("ix_job_due", "kind", "run_at", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
        Index("ix_job_lane", "lane", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(160))
    lane: Mapped[str | None] = mapped_column(String(120))
    payload: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owner: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str | None] = mapped_column(String(400))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dead_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Lease(Base):
    """A named right that one process holds for a while (polling Telegram, sending to it)."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
