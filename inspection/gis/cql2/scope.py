"""What a filter is read against: the collection, the site's zone, the system of its coordinates."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, literal_column

from inspection.gis.collections import Collection, Property
from inspection.gis.cql2.errors import MAX_CONDITIONS, MAX_GEOMETRIES, MAX_VERTICES, refuse
from inspection.gis.crs import Crs
from inspection.gis.sql_types import SQL_TYPES

GEOMETRY = "geometry"


@dataclass
class Scope:
    """The surroundings of one filter, and what it has used of the bounds so far."""

    collection: Collection
    zone: ZoneInfo
    crs: Crs
    dialect: str
    _used: dict[str, int] = field(default_factory=dict)

    @cached_property
    def properties(self) -> dict[str, Property]:
        """The properties that may be asked, by name."""
        return {item.name: item for item in self.collection.queryables}

    def property(self, name: Any) -> Property:
        """Return a property by its name. Raises BadRequestError naming `filter`."""
        found = self.properties.get(name) if isinstance(name, str) else None
        if found is None:
            allowed = ", ".join([*self.properties, GEOMETRY])
            raise refuse(f"属性 {str(name)[:60]!r} はありません。使えるもの: {allowed}")
        return found

    @staticmethod
    def column(item: Property) -> ColumnElement[Any]:
        """Return SQL of a property; nothing of it comes from a client."""
        return literal_column(item.source, SQL_TYPES[item.kind])

    @cached_property
    def point(self) -> ColumnElement[Any]:
        """SQL of a feature's point: the first of its sources that is there."""
        columns = [source.column for source in self.collection.points]
        return columns[0] if len(columns) == 1 else func.coalesce(*columns)

    def count_condition(self) -> None:
        """Count one operator. Raises BadRequestError beyond the bound."""
        self._count("conditions", 1, MAX_CONDITIONS, "条件")

    def count_geometry(self) -> None:
        """Count one geometry. Raises BadRequestError beyond the bound."""
        self._count("geometries", 1, MAX_GEOMETRIES, "図形")

    def count_vertices(self, number: int) -> None:
        """Count the positions of a geometry. Raises BadRequestError beyond the bound."""
        self._count("vertices", number, MAX_VERTICES, "図形の頂点")

    def _count(self, what: str, number: int, most: int, name: str) -> None:
        self._used[what] = self._used.get(what, 0) + number
        if self._used[what] > most:
            raise refuse(f"{name}が多すぎます。{most} 個までです。")
