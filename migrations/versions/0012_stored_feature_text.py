"""The finished GeoJSON text of a house, stored beside it on PostgreSQL.

Making it takes longer than reading it, and a house is read far more often than it is written. The
text depends on nothing of a session: its digits are fixed by the function's own setting, its times
are written as JSON has them, and its functions are found without a search path, as a restored dump
needs. SQLite keeps none: it can add no such column.

Adding the column rewrites the table: a million houses take half a minute, in which nobody else reads
or writes houses.

Revision ID: 0012
Revises: 0011
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TEXTS = ("code", "address", "town", "ward_code", "structure")
COUNTS = ("storeys", "built_year")
POINTS = ("total", "low", "high")
RESULT = ("judgement", "status")
INSTANTS = ("inspected_at", "updated_at")
NAMES = (*TEXTS, *COUNTS, *POINTS, *RESULT, *INSTANTS)
TYPES = {
    **dict.fromkeys((*TEXTS, *RESULT), "text"),
    **dict.fromkeys(COUNTS, "integer"),
    **dict.fromkeys(POINTS, "double precision"),
    **dict.fromkeys(INSTANTS, "timestamp with time zone"),
}


def value(name: str) -> str:
    """Return SQL of a property's value as JSON text, `null` for none."""
    if name in POINTS:  # a whole number gets a decimal
        whole = f"{name} = trunc({name}) AND abs({name}) < 1e15"
        written = f"CASE WHEN {whole} THEN {name} || '.0' ELSE {name}::text END"
    elif name in INSTANTS:  # JSON's form of an instant is the same under every DateStyle
        written = f"""rtrim(to_json({name} AT TIME ZONE 'UTC')::text, '"') || 'Z"'"""
    elif name in COUNTS:
        written = f"{name}::text"
    else:
        written = f"to_json({name})::text"
    return f"coalesce({written}, 'null')"


PATTERN = (
    '{"type":"Feature","id":"%s","properties":{'
    + ",".join(f'"{name}":%s' for name in NAMES)
    + '},"geometry":%s}'
)
POINT = """CASE WHEN lon IS NULL OR lat IS NULL THEN 'null'
      ELSE format('{"type":"Point","coordinates":[%s,%s]}', lon, lat) END"""
ARGUMENTS = ", ".join(
    ["id uuid", *(f"{name} {TYPES[name]}" for name in NAMES)]
    + ["lon double precision", "lat double precision"]
)
# Declared immutable, though format and to_json are only stable: what they are given here has but
# one text. plpgsql keeps the plan of its expression; a function in SQL takes twice as long.
FUNCTION = f"""
CREATE FUNCTION house_feature({ARGUMENTS}) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET extra_float_digits = 1 AS $$
BEGIN
  RETURN format(
    '{PATTERN}',
    id,
    {", ".join(value(name) for name in NAMES)},
    {POINT}
  );
END $$
"""
# MAIN: in the row and as it is, also where notes make the row long. In one statement, for the rows
# that are there are written under it.
COLUMN = f"""
ALTER TABLE houses
  ADD COLUMN feature text GENERATED ALWAYS AS
    (house_feature(id, {", ".join(NAMES)}, ST_X(location), ST_Y(location))) STORED,
  ALTER COLUMN feature SET STORAGE MAIN
"""


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def upgrade() -> None:
    if on_postgresql():
        op.execute(FUNCTION)
        op.execute(COLUMN)


def downgrade() -> None:
    if on_postgresql():
        op.drop_column("houses", "feature")
        op.execute("DROP FUNCTION house_feature")
