"""Files, stored encrypted

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_LOOSE = sa.text("expires_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("stored_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=True),
        sa.Column("removed_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    op.create_index(
        "ix_stored_file_expires",
        "stored_file",
        ["expires_at"],
        sqlite_where=_LOOSE,
        postgresql_where=_LOOSE,
    )


def downgrade() -> None:
    op.drop_table("stored_file")
