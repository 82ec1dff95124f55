"""The virtual environment and the pinned, hashed Python packages in it."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import tempfile
from pathlib import Path

from tools import debian
from tools.steps import (
    ROOT,
    VENV,
    VENV_PYTHON,
    CommandFailed,
    SetupError,
    fingerprint,
    is_fresh,
    run,
    step,
    write_stamp,
)

_ENVIRONMENT_STAMP = VENV / ".hantei-environment"
_PIP_OPTIONS = ("--no-input", "--disable-pip-version-check", "--quiet", "--require-hashes")


def ensure_environment() -> None:
    """Make .venv when it is missing, was made by another Python or moved with its folder."""
    state = fingerprint(sys.version, sys.base_prefix, str(ROOT))
    if VENV_PYTHON.exists() and is_fresh(_ENVIRONMENT_STAMP, state):
        return
    if not _ENVIRONMENT_STAMP.exists() and _works():
        write_stamp(_ENVIRONMENT_STAMP, state)
        return
    with step("virtual environment"):
        if VENV.exists():
            shutil.rmtree(VENV)
        _make_environment()
        write_stamp(_ENVIRONMENT_STAMP, state)


def _works() -> bool:
    """Tell whether an environment that someone else made runs and has pip."""
    try:
        prefix = run([VENV_PYTHON, "-c", "import sys, pip; print(sys.prefix)"]).strip()
    except SetupError:
        return False
    return Path(prefix) == VENV


def _make_environment() -> None:
    """Make .venv with pip; Debian keeps pip's wheel in a package of its own, python3-venv."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        _make_without_ensurepip()
        return
    try:
        run([sys.executable, "-m", "venv", VENV])
    except CommandFailed:
        shutil.rmtree(VENV, ignore_errors=True)
        _make_without_ensurepip()


def _make_without_ensurepip() -> None:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    try:
        if debian.can_install():
            debian.install(f"python{version}-venv")
            run([sys.executable, "-m", "venv", VENV])
        elif debian.can_download():
            _bootstrap_pip()
        else:
            raise SetupError("no apt-get here")
    except SetupError as error:
        raise SetupError(
            f"Python's venv module cannot make an environment with pip ({error}). Install it: "
            f"apt-get install python{version}-venv (Debian), dnf install python3-pip (Fedora), "
            "brew install python (macOS)"
        ) from None


def _bootstrap_pip() -> None:
    """Put pip into a bare environment from Debian's wheel of it, without root."""
    with tempfile.TemporaryDirectory(prefix="hantei-pip-") as folder:
        debian.unpack(("python3-pip-whl",), Path(folder), with_dependencies=False)
        wheel = next(Path(folder).glob("usr/share/python-wheels/pip-*.whl"))
        run([sys.executable, "-m", "venv", "--without-pip", VENV])
        run([VENV_PYTHON, wheel / "pip", "install", "--no-index", "--quiet", wheel])


def ensure_packages(lock: str) -> None:
    """Install the packages of one lock file (requirements.txt or requirements-dev.txt)."""
    stamp = VENV / f".hantei-{lock}"
    state = fingerprint(ROOT / lock)
    if is_fresh(stamp, state):
        return
    with step(f"Python packages of {lock}"):
        run([VENV_PYTHON, "-m", "pip", "install", *_PIP_OPTIONS, "-r", ROOT / lock])
        write_stamp(stamp, state)
