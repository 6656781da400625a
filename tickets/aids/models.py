"""Tables of the aids to answering."""

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.files.models import StoredFile
from afk_core.infra.database import Base, Id
from afk_core.officers.models import Officer


class TicketFile(Base):
    """A file that an entry of a timeline carries; `n` counts from 1 within the entry."""

    __tablename__ = "ticket_file"

    entry_id: Mapped[int] = mapped_column(
        Id, ForeignKey("ticket_entry.id"), primary_key=True, autoincrement=False
    )
    n: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    file_id: Mapped[int] = mapped_column(Id, ForeignKey(StoredFile.id), index=True)


class DraftFile(Base):
    """A file that an officer attached to an answer which is not sent yet."""

    __tablename__ = "ticket_draft_file"

    file_id: Mapped[int] = mapped_column(Id, ForeignKey(StoredFile.id), primary_key=True, autoincrement=False)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id, ondelete="CASCADE"))
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("ticket.id"), index=True)
