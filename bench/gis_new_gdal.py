"""Copy a collection with the GDAL that pyogrio brings (newer than Debian's), in its own process.

`python -m bench.gis_new_gdal ADDRESS LAYER TARGET [--where SQL] [--bbox W,S,E,N] [OPTION=VALUE …]`
writes a GeoPackage; the options are GDAL's open options of OAPIF. The token comes by GDAL's own
environment variables. A process of its own, for it brings a PROJ of its own.
"""

from __future__ import annotations

import argparse

import pyogrio


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("address", "layer", "target"):
        parser.add_argument(name)
    parser.add_argument("--where")
    parser.add_argument("--bbox")
    parser.add_argument("options", nargs="*")
    given = parser.parse_args()
    box = tuple(map(float, given.bbox.split(","))) if given.bbox else None
    options = dict(option.split("=", 1) for option in given.options)
    meta, table = pyogrio.raw.read_arrow(
        f"OAPIF:{given.address}",
        given.layer,
        where=given.where,
        bbox=box,
        datetime_as_string=True,  # as Arrow's times they would lose their offset
        **options,
    )
    pyogrio.raw.write_arrow(
        table,
        given.target,
        layer=given.layer,
        driver="GPKG",
        geometry_name=meta["geometry_name"] or "wkb_geometry",
        geometry_type="Point",
        crs=meta["crs"],
    )
    print(pyogrio.__gdal_version_string__, meta["crs"], len(table))


if __name__ == "__main__":
    main()
