"""The register of sealed files

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sealed_file",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", _ID, nullable=False),
        sa.Column("last_entry", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["officer.id"], name=op.f("fk_sealed_file_made_by_officer")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_sealed_file_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_file")),
    )
    op.create_index("ix_sealed_file_content", "sealed_file", ["content_sha256"])
    op.create_index("ix_sealed_file_file", "sealed_file", ["file_sha256"])
    op.create_index(op.f("ix_sealed_file_ticket_id"), "sealed_file", ["ticket_id"])


def downgrade() -> None:
    op.drop_table("sealed_file")
