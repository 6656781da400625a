"""Tables of the knowledge base's life: what was asked in vain, and what was said."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.crypto import EncryptedText
from afk_core.infra.database import Base, Id, UtcDateTime


class UnansweredQuestion(Base):
    """A question that went to an officer because no article answers it.

    The words are personal (people tell their story), so they are encrypted; `key` holds only words
    that the knowledge base itself knows, by which like questions are grouped. `conversation_id` has
    no foreign key: conversations belong to another package.
    """

    __tablename__ = "unanswered_question"
    __table_args__ = (Index("ix_unanswered_question_open", "settled_at", "asked_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    text: Mapped[str] = mapped_column(EncryptedText)
    key: Mapped[str] = mapped_column(String(500))
    reason: Mapped[str] = mapped_column(String(32))
    topic: Mapped[str | None] = mapped_column(String(64))
    conversation_id: Mapped[int] = mapped_column(Id, index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AnswerUse(Base):
    """One statement that an answer of the bot used, so that "who was told this" can be asked later."""

    __tablename__ = "answer_use"
    __table_args__ = (Index("ix_answer_use_statement", "statement", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    statement: Mapped[str] = mapped_column(String(120))
    conversation_id: Mapped[int] = mapped_column(Id, index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
