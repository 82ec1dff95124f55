"""Teams of tablets, the houses assigned to them, the feed of changes; how far clocks are off.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Instant = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")


def upgrade() -> None:
    op.create_table(
        "teams",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_index(op.f("ix_teams_updated_at"), "teams", ["updated_at"], unique=False)
    op.create_table(
        "team_devices",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("team_pk", sa.Integer(), nullable=False),
        sa.Column("device_pk", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["device_pk"], ["devices.pk"]),
        sa.ForeignKeyConstraint(["team_pk"], ["teams.pk"]),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("device_pk"),
    )
    op.create_index(op.f("ix_team_devices_team_pk"), "team_devices", ["team_pk"], unique=False)
    op.create_table(
        "assignments",
        sa.Column("house_pk", sa.Integer(), nullable=False),
        sa.Column("team_pk", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("assigned_by", sa.String(length=200), nullable=False),
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["house_pk"], ["houses.pk"]),
        sa.ForeignKeyConstraint(["team_pk"], ["teams.pk"]),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("house_pk", "team_pk"),
        sa.UniqueConstraint("id"),
    )
    op.create_index(op.f("ix_assignments_team_pk"), "assignments", ["team_pk"], unique=False)
    op.create_index(op.f("ix_assignments_updated_at"), "assignments", ["updated_at"], unique=False)
    op.create_table(
        "changes",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("audience", sa.String(length=45), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_changes_audience", "changes", ["audience", "number"], unique=False)
    op.create_index(
        op.f("ix_inspection_revisions_device_id"),
        "inspection_revisions",
        ["device_id"],
        unique=False,
    )
    op.add_column("devices", sa.Column("clock_skew_s", sa.Double(), nullable=True))


def downgrade() -> None:
    op.drop_column("devices", "clock_skew_s")
    op.drop_index(op.f("ix_inspection_revisions_device_id"), "inspection_revisions")
    op.drop_table("changes")
    op.drop_table("assignments")
    op.drop_table("team_devices")
    op.drop_table("teams")
