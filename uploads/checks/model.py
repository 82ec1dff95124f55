"""What a check is told, what it answers, and where the lines are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Level = Literal["ok", "warning", "unknown"]


@dataclass(frozen=True, slots=True)
class Twin:
    """Another photo that is, or looks, the same.

    where: the case number and the day of the visit it belongs to, in words. same_house,
    same_visit: as the photo that is checked. distance: differing bits of the hashes, 0 to 256.
    """

    where: str
    same_house: bool
    same_visit: bool
    distance: int = 0


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What is known of one photo; None for what is not. All times are aware.

    lon, lat, accuracy_m, taken_at, gps_time: from the photo (see PhotoMetadata).
    position_problem: why the photo's position was refused, in Japanese, if it was.
    house_lon, house_lat: the point of the house, degrees WGS84.
    visited_at: when the inspection was made. received_at: the server's clock when the photo
    came; device_clock_at: the device's clock at that moment, if the device told it.
    same_files: other photos of the same bytes; alike: other photos that look alike, without
    those; None when nobody looked. has_structure: whether the picture can be told by its looks.
    sharpness, contrast: see uploads.looks.Looks.
    """

    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    position_problem: str | None = None
    house_lon: float | None = None
    house_lat: float | None = None
    taken_at: datetime | None = None
    taken_at_assumed_zone: bool = False
    gps_time: datetime | None = None
    visited_at: datetime | None = None
    received_at: datetime | None = None
    device_clock_at: datetime | None = None
    same_files: tuple[Twin, ...] | None = None
    alike: tuple[Twin, ...] | None = None
    has_structure: bool = False
    sharpness: float | None = None
    contrast: float | None = None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a warning starts.

    plot_m: a photo is taken from the street or the far corner of the plot, and the house is
    one point: so far beyond the accuracy is still at the house. default_accuracy_m: for phones
    that report none. coarse_accuracy_m: a position vaguer than this proves nothing.
    before_visit, after_visit: around the visit. clock: tolerated skew of a device.
    copy_bits, likeness_bits: of 256, at most so many differ in a copy, in a likeness; PDQ's own
    bounds. Two strange pictures differ in 128, give or take 20.
    sharpness: below it a picture is blurred; contrast: below it there is nothing to be sharp.
    Both measured, see docs/photo-checks.md.
    """

    plot_m: float = 30.0
    default_accuracy_m: float = 20.0
    coarse_accuracy_m: float = 200.0
    before_visit: timedelta = timedelta(hours=12)
    after_visit: timedelta = timedelta(hours=24)
    clock: timedelta = timedelta(minutes=10)
    copy_bits: int = 31
    likeness_bits: int = 60
    sharpness: float = 15.0
    contrast: float = 9.0


@dataclass(frozen=True, slots=True)
class Check:
    """One answer: `code` of the check, level, and a Japanese sentence."""

    code: str
    level: Level
    detail: str


PhotoCheck = Callable[[PhotoFacts, Thresholds], Check]
