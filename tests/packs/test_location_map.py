import itertools
import math

import pytest

from inspection.packs.sections.map_frame import MapFrame, distance_m
from inspection.packs.sections.map_marks import APART, spread
from tests.packs import factories


@pytest.fixture
def house():
    return factories.a_case(3, 0).house


def test_the_projection_is_to_scale_and_north_is_up(house):
    frame = MapFrame.around(house, (), top=100, height=240)
    x, y = frame.centre

    east_x, east_y = frame.project(house.lon + 0.0002, house.lat)
    north_x, north_y = frame.project(house.lon, house.lat + 0.0002)

    metres = distance_m(house, house.lon + 0.0002, house.lat)
    assert metres == pytest.approx(18.5, abs=0.1)  # one degree of longitude here is 92.4 km
    assert (east_x - x, east_y - y) == pytest.approx((metres * frame.scale, 0))
    assert (north_x - x, y - north_y) == pytest.approx((0, 0.0002 * 111_132.954 * frame.scale))


def test_the_scale_holds_every_neighbour(house):
    around = factories.neighbours_of(house.lon, house.lat, 14)
    frame = MapFrame.around(house, around, top=100, height=240)

    assert all(frame.holds(each.lon, each.lat) for each in around)


def test_marks_in_one_spot_are_spread_and_stay_inside(house):
    frame = MapFrame.around(house, (), top=100, height=240)
    middle = frame.centre
    truths = [(middle[0] + n % 3, middle[1] + n % 2) for n in range(12)]

    places = spread(frame, truths)

    for one, other in itertools.combinations(places, 2):
        assert math.dist(one, other) >= APART
    assert all(frame.contains(*place, margin=7) for place in places)


def test_a_mark_with_room_stays_where_it_is(house):
    frame = MapFrame.around(house, (), top=100, height=240)
    truth = (frame.left + 40, frame.top + 40)

    assert spread(frame, [truth]) == [truth]
