"""The table of stored files."""

from datetime import datetime

from sqlalchemy import Index, Integer, String, text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from afk_core.infra.crypto import EncryptedBytes, EncryptedText
from afk_core.infra.database import Base, Id, UtcDateTime

_LOOSE = text("expires_at IS NOT NULL")


class StoredFile(Base):
    """One file: its content and name only with the service's key, the rest to find and to check it.

    `expires_at` is set while nothing lasting holds the file; then it is removed. A removed file keeps its
    row, so that what pointed to it can say that it is gone.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        Index("ix_stored_file_expires", "expires_at", sqlite_where=_LOOSE, postgresql_where=_LOOSE),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str | None] = mapped_column(EncryptedText)
    kind: Mapped[str] = mapped_column(String(8))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    # Megabytes that a list of names must not carry along.
    content: Mapped[bytes | None] = deferred(mapped_column(EncryptedBytes))
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
