"""Tables of the editorial life: work on an article, its steps, and what was published when."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.crypto import EncryptedText
from afk_core.infra.database import Base, Id, UtcDateTime
from afk_core.officers.models import Officer


class ArticleDraft(Base):
    """One piece of work on an article, from its beginning until it is published or dropped.

    `open_slug` is the slug while the work goes on and empty afterwards, so that its unique index allows
    one open piece of work for an article. `revision` grows with every change of `text`. `material` is
    what the draft grew from (a question and its answer, without personal data; encrypted all the same).
    """

    __tablename__ = "article_draft"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), index=True)
    open_slug: Mapped[str | None] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16), index=True)
    text: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(Integer)
    material: Mapped[str | None] = mapped_column(EncryptedText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ArticleStep(Base):
    """One step of a piece of work, only ever added; a change of the text keeps the whole new text."""

    __tablename__ = "article_step"
    __table_args__ = (UniqueConstraint("draft_id", "n"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    draft_id: Mapped[int] = mapped_column(Id, ForeignKey(ArticleDraft.id))
    n: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int] = mapped_column(Integer)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    remarks: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)


class ArticlePublication(Base):
    """What the bot says about a slug from `at` on, only ever added; the newest row of a slug holds.

    Without `draft_id` it is the article that comes with the program, or nothing where there is none.
    `shipped_digest` is that of the program's article at that moment, so that a later change of it is seen.
    """

    __tablename__ = "article_publication"
    __table_args__ = (Index("ix_article_publication_slug", "slug", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String(64))
    draft_id: Mapped[int | None] = mapped_column(Id, ForeignKey(ArticleDraft.id))
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    shipped_digest: Mapped[str | None] = mapped_column(String(64))
