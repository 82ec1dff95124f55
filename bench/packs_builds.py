"""Build packs in processes of their own and note what each took."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import packs_cases, packs_check, packs_content
from bench.environment import FOLDER, ROOT, python_for
from inspection.packs.model import Snapshot

OURS, COPY = "Hantei", "plain copy of the photos"
AGAIN = "Hantei, ordered again, found unchanged"
UNCHANGED, TWO_CHANGED = "Hantei, kept sheets, none changed", "Hantei, kept sheets, two changed"
PEERS = {
    "reportlab platypus, one pass": "platypus",
    "reportlab platypus, multiBuild": "platypus_multibuild",
    "fpdf2": "fpdf2",
    "typst": "typst",
    "WeasyPrint": "weasyprint",
}
QUICK_S = 30.0  # of CPU; what takes longer is built once
Command = list[object]


@dataclass(frozen=True)
class Limits:
    """rounds of each way; seconds and GB of address space after which a peer is given up."""

    rounds: int
    seconds: float
    gb: float


@dataclass
class Build:
    """What one way took: the least CPU and wall time of its rounds, the highest peak."""

    cpu_s: float = float("inf")
    wall_s: float = float("inf")
    own_mb: float = 0.0
    pages: int | None = None
    bytes: int = 0
    failure: str = ""

    def add(self, found: Mapping[str, float]) -> None:
        """Take in a round."""
        self.cpu_s = min(self.cpu_s, found["cpu_s"])
        self.wall_s = min(self.wall_s, found["wall_s"])
        self.own_mb = max(self.own_mb, found["own_mb"])


@dataclass
class Measured:
    """A pack and what each way of building it took."""

    name: str
    photo_bytes: int
    builds: dict[str, Build] = field(default_factory=dict)


@dataclass(frozen=True)
class _Pack:
    """A pack laid out for the builders: snapshot.json, content.json, photos.txt in `folder`."""

    folder: Path
    snapshot: Snapshot
    content: dict
    photo_bytes: int
    name: str

    @property
    def out(self) -> Path:
        """Where it is built."""
        return self.folder / "pack.pdf"


def measured(cases: int, photos: int, limits: Limits) -> Measured:
    """Build a pack in every way; no sheets are kept."""
    peers = python_for(ROOT / "bench" / "requirements-packs.txt")
    with _laid_out(cases, photos) as pack:
        ways = {name: _peer(peers, engine, pack) for name, engine in PEERS.items()}
        ways = {COPY: _peer(sys.executable, "copy", pack), OURS: _ours(pack)} | ways
        return _in_turns(pack, ways, limits)


def rebuilt(cases: int, photos: int, limits: Limits) -> Measured:
    """Order a pack again, build it from kept sheets (all, all but two), copy its photos."""
    with _laid_out(cases, photos) as pack:
        kept = pack.folder / "sheets"
        _run(_ours(pack, kept), limits)
        first = _digest(pack.out)
        changed = _laid_beside(pack, _two_changed(pack.snapshot))

        def fresh() -> None:
            """Forget the two changed sheets of an earlier round: they are to be drawn again."""
            shutil.rmtree(changed.folder / "sheets", ignore_errors=True)
            shutil.copytree(kept, changed.folder / "sheets")

        ways = {
            COPY: _peer(sys.executable, "copy", pack),
            AGAIN: _ours(pack, "again"),
            UNCHANGED: _ours(pack, kept),
            TWO_CHANGED: _ours(changed, changed.folder / "sheets"),
        }
        found = _in_turns(pack, ways, limits, {TWO_CHANGED: fresh}, {TWO_CHANGED: changed})
        _run(ways[UNCHANGED], limits)
        if _digest(pack.out) != first:
            raise SystemExit("kept sheets give other bytes than drawn ones")
        return found


@contextmanager
def _laid_out(cases: int, photos: int) -> Iterator[_Pack]:
    stored = packs_cases.stored_photos(cases * photos)
    snapshot = packs_cases.a_pack(cases, stored, photos)
    content = packs_content.plain(snapshot, packs_cases.PHOTOS)
    (FOLDER / "packs").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER / "packs") as name:
        folder, title = Path(name), f"{cases} cases with {photos} photos"
        (folder / "snapshot.json").write_bytes(snapshot.to_json())
        (folder / "content.json").write_text(json.dumps(content, ensure_ascii=False))
        (folder / "photos.txt").write_text("\n".join(map(str, stored.files)))
        yield _Pack(folder, snapshot, content, stored.bytes, title)


def _laid_beside(pack: _Pack, snapshot: Snapshot) -> _Pack:
    """Lay out a changed snapshot of the same photos, for our own builder only."""
    folder = pack.folder / "changed"
    folder.mkdir()
    (folder / "snapshot.json").write_bytes(snapshot.to_json())
    shutil.copy(pack.folder / "photos.txt", folder)
    content = packs_content.plain(snapshot, packs_cases.PHOTOS)
    return dataclasses.replace(pack, folder=folder, snapshot=snapshot, content=content)


def _two_changed(snapshot: Snapshot) -> Snapshot:
    cases = list(snapshot.cases)
    for n in (len(cases) // 3, len(cases) * 2 // 3):
        cases[n] = dataclasses.replace(cases[n], proposal="次回の委員会で改めて審議する。")
    return dataclasses.replace(snapshot, cases=tuple(cases))


def _ours(pack: _Pack, way: object = None) -> Command:
    command = [sys.executable, "-m", "bench.packs_ours", pack.folder, pack.out]
    return [*command, way] if way else command


def _peer(python: object, engine: str, pack: _Pack) -> Command:
    out = pack.out if engine != "copy" else pack.folder / "copy"
    return [python, "-m", "bench.packs_peers", engine, pack.folder, out]


def _in_turns(
    pack: _Pack,
    ways: Mapping[str, Command],
    limits: Limits,
    before: Mapping[str, Callable[[], None]] | None = None,
    packs: Mapping[str, _Pack] | None = None,
) -> Measured:
    """Build in every way, round by round; check each file of the first round.

    before: what to do before a way's build. packs: of ways that build another pack than `pack`.
    """
    found = Measured(pack.name, pack.photo_bytes, {name: Build() for name in ways})
    for number in range(limits.rounds):
        for name, command in ways.items():
            build, mine = found.builds[name], (packs or {}).get(name, pack)
            if build.failure or (number and build.cpu_s > QUICK_S):
                continue
            (before or {}).get(name, lambda: None)()
            mine.out.unlink(missing_ok=True)
            try:
                build.add(_run(command, limits))
            except _GivenUp as reason:
                build.failure = str(reason)
                print(f"{pack.name}, {name}: {reason}", file=sys.stderr)
                continue
            if not number and name not in (COPY, AGAIN):
                build.bytes = mine.out.stat().st_size
                build.pages = packs_check.pages_of(mine.out, mine.content, mine.snapshot)
            print(f"{pack.name}, {name}: {build.cpu_s:.3g} s", file=sys.stderr)
    return found


class _GivenUp(Exception):
    """A builder came to no end; says why."""


def _run(command: Command, limits: Limits) -> Mapping[str, float]:
    room = int(limits.gb * 1e9)
    try:
        done = subprocess.run(
            list(map(str, command)),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=limits.seconds,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (room, room)),
        )
    except subprocess.TimeoutExpired:
        raise _GivenUp(f"not done in {limits.seconds:g} s") from None
    if done.returncode:
        raise _GivenUp(f"ended ({_cause(done)}), {limits.gb:g} GB allowed")
    return json.loads(done.stdout.splitlines()[-1])


def _cause(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode < 0:  # typst aborts where it gets no memory
        return signal.Signals(-done.returncode).name
    return (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1][:120]


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
