"""Exports: parameters -> one snapshot of the database -> batches -> a format -> a followed file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from inspection import audit
from inspection.auth import Actor
from inspection.database.transactions import write_transaction
from inspection.errors import BadRequestError, NotFoundError
from inspection.extensions import db
from inspection.gis import parameters
from inspection.gis.collections import COLLECTIONS, Collection, find_collection
from inspection.gis.crs import CRS84, Crs, parse_crs
from inspection.gis.errors import parameter_error
from inspection.gis.export_rows import (
    Conditions,
    Snapshot,
    count,
    some_pointless,
    text_batches,
    value_batches,
)
from inspection.gis.features import matching
from inspection.gis.field_titles import fields_of
from inspection.gis.following import FollowedFile, Spool, whole_path
from inspection.gis.formats import FORMATS
from inspection.gis.formats.model import Batch, Format, Layer
from inspection.resources import storage

__all__ = [
    "COLLECTIONS",
    "Described",
    "Export",
    "check_export",
    "refuse_parameters",
    "start_export",
]


@dataclass(frozen=True)
class Described:
    """What is told of a file before its bytes: type, name for saving, reference system."""

    media_type: str
    name: str
    crs: Crs


@dataclass(frozen=True)
class Export:
    """A file on its way."""

    told: Described
    body: FollowedFile


@dataclass(frozen=True)
class _Order:
    """What is to be written."""

    collection: Collection
    kind: Format
    layer: Layer
    conditions: Conditions


def find_format(extension: str) -> Format:
    """Return a format by its extension. Raises NotFoundError."""
    found = FORMATS.get(extension)
    if found is None:
        raise NotFoundError(
            f"形式 {extension[:20]!r} はありません。{', '.join(FORMATS)} のいずれかです。"
        )
    return found


def known_names(collection: Collection, kind: Format) -> tuple[str, ...]:
    """Return the parameters of a collection's export in a format."""
    further = ("crs", "headings") if kind.headings else ("crs",)
    return (*parameters.selection_names(collection), *further)


def refuse_parameters(arguments: MultiDict[str, str]) -> None:
    """Raise BadRequestError for any parameter: of a file that takes none."""
    parameters.check_names(arguments, ())


def check_export(
    collection_id: str, extension: str, arguments: MultiDict[str, str], actor: Actor
) -> Described:
    """Return what would be told of an export, without making it. Raises as `start_export` does."""
    return _described(_order(collection_id, extension, arguments, actor))


def start_export(
    collection_id: str, extension: str, arguments: MultiDict[str, str], actor: Actor
) -> Export:
    """Begin to write an export and return it once its first bytes are there; noted in the audit.

    arguments: the query parameters. Raises NotFoundError for a collection or format that is not
    there, BadRequestError naming a parameter, UnavailableError when there is no space.
    """
    order = _order(collection_id, extension, arguments, actor)
    _note(order, arguments, actor)
    folder = storage().spool_folder
    snapshot = Snapshot(db.engine)

    def write(spool: Spool) -> None:
        _write(order, snapshot, spool, folder)

    body = FollowedFile(folder, write, snapshot.cancel)
    body.wait()
    return Export(_described(order), body)


def _described(order: _Order) -> Described:
    name = f"{order.collection.title}_{order.collection.id}.{order.kind.extension}"
    return Described(order.kind.media_type, name, order.layer.crs)


def _order(
    collection_id: str, extension: str, arguments: MultiDict[str, str], actor: Actor
) -> _Order:
    collection, kind = find_collection(collection_id), find_format(extension)
    parameters.check_names(arguments, known_names(collection, kind))
    zone = current_app.config["HANTEI_TIME_ZONE"]
    selection = parameters.parse_selection(arguments, collection, zone)
    layer = Layer(
        name=collection.id,
        title=collection.title,
        description=collection.description,
        fields=fields_of(collection),
        crs=_crs(arguments, kind),
        zone=zone,
        headings=_headings(arguments, kind),
    )
    return _Order(collection, kind, layer, matching(collection, selection, actor))


def _crs(arguments: MultiDict[str, str], kind: Format) -> Crs:
    text = arguments.get("crs")
    crs = CRS84 if text is None else parse_crs(text, "crs")
    if crs is not CRS84 and not kind.any_crs:
        raise parameter_error("crs", f"{kind.title} の座標系は OGC:CRS84 だけです。")
    return crs


def _headings(arguments: MultiDict[str, str], kind: Format) -> str:
    if not kind.headings:
        return "names"
    wanted = arguments.get("headings", kind.headings[0])
    if wanted not in kind.headings:
        allowed = " か ".join(kind.headings)
        raise parameter_error("headings", f"{wanted[:40]!r} は使えません。{allowed} です。")
    return wanted


def _note(order: _Order, arguments: MultiDict[str, str], actor: Actor) -> None:
    asked = {name: value[:200] for name, value in sorted(arguments.items())}
    with write_transaction():
        audit.record(
            "gis.export",
            f"collection/{order.collection.id}",
            actor,
            file=order.kind.extension,
            parameters=asked,
        )


def _write(order: _Order, snapshot: Snapshot, spool: Spool, folder: Path) -> None:
    """Run in the thread that writes: everything is read in one snapshot."""
    with snapshot.open() as connection:
        layer = _looked_at(order, connection)
        batches = _watched(_batches(order, connection), spool)
        if not order.kind.whole:
            order.kind.write(layer, batches, spool)
            return
        with whole_path(folder, order.kind.extension) as path:
            order.kind.write(layer, batches, path)
            spool.replace(path)


def _looked_at(order: _Order, connection: Connection) -> Layer:
    """Return the layer with what the format must know beforehand. Raises BadRequestError."""
    most = order.kind.max_rows
    if most is not None and (found := count(connection, order.collection, order.conditions)) > most:
        raise BadRequestError(
            f"{found:,} 件は {order.kind.title} の上限 {most:,} 件を超えます。"
            "bbox、datetime などで絞るか、csv、gpkg などを使ってください。"
        )
    if order.kind.extension != "fgb":
        return order.layer
    pointless = some_pointless(connection, order.collection, order.conditions)
    return replace(order.layer, pointless=pointless)


def _batches(order: _Order, connection: Connection) -> Iterator[Batch]:
    read: Any = text_batches if order.kind.finished else value_batches
    return read(connection, order.collection, order.conditions, order.layer.crs)  # type: ignore[no-any-return]


def _watched(batches: Iterator[Batch], spool: Spool) -> Iterator[Batch]:
    for batch in batches:
        spool.check()
        yield batch
