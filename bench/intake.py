"""Intake, side by side: pictures, uploads, records, each with what its goal is measured against."""

from __future__ import annotations

import argparse

from bench import intake_pictures, intake_records, intake_request, intake_uploads
from bench.intake_photos import MEGAPIXELS

PARTS = ("pictures", "request", "uploads", "records")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    intake = parser.add_argument_group("intake")
    intake.add_argument("--part", choices=PARTS, action="append", help="default: all")
    intake.add_argument("--request-rounds", type=int, default=40, help="photos of each size")
    intake.add_argument("--upload-mb", type=int, default=600, help="photos behind each figure")
    intake.add_argument("--seconds", type=float, default=10.0, help="of each rate of records")
    intake.add_argument("--soak-s", type=float, default=30.0)


def run(arguments: argparse.Namespace) -> str:
    parts = {
        "pictures": (
            "### Report copy and thumbnail",
            lambda: intake_pictures.measured(tuple(MEGAPIXELS)),
        ),
        "request": (
            "### One photo in one request, in one process",
            lambda: intake_request.measured(arguments.request_rounds),
        ),
        "uploads": (
            "### Uploads through the server",
            lambda: intake_uploads.measured(arguments.upload_mb * 1_000_000),
        ),
        "records": (
            "### Visits through the server",
            lambda: intake_records.measured(arguments.seconds, arguments.soak_s),
        ),
    }
    *wanted, last = arguments.part or PARTS
    for name in wanted:  # an hour's figures are not lost when a later part fails
        print(f"{parts[name][0]}\n\n{parts[name][1]()}\n", flush=True)
    return f"{parts[last][0]}\n\n{parts[last][1]()}"
