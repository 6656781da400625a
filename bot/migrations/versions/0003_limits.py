"""Escalation, superseded limits, and the notices to officers

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_WAITING = sa.text("told_at IS NULL AND dropped_at IS NULL")
_UNREAD = sa.text("told_at IS NOT NULL AND read_at IS NULL")


def upgrade() -> None:
    op.add_column("ticket_request", sa.Column("escalated_at", _INSTANT, nullable=True))
    op.add_column("limit_row", sa.Column("superseded_at", _INSTANT, nullable=True))
    op.add_column("limit_alert", sa.Column("recorded_at", _INSTANT, nullable=True))
    op.create_table(
        "notice",
        sa.Column("id", _ID, nullable=False),
        sa.Column("officer_id", _ID, nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ticket_id", _ID, nullable=True),
        sa.Column("limit_id", _ID, nullable=True),
        sa.Column("due", _INSTANT, nullable=True),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("tell_at", _INSTANT, nullable=False),
        sa.Column("told_at", _INSTANT, nullable=True),
        sa.Column("dropped_at", _INSTANT, nullable=True),
        sa.Column("read_at", _INSTANT, nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["limit_id"], ["limit_row.id"], name=op.f("fk_notice_limit_id_limit_row")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_notice_office_id_office")),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_notice_officer_id_officer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_notice_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("officer_id", "key", name=op.f("uq_notice_officer_id_key")),
    )
    op.create_index("ix_notice_tell", "notice", ["tell_at"], sqlite_where=_WAITING, postgresql_where=_WAITING)
    op.create_index(
        "ix_notice_unread", "notice", ["officer_id"], sqlite_where=_UNREAD, postgresql_where=_UNREAD
    )
    op.create_index("ix_notice_told", "notice", ["officer_id", "told_at"])
    op.create_table(
        "notice_sending",
        sa.Column("notice_id", _ID, autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_sending_notice_id_notice"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice_id", "channel", name=op.f("pk_notice_sending")),
    )


def downgrade() -> None:
    op.drop_table("notice_sending")
    op.drop_table("notice")
    # Without a batch: SQLite would make the table anew, which the rows that refer to it forbid.
    op.drop_column("limit_alert", "recorded_at")
    op.drop_column("limit_row", "superseded_at")
    op.drop_column("ticket_request", "escalated_at")
