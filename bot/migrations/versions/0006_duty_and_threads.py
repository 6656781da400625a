"""Duty, absences, helpers of one ticket, merged tickets

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_COMPLAINT = sa.text("complaint")
_HELPS = sa.text("removed_at IS NULL")


def upgrade() -> None:
    op.add_column("ticket", sa.Column("offered_id", _ID, nullable=True))
    op.add_column("ticket", sa.Column("merged_into_id", _ID, nullable=True))
    op.create_index(
        "ix_ticket_complaint",
        "ticket",
        ["office_id", "opened_at"],
        sqlite_where=_COMPLAINT,
        postgresql_where=_COMPLAINT,
    )
    _create_helper()
    _create_duty()


def downgrade() -> None:
    for table in ("duty_turn", "duty_setting", "absence", "duty_shift", "ticket_helper"):
        op.drop_table(table)
    op.drop_index("ix_ticket_complaint", "ticket")
    op.drop_column("ticket", "merged_into_id")
    op.drop_column("ticket", "offered_id")


def _create_helper() -> None:
    op.create_table(
        "ticket_helper",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("officer_id", _ID, nullable=False),
        sa.Column("invited_by", _ID, nullable=False),
        sa.Column("invited_at", _INSTANT, nullable=False),
        sa.Column("removed_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["officer.id"], name=op.f("fk_ticket_helper_invited_by_officer")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_ticket_helper_officer_id_officer")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_helper_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_helper")),
    )
    op.create_index(
        "uq_ticket_helper_helps",
        "ticket_helper",
        ["ticket_id", "officer_id"],
        unique=True,
        sqlite_where=_HELPS,
        postgresql_where=_HELPS,
    )
    op.create_index(
        "ix_ticket_helper_officer",
        "ticket_helper",
        ["officer_id"],
        sqlite_where=_HELPS,
        postgresql_where=_HELPS,
    )


def _create_duty() -> None:
    op.create_table(
        "duty_shift",
        sa.Column("office_id", _ID, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("officer_id", _ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_duty_shift_office_id_office")),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["officer.id"],
            name=op.f("fk_duty_shift_officer_id_officer"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("office_id", "day", "officer_id", name=op.f("pk_duty_shift")),
    )
    op.create_table(
        "absence",
        sa.Column("id", _ID, nullable=False),
        sa.Column("officer_id", _ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("replacement_id", _ID, nullable=True),
        sa.Column("made_by", _ID, nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["officer.id"], name=op.f("fk_absence_made_by_officer")),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_absence_officer_id_officer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["replacement_id"],
            ["officer.id"],
            name=op.f("fk_absence_replacement_id_officer"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_officer", "absence", ["officer_id", "last_day"])
    op.create_table(
        "duty_setting",
        sa.Column("office_id", _ID, autoincrement=False, nullable=False),
        sa.Column("balancing", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_duty_setting_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_duty_setting")),
    )
    op.create_table(
        "duty_turn",
        sa.Column("officer_id", _ID, autoincrement=False, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_duty_turn_officer_id_officer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_duty_turn")),
    )
