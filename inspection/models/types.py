"""Column types and mixins that are the same on both databases."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import JSON, DateTime, Dialect, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

WGS84 = 4326


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, timestamptz in PostgreSQL, sortable UTC text in SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use text in SQLite, whose own date type forgets the offset."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a naive time; hand the database UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs an offset")
        utc = value.astimezone(UTC)
        return utc.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return an aware time in UTC."""
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value.astimezone(UTC)  # type: ignore[no-any-return]


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def point(*, nullable: bool) -> Mapped[Any]:
    """Return a column for a point in WGS84 (longitude, latitude), with a spatial index."""
    return mapped_column(
        Geometry("POINT", srid=WGS84, spatial_index=True, nullable=nullable), nullable=nullable
    )


class Identified:
    """Integer primary key `pk` (SpatiaLite's index needs it) and the client's UUID `id`."""

    pk: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=uuid.uuid4)


def now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(UTC)


class Timestamped:
    """When a row was made and last changed, by the server's clock."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now, index=True)
