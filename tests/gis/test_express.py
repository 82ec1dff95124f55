"""The short way for plain reads: the same replies as the long way, to the byte, and no weaker door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from inspection.extensions import db
from inspection.gis.express import Express
from inspection.metrics import REQUESTS
from inspection.models import Token
from inspection.models.types import now
from tests.gis import factories as make
from tests.lost_connections import end_connections

ACCEPTS = (
    None,
    "application/geo+json",
    "application/geo+json, */*;q=0.1",
    "*/*",
    "application/json",
)
PLAIN = (
    "",
    "limit=1",
    "limit=2&f=json",
    "f=json&limit=99999",
    "bbox=130,32,131,34",
    "bbox=-180,-90,180,90&limit=50",
    "bbox=130.0001,32,0,130.02,33.0,50",
    "cursor=azI&limit=2",
)
ODD = (
    "limit=2&limit=3",
    "limit=0",
    "limit=-1",
    "limit=1.5",
    "limit=",
    "limit",
    "bbox=1,2,3",
    "bbox=1,2,nan,4",
    "bbox=130,34,131,32",
    "bbox=170,-90,-170,90",
    "bbox=130,32,131,34&limit=1",
    "bbox=130%2C32%2C131%2C34",
    "cursor=zzz",
    "bbox=0,0,1,1",
    "crs=EPSG:6670",
    "f=html",
    "f=xml",
    "wrong=1",
    "datetime=2026-01-01",
    "&",
    "limit=1&",
)

OF_FACETS = (
    "filter=total>1",
    "filter=total%3E1&limit=2&f=json",
    "filter-lang=cql2-text&limit=2&filter=total%20%3E%201",
    "filter=total>1&filter-lang=cql2-text",
    "filter-lang=cql2-text",
    "filter=ward_code%20IN%20('401064','401072')%20AND+total>=93.5&limit=2",
    "limit=1&filter=NOT+(judgement='a+b')+AND+structure+LIKE+'wood%25'",
    "filter=CASEI(status)=CASEI('CONFIRMED')&cursor=azI&limit=2",
    "filter=ward_code<>'%E5%9F%8E:/,~\"it''s\"'&limit=1",
    "ward_code=401064&limit=1",
    "total=100&structure=wooden&filter=status='confirmed'&limit=3",
)
"""Short for houses."""

OF_MORE = (
    "filter=total>1&bbox=130,32,131,34",
    "filter=total>900",
    "filter=storeys=2",
    "filter=total>low",
    "filter=\"updated_at\">DATE('2026-01-01')",
    "filter=S_INTERSECTS(geometry,BBOX(130,32,131,34))",
    "filter=judgement<>'id'",
    "filter=total",
    "filter=total>",
    "filter=unknown=1",
    "filter=total>1&filter=total>2",
    "filter=",
    "filter=%FF",
    "filter=ward_code<>'%00'",
    "filter=total>1%zz",
    "filter=total>1&filter-lang=cql2-text&filter-lang=cql2-text",
    "filter=total>1&filter-lang=cql2-text2",
    "filter=%7B%22op%22:%22%3E%22%7D&filter-lang=cql2-json",
    "filter=total>1&limit=0",
    "ward_code=",
    "ward_code=401064&ward_code=401064",
    "total=abc",
    "storeys=2",
)


@pytest.fixture
def express(app):
    """The short way inside an application; None on SpatiaLite, which has none."""
    layer = app.wsgi_app
    while layer is not None and not isinstance(layer, Express):
        layer = getattr(layer, "app", None) or getattr(layer, "_app", None)
    assert (layer is not None) == (app.config["HANTEI_DATABASE_URL"][:10] == "postgresql")
    return layer


@pytest.fixture
def told(express, monkeypatch):
    """Switch the short way off and on, and count what it answered."""
    if express is None:
        return None

    class Told:
        answered = 0
        off = False

    original = express._body

    def counted(asked):
        found = None if Told.off else original(asked)
        Told.answered += found is not None
        return found

    monkeypatch.setattr(express, "_body", counted)
    return Told


@pytest.fixture
def rows(app):
    with make.rows(app):
        for number in range(5):
            visit = make.a_visit(make.a_house(lon=130.0 + number / 100, lat=33.0))
            photo = make.a_photo(visit)
        return {
            "houses": str(visit.house.id),
            "photos": str(photo.id),
            "inspections": str(visit.id),
        }


def asked(client, path, token, **headers):
    reply = client.get(path, headers={"Authorization": f"Bearer {token}", **headers})
    kept = [pair for pair in reply.headers if pair[0] not in ("X-Request-Id", "Date")]
    return reply.status_code, sorted(kept), reply.data


def paths(rows):
    for collection, identifier in rows.items():
        base = f"/ogc/collections/{collection}/items"
        yield f"{base}/{identifier}", True
        yield f"{base}/{identifier}?f=json", True
        yield f"{base}/{identifier.upper()}", False
        yield f"{base}/{identifier[:-4]}ffff", False
        yield f"{base}/{identifier}?limit=1", False
        yield from ((f"{base}?{query}".rstrip("?"), True) for query in PLAIN)
        yield from ((f"{base}?{query}", False) for query in (*ODD, *OF_MORE))
        yield from ((f"{base}?{query}", collection == "houses") for query in OF_FACETS)
    yield "/ogc/collections/nothing/items", False
    yield "/ogc/collections/houses/items/", False


def compare(client, told, path, token, **headers):
    """Return whether the short way answered; its reply is the one of the long way."""
    told.off = True
    long = asked(client, path, token, **headers)
    told.off, told.answered = False, 0
    assert asked(client, path, token, **headers) == long, (path, headers)
    return told.answered == 1


@pytest.mark.parametrize("role", ["gis", "secretariat", "committee"])
def test_both_ways_reply_the_same(client, tokens, rows, told, role):
    token = tokens(role)
    asked(client, "/ogc/collections/houses/items", token)  # notes the token's use
    for path, plain in paths(rows):
        if told is None:
            assert not plain or role == "committee" or asked(client, path, token)[0] == 200
        else:
            short = compare(client, told, path, token)
            assert short == (plain and role != "committee"), path


def test_headers_that_change_the_reply_change_it_the_same(client, tokens, rows, told):
    token = tokens("gis")
    path = "/ogc/collections/houses/items?limit=3"
    etag = dict(asked(client, path, token)[1])["ETag"]
    if told is None:
        assert asked(client, path, token, **{"If-None-Match": etag})[0] == 304
        return
    for accept in ACCEPTS:
        assert compare(client, told, path, token, **({"Accept": accept} if accept else {}))
    for coding in ("gzip", "gzip;q=0", "deflate, gzip;q=0.5", "*", "br", ""):
        assert compare(client, told, path, token, **{"Accept-Encoding": coding})
    assert not compare(client, told, path, token, Accept="text/html")
    assert not compare(client, told, path, token, **{"If-None-Match": etag})
    assert not compare(client, told, path, token, Origin="https://example.org")
    assert not compare(client, told, path, token, Host="example.org:80")
    assert not compare(client, told, path, token, **{"Hantei-Device-Time": "never"})


def test_a_request_keeps_its_id_and_is_counted_on_both_ways(client, tokens, rows, told):
    token, counted = tokens("gis"), REQUESTS.labels("GET", "ogc.items", 200)
    for sent in ("abcdefgh-1", "abcdefgh-2", "not an id"):
        before = counted._value.get()
        reply = client.get(
            "/ogc/collections/houses/items",
            headers={"Authorization": f"Bearer {token}", "X-Request-Id": sent},
        )
        (given,) = reply.headers.getlist("X-Request-Id")
        assert given == sent or (sent == "not an id" and len(given) == 32)
        assert counted._value.get() == before + 1
    assert told is None or told.answered == 2  # the first went the long way, to note the use


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"revoked_at": now()}, 401),
        ({"expires_at": now() - timedelta(seconds=1)}, 401),
        ({"role": "committee"}, 200),
    ],
)
def test_what_a_token_loses_it_loses_at_once(app, client, tokens, rows, change, status):
    token, path = tokens("secretariat"), "/ogc/collections/houses/items"
    for _ in range(3):
        assert asked(client, path, token)[0] == 200

    with app.app_context():
        db.session.execute(update(Token).values(**change))
        db.session.commit()

    reply = client.get(path, headers={"Authorization": f"Bearer {token}"})
    assert reply.status_code == status
    if status == 200:  # the committee sees cases only, and there are none
        assert reply.get_json(force=True)["numberMatched"] == 0
    else:
        assert "www-authenticate" in reply.headers


def test_the_use_of_a_token_is_noted_each_minute(app, client, tokens, rows):
    token, path = tokens("gis"), "/ogc/collections/houses/items"
    asked(client, path, token)
    before = now() - timedelta(minutes=5)
    with app.app_context():
        db.session.execute(update(Token).values(last_used_at=before))
        db.session.commit()

    asked(client, path, token)

    with app.app_context():
        assert now() - db.session.query(Token).one().last_used_at < timedelta(minutes=1)


def test_a_connection_that_ended_is_replaced(app, client, tokens, rows):
    token, path = tokens("gis"), "/ogc/collections/houses/items"
    first = [asked(client, path, token) for _ in range(2)][-1]
    with app.app_context():
        end_connections()

    assert asked(client, path, token) == first
