"""The survey of satisfaction: drafts, who answered, counts, remarks, follow-ups, the SKPJ of a year

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_TABLES = (
    "survey_skpj",
    "survey_follow_up",
    "survey_remark",
    "survey_count",
    "survey_sheet",
    "survey_taken",
    "survey_draft",
)


def _points_to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    op.create_table(
        "survey_draft",
        sa.Column("conversation_id", _ID, autoincrement=False, nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        _points_to("survey_draft", "office_id", "office"),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_survey_draft")),
    )
    op.create_index(op.f("ix_survey_draft_period"), "survey_draft", ["period"])
    op.create_table(
        "survey_taken",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_survey_taken")),
    )
    op.create_index(op.f("ix_survey_taken_period"), "survey_taken", ["period"])
    op.create_table(
        "survey_sheet",
        sa.Column("office_id", _ID, autoincrement=False, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        _points_to("survey_sheet", "office_id", "office"),
        sa.PrimaryKeyConstraint("office_id", "period", name=op.f("pk_survey_sheet")),
    )
    op.create_table(
        "survey_count",
        sa.Column("office_id", _ID, autoincrement=False, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("element", sa.String(length=2), nullable=False),
        sa.Column("score", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        _points_to("survey_count", "office_id", "office"),
        sa.PrimaryKeyConstraint("office_id", "period", "element", "score", name=op.f("pk_survey_count")),
    )
    op.create_table(
        "survey_remark",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        _points_to("survey_remark", "office_id", "office"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_remark")),
    )
    op.create_index("ix_survey_remark_office", "survey_remark", ["office_id", "period"])
    op.create_table(
        "survey_follow_up",
        sa.Column("id", _ID, nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("element", sa.String(length=2), nullable=False),
        sa.Column("action", sa.LargeBinary(), nullable=False),
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column("officer_id", _ID, nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        _points_to("survey_follow_up", "office_id", "office"),
        _points_to("survey_follow_up", "officer_id", "officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_follow_up")),
    )
    op.create_index("ix_survey_follow_up_office", "survey_follow_up", ["office_id", "period"])
    op.create_table(
        "survey_skpj",
        sa.Column("id", _ID, nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("officer_id", _ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        _points_to("survey_skpj", "office_id", "office"),
        _points_to("survey_skpj", "officer_id", "officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_skpj")),
    )
    op.create_index("ix_survey_skpj_office", "survey_skpj", ["office_id", "year"])


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
