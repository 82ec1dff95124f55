"""Alembic's environment: one history for SpatiaLite and PostGIS."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from geoalchemy2 import alembic_helpers

from inspection.database import spatialite

db = current_app.extensions["migrate"].db
config = context.config
config.set_main_option("sqlalchemy.url", "unused")  # the application's engine is used

POSTGIS_TABLES = {"spatial_ref_sys"}
# Written by the database alone; what reads or writes houses through the models never meets it.
UNMAPPED_COLUMNS = {("houses", "feature")}


def include_object(obj: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """Leave out what SpatiaLite and PostGIS keep for themselves."""
    if kind == "table" and reflected and other is None:
        ours = name in db.metadata.tables
        return ours or not _foreign(name or "")
    if kind == "column" and reflected and (obj.table.name, name) in UNMAPPED_COLUMNS:
        return False
    if kind == "index" and reflected and other is None and name and name.startswith("idx_"):
        return False
    return bool(alembic_helpers.include_object(obj, name, kind, reflected, other))


def _foreign(name: str) -> bool:
    prefixes = ("idx_", "spatial", "geometry_columns", "views_", "virts_", "vector_layers", "sql_")
    others = {
        "data_licenses",
        "ElementaryGeometries",
        "KNN",
        "KNN2",
        "SpatialIndex",
        "sqlite_sequence",
    }
    return name.startswith(prefixes) or name in others | POSTGIS_TABLES


def run() -> None:
    """Run the migrations in one transaction on the application's database."""
    with db.engine.connect() as connection:
        connection = connection.execution_options(**{spatialite.WRITE_OPTION: True})
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_object=include_object,
            render_item=alembic_helpers.render_item,
            process_revision_directives=alembic_helpers.writer,
            compare_type=True,
            render_as_batch=False,  # a batch copy of a geometry table destroys it silently
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
