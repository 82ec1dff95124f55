"""Which steps each goal of the Makefile needs, and which of them run side by side."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tools import browser_files, python_packages, spatialite, testing

GOALS = ("run", "lint", "test")


def reach(goal: str) -> None:
    """Do what is missing for the goal: pip, npm and apt-get side by side.

    Raises SetupError with one clear line when something cannot be had.
    """
    if goal == "lint":
        python_packages.ensure_environment()
        _python_packages(with_development=True)
        return
    _side_by_side(
        lambda: _languages(with_development=goal == "test"),
        spatialite.ensure_installed,
        *([testing.ensure_test_tools] if goal == "test" else []),
    )
    spatialite.ensure_loads()


def _languages(*, with_development: bool) -> None:
    python_packages.ensure_environment()
    _side_by_side(
        lambda: _python_packages(with_development=with_development),
        browser_files.ensure_browser_files,
    )


def _python_packages(*, with_development: bool) -> None:
    python_packages.ensure_packages("requirements.txt")
    if with_development:
        python_packages.ensure_packages("requirements-dev.txt")


def _side_by_side(*steps: Callable[[], None]) -> None:
    """Run the steps at once, wait for all, then raise the first failure."""
    with ThreadPoolExecutor(max_workers=len(steps)) as pool:
        running = [pool.submit(step) for step in steps]
    for done in running:
        done.result()
