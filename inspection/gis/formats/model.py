"""What a format is given: a layer's description and its rows in batches, all plain and frozen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from inspection.gis.crs import Crs

NO_LABELS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Field:
    """One attribute. kind: `text`, `integer`, `number`, `instant` (aware datetime) or `uuid` (text).

    title: its Japanese name; labels: what its codes mean, where it holds codes.
    """

    name: str
    kind: str
    title: str
    unit: str = ""
    labels: Mapping[str, str] = field(default_factory=lambda: NO_LABELS)

    @property
    def heading(self) -> str:
        """The title with its unit, unless the title tells it: 撮影方向(度), but 建築年."""
        told = not self.unit or self.unit in self.title
        return self.title if told else f"{self.title}({self.unit})"


@dataclass(frozen=True)
class Layer:
    """What a file holds.

    fields: the feature's id first. crs: of the batches' points. zone: the site's time zone, for
    formats whose times are local. headings: `ja` or `names`, for tables. pointless: whether some
    feature has no point.
    """

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    crs: Crs
    zone: ZoneInfo
    headings: str = "names"
    pointless: bool = True


@dataclass(frozen=True)
class Batch:
    """Some rows, each a tuple in the order of the layer's fields, with their points.

    xs, ys: as files have them, whatever the authority's order: longitude and latitude in degrees,
    or easting and northing in metres; both None where a feature has no point.
    joined: instead of all these, whole features as GeoJSON, one a line, commas before all but the
    first.
    """

    rows: Sequence[tuple[Any, ...]]
    xs: Sequence[float | None]
    ys: Sequence[float | None]
    joined: bytes = b""


@dataclass(frozen=True)
class Format:
    """One file format.

    write: takes the layer, its batches, and where to: an open binary file that takes bytes only at
    its end, or, for a `whole` format, the path of a file that does not exist yet.
    finished: features are GeoJSON text that the database made, not values: `joined` in CRS84, else
    rows with the text up to the geometry. any_crs: other systems than CRS84 are possible.
    headings: how a table may be headed, the default first; empty for what is no table.
    max_rows: more features cannot be held.
    """

    extension: str
    media_type: str
    title: str
    write: Callable[[Layer, Iterator[Batch], Any], None]
    whole: bool = False
    finished: bool = False
    any_crs: bool = True
    headings: tuple[str, ...] = ()
    max_rows: int | None = None
