"""What is done with a photo after it came: where warnings start, and what it may cost."""

from __future__ import annotations

import math

from inspection.setting_values import positive_int
from inspection.settings.model import Setting
from uploads.looks import HASH_BITS

_HALF = HASH_BITS // 2


def amount(text: str) -> float:
    """Return a number, 0 or more, such as 30 or 0.5. Raises ValueError."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1_000_000:
        raise ValueError("must be a number from 0 to 1000000, such as 30 or 0.5")
    return value


def bits(text: str) -> int:
    """Return a number of differing bits; beyond half of them everything is alike."""
    if not text.isascii() or not text.isdigit() or len(text) > 3 or int(text) >= _HALF:
        raise ValueError(f"must be a whole number from 0 to {_HALF - 1}")
    return int(text)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "HANTEI_CHECK_PLOT_M",
        "30",
        "m",
        "A photo from so far beyond its accuracy still is from the house.",
        amount,
    ),
    Setting(
        "HANTEI_CHECK_DEFAULT_ACCURACY_M",
        "20",
        "m",
        "Accuracy of a position whose phone tells none.",
        amount,
    ),
    Setting(
        "HANTEI_CHECK_COARSE_ACCURACY_M",
        "200",
        "m",
        "A position vaguer than this proves nothing.",
        amount,
    ),
    Setting(
        "HANTEI_CHECK_BEFORE_VISIT_H",
        "12",
        "hours",
        "A photo taken earlier before its visit gets a warning.",
        amount,
    ),
    Setting(
        "HANTEI_CHECK_AFTER_VISIT_H",
        "24",
        "hours",
        "A photo taken later after its visit gets a warning.",
        amount,
    ),
    Setting(
        "HANTEI_CHECK_CLOCK_MIN",
        "10",
        "minutes",
        "A device's clock that is off by more gets a warning.",
        amount,
    ),
    Setting(
        "HANTEI_CHECK_COPY_BITS",
        "31",
        "bits",
        "Photos whose hashes differ in at most so many of 256 bits are one picture.",
        bits,
    ),
    Setting(
        "HANTEI_CHECK_LIKENESS_BITS",
        "60",
        "bits",
        "Photos of two houses that differ in at most so many bits are worth a look.",
        bits,
    ),
    Setting(
        "HANTEI_CHECK_SHARPNESS",
        "15",
        "grey²",
        "Variance of the Laplacian at 640 px below which a photo is blurred.",
        amount,
    ),
    Setting(
        "HANTEI_CHECK_CONTRAST",
        "9",
        "grey",
        "Standard deviation of grey values below which blur cannot be told.",
        amount,
    ),
    Setting(
        "HANTEI_HEIC_WORKERS",
        "1",
        "photos",
        "HEIC photos decoded at once on one host, whatever the number of workers.",
        positive_int,
    ),
)
