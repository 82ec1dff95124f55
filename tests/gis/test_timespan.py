"""What `datetime` means: in UTC, ends included or not."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from inspection.gis.timespan import Timespan, parse_timespan
from tests.gis import factories as make

TOKYO = ZoneInfo("Asia/Tokyo")


def utc(text):
    return None if text is None else datetime.fromisoformat(f"{text}+00:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "start", "end", "before_end"),
    [
        ("2026-01-01T12:00:00Z", "2026-01-01T12:00:00", "2026-01-01T12:00:00", False),
        ("2026-01-01T12:00:00.5+09:00", "2026-01-01T03:00:00.5", "2026-01-01T03:00:00.5", False),
        ("2026-01-01", "2025-12-31T15:00:00", "2026-01-01T15:00:00", True),
        ("2026-01-01/2026-01-31", "2025-12-31T15:00:00", "2026-01-31T15:00:00", True),
        ("2026-01-01/..", "2025-12-31T15:00:00", None, False),
        ("2026-01-01/", "2025-12-31T15:00:00", None, False),
        ("../2026-01-01", None, "2026-01-01T15:00:00", True),
        ("/2026-01-01T00:00:00Z", None, "2026-01-01T00:00:00", False),
        ("../..", None, None, False),
        ("2026-01-01/P1M", "2025-12-31T15:00:00", "2026-01-31T15:00:00", True),
        ("2026-01-31/P1M", "2026-01-30T15:00:00", "2026-02-27T15:00:00", True),
        ("P1Y/2026-01-01", "2024-12-31T15:00:00", "2025-12-31T15:00:00", True),
        ("2026-01-01T00:00:00Z/PT36H", "2026-01-01T00:00:00", "2026-01-02T12:00:00", False),
        ("2026-01-01/2026-01-01T00:00:00Z", "2025-12-31T15:00:00", "2026-01-01T00:00:00", False),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00", "2017-01-01T00:00:00", False),
        ("P1W/2026-01-08T00:00:00Z", "2026-01-01T00:00:00", "2026-01-08T00:00:00", False),
    ],
)
def test_a_span_is_read_in_the_zone_of_the_site(text, start, end, before_end):
    assert parse_timespan(text, TOKYO) == Timespan(utc(start), utc(end), before_end)


def test_a_day_is_a_day_of_the_site(app, reader):
    with make.rows(app):
        for at in ("2026-04-30T14:59:59.999999", "2026-04-30T15:00:00", "2026-05-01T14:59:59"):
            make.a_visit(make.a_house(), at=utc(at))
        make.a_visit(make.a_house(), at=utc("2026-05-01T15:00:00"))
        make.a_house()
    every = reader.items("houses")["features"]
    times = [feature["properties"]["inspected_at"] for feature in every]

    found = reader.items("houses", {"datetime": "2026-05-01"})["features"]

    assert [f["properties"]["inspected_at"] for f in found] == times[1:3]
    assert times[0] == "2026-04-30T14:59:59.999999Z"
    assert times[1] == "2026-04-30T15:00:00Z"
    assert times[4] is None


@pytest.mark.parametrize("collection", ["houses", "inspections", "photos"])
def test_both_ends_of_an_interval_of_instants_belong_to_it(app, reader, collection):
    with make.rows(app):
        for hour in range(5):
            visit = make.a_visit(make.a_house(), at=datetime(2026, 5, 1, hour, tzinfo=UTC))
            make.a_photo(visit, taken_at=visit.inspected_at)
    every = reader.ids(collection)

    def between(start, end):
        return reader.ids(collection, {"datetime": f"{start}/{end}"})

    one, three = "2026-05-01T01:00:00Z", "2026-05-01T12:00:00+09:00"
    assert between(one, three) == every[1:4]
    assert between(one, "..") == every[1:]
    assert between("..", three) == every[:4]
    assert between(one, "PT2H") == every[1:4]
    assert between("..", "..") == every
    assert reader.ids(collection, {"datetime": one}) == every[1:2]


def test_a_house_without_a_confirmed_visit_is_there_only_when_no_time_is_asked(app, reader):
    with make.rows(app):
        make.a_visit(make.a_house(), status="submitted")

    assert len(reader.ids("houses")) == 1
    assert reader.ids("houses", {"datetime": "../.."}) == []
