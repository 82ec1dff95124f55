"""What checks know of a picture, and the device's clock beside ours.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Instant = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")


def upgrade() -> None:
    op.add_column("photos", sa.Column("device_clock_at", Instant, nullable=True))
    op.add_column("photos", sa.Column("perceptual_hash", sa.String(length=64), nullable=True))
    op.add_column("photos", sa.Column("hash_number", sa.BigInteger(), nullable=True))
    op.add_column("photos", sa.Column("sharpness", sa.Double(), nullable=True))
    op.create_index("ix_photos_hash_number", "photos", ["hash_number"], unique=True)
    op.create_table(
        "photo_hash_heads",
        sa.Column("pk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pk"),
    )
    op.execute("insert into photo_hash_heads (pk, number) values (1, 0)")
    op.add_column("inspection_revisions", sa.Column("device_clock_at", Instant, nullable=True))


def downgrade() -> None:
    op.drop_column("inspection_revisions", "device_clock_at")
    op.drop_table("photo_hash_heads")
    op.drop_index("ix_photos_hash_number", table_name="photos")
    op.drop_column("photos", "sharpness")
    op.drop_column("photos", "hash_number")
    op.drop_column("photos", "perceptual_hash")
    op.drop_column("photos", "device_clock_at")
