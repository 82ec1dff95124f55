"""`python3 -m tools GOAL` makes everything ready that the goal (run, lint, test) needs."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (this file must say so itself)
    found = ".".join(map(str, sys.version_info[:3]))
    sys.exit(
        f"hantei: Python 3.11 or newer is needed, found {found}. "
        "Install one and name it: make run PYTHON=python3.11"
    )

from tools.goals import GOALS, reach
from tools.steps import SetupError


def main(arguments: list[str]) -> int:
    """Reach the goal named on the command line; return the exit code."""
    if len(arguments) != 1 or arguments[0] not in GOALS:
        print(f"usage: python3 -m tools {{{','.join(GOALS)}}}", file=sys.stderr)
        return 2
    try:
        reach(arguments[0])
    except SetupError as error:
        print(f"hantei: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
