"""The register of sealed files: checksums only, no content."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.database import Base, Id, UtcDateTime
from afk_core.officers.models import Officer
from tickets.models import Ticket


class SealedFile(Base):
    """A sealed file that was made; rows are only ever added.

    `content_sha256` is printed on its pages, `file_sha256` is that of the whole file.
    """

    __tablename__ = "sealed_file"
    __table_args__ = (
        Index("ix_sealed_file_content", "content_sha256"),
        Index("ix_sealed_file_file", "file_sha256"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey(Ticket.id), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    last_entry: Mapped[int] = mapped_column(Integer)
    pages: Mapped[int] = mapped_column(Integer)
    content_sha256: Mapped[str] = mapped_column(String(64))
    file_sha256: Mapped[str] = mapped_column(String(64))
