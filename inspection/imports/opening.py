"""Opening a list of any format that is read. A format is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from inspection.imports import delimited, layer, workbook
from inspection.imports.model import ImportFileError, Options, Table


@dataclass(frozen=True)
class Reader:
    """A format: what it is called, its suffixes, its look in the first bytes, how it is opened."""

    name: str
    suffixes: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    open: Callable[[Path, Options], Table]


def _of_layer(name: str, kind: type[layer.Layer]) -> Reader:
    return Reader(name, kind.SUFFIXES, kind.recognises, kind)  # type: ignore[attr-defined]


TABLES: tuple[Reader, ...] = (
    Reader("CSV", delimited.SUFFIXES, delimited.recognises, delimited.Delimited),
    Reader("XLSX", workbook.SUFFIXES, workbook.recognises, workbook.Workbook),
)
READERS: tuple[Reader, ...] = (
    *TABLES,
    _of_layer("GeoJSON", layer.GeoJson),
    _of_layer("GeoPackage", layer.GeoPackage),
    _of_layer("Shapefile", layer.Shapefile),
    _of_layer("zipped Shapefile", layer.ZippedShapefile),
)


def open_table(path: Path, options: Options, readers: tuple[Reader, ...] = READERS) -> Table:
    """Open a list and read its headings.

    Raises ImportFileError, in one line, for a file that is none of the formats, whose content is
    not what its name says, or that is damaged, empty or too large.
    """
    suffix = path.suffix.lower()
    reader = next((each for each in readers if suffix in each.suffixes), None)
    if reader is None:
        names = ", ".join(suffix for each in readers for suffix in each.suffixes)
        raise ImportFileError(f"{path.name}: {suffix or 'no suffix'}; read are {names}")
    with path.open("rb") as file:
        head = file.read(64)
    if not head:
        raise ImportFileError(f"{path.name}: the file is empty")
    if not reader.recognises(head):
        raise ImportFileError(f"{path.name}: the content is not {reader.name}{_hint(head)}")
    if options.crs and reader in TABLES:
        raise ImportFileError("--crs is for layers; `lon` and `lat` of a table are WGS84 degrees")
    try:
        return reader.open(path, options)
    except ImportFileError as error:
        raise ImportFileError(f"{path.name}: {error}") from None


def _hint(head: bytes) -> str:
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return ": it is an old .xls, or locked with a password; save it as .xlsx"
    found = next((each.name for each in READERS[1:] if each.recognises(head)), None)
    return f" but {found}: give it its own suffix" if found else ""
