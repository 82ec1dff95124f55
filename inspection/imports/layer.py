"""GeoJSON, GeoPackage and Shapefile, through GDAL, in portions of some thousand features.

The file's own first bytes say what it is before GDAL sees it, so that nothing else that GDAL could
open (a file that points to another, or into the network) is opened under a harmless name.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from inspection.imports import encoding
from inspection.imports.archives import DAMAGED, check_unpacked, sizes_of
from inspection.imports.headings import plain
from inspection.imports.model import Cell, ImportFileError, Options, RawRow, check_size
from inspection.imports.places import Point, ToWgs84, point_of

PORTION = 20_000
MOST_UNPACKED = 2_000_000_000
SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
LON, LAT = "lon", "lat"
_LON, _LAT = {"lon", "lng", "longitude", "経度"}, {"lat", "latitude", "緯度"}
_ROUGH_M = 1.5


class Layer:
    """One layer of features; its geometry is the two last columns, `lon` and `lat`."""

    def __init__(self, path: Path, options: Options, driver: str) -> None:
        self._path = path
        self._arguments: dict[str, Any] = {"encoding": options.encoding}
        self._driver = driver
        self._arguments["layer"] = self._layer(options.layer)
        info = self._info()
        self._fields = [str(name) for name in info["fields"]]
        self.headings = [*self._fields, LON, LAT]
        self.count = int(info["features"])
        check_size(self.headings, self.count)
        self._attributes = [self._place_of(_LON), self._place_of(_LAT)]
        for place in self._attributes:
            if place is not None:
                self.headings[place] = ""  # the geometry counts; they stand in where it is empty
        self._to_wgs84 = ToWgs84(_reference_system(info, options.crs, driver))
        self.notes = self._notes(info)
        self.short_headings = driver == "ESRI Shapefile"

    def rows(self) -> Iterator[RawRow]:
        """Give the features in the order of the layer, numbered from 1."""
        done = 0
        while done < self.count:
            portion = self._read(done)
            if not portion:
                return
            yield from portion
            done += len(portion)

    def _notes(self, info: dict[str, Any]) -> list[str]:
        told = f"{self._driver}, layer {info['layer_name']!r}, {self._to_wgs84.name}"
        if self._driver == "ESRI Shapefile":
            told += f", text in {self._arguments['encoding'] or info['encoding']}"
        notes = [f"read as {told}"]
        accuracy = self._to_wgs84.accuracy_m
        if not 0 <= accuracy <= _ROUGH_M:
            known = f"about {accuracy:.0f} m" if accuracy > 0 else "unknown accuracy"
            notes.append(f"warning: turned into WGS84 with {known}: check some houses on the map")
        return notes

    def _place_of(self, names: set[str]) -> int | None:
        found = (n for n, name in enumerate(self._fields) if plain(name) in names)
        return next(found, None)

    def _layer(self, wanted: str | None) -> str:
        import pyogrio

        with _one_line():
            layers = {str(name): kind for name, kind in pyogrio.list_layers(self._path)}
        if wanted is not None:
            if wanted not in layers:
                raise ImportFileError(f"--layer: no layer {wanted!r}; there are {_names(layers)}")
            return wanted
        spatial = [name for name, kind in layers.items() if kind is not None] or list(layers)
        if len(spatial) != 1:
            raise ImportFileError(f"{len(spatial)} layers ({_names(spatial)}); --layer names one")
        return spatial[0]

    def _info(self) -> dict[str, Any]:
        import pyogrio

        with _one_line():
            info = pyogrio.read_info(self._path, force_feature_count=True, **self._arguments)
        if info["driver"] != self._driver:
            raise ImportFileError(f"is {info['driver']}, not {self._driver}")
        return dict(info)

    def _read(self, start: int) -> list[RawRow]:
        from pyogrio.raw import read

        extra = {"DATE_AS_STRING": "YES"} if self._driver == "GeoJSON" else {}
        with _one_line():
            _, _, geometries, columns = read(
                self._path,
                force_2d=True,
                datetime_as_string=True,
                skip_features=start,
                max_features=PORTION,
                **self._arguments,
                **extra,
            )
        lists = [_cells(column) for column in columns]
        rows = [list(cells) for cells in zip(*lists, strict=True)]
        if geometries is None:
            geometries = [None] * (len(rows) if lists else 0)
        points, faults = _points(geometries)
        rows = rows or [[] for _ in points]
        places = self._to_wgs84.points(points)
        return [
            RawRow(start + n, [*cells, *self._lon_lat(place, cells)], faults.get(n - 1))
            for n, (cells, place) in enumerate(zip(rows, places, strict=True), 1)
        ]

    def _lon_lat(self, place: Point | None, cells: list[Cell]) -> tuple[Cell, Cell]:
        if place is not None:
            return place
        lon, lat = (None if n is None else cells[n] for n in self._attributes)
        return lon, lat


def _points(geometries: Any) -> tuple[list[Point | None], dict[int, str]]:
    points: list[Point | None] = []
    faults: dict[int, str] = {}
    for place, geometry in enumerate(geometries):
        try:
            points.append(point_of(geometry))
        except ValueError as error:
            points.append(None)
            faults[place] = str(error)
    return points, faults


def _cells(column: Any) -> list[Cell]:
    """Return a column's cells; GDAL gives NaN for no number, and a number for a whole one."""
    values: list[Cell] = column.tolist()
    if column.dtype.kind == "f":
        return [None if value != value else value for value in values]
    return values


def _names(layers: Any) -> str:
    return ", ".join(list(layers)[:20])


def _reference_system(info: dict[str, Any], given: str | None, driver: str) -> str:
    found = info["crs"]
    if found and given and not _same(found, given):
        raise ImportFileError(f"the file says {found[:60]}, --crs says {given}: which is right?")
    if found or given:
        return str(found or given)
    what = "has no .prj" if driver == "ESRI Shapefile" else "does not name its reference system"
    raise ImportFileError(
        f"the file {what}: name it, such as --crs EPSG:6670 (JGD2011, plane rectangular zone II)"
    )


def _same(found: str, given: str) -> bool:
    return ToWgs84(found).name == ToWgs84(given).name


@contextmanager
def _one_line() -> Iterator[None]:
    """Turn what GDAL says of a damaged file into one line; its warnings say nothing to a clerk."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except ImportFileError:
        raise
    except UnicodeDecodeError:
        raise ImportFileError("the text is in another encoding; name it (--encoding)") from None
    except Exception as error:
        told = (str(error).splitlines() or [type(error).__name__])[0]
        raise ImportFileError(f"cannot be read: {told[:200]}") from None


class GeoJson(Layer):
    """A GeoJSON file: WGS84, unless it names another system as old files do."""

    SUFFIXES = (".geojson", ".json")

    def __init__(self, path: Path, options: Options) -> None:
        super().__init__(path, options, "GeoJSON")

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Say whether a file is JSON."""
        return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


class GeoPackage(Layer):
    """A GeoPackage."""

    SUFFIXES = (".gpkg",)

    def __init__(self, path: Path, options: Options) -> None:
        super().__init__(path, options, "GPKG")

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Say whether a file is an SQLite database, as GeoPackages are."""
        return head.startswith(b"SQLite format 3\x00")


class Shapefile(Layer):
    """A Shapefile: the .shp with its companions beside it. Its text is cp932 unless it says so."""

    SUFFIXES = (".shp",)

    def __init__(self, path: Path, options: Options) -> None:
        dbf = _companion(path, ".dbf")
        if dbf is None:
            raise ImportFileError(f"{path.stem}.dbf is not beside it")
        given = encoding.known_codec(options.encoding) if options.encoding else _text_of(path, dbf)
        super().__init__(path, Options(given, options.crs, options.layer), "ESRI Shapefile")

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Say whether a file is a Shapefile's main file."""
        return head.startswith(b"\x00\x00\x27\x0a")


class ZippedShapefile(Shapefile):
    """A Shapefile with its companions in one .zip, unpacked into a folder of its own meanwhile."""

    SUFFIXES = (".zip",)

    def __init__(self, path: Path, options: Options) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="hantei-import-")
        super().__init__(_unpack(path, Path(self._folder.name), options.layer), options)

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Say whether a file is an archive."""
        return head.startswith(b"PK\x03\x04")


def _companion(path: Path, suffix: str) -> Path | None:
    found = (path.with_suffix(each) for each in (suffix, suffix.upper()))
    return next((each for each in found if each.is_file()), None)


def _text_of(path: Path, dbf: Path) -> str | None:
    """Return the encoding of a .dbf that does not tell it; None when it does."""
    with dbf.open("rb") as file:
        header = file.read(32)
    if len(header) < 32:
        raise ImportFileError(f"{dbf.name} is damaged")
    if _companion(path, ".cpg") or header[29]:  # 29: the language driver
        return None
    try:
        return encoding.detect(dbf, skip=32)
    except ImportFileError:
        return "cp932"


def _unpack(path: Path, folder: Path, wanted: str | None) -> Path:
    sizes = sizes_of(path)
    shapes = [name for name in sizes if name.lower().endswith(".shp") and "__MACOSX" not in name]
    if wanted is not None:
        shapes = [name for name in shapes if Path(name).stem == wanted]
    if len(shapes) != 1:
        raise ImportFileError(f"{len(shapes)} Shapefiles in the archive; one is wanted (--layer)")
    stem = shapes[0][:-4]
    parts = {n: n[len(stem) :].lower() for n in sizes if n[:-4] == stem}
    parts = {name: suffix for name, suffix in parts.items() if suffix in SHAPE_PARTS}
    check_unpacked(sum(sizes[name] for name in parts), MOST_UNPACKED, "the Shapefile")
    try:
        with zipfile.ZipFile(path) as archive:
            for name, suffix in parts.items():
                with archive.open(name) as source, (folder / f"layer{suffix}").open("wb") as target:
                    shutil.copyfileobj(source, target)
    except DAMAGED as error:
        raise ImportFileError(f"the archive is damaged ({error})") from None
    return folder / "layer.shp"
