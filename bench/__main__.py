"""`python -m bench [NAME …] [options]`: run the measurements, all of them or those named."""

from __future__ import annotations

import argparse

from bench import gis, gis_clients, imports, intake, packs, scoring, team

BENCHES = {
    "scoring": scoring,
    "intake": intake,
    "imports": imports,
    "team": team,
    "packs": packs,
    "gis": gis,
    "gis-clients": gis_clients,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}")
    for bench in BENCHES.values():
        bench.add_arguments(parser)
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(BENCHES)
    if unknown:
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    for name, bench in BENCHES.items():
        if not arguments.names or name in arguments.names:
            print(bench.run(arguments))


main()
