"""From WGS84 degrees to a place in the map's frame, to scale."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from inspection.packs import styles
from inspection.packs.model import House, Neighbour

METRES_A_DEGREE = 111_132.954  # of latitude, mean; of longitude times the latitude's cosine
# Half the map's height in metres: the first that holds every neighbour, 1.5 km at most.
REACHES = (40, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500, 700, 1000, 1500)
STEPS = (10, 20, 25, 50, 100, 200, 250, 500)
EDGE = 0.9  # marks stay off the frame


def offset_m(house: House, lon: float, lat: float) -> tuple[float, float]:
    """Return metres east and north of the house."""
    east = (lon - house.lon) * METRES_A_DEGREE * math.cos(math.radians(house.lat))
    return east, (lat - house.lat) * METRES_A_DEGREE


def distance_m(house: House, lon: float, lat: float) -> float:
    """Return metres from the house."""
    return math.hypot(*offset_m(house, lon, lat))


@dataclass(frozen=True)
class MapFrame:
    """A rectangle on the page with the house in its middle; `scale` in points a metre."""

    house: House
    left: float
    top: float
    width: float
    height: float
    reach_m: float

    @classmethod
    def around(
        cls, house: House, neighbours: Iterable[Neighbour], top: float, height: float
    ) -> "MapFrame":
        """Return the frame of the map's width, with the largest scale that shows all neighbours."""
        width = styles.MAP_WIDTH
        need = 0.0
        for each in neighbours:
            east, north = offset_m(house, each.lon, each.lat)
            need = max(need, abs(north), abs(east) * height / width)
        reach = next((each for each in REACHES if need <= each * EDGE), REACHES[-1])
        return cls(house, styles.LEFT, top, width, height, float(reach))

    @property
    def scale(self) -> float:
        """Points a metre."""
        return self.height / 2 / self.reach_m

    @property
    def centre(self) -> tuple[float, float]:
        """Where the house is on the page."""
        return self.left + self.width / 2, self.top + self.height / 2

    @property
    def rings(self) -> list[int]:
        """Metres of the rings: two to four of them, in round steps."""
        far = math.hypot(self.width, self.height) / 2 / self.scale
        step = next((each for each in STEPS if far / each <= 4), STEPS[-1])
        return [step * n for n in range(1, int(far / step) + 1)]

    def project(self, lon: float, lat: float) -> tuple[float, float]:
        """Return the place on the page, x and y in points."""
        east, north = offset_m(self.house, lon, lat)
        x, y = self.centre
        return x + east * self.scale, y - north * self.scale

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a position lies inside the frame."""
        return self.contains(*self.project(lon, lat), margin=4)

    def contains(self, x: float, y: float, margin: float) -> bool:
        """Whether a place on the page lies inside the frame, `margin` points off its edge."""
        across = self.left + margin <= x <= self.left + self.width - margin
        return across and self.top + margin <= y <= self.top + self.height - margin
