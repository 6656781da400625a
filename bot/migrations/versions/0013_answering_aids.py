"""Held messages, canned replies, second pairs of eyes, and the statements that a draft uses

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def _points_to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    op.add_column("ticket_draft", sa.Column("statements", sa.JSON(), nullable=True))
    op.create_table(
        "ticket_held_reply",
        sa.Column("entry_id", _ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("officer_id", _ID, nullable=False),
        sa.Column("seen_entry", sa.Integer(), nullable=False),
        sa.Column("release_at", _INSTANT, nullable=False),
        sa.Column("status_before", sa.String(length=12), nullable=False),
        sa.Column("answered_before", _INSTANT, nullable=True),
        sa.Column("waiting_before", _INSTANT, nullable=True),
        _points_to("ticket_held_reply", "entry_id", "ticket_entry"),
        _points_to("ticket_held_reply", "officer_id", "officer"),
        _points_to("ticket_held_reply", "ticket_id", "ticket"),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_ticket_held_reply")),
    )
    op.create_index(op.f("ix_ticket_held_reply_ticket_id"), "ticket_held_reply", ["ticket_id"])
    op.create_table(
        "canned_reply",
        sa.Column("id", _ID, nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_by", _ID, nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.Column("retired_at", _INSTANT, nullable=True),
        _points_to("canned_reply", "changed_by", "officer"),
        _points_to("canned_reply", "office_id", "office"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_reply")),
    )
    op.create_index("ix_canned_reply_office", "canned_reply", ["office_id", "retired_at"])
    op.create_table(
        "ticket_reply_review",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("asked_by", _ID, nullable=False),
        sa.Column("asked_of", _ID, nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("seen_entry", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("settled_at", _INSTANT, nullable=True),
        _points_to("ticket_reply_review", "asked_by", "officer"),
        _points_to("ticket_reply_review", "asked_of", "officer"),
        _points_to("ticket_reply_review", "ticket_id", "ticket"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_reply_review")),
    )
    op.create_index(op.f("ix_ticket_reply_review_ticket_id"), "ticket_reply_review", ["ticket_id"])


def downgrade() -> None:
    op.drop_table("ticket_reply_review")
    op.drop_table("canned_reply")
    op.drop_table("ticket_held_reply")
    op.drop_column("ticket_draft", "statements")
