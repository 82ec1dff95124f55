"""Errors of this package; none of them knows of HTTP."""


class UploadError(Exception):
    """Base of everything this package raises on purpose."""


class StorageError(UploadError):
    """Base of storage errors."""


class StorageUnavailableError(StorageError):
    """The storage cannot serve now (disk full, read only, input/output error); try again later."""


class UnsupportedStorageError(StorageError):
    """The storage URL names a kind of storage, or a form of URL, that is not supported."""


class InvalidKeyError(StorageError, ValueError):
    """The key could leave the storage or would differ between storages."""


class ObjectNotFoundError(StorageError, KeyError):
    """Nothing is stored under this key."""

    def __str__(self) -> str:
        return f"nothing is stored under {self.args[0]!r}"


class RangeNotSatisfiableError(StorageError, ValueError):
    """The range starts behind the object's end or ends before it starts."""


class DigestMismatchError(StorageError):
    """The bytes are not those of the announced sha256; nothing was stored."""


class TooLargeError(UploadError):
    """More bytes than the limit."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"more than {limit_bytes} bytes")
        self.limit_bytes = limit_bytes


class TruncatedError(UploadError):
    """The sender stopped before the announced length."""

    def __init__(self, received_bytes: int, announced_bytes: int | None) -> None:
        super().__init__(f"{received_bytes} bytes came, {announced_bytes} were announced")
        self.received_bytes = received_bytes
        self.announced_bytes = announced_bytes


class ChecksumError(UploadError):
    """What came is not what the sender's checksum says; nothing of it was committed."""

    def __init__(self, algorithm: str) -> None:
        super().__init__(f"the {algorithm} differs")


class LostUploadError(UploadError):
    """Another writer took this upload over; what this one still had is not committed."""


class DamagedPartError(UploadError):
    """Committed bytes of an upload are not there any more; it cannot go on."""


class NotAnImageError(UploadError):
    """Not an acceptable picture; `reason` is a Japanese sentence for the person who sent it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PictureWorkerError(UploadError):
    """The drawing process failed for a reason that is not the picture's; try again later."""
