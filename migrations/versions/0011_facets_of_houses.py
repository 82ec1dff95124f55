"""One index of what filters of houses ask for most, instead of the one of wards alone.

It begins with the ward and so serves what that one did; counting by ward, points, judgement,
status or time reads it and no rows: 10 ms instead of 170 for 72,000 of a million houses.

Revision ID: 0011
Revises: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FACETS = ["ward_code", "total", "judgement", "status", "inspected_at"]


def upgrade() -> None:
    op.create_index("ix_houses_facets", "houses", FACETS, unique=False)
    op.drop_index("ix_houses_ward_code", table_name="houses")


def downgrade() -> None:
    op.create_index("ix_houses_ward_code", "houses", ["ward_code"], unique=False)
    op.drop_index("ix_houses_facets", table_name="houses")
