"""Packs, side by side: ours, four general ways to a PDF, and merely copying the photos.

The same content, each in a process of its own, the least CPU of a few rounds taken in turns. A file
that lacks a text, a page number or a photo byte for byte ends the run.
"""

from __future__ import annotations

import argparse

from bench import packs_builds, packs_report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    packs = parser.add_argument_group("packs")
    packs.add_argument("--cases", type=int, default=100, help="of the comparison with others")
    packs.add_argument("--photos", type=int, default=8, help="of each of these cases")
    packs.add_argument("--large-cases", type=int, default=500, help="0: without the large pack")
    packs.add_argument("--large-photos", type=int, default=12, help="of each of its cases")
    packs.add_argument("--rounds", type=int, default=3, help="of each way that is quick enough")
    packs.add_argument("--limit-s", type=float, default=600.0, help="then a peer is given up")
    packs.add_argument("--limit-gb", type=float, default=16.0, help="of address space for one")


def run(arguments: argparse.Namespace) -> str:
    limits = packs_builds.Limits(arguments.rounds, arguments.limit_s, arguments.limit_gb)
    compared = packs_builds.measured(arguments.cases, arguments.photos, limits)
    rebuilt = packs_builds.rebuilt(arguments.cases, arguments.photos, limits)
    parts = [
        f"### {compared.name}, built from nothing",
        packs_report.compared(compared),
        f"### {compared.name}, built again",
        packs_report.rebuilt(rebuilt),
    ]
    large = None
    if arguments.large_cases:
        print(
            "\n\n".join(parts), end="\n\n", flush=True
        )  # an hour's figures are not lost in the large pack
        large = packs_builds.measured(arguments.large_cases, arguments.large_photos, limits)
        parts = [f"### {large.name}, built from nothing", packs_report.compared(large)]
    return "\n\n".join([*parts, packs_report.goals(compared, rebuilt, large)])
