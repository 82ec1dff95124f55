"""How many houses share each combination of ward, points, judgement, status and structure.

Kept by triggers as the counts of migration 0010 are. PostgreSQL: a statement adds a row for each
combination whose number it changed, and updates none, so writers do not wait for each other.
SQLite: one row a combination, counted up and down, gone at nought.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FACETS = ("ward_code", "total", "judgement", "status", "structure")
COLUMNS = ", ".join(FACETS)
INTO = f"INSERT INTO house_facets ({COLUMNS}, number)"
FILL = f"{INTO} SELECT {COLUMNS}, count(*) FROM houses GROUP BY {COLUMNS}"

POSTGRESQL = f"""
CREATE FUNCTION house_facets_of_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {INTO} SELECT {COLUMNS}, count(*) FROM new_rows GROUP BY {COLUMNS};
  RETURN NULL;
END $$;

CREATE FUNCTION house_facets_of_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {INTO} SELECT {COLUMNS}, -count(*) FROM old_rows GROUP BY {COLUMNS};
  RETURN NULL;
END $$;

CREATE FUNCTION house_facets_of_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- What a row was and is cancel each other out where no facet changed: no join is needed.
  {INTO} SELECT {COLUMNS}, sum(number) FROM (
    SELECT {COLUMNS}, 1 AS number FROM new_rows
    UNION ALL SELECT {COLUMNS}, -1 FROM old_rows
  ) AS changed GROUP BY {COLUMNS} HAVING sum(number) <> 0;
  RETURN NULL;
END $$;

CREATE FUNCTION house_facets_of_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {INTO} SELECT {COLUMNS}, -sum(number) FROM house_facets
  GROUP BY {COLUMNS} HAVING sum(number) <> 0;
  RETURN NULL;
END $$;

CREATE TRIGGER house_facets_inserted AFTER INSERT ON houses
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION house_facets_of_inserted();
CREATE TRIGGER house_facets_deleted AFTER DELETE ON houses
  REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION house_facets_of_deleted();
CREATE TRIGGER house_facets_updated AFTER UPDATE ON houses
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION house_facets_of_updated();
CREATE TRIGGER house_facets_truncated AFTER TRUNCATE ON houses
  FOR EACH STATEMENT EXECUTE FUNCTION house_facets_of_nothing();
"""
FUNCTIONS = ("inserted", "deleted", "updated", "nothing")


def same(row: str) -> str:
    """Return the SQLite condition that a kept row is of a house's combination."""
    return " AND ".join(f"{name} IS {row}.{name}" for name in FACETS)


def count_in(row: str) -> str:
    """Return the SQLite statements that count one house in."""
    values = ", ".join(f"{row}.{name}" for name in FACETS)
    return (
        f"UPDATE house_facets SET number = number + 1 WHERE {same(row)};"
        f"{INTO} SELECT {values}, 1"
        f" WHERE NOT EXISTS (SELECT 1 FROM house_facets WHERE {same(row)});"
    )


def count_out(row: str) -> str:
    """Return the SQLite statements that count one house out."""
    return (
        f"UPDATE house_facets SET number = number - 1 WHERE {same(row)};"
        f"DELETE FROM house_facets WHERE number = 0 AND {same(row)};"
    )


CHANGED = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in FACETS)
SQLITE = {
    "inserted": ("AFTER INSERT ON houses", count_in("NEW")),
    "deleted": ("AFTER DELETE ON houses", count_out("OLD")),
    "updated": (
        f"AFTER UPDATE OF {COLUMNS} ON houses WHEN {CHANGED}",
        count_out("OLD") + count_in("NEW"),
    ),
}


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    op.create_table(
        "house_facets",
        sa.Column("pk", BigKey, nullable=False),
        sa.Column("ward_code", sa.String(length=6), nullable=True),
        sa.Column("total", sa.Double(), nullable=True),
        sa.Column("judgement", sa.String(length=60), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.Column("structure", sa.String(length=30), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_house_facets")),
    )
    op.create_index("ix_house_facets_combination", "house_facets", list(FACETS), unique=False)
    if on_sqlite():
        for name, (when, statements) in SQLITE.items():
            op.execute(f"CREATE TRIGGER house_facets_{name} {when} BEGIN {statements} END")
    else:
        op.execute(POSTGRESQL)
    op.execute(FILL)


def downgrade() -> None:
    if on_sqlite():
        for name in SQLITE:
            op.execute(f"DROP TRIGGER house_facets_{name}")
    else:
        for name in FUNCTIONS:
            op.execute(f"DROP FUNCTION house_facets_of_{name}() CASCADE")
    op.drop_index("ix_house_facets_combination", table_name="house_facets")
    op.drop_table("house_facets")
