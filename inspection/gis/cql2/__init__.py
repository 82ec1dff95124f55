"""CQL2 filters (OGC 21-065r2): text or JSON -> tree -> one SQL condition with bound parameters.

text, json_text: read -> compiler (comparisons, temporal, spatial): compile. Both databases give
the same answers.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement

from inspection.extensions import db
from inspection.gis.collections import Collection
from inspection.gis.cql2.compiler import compile_tree
from inspection.gis.cql2.errors import MAX_CHARACTERS, refuse
from inspection.gis.cql2.json_text import parse_json
from inspection.gis.cql2.scope import Scope
from inspection.gis.cql2.text import parse_text
from inspection.gis.crs import Crs
from inspection.gis.errors import parameter_error

TEXT = "cql2-text"
JSON = "cql2-json"
LANGUAGES = (TEXT, JSON)


def check_language(language: str) -> str:
    """Return a `filter-lang` that is known. Raises BadRequestError naming it."""
    if language not in LANGUAGES:
        raise parameter_error(
            "filter-lang", f"{language[:40]!r} は使えません。{TEXT} か {JSON} です。"
        )
    return language


def parse_filter(
    text: str, language: str, crs: Crs, collection: Collection, zone: ZoneInfo
) -> ColumnElement[bool]:
    """Return the SQL condition of a filter on a select of the collection with its joins.

    language: of LANGUAGES. crs: of the coordinates in it. zone: in which a date is a day.
    Raises BadRequestError naming `filter`.
    """
    if len(text) > MAX_CHARACTERS:
        raise refuse(f"{len(text)} 文字あります。{MAX_CHARACTERS} 文字までです。")
    if not text.strip():
        raise refuse("条件が空です。")
    tree: Any = parse_json(text) if language == JSON else parse_text(text)
    return compile_tree(tree, Scope(collection, zone, crs, db.session.get_bind().dialect.name))
