"""Quarterly monitoring of UMKM: what was found, what was asked in chats, how many are to be assisted

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def _points_to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    op.create_table(
        "umkm_monitoring",
        sa.Column("id", _ID, nullable=False),
        sa.Column("umkm_id", _ID, nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("done_at", _INSTANT, nullable=False),
        sa.Column("done_by", _ID, nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.Column("changed_by", _ID, nullable=False),
        _points_to("umkm_monitoring", "umkm_id", "umkm"),
        _points_to("umkm_monitoring", "office_id", "office"),
        _points_to("umkm_monitoring", "done_by", "officer"),
        _points_to("umkm_monitoring", "changed_by", "officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_umkm_monitoring")),
        sa.UniqueConstraint("umkm_id", "period", name=op.f("uq_umkm_monitoring_umkm_id_period")),
    )
    op.create_index("ix_umkm_monitoring_office_period", "umkm_monitoring", ["office_id", "period"])
    op.create_table(
        "umkm_monitoring_question",
        sa.Column("id", _ID, nullable=False),
        sa.Column("umkm_id", _ID, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("asked_by", _ID, nullable=False),
        sa.Column("finished_at", _INSTANT, nullable=True),
        _points_to("umkm_monitoring_question", "umkm_id", "umkm"),
        _points_to("umkm_monitoring_question", "asked_by", "officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_umkm_monitoring_question")),
        sa.UniqueConstraint("umkm_id", "period", name=op.f("uq_umkm_monitoring_question_umkm_id_period")),
    )
    op.create_index(
        op.f("ix_umkm_monitoring_question_conversation_id"), "umkm_monitoring_question", ["conversation_id"]
    )
    op.create_table(
        "umkm_plan",
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.Column("changed_by", _ID, nullable=False),
        _points_to("umkm_plan", "office_id", "office"),
        _points_to("umkm_plan", "changed_by", "officer"),
        sa.PrimaryKeyConstraint("office_id", "period", name=op.f("pk_umkm_plan")),
    )


def downgrade() -> None:
    op.drop_table("umkm_plan")
    op.drop_table("umkm_monitoring_question")
    op.drop_table("umkm_monitoring")
