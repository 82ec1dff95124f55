"""Storage on an S3-compatible server, through obstore.

Bytes are spooled and their digest is known before the first of them is sent, so nothing wrong
ever becomes visible; a single conditional PUT, or for large objects the end of a multipart
upload, makes an object visible as a whole. What a kill leaves of a multipart upload no reader
sees; a lifecycle rule of the bucket removes it (docs/storage.md).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import obstore
from obstore.exceptions import AlreadyExistsError, NotSupportedError

from uploads.errors import (
    DigestMismatchError,
    InvalidKeyError,
    ObjectNotFoundError,
    RangeNotSatisfiableError,
)
from uploads.local import (
    CHUNK_BYTES,
    create_spool_file,
    sweep,
    unavailable_on_os_error,
    write_all,
)
from uploads.s3_access import S3Access, s3_errors
from uploads.s3_reader import open_pieces
from uploads.storage import ObjectStat, StoredObject, check_key, check_prefix, check_sha256

if TYPE_CHECKING:
    from obstore import GetResult, ObjectMeta

# 5 MiB is S3's smallest part: with two under way at once a writer holds 10 MiB, whatever the
# size of the object.
PART_BYTES = 5 * 1024 * 1024
PARTS_AT_ONCE = 2
SINGLE_PUT_BYTES = 8 * 1024 * 1024
# Listings are sorted here, a folder of this depth at a time: not every server sorts as we do.
FOLDER_DEPTH = 2
ATTACHMENT = "attachment"


class S3Storage:
    """Keys below a prefix of a bucket. See `uploads.storage.Storage` for what the methods keep.

    Nothing is asked of the server before the first use: an application starts while it is down.
    """

    def __init__(self, access: S3Access, bucket: str, prefix: str, spool_folder: Path) -> None:
        """Make the local folder for unfinished bytes; StorageUnavailableError if impossible."""
        self._store = access.store(bucket, prefix)
        self._links = access.store(bucket, prefix, public=True)
        self._spool_folder = spool_folder
        with unavailable_on_os_error(f"spool folder {spool_folder}"):
            spool_folder.mkdir(parents=True, exist_ok=True)
            sweep(spool_folder)

    @property
    def spool_folder(self) -> Path:
        """A folder of this machine; what is complete there is sent to the server."""
        return self._spool_folder

    def check(self) -> None:
        """Ask for one page of an empty listing: it needs the server, the bucket and the key."""
        with unavailable_on_os_error("spool folder"):
            self._spool_folder.stat()
        with s3_errors("S3 does not answer"):
            obstore.list_with_delimiter(self._store, "check")

    def put_new(self, key: str, stream: BinaryIO, sha256: str) -> StoredObject:
        """Spool a stream, then store it; DigestMismatchError leaves nothing."""
        check_key(key)
        check_sha256(sha256)
        with unavailable_on_os_error("cannot open a file to spool"):
            descriptor, path = create_spool_file(self._spool_folder)
        try:
            digest = hashlib.sha256()
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
                with unavailable_on_os_error("cannot spool"):
                    write_all(descriptor, chunk)
            if digest.hexdigest() != sha256:
                found = digest.hexdigest()
                raise DigestMismatchError(f"{key}: announced sha256 {sha256}, found {found}")
            return self.adopt(key, path, sha256)
        finally:
            os.close(descriptor)
            path.unlink(missing_ok=True)

    def adopt(self, key: str, path: Path, sha256: str) -> StoredObject:
        """Send a finished local file, unless the key is taken.

        Of several simultaneous writers of one large object, each may be told that it created
        it: the end of a multipart upload has no condition. Their bytes are the same, for the
        key of anything large ends with its sha256.
        """
        check_key(key)
        check_sha256(sha256)
        with unavailable_on_os_error(f"cannot store {key}"):
            size = path.stat().st_size
        if not self._is_there(key) and self._create(key, path, size, sha256):
            return StoredObject(key, size, sha256, created=True)
        found_size, found = self._read_digest(key)
        if found != sha256 and key.endswith(sha256):
            with s3_errors(f"S3 cannot replace the damaged {key}"):
                self._send(key, path, size)
            found_size, found = size, sha256
        return StoredObject(key, found_size, found, created=False)

    def open_range(self, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        """Open a part of an object; it is fetched piece by piece as it is read, and can seek."""
        meta = self._head(check_key(key)).meta
        size = meta["size"]
        stop = size if end is None else min(end, size)
        if not 0 <= start <= stop:
            raise RangeNotSatisfiableError(f"{key}: bytes {start} to {end} of {size}")
        return open_pieces(self._store, key, start, stop, meta["e_tag"])

    def stat(self, key: str) -> ObjectStat:
        """Size and time of one object, as the server tells them."""
        check_key(key)
        meta = self._head(key).meta
        return ObjectStat(key, meta["size"], meta["last_modified"])

    def delete(self, key: str) -> bool:
        """Remove an object; of two who do so at once, both may be told that it was there."""
        check_key(key)
        try:
            self._head(key)
        except ObjectNotFoundError:
            return False
        with s3_errors(f"S3 cannot delete {key}"):
            obstore.delete(self._store, key)
        return True

    def list(self, prefix: str = "") -> Iterator[ObjectStat]:
        """Objects under a prefix, in the order of keys whatever order the server has.

        Memory: the objects of one folder of the second level (1/256 of all originals).
        """
        check_prefix(prefix)
        folder = prefix.rpartition("/")[0]
        for each in self._walk(folder, depth=folder.count("/") + bool(folder)):
            if each.key.startswith(prefix):
                yield each

    def url(self, key: str, ttl: timedelta) -> str | None:
        """Sign a link for `ttl`; None unless what is stored makes a browser save, not show it.

        The headers of such an answer are the object's own: obstore cannot sign others.
        """
        check_key(key)
        attributes = self._head(key).attributes
        if not str(attributes.get("Content-Disposition", "")).startswith(ATTACHMENT):
            return None
        with s3_errors(f"cannot sign a link to {key}"):
            return obstore.sign(self._links, "GET", key, ttl)

    def _head(self, key: str) -> GetResult:
        try:
            with s3_errors(f"S3 cannot describe {key}", key):
                return obstore.get(self._store, key, options={"head": True})
        except ObjectNotFoundError:
            # Without a body HEAD cannot tell a missing object from a missing bucket; GET can.
            with s3_errors(f"S3 cannot describe {key}", key):
                return obstore.get(self._store, key)

    def _is_there(self, key: str) -> bool:
        """Tell whether a key is taken; of a missing bucket the PUT that follows will tell."""
        try:
            with s3_errors(f"S3 cannot describe {key}", key):
                obstore.head(self._store, key)
        except ObjectNotFoundError:
            return False
        return True

    def _create(self, key: str, path: Path, size: int, sha256: str) -> bool:
        """Send a file to a free key; False when somebody took the key meanwhile."""
        with s3_errors(f"S3 cannot store {key}"):
            if size > SINGLE_PUT_BYTES and key.endswith(sha256):
                self._send(key, path, size)
                return True
            try:
                obstore.put(
                    self._store, key, path, attributes=_attributes(key, path), mode="create"
                )
            except AlreadyExistsError:
                return False
            except NotSupportedError:  # a server without conditions: who came last, stays
                self._send(key, path, size)
            return True

    def _send(self, key: str, path: Path, size: int) -> None:
        obstore.put(
            self._store,
            key,
            path,
            attributes=_attributes(key, path),
            use_multipart=size > SINGLE_PUT_BYTES,
            chunk_size=PART_BYTES,
            max_concurrency=PARTS_AT_ONCE,
        )

    def _read_digest(self, key: str) -> tuple[int, str]:
        with self.open_range(key) as file:
            digest = hashlib.sha256()
            size = 0
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
        return size, digest.hexdigest()

    def _walk(self, folder: str, depth: int) -> Iterator[ObjectStat]:
        if depth >= FOLDER_DEPTH:
            with s3_errors(f"S3 cannot list {folder!r}"):
                pages = obstore.list(self._store, folder, chunk_size=1000)
                found = [meta for page in pages for meta in page]
            yield from _ours(found, {folder, *(meta["path"].rpartition("/")[0] for meta in found)})
            return
        with s3_errors(f"S3 cannot list {folder!r}"):
            level = obstore.list_with_delimiter(self._store, folder or None)
        below = set(level["common_prefixes"])
        objects = {each.key: each for each in _ours(level["objects"], {folder, *below})}
        # "a/" sorts where the key of anything in the folder a sorts.
        for name in sorted([*objects, *(f"{each}/" for each in below)]):
            if name.endswith("/"):
                yield from self._walk(name[:-1], depth + 1)
            else:
                yield objects[name]


def _ours(metas: Sequence[ObjectMeta], folders: set[str]) -> list[ObjectStat]:
    """Describe the objects of a listing in the order of keys, without what cannot be ours.

    Some programs make empty objects named as folders; the client tells their names bare.
    """
    found = []
    for meta in metas:
        if meta["size"] == 0 and meta["path"] in folders:
            continue
        with suppress(InvalidKeyError):
            key = check_key(meta["path"])
            found.append(ObjectStat(key, meta["size"], meta["last_modified"]))
    return sorted(found, key=lambda each: each.key)


def _attributes(key: str, path: Path) -> dict[str, str]:
    """Return headers under which no browser shows the object, whoever asks the server for it."""
    with path.open("rb") as file:
        extension = _extension(file.read(16))
    name = key.rpartition("/")[2]
    if extension is not None and "." not in name:  # an original: named by its digest, shortened
        name = f"{name[:16]}.{extension}"
    return {
        "Content-Disposition": f'{ATTACHMENT}; filename="{name}"',
        "Content-Type": "application/octet-stream",
        "Cache-Control": "private, no-cache",
    }


def _extension(head: bytes) -> str | None:
    """Tell a picture's usual extension from its first bytes: a name to open it by, no check."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG"):
        return "png"
    if head[8:12] == b"WEBP":
        return "webp"
    return "heic" if head[4:8] == b"ftyp" else None
