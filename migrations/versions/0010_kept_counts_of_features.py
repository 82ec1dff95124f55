"""Exact counts of the collections' features, kept by triggers.

PostgreSQL: every statement that changes a count adds a row with its change, which a transaction
sees exactly when it sees the features; nothing is updated, so writers do not wait for each other.
A photo's trigger locks the visit (FOR SHARE, which attaching a photo does anyway): else a
confirmation at the same time would not see the photo, nor the photo the confirmation.
SQLite: one row a kind, counted up and down.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CONFIRMED = "('confirmed', 'scheduled', 'decided')"
FILL = f"""
INSERT INTO feature_counts (kind, number)
SELECT 'houses', count(*) FROM houses
UNION ALL SELECT 'inspections', count(*) FROM inspections
UNION ALL SELECT 'inspections.confirmed', count(*) FROM inspections WHERE status IN {CONFIRMED}
UNION ALL SELECT 'photos', count(*) FROM photos WHERE status <> 'rejected'
UNION ALL SELECT 'photos.confirmed', count(*) FROM photos p
  JOIN inspections i ON i.pk = p.inspection_pk
  WHERE p.status <> 'rejected' AND i.status IN {CONFIRMED}
"""

POSTGRESQL = f"""
CREATE FUNCTION feature_counts_of_houses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO feature_counts (kind, number)
  SELECT 'houses', CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END
  FROM changed HAVING count(*) > 0;
  RETURN NULL;
END $$;

CREATE FUNCTION feature_counts_of_inspections() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO feature_counts (kind, number)
  SELECT kind, CASE TG_OP WHEN 'INSERT' THEN number ELSE -number END
  FROM (
    SELECT 'inspections' AS kind, count(*) AS number FROM changed
    UNION ALL
    SELECT 'inspections.confirmed', count(*) FROM changed WHERE status IN {CONFIRMED}
  ) AS counted WHERE number > 0;
  RETURN NULL;
END $$;

CREATE FUNCTION feature_counts_of_confirmation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE sign integer := CASE WHEN NEW.status IN {CONFIRMED} THEN 1 ELSE -1 END;
BEGIN
  INSERT INTO feature_counts (kind, number)
  SELECT 'inspections.confirmed', sign
  UNION ALL
  SELECT 'photos.confirmed', sign * count(*) FROM photos
  WHERE inspection_pk = NEW.pk AND status <> 'rejected' HAVING count(*) > 0;
  RETURN NULL;
END $$;

CREATE FUNCTION feature_counts_of_photos() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Every visit is locked, also one that does not count: it may be confirmed at this moment.
  INSERT INTO feature_counts (kind, number)
  SELECT kind, CASE TG_OP WHEN 'INSERT' THEN number ELSE -number END
  FROM (
    SELECT count(*) AS held, count(*) FILTER (WHERE visit IN {CONFIRMED}) AS confirmed
    FROM (
      SELECT i.status AS visit FROM changed p JOIN inspections i ON i.pk = p.inspection_pk
      WHERE p.status <> 'rejected' FOR SHARE OF i
    ) AS locked
  ) AS counted,
  LATERAL (VALUES ('photos', held), ('photos.confirmed', confirmed)) AS parts (kind, number)
  WHERE number > 0;
  RETURN NULL;
END $$;

CREATE FUNCTION feature_counts_of_photo() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE visit text;
BEGIN
  IF OLD.status <> 'rejected' THEN
    SELECT status INTO visit FROM inspections WHERE pk = OLD.inspection_pk FOR SHARE;
    INSERT INTO feature_counts (kind, number)
    SELECT 'photos', -1 UNION ALL SELECT 'photos.confirmed', -1 WHERE visit IN {CONFIRMED};
  END IF;
  IF NEW.status <> 'rejected' THEN
    SELECT status INTO visit FROM inspections WHERE pk = NEW.inspection_pk FOR SHARE;
    INSERT INTO feature_counts (kind, number)
    SELECT 'photos', 1 UNION ALL SELECT 'photos.confirmed', 1 WHERE visit IN {CONFIRMED};
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION feature_counts_of_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO feature_counts (kind, number)
  SELECT kind, -sum(number) FROM feature_counts
  WHERE kind IN (TG_TABLE_NAME, TG_TABLE_NAME || '.confirmed') GROUP BY kind;
  RETURN NULL;
END $$;

CREATE TRIGGER feature_counts_confirmed AFTER UPDATE ON inspections FOR EACH ROW
  WHEN ((OLD.status IN {CONFIRMED}) <> (NEW.status IN {CONFIRMED}))
  EXECUTE FUNCTION feature_counts_of_confirmation();
CREATE TRIGGER feature_counts_changed AFTER UPDATE ON photos FOR EACH ROW
  WHEN ((OLD.status = 'rejected') <> (NEW.status = 'rejected')
        OR OLD.inspection_pk <> NEW.inspection_pk)
  EXECUTE FUNCTION feature_counts_of_photo();
"""
TABLES = ("houses", "inspections", "photos")
FUNCTIONS = (*TABLES, "confirmation", "photo", "nothing")


def on_every_table(table: str) -> str:
    """Return the triggers that count what a statement inserts, deletes or truncates."""
    run = f"EXECUTE FUNCTION feature_counts_of_{table}()"
    return f"""
CREATE TRIGGER feature_counts_inserted AFTER INSERT ON {table}
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT {run};
CREATE TRIGGER feature_counts_deleted AFTER DELETE ON {table}
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT {run};
CREATE TRIGGER feature_counts_truncated AFTER TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION feature_counts_of_nothing();
"""


def count(kind: str, change: str, when: str = "") -> str:
    """Return the SQLite statement that changes one kind's number."""
    condition = f" AND {when}" if when else ""
    return f"UPDATE feature_counts SET number = number {change} WHERE kind = '{kind}'{condition};"


def visit_confirmed(row: str) -> str:
    """Return the SQLite condition that a photo's visit is confirmed."""
    return f"(SELECT status FROM inspections WHERE pk = {row}.inspection_pk) IN {CONFIRMED}"


def of_photo(row: str, change: str) -> str:
    """Return the SQLite statements that count one photo in or out."""
    held = f"{row}.status <> 'rejected'"
    return count("photos", change, held) + count(
        "photos.confirmed", change, f"{held} AND {visit_confirmed(row)}"
    )


def of_visit(row: str, change: str) -> str:
    """Return the SQLite statements that count one visit in or out."""
    return count("inspections", change) + count(
        "inspections.confirmed", change, f"{row}.status IN {CONFIRMED}"
    )


PHOTOS_OF_VISIT = (
    "(SELECT count(*) FROM photos WHERE inspection_pk = NEW.pk AND status <> 'rejected')"
)
BOUNDARY = f"(OLD.status IN {CONFIRMED}) <> (NEW.status IN {CONFIRMED})"
SIGN = f"(CASE WHEN NEW.status IN {CONFIRMED} THEN 1 ELSE -1 END)"
SQLITE = {
    "houses_inserted": ("AFTER INSERT ON houses", count("houses", "+ 1")),
    "houses_deleted": ("AFTER DELETE ON houses", count("houses", "- 1")),
    "visits_inserted": ("AFTER INSERT ON inspections", of_visit("NEW", "+ 1")),
    "visits_deleted": ("AFTER DELETE ON inspections", of_visit("OLD", "- 1")),
    "visits_confirmed": (
        f"AFTER UPDATE OF status ON inspections WHEN {BOUNDARY}",
        count("inspections.confirmed", f"+ {SIGN}")
        + count("photos.confirmed", f"+ {SIGN} * {PHOTOS_OF_VISIT}"),
    ),
    "photos_inserted": ("AFTER INSERT ON photos", of_photo("NEW", "+ 1")),
    "photos_deleted": ("AFTER DELETE ON photos", of_photo("OLD", "- 1")),
    "photos_changed": (
        "AFTER UPDATE OF status, inspection_pk ON photos",
        of_photo("OLD", "- 1") + of_photo("NEW", "+ 1"),
    ),
}


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    op.create_table(
        "feature_counts",
        sa.Column("pk", BigKey, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_feature_counts")),
    )
    op.create_index(op.f("ix_feature_counts_kind"), "feature_counts", ["kind"], unique=False)
    if on_sqlite():
        for name, (when, statements) in SQLITE.items():
            op.execute(f"CREATE TRIGGER feature_counts_{name} {when} BEGIN {statements} END")
    else:
        op.execute(POSTGRESQL)
        for table in TABLES:
            op.execute(on_every_table(table))
    op.execute(FILL)


def downgrade() -> None:
    if on_sqlite():
        for name in SQLITE:
            op.execute(f"DROP TRIGGER feature_counts_{name}")
    else:
        for name in FUNCTIONS:
            op.execute(f"DROP FUNCTION feature_counts_of_{name}() CASCADE")
    op.drop_index(op.f("ix_feature_counts_kind"), table_name="feature_counts")
    op.drop_table("feature_counts")
