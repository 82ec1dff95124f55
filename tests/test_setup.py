from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import browser_files, steps, testing

ROOT = Path(__file__).resolve().parents[1]


def reach(goal: str, folder: Path, **env: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "tools", goal],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": "", **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def fresh_checkout(tmp_path):
    """A folder with the set-up and lock files that ask for no package: no network is needed."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    for lock in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / lock).write_text("# nothing\n")
    return tmp_path


def test_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.M)[1].split()

    listed = subprocess.check_output(["make", "--no-print-directory"], cwd=ROOT, text=True)

    assert re.findall(r"^ +make (\w+) +\S", listed, re.M) == targets


def test_second_set_up_does_nothing(fresh_checkout):
    first = reach("lint", fresh_checkout)
    second = reach("lint", fresh_checkout)

    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert first.stdout.count("\n") == 3  # the environment and two lock files
    assert second.stdout == ""


def test_changed_lock_file_is_installed_again_and_nothing_else(fresh_checkout):
    reach("lint", fresh_checkout)
    (fresh_checkout / "requirements-dev.txt").write_text("# nothing, in other words\n")

    again = reach("lint", fresh_checkout)

    assert re.findall(r"^  (.*?)  +[\d.]+ s$", again.stdout, re.M) == [
        "Python packages of requirements-dev.txt"
    ]


def test_everything_is_made_anew_when_the_environment_is_gone_or_moved(
    fresh_checkout, tmp_path_factory
):
    reach("lint", fresh_checkout)
    moved = tmp_path_factory.mktemp("elsewhere") / "hantei"
    fresh_checkout.rename(moved)

    after_move = reach("lint", moved)
    shutil.rmtree(moved / ".venv")
    after_loss = reach("lint", moved)

    assert after_move.stdout.count("\n") == after_loss.stdout.count("\n") == 3
    assert str(moved) in (moved / ".venv" / "bin" / "pip").read_text()


def test_wrong_lock_file_ends_in_one_line(fresh_checkout):
    (fresh_checkout / "requirements.txt").write_text("hantei-no-hash==1.0\n")

    failed = reach("lint", fresh_checkout)

    assert failed.returncode == 1
    assert failed.stderr.count("\n") == 1
    assert re.match(r"hantei: .*pip.*var/setup\.log", failed.stderr)


def test_spatialite_that_does_not_load_ends_in_one_line_with_what_to_install():
    failed = reach("run", ROOT, HANTEI_SPATIALITE_LIBRARY="/nowhere/mod_spatialite.so")

    assert failed.returncode == 1
    assert failed.stderr.count("\n") == 1
    assert "/nowhere/mod_spatialite.so" in failed.stderr
    for command in ("apt-get install", "dnf install", "brew install"):
        assert command in failed.stderr


def test_missing_test_tools_are_named_where_they_cannot_be_installed(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(steps.SetupError, match=r"apt-get install .*chromium gdal-bin") as error:
        testing.ensure_test_tools()

    assert "\n" not in str(error.value)


def test_pages_serve_the_very_files_of_the_npm_packages():
    files = browser_files.vendor_files()

    assert files
    for source, target in files:
        served = (browser_files.VENDOR / target).read_bytes()
        assert served == (browser_files.NODE_MODULES / source).read_bytes()


def test_fingerprint_tells_contents_and_their_borders_apart(tmp_path):
    (tmp_path / "a").write_text("1")

    prints = {
        steps.fingerprint("ab", "c"),
        steps.fingerprint("a", "bc"),
        steps.fingerprint(tmp_path / "a"),
        steps.fingerprint(tmp_path / "missing"),
    }

    assert len(prints) == 4
