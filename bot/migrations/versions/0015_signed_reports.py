"""Signed reports: versions that do not change, and when and to whom they were sent

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def _points_to(column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_signed_report_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name)


def upgrade() -> None:
    op.create_table(
        "signed_report",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("owner", _ID, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("replaces_id", _ID, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("signed_at", _INSTANT, nullable=False),
        sa.Column("signed_by", _ID, nullable=False),
        sa.Column("sent_at", _INSTANT, nullable=True),
        sa.Column("sent_by", _ID, nullable=True),
        sa.Column("sent_to", sa.Text(), nullable=False),
        _points_to("office_id", "office"),
        _points_to("replaces_id", "signed_report"),
        _points_to("signed_by", "officer"),
        _points_to("sent_by", "officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_report")),
        sa.UniqueConstraint(
            "kind",
            "office_id",
            "owner",
            "period",
            "version",
            name=op.f("uq_signed_report_kind_office_id_owner_period_version"),
        ),
    )
    op.create_index("ix_signed_report_office_period", "signed_report", ["office_id", "period"])


def downgrade() -> None:
    op.drop_table("signed_report")
