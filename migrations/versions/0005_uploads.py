"""Resumable uploads on their way to become photos.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Instant = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("caption", sa.String(length=300), nullable=True),
        sa.Column("filename", sa.String(length=300), nullable=True),
        sa.Column("filetype", sa.String(length=100), nullable=True),
        sa.Column("taken_at", Instant, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("announced", sa.Text(), nullable=False),
        sa.Column("length_bytes", sa.BigInteger(), nullable=False),
        sa.Column("offset_bytes", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("writer", sa.String(length=120), nullable=True),
        sa.Column("writer_seen_at", Instant, nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=True),
        sa.Column("device_clock_at", Instant, nullable=True),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.CheckConstraint("state in ('open', 'finished', 'rejected', 'terminated')", name="state"),
        sa.CheckConstraint("offset_bytes between 0 and length_bytes", name="offset"),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("id"),
    )
    for column in ("photo_id", "expires_at", "state", "updated_at"):
        op.create_index(op.f(f"ix_uploads_{column}"), "uploads", [column], unique=False)


def downgrade() -> None:
    op.drop_table("uploads")
