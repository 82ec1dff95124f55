"""Jobs are claimed by kind, finished ones found by age; how runs ended is counted.

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
    op.drop_index("ix_jobs_claim", table_name="jobs")
    columns = ["state", "kind", "priority", "run_after", "pk"]
    op.create_index("ix_jobs_turn", "jobs", columns, unique=False)
    op.create_index("ix_jobs_finished", "jobs", ["state", "finished_at"], unique=False)
    op.create_table(
        "job_totals",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("runs", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "outcome"),
    )


def downgrade() -> None:
    op.drop_table("job_totals")
    op.drop_index("ix_jobs_finished", table_name="jobs")
    op.drop_index("ix_jobs_turn", table_name="jobs")
    op.create_index("ix_jobs_claim", "jobs", ["state", "priority", "run_after"], unique=False)
