"""Pemberdayaan: activities of an office, the businesses they are for, and their files

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def _points_to(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "umkm_activity",
        sa.Column("id", _ID, nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("theme", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("starts_at", _INSTANT, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("matter", sa.LargeBinary(), nullable=False),
        sa.Column("obstacle", sa.LargeBinary(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column("officer_id", _ID, nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        _points_to("umkm_activity", "office_id", "office"),
        _points_to("umkm_activity", "officer_id", "officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_umkm_activity")),
    )
    op.create_index("ix_umkm_activity_office", "umkm_activity", ["office_id", "starts_at"])
    op.create_table(
        "umkm_activity_participant",
        sa.Column("activity_id", _ID, nullable=False),
        sa.Column("umkm_id", _ID, nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=True),
        _points_to("umkm_activity_participant", "activity_id", "umkm_activity", "CASCADE"),
        _points_to("umkm_activity_participant", "umkm_id", "umkm"),
        sa.PrimaryKeyConstraint("activity_id", "umkm_id", name=op.f("pk_umkm_activity_participant")),
    )
    op.create_index(op.f("ix_umkm_activity_participant_umkm_id"), "umkm_activity_participant", ["umkm_id"])
    op.create_table(
        "umkm_activity_file",
        sa.Column("id", _ID, nullable=False),
        sa.Column("activity_id", _ID, nullable=False),
        sa.Column("file_id", _ID, nullable=False),
        sa.Column("officer_id", _ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        _points_to("umkm_activity_file", "activity_id", "umkm_activity", "CASCADE"),
        _points_to("umkm_activity_file", "officer_id", "officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_umkm_activity_file")),
    )
    op.create_index(op.f("ix_umkm_activity_file_activity_id"), "umkm_activity_file", ["activity_id"])


def downgrade() -> None:
    op.drop_table("umkm_activity_file")
    op.drop_table("umkm_activity_participant")
    op.drop_table("umkm_activity")
