"""Deliberate faults in copies of the evaluator, each of which the tests of scoring must notice.

Run it with `python -m tests.scoring.mutants`: one line a fault, exit status 1 if one survives.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.scoring.faults import FAULTS, Fault

ROOT = Path(__file__).resolve().parents[2]
RUNNER = Path(__file__).with_name("mutant_runs.py")
# Fast files first: the run of a fault ends at the first failing test.
TESTS = (
    "test_example_tables.py",
    "test_rule_cases.py",
    "test_formula.py",
    "test_explain.py",
    "test_full_format_properties.py",
    "test_interval.py",
    "test_reach.py",
)
# Where a fault of these modules shows; tried first.
NEAR = {
    "interval.py": ("test_interval.py", "test_reach.py"),
    "reach.py": ("test_reach.py", "test_interval.py"),
    "lattice.py": ("test_example_tables.py", "test_reach.py"),
    "walk.py": ("test_reach.py", "test_interval.py"),
    "worlds.py": ("test_example_tables.py", "test_full_format_properties.py"),
}
# Random cases as always, but a failing one is not made smaller: nobody reads it. The same cases in
# every run, so that a fault is not noticed today and missed tomorrow.
PROFILE = """
from hypothesis import Phase, settings

settings.register_profile(
    "mutants", phases=[Phase.explicit, Phase.generate], derandomize=True, database=None
)
settings.load_profile("mutants")
"""


def run() -> dict[str, str]:
    """Every fault that survives, with the reason.

    Raises AssertionError when a test that noticed a fault fails without one too.
    """
    with tempfile.TemporaryDirectory() as folder:
        said: dict[str, str] = {}
        jobs = {}
        for number, fault in enumerate(FAULTS):
            times = _source(fault).count(fault.old)
            if times == 1:
                jobs[fault.name] = _job(Path(folder) / str(number), fault)
            else:
                said[fault.name] = f"{fault.module} has the text {times} times: {fault.old}"
        ends = _ends(list(jobs.values()))
        noticed = {name: end["failed"] for name, end in zip(jobs, ends, strict=True)}
        said |= {name: "no test noticed it" for name, failed in noticed.items() if not failed}
        sound = _job(Path(folder) / "sound", None)
        only = sorted({test for failed in noticed.values() for test in failed})
        (end,) = _ends([{**sound, "only": only}])
        assert end["failed"] == [], f"fails without a fault: {end['failed']}"
        assert end["passed"] == len([name for name in only if "::" in name])
    return said


def _source(fault: Fault) -> str:
    return (ROOT / "scoring" / fault.module).read_text(encoding="utf-8")


def _job(copy: Path, fault: Fault | None) -> dict[str, object]:
    """Make a copy of the evaluator, with a fault in it, and its tests; what mutant_runs.py needs."""
    shutil.copytree(ROOT / "scoring", copy / "scoring", ignore=_made_by_tests)
    shutil.copytree(ROOT / "tests" / "scoring", copy / "tests" / "scoring", ignore=_made_by_tests)
    shutil.copy(ROOT / "pyproject.toml", copy)
    (copy / "tests" / "conftest.py").write_text(PROFILE, encoding="utf-8")
    near: tuple[str, ...] = ()
    if fault is not None:
        near = NEAR.get(fault.module, ())
        changed = copy / "scoring" / fault.module
        changed.write_text(_source(fault).replace(fault.old, fault.new), encoding="utf-8")
        for compiled in (copy / "scoring").glob(f"__pycache__/{changed.stem}.*"):
            compiled.unlink()
    tests = [f"tests/scoring/{name}" for name in dict.fromkeys((*near, *TESTS))]
    return {"folder": str(copy), "tests": tests}


def _made_by_tests(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name == ".hypothesis"]


def _ends(jobs: list[dict[str, object]]) -> list[dict[str, object]]:
    """Run the tests of each copy; for each: what failed, how many tests passed."""
    # Python's own path would lead back to the real package.
    clean = {key: found for key, found in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-I", RUNNER],
        input=json.dumps(jobs),
        env=clean,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


if __name__ == "__main__":
    left = run()
    for fault in FAULTS:
        print(f"{'SURVIVES' if fault.name in left else 'killed  '}  {fault.name}")
    for name, reason in left.items():
        print(f"{name}: {reason}")
    sys.exit(bool(left))
