"""Agents of an office, the letters that appoint them, and the calendar feeds of officers

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def _points_to(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "agent_letter",
        sa.Column("id", _ID, nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("file_id", _ID, nullable=True),
        sa.Column("entered_by", _ID, nullable=False),
        sa.Column("entered_at", _INSTANT, nullable=False),
        _points_to("agent_letter", "office_id", "office"),
        _points_to("agent_letter", "entered_by", "officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_letter")),
        sa.UniqueConstraint("office_id", "number", name=op.f("uq_agent_letter_office_id_number")),
    )
    op.create_table(
        "agent_appointment",
        sa.Column("id", _ID, nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("officer_id", _ID, nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("letter_id", _ID, nullable=True),
        sa.Column("replaces_id", _ID, nullable=True),
        sa.Column("entered_by", _ID, nullable=False),
        sa.Column("entered_at", _INSTANT, nullable=False),
        _points_to("agent_appointment", "office_id", "office"),
        _points_to("agent_appointment", "officer_id", "officer"),
        _points_to("agent_appointment", "letter_id", "agent_letter"),
        _points_to("agent_appointment", "replaces_id", "agent_appointment"),
        _points_to("agent_appointment", "entered_by", "officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_appointment")),
    )
    op.create_index("ix_agent_appointment_office", "agent_appointment", ["office_id", "role"])
    op.create_index("ix_agent_appointment_officer_id", "agent_appointment", ["officer_id"])
    op.create_table(
        "duty_feed",
        sa.Column("officer_id", _ID, nullable=False, autoincrement=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        _points_to("duty_feed", "officer_id", "officer", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_duty_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_duty_feed_token_hash")),
    )


def downgrade() -> None:
    op.drop_table("duty_feed")
    op.drop_table("agent_appointment")
    op.drop_table("agent_letter")
