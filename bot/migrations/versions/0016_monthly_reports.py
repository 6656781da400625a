"""Monthly reports: drafts, and what reviewers made of what was sent

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def _points_to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    op.create_table(
        "monthly_draft",
        sa.Column("id", _ID, nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("officer_id", _ID, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", _INSTANT, nullable=False),
        sa.Column("saved_by", _ID, nullable=False),
        _points_to("monthly_draft", "office_id", "office"),
        _points_to("monthly_draft", "officer_id", "officer"),
        _points_to("monthly_draft", "saved_by", "officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_draft")),
        sa.UniqueConstraint(
            "office_id", "officer_id", "period", name=op.f("uq_monthly_draft_office_id_officer_id_period")
        ),
    )
    op.create_table(
        "monthly_review",
        sa.Column("id", _ID, nullable=False),
        sa.Column("report_id", _ID, nullable=False),
        sa.Column("look", sa.String(length=16), nullable=False),
        sa.Column("remark", sa.LargeBinary(), nullable=False),
        sa.Column("officer_id", _ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        _points_to("monthly_review", "report_id", "signed_report"),
        _points_to("monthly_review", "officer_id", "officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_review")),
    )
    op.create_index(op.f("ix_monthly_review_report_id"), "monthly_review", ["report_id"])


def downgrade() -> None:
    op.drop_table("monthly_review")
    op.drop_table("monthly_draft")
