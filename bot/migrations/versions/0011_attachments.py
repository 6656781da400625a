"""Files that go with messages, with entries of tickets, and with drafts of answers

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "message_file",
        sa.Column("message_id", _ID, autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_message_file_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=op.f("fk_message_file_message_id_message"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", "n", name=op.f("pk_message_file")),
    )
    op.create_index(op.f("ix_message_file_file_id"), "message_file", ["file_id"])
    op.create_table(
        "ticket_file",
        sa.Column("entry_id", _ID, autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ticket_entry.id"], name=op.f("fk_ticket_file_entry_id_ticket_entry")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_ticket_file_file_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("entry_id", "n", name=op.f("pk_ticket_file")),
    )
    op.create_index(op.f("ix_ticket_file_file_id"), "ticket_file", ["file_id"])
    op.create_table(
        "ticket_draft_file",
        sa.Column("file_id", _ID, autoincrement=False, nullable=False),
        sa.Column("officer_id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_ticket_draft_file_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["officer.id"],
            name=op.f("fk_ticket_draft_file_officer_id_officer"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_draft_file_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_ticket_draft_file")),
    )
    op.create_index(op.f("ix_ticket_draft_file_ticket_id"), "ticket_draft_file", ["ticket_id"])


def downgrade() -> None:
    op.drop_table("ticket_draft_file")
    op.drop_table("ticket_file")
    op.drop_table("message_file")
