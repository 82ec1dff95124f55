"""Where the warnings about a photo start in this city: the settings, as the checks take them."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from uploads.checks import Thresholds


def photo_thresholds() -> Thresholds:
    """Return the thresholds of the current application."""
    config = current_app.config
    return Thresholds(
        plot_m=config["HANTEI_CHECK_PLOT_M"],
        default_accuracy_m=config["HANTEI_CHECK_DEFAULT_ACCURACY_M"],
        coarse_accuracy_m=config["HANTEI_CHECK_COARSE_ACCURACY_M"],
        before_visit=timedelta(hours=config["HANTEI_CHECK_BEFORE_VISIT_H"]),
        after_visit=timedelta(hours=config["HANTEI_CHECK_AFTER_VISIT_H"]),
        clock=clock_tolerance(),
        copy_bits=config["HANTEI_CHECK_COPY_BITS"],
        likeness_bits=config["HANTEI_CHECK_LIKENESS_BITS"],
        sharpness=config["HANTEI_CHECK_SHARPNESS"],
        contrast=config["HANTEI_CHECK_CONTRAST"],
    )


def clock_tolerance() -> timedelta:
    """Return by how much a device's clock may be off."""
    return timedelta(minutes=current_app.config["HANTEI_CHECK_CLOCK_MIN"])
