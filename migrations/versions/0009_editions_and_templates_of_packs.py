"""A third edition of packs, for the secretariat; with what template each pack was drawn.

SQLite cannot alter a check constraint: there the table is made anew. It has no geometry and no
table refers to it.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Instant = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
OLD = "edition in ('closed', 'public')"
NEW = "edition in ('closed', 'public', 'secretariat')"


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def make_anew(check: str, length: int, template: bool) -> None:
    """Make the table anew with this check, width of the edition and column of the template."""
    columns = [
        sa.Column("meeting_pk", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=length), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("cases_total", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("storage_key", sa.String(length=200), nullable=True),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=True),
        sa.Column("missing_glyphs", Json, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
    ]
    names = ", ".join(column.name for column in columns)
    if template:
        columns.append(sa.Column("template", sa.String(length=64), nullable=True))
    op.create_table(
        "packs_anew",
        *columns,
        sa.CheckConstraint(check, name=op.f("ck_packs_edition")),
        sa.CheckConstraint(
            "status in ('queued', 'running', 'ready', 'failed')", name=op.f("ck_packs_status")
        ),
        sa.ForeignKeyConstraint(["meeting_pk"], ["meetings.pk"], name=op.f("fk_packs_meeting_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_packs")),
        sa.UniqueConstraint("id", name=op.f("uq_packs_id")),
    )
    op.execute(f"INSERT INTO packs_anew ({names}) SELECT {names} FROM packs")
    op.drop_table("packs")
    op.rename_table("packs_anew", "packs")
    op.create_index(op.f("ix_packs_meeting_pk"), "packs", ["meeting_pk"], unique=False)
    op.create_index(op.f("ix_packs_updated_at"), "packs", ["updated_at"], unique=False)


def alter(check: str, length: int) -> None:
    op.drop_constraint(op.f("ck_packs_edition"), "packs", type_="check")
    op.alter_column("packs", "edition", type_=sa.String(length=length), nullable=False)
    op.create_check_constraint(op.f("ck_packs_edition"), "packs", check)


def upgrade() -> None:
    if on_sqlite():
        make_anew(NEW, 20, template=True)
        return
    alter(NEW, 20)
    op.add_column("packs", sa.Column("template", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM packs WHERE edition = 'secretariat'")
    if on_sqlite():
        make_anew(OLD, 10, template=False)
        return
    op.drop_column("packs", "template")
    alter(OLD, 10)
