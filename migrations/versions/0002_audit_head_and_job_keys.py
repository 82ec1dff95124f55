"""The audit trail's end is kept, its rows cannot be changed; one unfinished job a key.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UNFINISHED = sa.text("state in ('queued', 'running')")
NOT_ALLOWED = "audit_entries is append-only"
SQLITE = {
    f"audit_entries_no_{act}": f"CREATE TRIGGER audit_entries_no_{act} BEFORE {act.upper()} "
    f"ON audit_entries BEGIN SELECT RAISE(ABORT, '{NOT_ALLOWED}'); END"
    for act in ("update", "delete")
}
POSTGRESQL = f"""
CREATE FUNCTION audit_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{NOT_ALLOWED}'; END $$;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries
  FOR EACH ROW EXECUTE FUNCTION audit_entries_refuse();
CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_refuse();
"""


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    op.create_table(
        "audit_heads",
        sa.Column("pk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("pk"),
    )
    op.execute(
        "insert into audit_heads (pk, entries, sha256) "
        "select 1, number, sha256 from audit_entries order by number desc limit 1"
    )
    op.create_index(
        "uq_jobs_unfinished_key",
        "jobs",
        ["key"],
        unique=True,
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )
    for statement in SQLITE.values() if on_sqlite() else [POSTGRESQL]:
        op.execute(statement)


def downgrade() -> None:
    if on_sqlite():
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute("DROP TRIGGER audit_entries_append_only ON audit_entries")
        op.execute("DROP TRIGGER audit_entries_no_truncate ON audit_entries")
        op.execute("DROP FUNCTION audit_entries_refuse()")
    op.drop_index("uq_jobs_unfinished_key", table_name="jobs")
    op.drop_table("audit_heads")
