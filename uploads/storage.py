"""Where originals and derivatives lie: the contract that every storage keeps.

Storages are told apart by URL (`open_storage`). Everything that stores or reads a photo
goes through `Storage`; the contract test in tests/uploads runs against each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

from uploads.errors import InvalidKeyError, UnsupportedStorageError

if TYPE_CHECKING:
    from uploads.s3_access import S3Access

# Lower case only: two keys that differ in case would be one file on some disks.
_KEY = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*")
_PREFIX = re.compile(r"(?:[a-z0-9][a-z0-9._-]*/)*(?:[a-z0-9][a-z0-9._-]*)?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KEY_LENGTH = 512


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What lies under a key after a write. `created` is false when it lay there before."""

    key: str
    bytes: int
    sha256: str
    created: bool


@dataclass(frozen=True, slots=True)
class ObjectStat:
    """Size in bytes and time of the last write (aware, UTC) of one object."""

    key: str
    bytes: int
    modified_at: datetime


class Storage(Protocol):
    """A place for immutable objects under keys.

    Keys: lower-case ASCII letters, digits, `.`, `_`, `-`, in parts joined by `/`; no part
    starts with a dot; 512 characters at most. Anything else raises InvalidKeyError.
    Every method raises StorageUnavailableError when the storage cannot serve now.
    Methods may be called from several threads and processes at once.
    """

    @property
    def spool_folder(self) -> Path:
        """A local folder for unfinished bytes, from where `adopt` is cheapest."""
        ...

    def check(self) -> None:
        """Return when the storage serves now; cheap enough for a probe every few seconds."""
        ...

    def put_new(self, key: str, stream: BinaryIO, sha256: str) -> StoredObject:
        """Store the rest of `stream` under `key` unless something lies there.

        sha256: 64 lower-case hex digits that the bytes must have; otherwise
        DigestMismatchError is raised and nothing is left behind. When this returns, the object
        survives a power cut. A reader sees the whole object or none.

        Idempotent: when the key is taken, what lies there stays and is described with its true
        size and digest (`created` false). The one exception: where the key ends with the
        sha256 and the stored bytes are damaged, they are replaced by the good ones.
        """
        ...

    def adopt(self, key: str, path: Path, sha256: str) -> StoredObject:
        """Like put_new for a finished local file, without a copy where that is possible.

        The caller vouches for `sha256` and must not write to the file afterwards; the file
        itself stays the caller's to remove.
        """
        ...

    def open_range(self, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        """Open bytes `start` (included) to `end` (excluded, clipped to the size) for reading.

        Raises ObjectNotFoundError, RangeNotSatisfiableError. The caller closes it.
        """
        ...

    def stat(self, key: str) -> ObjectStat:
        """Size and time of one object; ObjectNotFoundError when there is none."""
        ...

    def delete(self, key: str) -> bool:
        """Remove one object for good; false when there was none."""
        ...

    def list(self, prefix: str = "") -> Iterator[ObjectStat]:
        """Every object whose key starts with `prefix`, in the order of keys."""
        ...

    def url(self, key: str, ttl: timedelta) -> str | None:
        """Return a link that anyone may read the object by for `ttl`; None if there is none.

        Whoever follows it is made to save the object, never shown it. Where there are links,
        ObjectNotFoundError is raised for a key that is free.
        """
        ...


def check_key(key: str) -> str:
    """Return the key, or raise InvalidKeyError."""
    if len(key) > _KEY_LENGTH or not _KEY.fullmatch(key):
        raise InvalidKeyError(f"not a storage key: {key[:80]!r}")
    return key


def check_prefix(prefix: str) -> str:
    """Return the prefix of a listing, or raise InvalidKeyError."""
    if len(prefix) > _KEY_LENGTH or not _PREFIX.fullmatch(prefix):
        raise InvalidKeyError(f"not a prefix of storage keys: {prefix[:80]!r}")
    return prefix


def check_sha256(sha256: str) -> str:
    """Return the digest, or raise InvalidKeyError unless it is 64 lower-case hex digits."""
    if not _SHA256.fullmatch(sha256):
        raise InvalidKeyError(f"not a sha256 in lower-case hex: {sha256[:80]!r}")
    return sha256


def original_key(sha256: str) -> str:
    """Return the key of an original: `originals/ab/cd/<sha256>`."""
    check_sha256(sha256)
    return f"originals/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def derivative_key(sha256: str, recipe: str) -> str:
    """Return the key of what `recipe` (with its version) makes of the original `sha256`."""
    check_sha256(sha256)
    return check_key(f"derivatives/{sha256[:2]}/{sha256[2:4]}/{sha256}/{recipe}")


def open_storage(
    url: str, *, s3: S3Access | None = None, spool_folder: Path | None = None
) -> Storage:
    """Open the storage that a URL names, making its folder, and sweep what a kill left.

    `file:///absolute/folder` is a local disk. `s3://bucket/prefix` is a bucket of the server
    that `s3` describes, with unfinished bytes in `spool_folder`, a local folder; the server is
    not asked before the first use. Raises UnsupportedStorageError for anything else and
    StorageUnavailableError when a folder cannot be used.
    """
    parts = urlsplit(url)
    # Imported here: the storages import the contract from this module, and obstore is heavy.
    if parts.scheme == "s3" and s3 is not None and spool_folder is not None:
        from uploads.s3 import S3Storage
        from uploads.s3_access import bucket_and_prefix

        return S3Storage(s3, *bucket_and_prefix(parts), spool_folder)
    from uploads.local import LocalStorage

    return LocalStorage(_folder(url))


def _folder(url: str) -> Path:
    parts = urlsplit(url)
    if parts.scheme != "file":
        raise UnsupportedStorageError(
            f"storage URL {url!r}: scheme {parts.scheme or 'missing'!r} is not supported; "
            "use file:///absolute/folder or s3://bucket/prefix"
        )
    path = Path(url2pathname(parts.path))
    if parts.netloc not in ("", "localhost") or not path.is_absolute() or parts.query:
        raise UnsupportedStorageError(
            f"storage URL {url!r}: use file:///absolute/folder (three slashes, no query)"
        )
    return path
