"""Which programs the schema carries, tickets emptied after their term, and audit records that may age out

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    floor = op.create_table(
        "schema_floor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("oldest", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schema_floor")),
    )
    op.bulk_insert(floor, [{"id": 1, "oldest": revision}])
    op.add_column("ticket", sa.Column("emptied_at", sa.DateTime(timezone=True), nullable=True))
    _let_old_audit_records_go()


def downgrade() -> None:
    _keep_all_audit_records()
    # Without a batch: SQLite would make the table anew, which the rows that refer to it forbid.
    op.drop_column("ticket", "emptied_at")
    op.drop_table("schema_floor")


def _let_old_audit_records_go() -> None:
    """The database goes on refusing to remove a record, until it is five years old."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_audit_removal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF OLD.at < now() - interval '5 years' THEN RETURN OLD; END IF; "
            "RAISE EXCEPTION 'audit_record only grows'; END $$"
        )
        op.execute("DROP TRIGGER audit_record_no_delete ON audit_record")
        op.execute(
            "CREATE TRIGGER audit_record_no_delete BEFORE DELETE ON audit_record "
            "FOR EACH ROW EXECUTE FUNCTION refuse_audit_removal()"
        )
    else:
        op.execute("DROP TRIGGER audit_record_no_delete")
        op.execute(
            "CREATE TRIGGER audit_record_no_delete BEFORE DELETE ON audit_record "
            "WHEN OLD.at >= strftime('%Y-%m-%d %H:%M:%S', 'now', '-5 years') "
            "BEGIN SELECT RAISE(ABORT, 'audit_record only grows'); END"
        )


def _keep_all_audit_records() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_record_no_delete ON audit_record")
        op.execute(
            "CREATE TRIGGER audit_record_no_delete BEFORE DELETE ON audit_record "
            "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
        )
        op.execute("DROP FUNCTION refuse_audit_removal()")
    else:
        op.execute("DROP TRIGGER audit_record_no_delete")
        op.execute(
            "CREATE TRIGGER audit_record_no_delete BEFORE DELETE ON audit_record "
            "BEGIN SELECT RAISE(ABORT, 'audit_record only grows'); END"
        )
