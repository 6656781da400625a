"""The register of UMKM: businesses, registrations, certificates

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "umkm_draft",
        sa.Column("conversation_id", _ID, autoincrement=False, nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("consented_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_umkm_draft")),
    )
    op.create_table(
        "umkm",
        sa.Column("id", _ID, nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kabupaten", sa.Text(), nullable=False),
        sa.Column("kategori", sa.Text(), nullable=False),
        sa.Column("klaster", sa.String(length=20), nullable=False),
        sa.Column("sub_klaster", sa.String(length=32), nullable=False),
        sa.Column("profile", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("last_contact_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_umkm_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_umkm")),
    )
    op.create_index(op.f("ix_umkm_conversation_id"), "umkm", ["conversation_id"], unique=False)
    op.create_index("ix_umkm_office_name", "umkm", ["office_id", "name"], unique=False)
    op.create_table(
        "umkm_sequence",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_umkm_sequence_office_id_office")),
        sa.PrimaryKeyConstraint("kind", "office_id", "year", name=op.f("pk_umkm_sequence")),
    )
    op.create_table(
        "umkm_fingerprint",
        sa.Column("umkm_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["umkm_id"], ["umkm.id"], name=op.f("fk_umkm_fingerprint_umkm_id_umkm"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("umkm_id", "kind", name=op.f("pk_umkm_fingerprint")),
    )
    op.create_index("ix_umkm_fingerprint_value", "umkm_fingerprint", ["kind", "value"], unique=False)
    op.create_table(
        "umkm_registration",
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("umkm_id", _ID, nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("klaster", sa.String(length=20), nullable=False),
        sa.Column("sub_klaster", sa.String(length=32), nullable=False),
        sa.Column("decided_klaster", sa.String(length=20), nullable=False),
        sa.Column("decided_sub_klaster", sa.String(length=32), nullable=False),
        sa.Column("assessment_id", _ID, nullable=True),
        sa.Column("consented_at", _INSTANT, nullable=False),
        sa.Column("submitted_at", _INSTANT, nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.Column("waiting_since", _INSTANT, nullable=True),
        sa.Column("last_event", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_umkm_registration_office_id_office")
        ),
        sa.ForeignKeyConstraint(["umkm_id"], ["umkm.id"], name=op.f("fk_umkm_registration_umkm_id_umkm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_umkm_registration")),
        sa.UniqueConstraint("number", name=op.f("uq_umkm_registration_number")),
    )
    op.create_index(
        "ix_umkm_registration_conversation", "umkm_registration", ["conversation_id"], unique=False
    )
    op.create_index(
        "ix_umkm_registration_office",
        "umkm_registration",
        ["office_id", "status", "submitted_at"],
        unique=False,
    )
    op.create_index(op.f("ix_umkm_registration_umkm_id"), "umkm_registration", ["umkm_id"], unique=False)
    op.create_table(
        "umkm_certificate",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("umkm_id", _ID, nullable=False),
        sa.Column("registration_id", _ID, nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("klaster", sa.String(length=20), nullable=False),
        sa.Column("sub_klaster", sa.String(length=32), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", _INSTANT, nullable=False),
        sa.Column("officer_id", _ID, nullable=False),
        sa.Column("issued", sa.LargeBinary(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("replaces_id", _ID, nullable=True),
        sa.Column("revoked_at", _INSTANT, nullable=True),
        sa.Column("revoked_by", _ID, nullable=True),
        sa.Column("revocation", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_umkm_certificate_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_umkm_certificate_officer_id_officer")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["umkm_registration.id"],
            name=op.f("fk_umkm_certificate_registration_id_umkm_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"],
            ["umkm_certificate.id"],
            name=op.f("fk_umkm_certificate_replaces_id_umkm_certificate"),
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["officer.id"], name=op.f("fk_umkm_certificate_revoked_by_officer")
        ),
        sa.ForeignKeyConstraint(["umkm_id"], ["umkm.id"], name=op.f("fk_umkm_certificate_umkm_id_umkm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_umkm_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_umkm_certificate_code")),
        sa.UniqueConstraint("number", name=op.f("uq_umkm_certificate_number")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_umkm_certificate_replaces_id")),
    )
    op.create_index(
        op.f("ix_umkm_certificate_registration_id"), "umkm_certificate", ["registration_id"], unique=False
    )
    op.create_index(op.f("ix_umkm_certificate_umkm_id"), "umkm_certificate", ["umkm_id"], unique=False)
    op.create_table(
        "umkm_document",
        sa.Column("id", _ID, nullable=False),
        sa.Column("registration_id", _ID, nullable=False),
        sa.Column("file_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("officer_id", _ID, nullable=True),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_umkm_document_officer_id_officer")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["umkm_registration.id"],
            name=op.f("fk_umkm_document_registration_id_umkm_registration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_umkm_document")),
    )
    op.create_index(
        op.f("ix_umkm_document_registration_id"), "umkm_document", ["registration_id"], unique=False
    )
    op.create_table(
        "umkm_event",
        sa.Column("id", _ID, nullable=False),
        sa.Column("registration_id", _ID, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("officer_id", _ID, nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_umkm_event_officer_id_officer")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["umkm_registration.id"],
            name=op.f("fk_umkm_event_registration_id_umkm_registration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_umkm_event")),
        sa.UniqueConstraint("registration_id", "n", name=op.f("uq_umkm_event_registration_id_n")),
    )
    op.create_table(
        "umkm_field_check",
        sa.Column("registration_id", _ID, nullable=False),
        sa.Column("field", sa.String(length=12), nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("officer_id", _ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_umkm_field_check_officer_id_officer")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["umkm_registration.id"],
            name=op.f("fk_umkm_field_check_registration_id_umkm_registration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration_id", "field", name=op.f("pk_umkm_field_check")),
    )


def downgrade() -> None:
    op.drop_table("umkm_field_check")
    op.drop_table("umkm_event")
    op.drop_index(op.f("ix_umkm_document_registration_id"), table_name="umkm_document")
    op.drop_table("umkm_document")
    op.drop_index(op.f("ix_umkm_certificate_umkm_id"), table_name="umkm_certificate")
    op.drop_index(op.f("ix_umkm_certificate_registration_id"), table_name="umkm_certificate")
    op.drop_table("umkm_certificate")
    op.drop_index(op.f("ix_umkm_registration_umkm_id"), table_name="umkm_registration")
    op.drop_index("ix_umkm_registration_office", table_name="umkm_registration")
    op.drop_index("ix_umkm_registration_conversation", table_name="umkm_registration")
    op.drop_table("umkm_registration")
    op.drop_index("ix_umkm_fingerprint_value", table_name="umkm_fingerprint")
    op.drop_table("umkm_fingerprint")
    op.drop_table("umkm_sequence")
    op.drop_index("ix_umkm_office_name", table_name="umkm")
    op.drop_index(op.f("ix_umkm_conversation_id"), table_name="umkm")
    op.drop_table("umkm")
    op.drop_table("umkm_draft")
