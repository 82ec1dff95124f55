"""Run pytest in many folders, two at a time, each in a fork of a process that has it imported.

A program of its own, which knows nothing of this project: a fork finds `scoring` and `tests` only
in its folder. Standard input: JSON list of {"folder", "tests": [paths], "only": [ids]}, `only` left
out for all tests of the paths. Standard output: JSON list of {"failed": [ids], "passed": number},
in the same order; a run ends at the first failure, and a file that cannot be imported is one.
"""

import json
import os
import sys
from pathlib import Path

import hypothesis.strategies  # noqa: F401  for the forks
import numpy  # noqa: F401
import openpyxl  # noqa: F401
import pytest

AT_ONCE = 2
PLAIN = ("-x", "-q", "-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin")


class Notes:
    """A plugin that notes which tests passed and failed, and runs only some of them."""

    def __init__(self, only):
        self.only = only
        self.failed = []
        self.passed = 0

    def pytest_collection_modifyitems(self, items):
        if self.only is not None:
            items[:] = [item for item in items if item.nodeid in self.only]

    def pytest_collectreport(self, report):
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.append(report.nodeid)
        elif report.passed and report.when == "call":
            self.passed += 1


def work(job):
    """Run the tests of one folder; never returns."""
    os.chdir(job["folder"])
    sys.path.insert(0, job["folder"])
    for stream in (1, 2):
        os.dup2(os.open(f"said.{stream}", os.O_WRONLY | os.O_CREAT), stream)
    notes = Notes(job.get("only"))
    pytest.main([*PLAIN, *job["tests"]], plugins=[notes])
    found = {"failed": notes.failed, "passed": notes.passed}
    Path("end.json").write_text(json.dumps(found), encoding="utf-8")
    os._exit(0)


def main():
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    jobs = json.load(sys.stdin)
    running = 0
    for job in jobs:
        if running == AT_ONCE:
            os.wait()
            running -= 1
        if os.fork() == 0:
            work(job)
        running += 1
    for _ in range(running):
        os.wait()
    ends = [json.loads(Path(job["folder"], "end.json").read_text("utf-8")) for job in jobs]
    print(json.dumps(ends))


if __name__ == "__main__":
    main()
