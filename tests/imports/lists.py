"""Files as cities have them, made for a test."""

from __future__ import annotations

import csv
import io
import json
import struct
import zipfile

import numpy as np
import openpyxl
import pyogrio.raw

HEADINGS = ["案件番号", "所在地", "構造", "階数", "延床面積(㎡)", "建築年", "区", "経度", "緯度"]
ROWS = [
    ["K-1", "北九州市小倉北区城内1番1号", "木造", "2階", "86.5", "昭和33年", "小倉北区",
     "130.8752", "33.8834"],
    ["K-2", "北九州市門司区見本町2番", "RC造", "3", "120", "1970", "401013", "130.96", "33.94"],
]  # fmt: skip
KOKURA = (130.8752, 33.8834)
KOKURA_6670 = (-11544.200, 97977.183)
"""The same place in EPSG:6670 as files store it: easting (Y), northing (X)."""


def csv_file(path, rows=ROWS, headings=HEADINGS, encoding="utf-8", delimiter=","):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([headings, *rows])
    return path


def workbook(path, rows=ROWS, headings=HEADINGS, change=lambda sheet: None):
    book = openpyxl.Workbook()
    for row in [headings, *rows]:
        book.active.append(row)
    change(book.active)
    book.save(path)
    return path


def geojson(path, *features):
    """features: (properties, geometry or None)."""
    found = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": found}, ensure_ascii=False)
    )
    return path


def layer(path, places, columns, crs, **options):
    """A GeoPackage or Shapefile of points: places in the order x, y."""
    points = [struct.pack("<BIdd", 1, 1, *place) for place in places]
    pyogrio.raw.write(
        path,
        np.array(points, dtype=object),
        [np.array(values, dtype=object) for values in columns.values()],
        list(columns),
        geometry_type="Point",
        crs=crs,
        **options,
    )
    return path


def zipped(path, *files):
    with zipfile.ZipFile(path, "w") as archive:
        for file in files:
            archive.write(file, f"家屋/{file.name}")
    return path


def bomb(path, size=1_000_000_000):
    """A workbook whose sheet unpacks to `size` bytes."""
    made = io.BytesIO()
    openpyxl.Workbook().save(made)
    made.seek(0)
    with (
        zipfile.ZipFile(made) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for name in source.namelist():
            if name != "xl/worksheets/sheet1.xml":
                target.writestr(name, source.read(name))
        with target.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(size // 10_000_000):
                part.write(b" " * 10_000_000)
    return path
