"""How tiles are asked for and sent: the selection, the tag, compression."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from urllib.parse import urlencode

from flask import Response, current_app, request

from inspection.auth import current_actor
from inspection.gis import parameters
from inspection.gis.collections import Collection
from inspection.gis.errors import parameter_error
from inspection.gis.parameters import Selection
from inspection.gis.responses import takes_gzip
from inspection.gis.tiles import tilesets, version
from inspection.gis.tiles.store import TileRequest
from inspection.gis.tiles.version import Version

_COMPRESSION_LEVEL = 1


def tile_request(collection: Collection) -> TileRequest:
    """Read what a request for a tile asks for."""
    asked = TileRequest(collection, read_selection(collection, "f"), query(), current_actor())
    value = request.args.get("f", "mvt")
    if value != "mvt":
        raise parameter_error("f", f"{value[:40]!r} は使えません。タイルは mvt です。")
    return asked


def answer(asked: TileRequest, name: str, make: Callable[[Version], bytes]) -> Response:
    """Send a tile: 204 where nothing lies, 304 where nothing changed.

    name: tells the tile from others of the request. make: returns its bytes, no older than a
    version.
    """
    at = version.current(asked.collection, asked.actor)
    # A tag by version saves making the tile; it is given only while nothing is under way.
    firm = at.settled and not at.running
    named = f"{at.stamp}{asked.key}{name}" if firm else ""
    if firm and request.if_none_match.contains_weak(_tag(named.encode())):
        return _send(None, _tag(named.encode()))
    content = make(at)
    return _send(content, _tag(named.encode() or content))


def read_selection(collection: Collection, *others: str) -> Selection:
    """Read which features a tile shall show: the parameters of items, but no box."""
    names = [n for n in parameters.selection_names(collection) if not n.startswith("bbox")]
    parameters.check_names(request.args, (*names, *others))
    return parameters.parse_selection(
        request.args, collection, current_app.config["HANTEI_TIME_ZONE"]
    )


def query(*left_out: str) -> str:
    """Return the selection's parameters, URL-encoded in order; without `f` and others."""
    unsaid = {"f", *left_out}
    return urlencode(sorted((k, v) for k, v in request.args.items() if k not in unsaid))


def _tag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _send(content: bytes | None, tag: str) -> Response:
    """Send a tile's bytes, compressed where the client takes it; 204 without any, None: 304."""
    response = Response(content or b"", 200 if content else 204 if content == b"" else 304)
    response.headers["Content-Type"] = tilesets.MVT
    response.headers["Cache-Control"] = "private, no-cache"  # kept, but asked for every time
    response.vary.update(["Accept-Encoding", "Authorization"])
    response.set_etag(tag, weak=True)
    response.make_conditional(request)
    gzipped = takes_gzip(request.headers.get("Accept-Encoding"))
    if response.status_code == 200 and content and gzipped:
        response.set_data(gzip.compress(content, _COMPRESSION_LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
