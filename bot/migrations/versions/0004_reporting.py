"""Tables of figures with the triggers that keep them true, and an audit trail that only grows

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_OPEN = sa.text("outcome IN ('running', 'overdue')")
_RUNNING = sa.text("outcome = 'running'")
_OVERDUE = sa.text("outcome = 'overdue'")
_COUNTS = ("on_time", "late", "overdue", "running", "ended", "timed")
_SCORES = ("score_1", "score_2", "score_3", "score_4")

_TICKET_OF_LIMIT = "SELECT ticket_id FROM ticket_request WHERE id = {row}.request_id"
_SEEN_OF_TICKET = ("office_id", "topic", "complaint", "holder_id")

_WATCHED = (
    ("limit_row_added", "INSERT ON limit_row", _TICKET_OF_LIMIT, "NEW", ""),
    ("limit_row_changed", "UPDATE ON limit_row", _TICKET_OF_LIMIT, "NEW", ""),
    ("limit_row_removed", "DELETE ON limit_row", _TICKET_OF_LIMIT, "OLD", ""),
    (
        "ticket_changed",
        f"UPDATE OF {', '.join(_SEEN_OF_TICKET)} ON ticket",
        "SELECT {row}.id",
        "NEW",
        " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in _SEEN_OF_TICKET),
    ),
    ("ticket_entry_rated", "INSERT ON ticket_entry", "SELECT {row}.ticket_id", "NEW", "NEW.kind = 'rated'"),
)
"""Name of the trigger, the change, the ticket that it touches, the row to read it from, the condition."""


def upgrade() -> None:
    op.create_table(
        "report_limit",
        sa.Column("limit_id", _ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=2), nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("counted_from", _INSTANT, nullable=False),
        sa.Column("due", _INSTANT, nullable=False),
        sa.Column("closed_at", _INSTANT, nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("officer_id", _ID, nullable=True),
        sa.Column("topic", sa.String(length=64), nullable=True),
        sa.Column("complaint", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("used", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("limit_id", name=op.f("pk_report_limit")),
    )
    op.create_index(op.f("ix_report_limit_ticket_id"), "report_limit", ["ticket_id"])
    op.create_index("ix_report_limit_office_day", "report_limit", ["office_id", "day", "limit_id"])
    op.create_index(
        "ix_report_limit_open",
        "report_limit",
        ["office_id", "due"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index(
        "ix_report_limit_running", "report_limit", ["due"], sqlite_where=_RUNNING, postgresql_where=_RUNNING
    )
    op.create_index(
        "ix_report_limit_overdue",
        "report_limit",
        ["office_id", "day"],
        sqlite_where=_OVERDUE,
        postgresql_where=_OVERDUE,
    )
    op.create_table(
        "report_day",
        sa.Column("office_id", _ID, autoincrement=False, nullable=False),
        sa.Column("dimension", sa.String(length=8), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=2), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        sa.Column("used", sa.Float(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _SCORES),
        sa.PrimaryKeyConstraint("office_id", "dimension", "day", "kind", "value", name=op.f("pk_report_day")),
    )
    op.create_table(
        "report_stale",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_stale")),
    )
    op.execute("INSERT INTO report_stale (ticket_id) SELECT id FROM ticket ORDER BY id")
    if op.get_bind().dialect.name == "postgresql":
        _postgresql_triggers()
    else:
        _sqlite_triggers()
    op.create_index("ix_audit_record_at", "audit_record", ["at"])


def downgrade() -> None:
    op.drop_index("ix_audit_record_at", "audit_record")
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, change, *_rest in _WATCHED:
        table = change.rsplit(" ", 1)[-1]
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))
        if postgresql:
            op.execute(f"DROP FUNCTION note_{name}()")
    for act in ("UPDATE", "DELETE", *(["TRUNCATE"] if postgresql else [])):
        op.execute(f"DROP TRIGGER audit_record_no_{act.lower()}" + (" ON audit_record" if postgresql else ""))
    if postgresql:
        op.execute("DROP FUNCTION refuse_audit_change()")
    op.drop_table("report_stale")
    op.drop_table("report_day")
    op.drop_table("report_limit")


def _sqlite_triggers() -> None:
    for name, change, ticket, row, condition in _WATCHED:
        when = condition.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(
            f"CREATE TRIGGER {name} AFTER {change} {f'WHEN {when} ' if when else ''}"
            f"BEGIN INSERT INTO report_stale (ticket_id) {ticket.format(row=row)}; END"
        )
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_record_no_{act.lower()} BEFORE {act} ON audit_record "
            "BEGIN SELECT RAISE(ABORT, 'audit_record only grows'); END"
        )


def _postgresql_triggers() -> None:
    for name, change, ticket, row, when in _WATCHED:
        op.execute(
            f"CREATE FUNCTION note_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"INSERT INTO report_stale (ticket_id) {ticket.format(row=row)}; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} AFTER {change} FOR EACH ROW {f'WHEN ({when}) ' if when else ''}"
            f"EXECUTE FUNCTION note_{name}()"
        )
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'audit_record only grows'; END $$"
    )
    for act in ("UPDATE", "DELETE", "TRUNCATE"):
        each = "STATEMENT" if act == "TRUNCATE" else "ROW"
        op.execute(
            f"CREATE TRIGGER audit_record_no_{act.lower()} BEFORE {act} ON audit_record "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_audit_change()"
        )
