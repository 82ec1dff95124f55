"""KML 2.2: a placemark a feature, typed attributes with Japanese names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr

from inspection.gis.formats.model import Batch, Field, Format, Layer
from inspection.lists.safe_text import printable

_TYPES = {"text": "string", "uuid": "string", "integer": "int", "number": "double"}
_RENAMED = {"id": "feature_id"}
"""GDAL keeps the name `id` for the placemark's own, which cannot begin with a digit."""

_NAMED_BY = ("code", "id")
_TIMED_BY = ("inspected_at", "taken_at")
_LAST = "\n</Document>\n</kml>\n"


def write(layer: Layer, batches: Iterator[Batch], out: BinaryIO) -> None:
    """Write a placemark for each feature, also for one without a point."""
    out.write(_head(layer).encode())
    names = [each.name for each in layer.fields]
    named = next((names.index(each) for each in _NAMED_BY if each in names), 0)
    timed = next((names.index(each) for each in _TIMED_BY if each in names), None)
    for batch in batches:
        out.write(
            "".join(
                _placemark(layer, row, named, timed, x, y)
                for row, x, y in zip(batch.rows, batch.xs, batch.ys, strict=True)
            ).encode()
        )
    out.write(_LAST.encode())


def _head(layer: Layer) -> str:
    fields = "".join(_declared(each) for each in layer.fields)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document id="root_doc">'
        f"<name>{escape(layer.title)}</name>"
        f"<description>{escape(layer.description)}</description>\n"
        f"<Schema name={quoteattr(layer.name)} id={quoteattr(layer.name)}>{fields}</Schema>"
    )


def _declared(item: Field) -> str:
    kind = _TYPES.get(item.kind, "string")
    shown = f"<displayName>{escape(item.heading)}</displayName>"
    return f'<SimpleField type="{kind}" name="{_name(item)}">{shown}</SimpleField>'


def _name(item: Field) -> str:
    return _RENAMED.get(item.name, item.name)


def _placemark(
    layer: Layer,
    row: tuple[Any, ...],
    named: int,
    timed: int | None,
    x: float | None,
    y: float | None,
) -> str:
    moment = None if timed is None else row[timed]
    when = "" if moment is None else f"<TimeStamp><when>{_utc(moment)}</when></TimeStamp>"
    data = "".join(
        f'<SimpleData name="{_name(each)}">{_text(value)}</SimpleData>'
        for each, value in zip(layer.fields, row, strict=True)
        if value is not None
    )
    point = "" if x is None else f"<Point><coordinates>{x!r},{y!r}</coordinates></Point>"
    return (
        f"\n<Placemark><name>{_text(row[named])}</name>{when}"
        f'<ExtendedData><SchemaData schemaUrl="#{layer.name}">{data}</SchemaData></ExtendedData>'
        f"{point}</Placemark>"
    )


def _text(value: Any) -> str:
    if isinstance(value, str):
        return escape(printable(value))
    return _utc(value) if isinstance(value, datetime) else str(value)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


FORMAT = Format("kml", "application/vnd.google-earth.kml+xml", "KML", write, any_crs=False)
