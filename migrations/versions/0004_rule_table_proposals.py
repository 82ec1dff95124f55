"""Rule tables that the city proposes, approves and publishes; an approved one cannot be changed.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Instant = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
STANDING = sa.text("status in ('proposed', 'approved')")
NOT_ALLOWED = "an approved rule table cannot be changed"
SQLITE = {
    f"rule_table_proposals_no_{act}": f"CREATE TRIGGER rule_table_proposals_no_{act} "
    f"BEFORE {act.upper()} ON rule_table_proposals WHEN OLD.status = 'approved' "
    f"BEGIN SELECT RAISE(ABORT, '{NOT_ALLOWED}'); END"
    for act in ("update", "delete")
}
POSTGRESQL = f"""
CREATE FUNCTION rule_table_proposals_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{NOT_ALLOWED}'; END $$;
CREATE TRIGGER rule_table_proposals_frozen BEFORE UPDATE OR DELETE ON rule_table_proposals
  FOR EACH ROW WHEN (OLD.status = 'approved') EXECUTE FUNCTION rule_table_proposals_refuse();
"""


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    op.create_table(
        "rule_table_proposals",
        sa.Column("table_id", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("report", Json, nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("proposed_by", sa.String(length=200), nullable=False),
        sa.Column("proposed_role", sa.String(length=20), nullable=False),
        sa.Column("proposed_token", sa.String(length=36), nullable=True),
        sa.Column("reviewed_by", sa.String(length=200), nullable=True),
        sa.Column("reviewed_role", sa.String(length=20), nullable=True),
        sa.Column("reviewed_at", Instant, nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.CheckConstraint(
            "status in ('proposed', 'approved', 'rejected', 'withdrawn')", name="status"
        ),
        sa.CheckConstraint(
            "status <> 'approved' or (reviewed_by is not null and reviewed_by <> proposed_by)",
            name="second_person",
        ),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("id"),
    )
    op.create_index(
        op.f("ix_rule_table_proposals_status"), "rule_table_proposals", ["status"], unique=False
    )
    op.create_index(
        op.f("ix_rule_table_proposals_updated_at"),
        "rule_table_proposals",
        ["updated_at"],
        unique=False,
    )
    op.create_index(
        "uq_rule_table_proposals_standing",
        "rule_table_proposals",
        ["table_id", "version"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    for statement in SQLITE.values() if on_sqlite() else [POSTGRESQL]:
        op.execute(statement)


def downgrade() -> None:
    if on_sqlite():
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute("DROP TRIGGER rule_table_proposals_frozen ON rule_table_proposals")
        op.execute("DROP FUNCTION rule_table_proposals_refuse()")
    op.drop_index("uq_rule_table_proposals_standing", table_name="rule_table_proposals")
    op.drop_index(op.f("ix_rule_table_proposals_updated_at"), table_name="rule_table_proposals")
    op.drop_index(op.f("ix_rule_table_proposals_status"), table_name="rule_table_proposals")
    op.drop_table("rule_table_proposals")
