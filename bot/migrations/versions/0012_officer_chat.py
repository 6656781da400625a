"""Officers in Telegram: linked accounts and groups, topics, prepared acts, and what is new with tickets

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "link_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("officer_id", _ID, nullable=False),
        sa.Column("office_id", _ID, nullable=True),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("used_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_link_code_office_id_office")),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_link_code_officer_id_officer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_link_code")),
    )
    op.create_index(op.f("ix_link_code_officer_id"), "link_code", ["officer_id"], unique=False)
    op.create_table(
        "office_group",
        sa.Column("office_id", _ID, autoincrement=False, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("has_topics", sa.Boolean(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("linked_by", _ID, nullable=False),
        sa.Column("linked_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_office_group_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["linked_by"], ["officer.id"], name=op.f("fk_office_group_linked_by_officer")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_office_group_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_office_group")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_office_group_conversation_id")),
    )
    op.create_table(
        "officer_link",
        sa.Column("officer_id", _ID, autoincrement=False, nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("linked_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["officer.id"],
            name=op.f("fk_officer_link_officer_id_officer"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_officer_link")),
        sa.UniqueConstraint("account", name=op.f("uq_officer_link_account")),
    )
    op.create_table(
        "prepared_act",
        sa.Column("id", _ID, nullable=False),
        sa.Column("officer_id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("target", sa.LargeBinary(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("seen_entry", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_prepared_act_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["officer.id"],
            name=op.f("fk_prepared_act_officer_id_officer"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_prepared_act_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prepared_act")),
    )
    op.create_index(
        "ix_prepared_act_waiting", "prepared_act", ["officer_id", "conversation_id", "id"], unique=False
    )
    op.create_table(
        "ticket_news",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_news_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_news")),
    )
    op.create_table(
        "ticket_topic",
        sa.Column("id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("thread", sa.String(length=32), nullable=True),
        sa.Column("flat", sa.Boolean(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("wanted_open", sa.Boolean(), nullable=False),
        sa.Column("posted", sa.Integer(), nullable=False),
        sa.Column("first", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_ticket_topic_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_topic_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_topic")),
        sa.UniqueConstraint(
            "conversation_id", "ticket_id", name=op.f("uq_ticket_topic_conversation_id_ticket_id")
        ),
    )
    op.create_table(
        "desk_message",
        sa.Column("message_id", _ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", _ID, nullable=True),
        sa.Column("seen_entry", sa.Integer(), nullable=False),
        sa.Column("act_id", _ID, nullable=True),
        sa.Column("topic_id", _ID, nullable=True),
        sa.Column("quote", sa.String(length=32), nullable=True),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["act_id"],
            ["prepared_act.id"],
            name=op.f("fk_desk_message_act_id_prepared_act"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=op.f("fk_desk_message_message_id_message"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_desk_message_ticket_id_ticket")),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["ticket_topic.id"],
            name=op.f("fk_desk_message_topic_id_ticket_topic"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_desk_message")),
    )
    op.create_table(
        "desk_part",
        sa.Column("conversation_id", _ID, autoincrement=False, nullable=False),
        sa.Column("external_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_desk_part_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["desk_message.message_id"],
            name=op.f("fk_desk_part_message_id_desk_message"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "external_id", name=op.f("pk_desk_part")),
    )
    op.create_index("ix_ticket_topic_thread", "ticket_topic", ["conversation_id", "thread"])
    op.create_index(op.f("ix_desk_message_act_id"), "desk_message", ["act_id"])
    op.create_index(op.f("ix_desk_part_message_id"), "desk_part", ["message_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_desk_part_message_id"), table_name="desk_part")
    op.drop_index(op.f("ix_desk_message_act_id"), table_name="desk_message")
    op.drop_index("ix_ticket_topic_thread", table_name="ticket_topic")
    op.drop_table("desk_part")
    op.drop_table("desk_message")
    op.drop_table("ticket_topic")
    op.drop_table("ticket_news")
    op.drop_index("ix_prepared_act_waiting", table_name="prepared_act")
    op.drop_table("prepared_act")
    op.drop_table("officer_link")
    op.drop_table("office_group")
    op.drop_index(op.f("ix_link_code_officer_id"), table_name="link_code")
    op.drop_table("link_code")
