"""The table in which the schema says which programs it still carries."""

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.database import Base


class SchemaFloor(Base):
    """One row: the newest revision that a program must know to work with this schema.

    A migration that takes something away raises it to the first revision whose program does without.
    """

    __tablename__ = "schema_floor"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    oldest: Mapped[str] = mapped_column(String(32))
