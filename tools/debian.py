"""Debian packages: installed as root, or fetched and unpacked into a folder without root."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path

from tools.steps import VAR, CommandFailed, SetupError, run

LOCK_WAIT_S = 300
_RELATIONS_LEFT_OUT = ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")
_one_at_a_time = threading.Lock()


def can_install() -> bool:
    """Tell whether apt-get may install: Debian's tools and root."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def can_download() -> bool:
    """Tell whether packages can be fetched and unpacked without root."""
    return shutil.which("apt-get") is not None and shutil.which("dpkg-deb") is not None


def install(*packages: str) -> None:
    """Install packages as root; the package lists are renewed when the first try fails."""
    with _one_at_a_time:
        try:
            _apt("install", "-y", "--no-install-recommends", *packages)
        except CommandFailed:
            _apt("update")
            _apt("install", "-y", "--no-install-recommends", *packages)


def _apt(*arguments: str) -> str:
    """Run apt-get, waiting for another one that holds a lock.

    DPkg::Lock::Timeout covers dpkg's own lock, not that of the package lists: hence the loop.
    """
    patience = ("-o", f"DPkg::Lock::Timeout={LOCK_WAIT_S}", "-o", "Acquire::Retries=3")
    deadline = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            return run(
                ["apt-get", *patience, *arguments], env={"DEBIAN_FRONTEND": "noninteractive"}
            )
        except CommandFailed as error:
            if "Could not get lock" not in error.output or time.monotonic() > deadline:
                raise
            time.sleep(2)


def unpack(packages: tuple[str, ...], target: Path, *, with_dependencies: bool) -> None:
    """Fetch packages with apt-get, as any user, and unpack them below target.

    Packages that are installed already are left out of the dependencies.
    Raises SetupError when they cannot be had.
    """
    with _one_at_a_time:
        _unpack(packages, target, with_dependencies=with_dependencies)


def _unpack(packages: tuple[str, ...], target: Path, *, with_dependencies: bool) -> None:
    private = _private_lists()
    try:
        names = _missing(packages, private) if with_dependencies else list(packages)
    except SetupError:
        run(["apt-get", *private, "update"])
        names = _missing(packages, private) if with_dependencies else list(packages)
    downloads = target / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    try:
        run(["apt-get", *private, "download", *names], cwd=downloads)
    except CommandFailed:
        run(["apt-get", *private, "update"])
        run(["apt-get", *private, "download", *names], cwd=downloads)
    for package in sorted(downloads.glob("*.deb")):
        run(["dpkg-deb", "-x", package, target])
    shutil.rmtree(downloads)


def _private_lists() -> list[str]:
    """Return options that keep apt's lists in var/: /var/lib/apt is root's, and often empty."""
    lists = VAR / "apt"
    (lists / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (lists / "cache" / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    return ["-o", f"Dir::State::lists={lists / 'lists'}", "-o", f"Dir::Cache={lists / 'cache'}"]


def _missing(packages: tuple[str, ...], options: list[str]) -> list[str]:
    left_out = [f"--no-{relation}" for relation in _RELATIONS_LEFT_OUT]
    listing = run(["apt-cache", *options, "depends", "--recurse", *left_out, *packages])
    wanted = {line for line in listing.splitlines() if line and line[0] not in " <|"}
    installed = set(run(["dpkg-query", "-W", "-f", "${Package}\n"]).split())
    missing = sorted(wanted - installed - set(packages))
    if not listing.strip():
        raise SetupError(f"apt knows no package {' '.join(packages)}")
    return [*packages, *missing]
