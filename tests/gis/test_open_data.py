"""Open data and the files for QGIS: what is in them, and what must never be."""

from __future__ import annotations

import csv
import io
from datetime import date
from xml.etree import ElementTree

import pytest

from inspection.extensions import db
from inspection.gis.collections import COLLECTIONS
from inspection.gis.field_titles import judgement_labels
from inspection.gis.open_data import HEADINGS
from inspection.models import Decision
from tests.gis import factories as make


@pytest.fixture
def get(client, tokens):
    header = {"Authorization": f"Bearer {tokens('secretariat')}"}

    def read(name):
        reply = client.get(f"/api/v1/exports/{name}", headers=header)
        assert reply.status_code == 200, reply.text[:300]
        return reply

    return read


CENTRE = (130 + 7 / 8 + 22.5 / 3600, 50 / 1.5 + 30 / 60 + 6.5 * 30 / 3600)


def a_decided_house(decision="approved", on=date(2026, 11, 20), later=None, **fields):
    house = make.a_house(**fields)
    visit = make.a_visit(house, status="decided")
    for what, day in ((decision, on), *([later] if later else [])):
        case = make.a_case(visit)
        db.session.add(Decision(case=case, decision=what, decided_on=day, recorded_by="判定 太郎"))
    return house


def test_open_data_has_the_approved_houses_and_nothing_that_points_at_one(app, get):
    with make.rows(app):
        towns = [
            a_decided_house(
                lon=130.8752 + n / 1e5,
                town="清滝一丁目91番14号",
                structure="wooden",
                built_year=1958,
            )
            for n in range(3)
        ]
        alone = a_decided_house(lon=130.70, lat=33.95, town="藤木", built_year=None)
        codes = [house.code for house in (*towns, alone)]
        ids = [str(house.id) for house in (*towns, alone)]
        a_decided_house("not_approved")
        a_decided_house("deferred")
        a_decided_house("approved", later=("not_approved", date(2026, 11, 21)))
        a_decided_house("deferred", later=("approved", date(2027, 3, 31)), town="城内", lon=None)
        make.a_visit(make.a_house(), status="confirmed")

    reply = get("open-data.csv")

    data = reply.data
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == HEADINGS
    assert len(rows) == 5
    shared = [row for row in rows if row["所在地_町字"]]
    assert [row["所在地_連結表記"] for row in shared] == ["福岡県北九州市小倉北区清滝一丁目"] * 3
    for row in shared:
        assert row["地域メッシュコード"] == "50306760"
        assert (float(row["経度"]), float(row["緯度"])) == pytest.approx(CENTRE, abs=1e-6)
        assert (row["構造"], row["建築年代"]) == ("木造", "1950年代")
        assert (row["決定"], row["決定年度"]) == ("認定", "2026")
        assert row["全国地方公共団体コード"] == "401005"
        assert row["所在地_全国地方公共団体コード"] == "401064"
    for row in rows:
        if row not in shared:  # alone in its town and mesh, or without a place
            assert (row["地域メッシュコード"], row["緯度"], row["経度"]) == ("", "", "")
            assert row["所在地_連結表記"] == "福岡県北九州市小倉北区"
    assert {row["決定年度"] for row in rows} == {"2026"}  # to 31 March
    text = data.decode()
    secrets = ["91番", "城内", "藤木", "1958", "130.875", "判定 太郎", "隣家の犬", *codes, *ids]
    assert [secret for secret in secrets if secret in text] == []
    assert [row["ID"] for row in rows] == [row["ID"] for row in _rows(get("open-data.csv"))]
    assert len({row["ID"] for row in rows}) == 5


def _rows(reply):
    return list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"), newline="")))


def test_open_data_of_nothing_is_its_heading(get):
    assert _rows(get("open-data.csv")) == []


@pytest.mark.parametrize("name", ["hantei.qlr", "hantei.qgs"])
def test_qgis_finds_the_collections_their_names_and_symbols(app, get, name):
    reply = get(name)

    root = ElementTree.fromstring(reply.data)
    layers = {layer.findtext("layername"): layer for layer in root.iter("maplayer")}
    for collection in COLLECTIONS.values():
        layer = layers[collection.title]
        assert layer.findtext("provider") == "OAPIF"
        source = layer.findtext("datasource")
        assert f"typename='{collection.id}' url='http://localhost/ogc'" in source
        assert "restrictToRequestBBOX='1'" in source
        aliases = {each.get("field"): each.get("name") for each in layer.iter("alias")}
        assert set(aliases) == {"id", *(item.name for item in collection.properties)}
        assert aliases["code"] == "案件番号"
        assert layer.findtext("srs/spatialrefsys/authid") == "OGC:CRS84"
    with app.app_context():
        labels = judgement_labels()
    categories = {c.get("value"): c for c in layers["家屋"].iter("category")}
    assert set(categories) == {*labels, ""}
    assert categories["substandard"].get("label") == "不良住宅"
    symbols = {s.get("name"): s for s in layers["家屋"].find("renderer-v2").iter("symbol")}
    looks = [
        tuple(symbols[c.get("symbol")].find(f"layer/Option/Option[@name='{what}']").get("value")
              for what in ("name", "color"))
        for c in categories.values()
    ]  # fmt: skip
    assert len({shape for shape, _ in looks}) == len(looks)  # told apart without colour
    listed = {leaf.get("id") for leaf in root.iter("layer-tree-layer")}
    assert listed == {layer.findtext("id") for layer in root.iter("maplayer")}
    assert "authcfg" not in reply.text
    assert "Bearer" not in reply.text
    if name == "hantei.qgs":
        assert root.findtext("projectCrs/spatialrefsys/authid") == "EPSG:6670"
        assert "type=xyz" in layers["家屋(タイル)"].findtext("datasource")
