"""S_INTERSECTS and the others, of a feature's point and a geometry.

Where a hit is wanted, each source of the point is asked through its own spatial index with the
geometry's box, then exactly. Below a NOT the exact predicate alone decides, and a feature without
a point is neither a hit nor a miss: unknown.

In a plane or Mercator system the point is transformed, not the geometry: its edges are straight
lines of that system.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import shapely
from sqlalchemy import (
    Boolean,
    ColumnElement,
    LargeBinary,
    and_,
    case,
    false,
    func,
    literal,
    not_,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.functions import Function

from inspection.geometry import within
from inspection.gis.bbox import EARTH_RADIUS_M, in_domain, inside, outline
from inspection.gis.cql2.errors import refuse
from inspection.gis.cql2.geometries import Region, is_geometry, read_region
from inspection.gis.cql2.scope import GEOMETRY, Scope
from inspection.gis.crs import Crs
from inspection.models.types import WGS84

Condition = ColumnElement[bool]

PREDICATES: dict[str, str] = {
    "s_contains": "contains",
    "s_crosses": "crosses",
    "s_disjoint": "disjoint",
    "s_equals": "equals",
    "s_intersects": "intersects",
    "s_overlaps": "overlaps",
    "s_touches": "touches",
    "s_within": "within",
}
_CONVERSE = {"contains": "within", "within": "contains"}
_OF_A_POINT_WITH_ITSELF = ("contains", "equals", "intersects", "within")


def spatial(op: str, arguments: list[Any], scope: Scope, *, wanted: bool) -> Condition:
    """Return the condition of a spatial function.

    wanted: whether a feature is selected where the condition holds; False below a NOT.
    Raises BadRequestError naming `filter`.
    """
    name = PREDICATES[op]
    first, second = (_operand(node, scope) for node in arguments)
    if first is not None and second is not None:
        return true() if getattr(shapely, name)(first.shape, second.shape) else false()
    if first is not None:
        first, second, name = second, first, _CONVERSE.get(name, name)
    if second is None:
        same = scope.point.is_not(None) if name in _OF_A_POINT_WITH_ITSELF else false()
        return _unless_missing(scope.point, same)
    if name == "disjoint":
        return not_(_hits("intersects", second, scope, wanted=not wanted))
    return _hits(name, second, scope, wanted=wanted)


def _operand(node: Any, scope: Scope) -> Region | None:
    """Return a geometry literal, or None for the feature's own point."""
    if node == {"property": GEOMETRY}:
        return None
    if is_geometry(node):
        return read_region(node, scope)
    if isinstance(node, dict) and set(node) == {"property"}:
        item = scope.property(node["property"])
        raise refuse(f"{item.name} は位置ではありません。位置は {GEOMETRY} です。")
    raise refuse(f"{str(node)[:60]} は図形ではありません。{GEOMETRY} か図形を指定してください。")


def _hits(name: str, region: Region, scope: Scope, *, wanted: bool) -> Condition:
    if not wanted:
        return _unless_missing(scope.point, _exact(name, scope.point, region, scope.dialect))
    box, around = region.box, outline(region.envelope)
    if around is None:
        return false()
    if box is not None and name == "intersects":
        return _by_source(scope, lambda column: inside(column, box))
    return _by_source(
        scope,
        lambda column: and_(within(column, around), _exact(name, column, region, scope.dialect)),
    )


def _unless_missing(point: ColumnElement[Any], condition: Condition) -> Condition:
    return case((point.is_(None), null()), else_=condition)


def _by_source(scope: Scope, holds: Callable[[Any], Condition]) -> Condition:
    """Return the condition that holds of the first source of a feature's point that is there.

    Each source has its own statement, for an OR over tables would use no index.
    """
    points = scope.collection.points
    if len(points) == 1:
        return holds(points[0].column)
    key = scope.collection.entity.pk
    branches = [
        scope.collection.joined(select(key))
        .where(holds(source.column), *(each.column.is_(None) for each in points[:number]))
        .correlate(None)
        for number, source in enumerate(points)
    ]
    return key.in_(union_all(*branches))


def _exact(name: str, column: Any, region: Region, dialect: str) -> Condition:
    """Return SQL of a predicate of a point and a geometry, in the geometry's own system."""
    geographic = region.crs.geographic
    srid = WGS84 if geographic else region.crs.epsg
    point = column if geographic else _transformed(column, region.crs, dialect)
    # Not GeoAlchemy2's function, which writes the SRID into SQL that is then kept for others.
    shape = Function("ST_GeomFromWKB", literal(region.shape.wkb, LargeBinary()), literal(srid))
    holds: Condition = getattr(func, f"ST_{name.capitalize()}")(point, shape, type_=Boolean())
    if dialect == "sqlite":
        holds = holds == 1  # -1 says that it has no answer
    if geographic:
        return holds
    return case((in_domain(column, region.crs), holds), else_=false())


def _transformed(column: Any, crs: Crs, dialect: str) -> ColumnElement[Any]:
    """Return SQL of a point in a plane or Mercator system, as (east, north)."""
    if crs.kind == "plane" or dialect == "postgresql":
        return func.ST_Transform(column, crs.epsg)
    # The embedded database has the Japanese systems only; this is Mercator's definition.
    north = func.asinh(func.tan(func.radians(func.ST_Y(column))))
    east = func.radians(func.ST_X(column))
    return func.MakePoint(east * EARTH_RADIUS_M, north * EARTH_RADIUS_M, crs.epsg)
