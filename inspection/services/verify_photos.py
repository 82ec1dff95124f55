"""Does every photo's original and derivative lie in the storage, whole? And what lies there unasked?

The database's references and the storage's listing come in the same order and are merged, so
memory does not grow with the number of photos. Nothing is changed here.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from PIL import Image

from inspection.parallel import bounded_map
from inspection.resources import storage
from inspection.services.stored_references import Reference, count, references, still_holds
from uploads.errors import ObjectNotFoundError, StorageUnavailableError
from uploads.local import SPOOL_AGE
from uploads.storage import ObjectStat, Storage

MISSING, DAMAGED, UNREFERENCED, IN_FLIGHT, LEFTOVER, OK = (
    "missing",
    "damaged",
    "unreferenced",
    "in flight",
    "leftover",
    "ok",
)
FAULTS = (MISSING, DAMAGED)
GRACE = timedelta(days=1)
"""An object without a row that is younger may belong to a photo that arrives just now."""

CHUNK_BYTES = 1 << 20
LARGEST_DERIVATIVE_BYTES = 20_000_000

Progress = Callable[[int, int], None]
Pair = tuple[Reference | None, ObjectStat | None]


@dataclass(frozen=True)
class Finding:
    """What was found under one key. `kind`: one of the words above; `detail`: for people."""

    kind: str
    key: str
    bytes: int
    detail: str = ""
    reference: Reference | None = None


def verify(*, quick: bool, readers: int, progress: Progress) -> Iterator[Finding]:
    """Look at every object and tell of each, as it is found.

    quick: only whether it is there and has its size; otherwise every byte is read and hashed.
    readers: objects read at once. Raises StorageUnavailableError when the storage goes away.
    """
    store, total, done = storage(), count(), 0
    pairs = _pairs(references(), store.list())
    for finding in bounded_map(lambda pair: _look(store, *pair, quick), pairs, readers):
        done += len(finding.reference.owners) if finding.reference else 0
        progress(min(done, total), total)
        yield from _confirmed(finding)
    yield from _leftovers(store)


def _pairs(wanted: Iterator[Reference], there: Iterator[ObjectStat]) -> Iterator[Pair]:
    """Merge two streams sorted by key: both, or one of them where the other has a gap."""
    reference, found = next(wanted, None), next(there, None)
    while reference is not None or found is not None:
        if found is None or (reference is not None and reference.key < found.key):
            yield reference, None
            reference = next(wanted, None)
        elif reference is None or found.key < reference.key:
            yield None, found
            found = next(there, None)
        else:
            yield reference, found
            reference, found = next(wanted, None), next(there, None)


def _look(
    store: Storage, reference: Reference | None, found: ObjectStat | None, quick: bool
) -> Finding:
    """Judge one key. Runs in a thread: no database here."""
    if reference is None:
        assert found is not None
        young = datetime.now(UTC) - found.modified_at < GRACE
        return Finding(IN_FLIGHT if young else UNREFERENCED, found.key, found.bytes)
    try:
        # The listing may have passed here before the object was written: ask again.
        found = found or store.stat(reference.key)
        detail = _fault(store, reference, found, quick)
    except ObjectNotFoundError:
        return Finding(MISSING if reference.required else OK, reference.key, 0, "", reference)
    except (OSError, StorageUnavailableError) as error:
        store.check()  # gone altogether: the run ends; else it is this object's own fault
        detail = f"cannot be read: {error}"
    size = found.bytes if found else 0
    return Finding(DAMAGED if detail else OK, reference.key, size, detail, reference)


def _fault(store: Storage, reference: Reference, found: ObjectStat, quick: bool) -> str:
    """Return what is wrong with an object that is there, or nothing."""
    if found.bytes == 0:
        return "is empty"
    if reference.bytes is not None and found.bytes != reference.bytes:
        return f"has {found.bytes} bytes instead of {reference.bytes}"
    if quick:
        return ""
    if reference.sha256 is None:
        return _picture_fault(store, found)
    with store.open_range(reference.key) as file:
        digest = hashlib.sha256()
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    same = digest.hexdigest() == reference.sha256
    return "" if same else f"has sha256 {digest.hexdigest()} instead of {reference.sha256}"


def _picture_fault(store: Storage, found: ObjectStat) -> str:
    """Judge a small picture of ours whose digest is not kept, by decoding it."""
    if found.bytes > LARGEST_DERIVATIVE_BYTES:
        return f"has {found.bytes} bytes, more than any picture that is made here"
    with store.open_range(found.key) as file:
        data = file.read()
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
            if picture.width * picture.height > LARGEST_DERIVATIVE_BYTES:
                return f"is {picture.width} × {picture.height} pixels large"
            picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        return f"cannot be decoded: {error}"
    return ""


def _confirmed(finding: Finding) -> Iterator[Finding]:
    """Pass a finding on, unless what it misses was deleted or replaced while we looked."""
    if finding.kind in FAULTS and finding.reference and not still_holds(finding.reference):
        return
    yield finding


def _leftovers(store: Storage) -> Iterator[Finding]:
    """Tell of unfinished files on this machine that nobody has written to for long."""
    horizon = datetime.now(UTC) - SPOOL_AGE
    for path in sorted(store.spool_folder.glob("*.part")):
        try:
            info = path.stat()
        except FileNotFoundError:
            continue
        if datetime.fromtimestamp(info.st_mtime, UTC) < horizon:
            yield Finding(LEFTOVER, path.name, info.st_size)
