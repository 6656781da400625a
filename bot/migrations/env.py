"""Lets Alembic work on the connection that `bot/schema.py` gives it."""

import importlib
from pathlib import Path
from typing import Literal

from alembic import context

from afk_core.infra.crypto import EncryptedBytes, EncryptedJson, EncryptedText
from afk_core.infra.database import Base, UtcDateTime

# By their files: a walk through the packages would load each of them at every start on a new database.
_ROOT = Path(__file__).parents[2]
for package in ("afk_core", "knowledge", "tickets", "bot"):
    for file in sorted((_ROOT / package).rglob("models.py")):
        importlib.import_module(".".join(file.relative_to(_ROOT).with_suffix("").parts))


def _plain_type(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our own column types into a migration as what the database stores, free of our code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, EncryptedText | EncryptedJson | EncryptedBytes):
        return "sa.LargeBinary()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=_plain_type,
)
with context.begin_transaction():
    context.run_migrations()
