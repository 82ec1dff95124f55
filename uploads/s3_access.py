"""How an S3 server is reached: where, as whom, how patiently; and what its errors mean here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import SplitResult

from obstore.exceptions import BaseError
from obstore.store import S3Store

from uploads.errors import (
    InvalidKeyError,
    ObjectNotFoundError,
    StorageUnavailableError,
    UnsupportedStorageError,
)
from uploads.storage import check_prefix

if TYPE_CHECKING:  # obstore has these for the type checker only
    from obstore.store import ClientConfig, RetryConfig, S3Config, S3Credential

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_STATUS = re.compile(r"status code: (\d{3} [A-Za-z ]{1,40})")
_CODE = re.compile(r"<Code>(\w{1,60})</Code>")
_TRANSPORT = re.compile(r"HTTP error: ([a-z ]{1,60})")

# A request that a person waits for: a server that is gone costs well under a second (refused)
# to some seconds (silent), never minutes. READ is also the longest that one piece may take.
_CLIENT: ClientConfig = {
    "connect_timeout": timedelta(seconds=2),
    "read_timeout": timedelta(seconds=8),
    "timeout": timedelta(seconds=30),
    "user_agent": "hantei",
}
_RETRY: RetryConfig = {
    "max_retries": 2,
    "retry_timeout": timedelta(seconds=3),
    "backoff": {
        "init_backoff": timedelta(milliseconds=100),
        "max_backoff": timedelta(seconds=1),
        "base": 2,
    },
}


@dataclass(frozen=True)
class S3Access:
    """Where an S3 server is and who we are there.

    endpoint: URL of the server, None for Amazon's own of the region. public_endpoint: the same
    server as browsers reach it, for links; None: as we do. Without a key the machine's own role
    is used, as the AWS_* variables or its metadata service give it.
    """

    endpoint: str | None = None
    region: str = "us-east-1"
    access_key_id: str | None = None
    secret_access_key: str | None = field(default=None, repr=False)
    public_endpoint: str | None = None

    def store(self, bucket: str, prefix: str, *, public: bool = False) -> S3Store:
        """Return a client of a bucket's keys below `prefix`; opens no connection."""
        endpoint = (self.public_endpoint if public else None) or self.endpoint
        # Given in full: the AWS_* variables of the environment would fill in what is left out.
        config: S3Config = {"region": self.region, "skip_signature": False}
        config["disable_bulk_delete"] = True  # not every server knows it, and we delete singly
        if endpoint is not None:
            config["endpoint"] = config["aws_endpoint_url_s3"] = endpoint
        client: ClientConfig = {**_CLIENT, "allow_http": (endpoint or "").startswith("http:")}
        return S3Store(
            bucket,
            prefix=prefix or None,
            config=config,
            client_options=client,
            retry_config=_RETRY,
            credential_provider=self._credential if self.access_key_id else None,
        )

    def _credential(self) -> S3Credential:
        return {
            "access_key_id": self.access_key_id or "",
            "secret_access_key": self.secret_access_key or "",
            "token": None,
            "expires_at": None,
        }


def bucket_and_prefix(parts: SplitResult) -> tuple[str, str]:
    """Return (bucket, prefix without slashes at its ends) of `s3://bucket/prefix`.

    Raises UnsupportedStorageError; the message does not repeat the URL, which may hold a secret.
    """
    prefix = parts.path.strip("/")
    if not _BUCKET.fullmatch(parts.netloc) or parts.query or parts.fragment:
        raise UnsupportedStorageError(
            "storage URL: use s3://bucket/prefix (no user, port or query); "
            "the server and the key are settings of their own"
        )
    try:
        return parts.netloc, check_prefix(prefix)
    except InvalidKeyError as error:
        raise UnsupportedStorageError(f"storage URL, prefix in the bucket: {error}") from None


@contextmanager
def s3_errors(doing: str, key: str | None = None) -> Iterator[None]:
    """Turn the client's errors into ours; the message tells status and code only.

    What the server answered in full may repeat signed headers, so it goes no further.
    Raises ObjectNotFoundError only with a key, and only where the bucket is there.
    """
    try:
        yield
    except FileNotFoundError as error:
        if key is not None and "NoSuchBucket" not in str(error):
            raise ObjectNotFoundError(key) from None
        raise StorageUnavailableError(f"{doing}: {_reason(error)}") from None
    except (BaseError, OSError, ValueError) as error:
        raise StorageUnavailableError(f"{doing}: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    text = str(error)
    status, code, transport = _STATUS.search(text), _CODE.search(text), _TRANSPORT.search(text)
    if status is None:
        return transport[1] if transport else type(error).__name__
    return f"{status[1].strip()} ({code[1]})" if code else status[1].strip()
