"""Self-assessments: drafts and results

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_DRAFT = sa.text("finished_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "assessment",
        sa.Column("id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("klaster", sa.String(length=20), nullable=True),
        sa.Column("sub_klaster", sa.String(length=32), nullable=True),
        sa.Column("ready_aspects", sa.Integer(), nullable=True),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("finished_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_assessment_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    op.create_index(
        "uq_assessment_draft",
        "assessment",
        ["conversation_id"],
        unique=True,
        sqlite_where=_DRAFT,
        postgresql_where=_DRAFT,
    )
    op.create_index("ix_assessment_conversation", "assessment", ["conversation_id", "finished_at"])
    op.create_index("ix_assessment_office", "assessment", ["office_id", "finished_at"])


def downgrade() -> None:
    op.drop_table("assessment")
