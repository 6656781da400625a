"""The table of calendar feeds."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.crypto import EncryptedText
from afk_core.infra.database import Base, Id, UtcDateTime
from afk_core.officers.models import Officer


class DutyFeed(Base):
    """The secret address of an officer's calendar: its hash to find it, itself to show it again."""

    __tablename__ = "duty_feed"

    officer_id: Mapped[int] = mapped_column(
        Id, ForeignKey(Officer.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token: Mapped[str] = mapped_column(EncryptedText)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
