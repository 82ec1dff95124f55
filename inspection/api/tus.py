"""The headers of tus 1.0 (https://tus.io/protocols/resumable-upload): read strictly, sent always."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, current_app, request

from inspection.errors import BadRequestError, HanteiError
from uploads.resumable import CHECKSUMS

PREFIX = "/uploads"
VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
OFFSET_STREAM = "application/offset+octet-stream"
METHODS = ("GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS", "PUT")
MAX_METADATA = 8 * 1024
_DIGITS = re.compile(r"[0-9]{1,15}", re.ASCII)
_KEY = re.compile(r"[\x21-\x2b\x2d-\x7e]+")
_DIGEST_BYTES = {"sha1": 20, "sha256": 32}


class VersionError(HanteiError):
    """The client speaks another version of the protocol."""

    status, code, title = 412, "tus-version", "tus のバージョンが違います"


class MediaTypeError(HanteiError):
    """The body is not declared as bytes of an upload."""

    status, code, title = 415, "unsupported-media-type", "この形式は受け付けません"


def check_version() -> None:
    """Raise VersionError unless the client speaks ours."""
    said = request.headers.get("Tus-Resumable")
    if said != VERSION:
        raise VersionError(
            f"Tus-Resumable: {VERSION} を送ってください(受信した値: {said!r})。",
            headers={"Tus-Version": VERSION},
        )


def number(name: str) -> int | None:
    """Return a header that is ASCII digits and nothing else; None when it is missing."""
    text = request.headers.get(name)
    if text is None:
        return None
    if not _DIGITS.fullmatch(text):
        raise BadRequestError(f"{name} は数字(0 から 9)だけで指定してください。")
    return int(text)


def required_number(name: str) -> int:
    """Return a header of digits. Raises BadRequestError when it is missing."""
    value = number(name)
    if value is None:
        raise BadRequestError(f"{name} ヘッダーが必要です。")
    return value


def has_bytes() -> bool:
    """Tell whether the request carries bytes of the upload. Raises MediaTypeError.

    A body without a type of its own is taken for none only where it is empty.
    """
    if request.headers.get("Content-Type", "").strip().lower() == OFFSET_STREAM:
        return True
    if request.content_length or "Transfer-Encoding" in request.headers:
        _refuse_type()
    return False


def check_type() -> None:
    """Raise MediaTypeError unless the body is declared as bytes of an upload."""
    if not has_bytes():
        _refuse_type()


def _refuse_type() -> None:
    raise MediaTypeError(f"Content-Type は {OFFSET_STREAM} にしてください。")


def metadata() -> tuple[dict[str, bytes], str]:
    """Return Upload-Metadata's values by key, and the header as it came ("" when missing).

    Raises BadRequestError for a repeated or malformed key or a value that is no base64.
    """
    header = request.headers.get("Upload-Metadata", "").strip()
    if len(header) > MAX_METADATA:
        raise BadRequestError(f"Upload-Metadata は {MAX_METADATA} バイトまでです。")
    values: dict[str, bytes] = {}
    for pair in header.split(",") if header else ():
        key, _, value = pair.strip(" ").partition(" ")
        if not _KEY.fullmatch(key):
            raise BadRequestError("Upload-Metadata のキーは空白とコンマのない ASCII 文字です。")
        if key in values:
            raise BadRequestError(f"Upload-Metadata のキー {key} が重複しています。")
        try:
            values[key] = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise BadRequestError(
                f"Upload-Metadata の {key} の値が base64 ではありません。"
            ) from None
    return values, header


def checksum() -> tuple[str, bytes] | None:
    """Return (algorithm, digest) of Upload-Checksum, None when it is missing.

    Raises BadRequestError when it is malformed or names an algorithm that we do not offer.
    """
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _, value = header.partition(" ")
    if algorithm not in CHECKSUMS:
        raise BadRequestError(f"Upload-Checksum は {' か '.join(CHECKSUMS)} で指定してください。")
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != _DIGEST_BYTES[algorithm]:
        raise BadRequestError("Upload-Checksum の値が base64 の正しいダイジェストではありません。")
    return algorithm, digest


def refuse_unsupported() -> None:
    """Raise BadRequestError for extensions that we do not offer."""
    for name in ("Upload-Defer-Length", "Upload-Concat"):
        if name in request.headers:
            raise BadRequestError(f"{name} には対応していません。")


class MethodOverride:
    """WSGI middleware: below /uploads, X-HTTP-Method-Override is the method."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        wanted = environ.get("HTTP_X_HTTP_METHOD_OVERRIDE", "").strip().upper()
        if wanted in METHODS and _is_ours(environ.get("PATH_INFO", "")):
            environ["REQUEST_METHOD"] = wanted
        return self._app(environ, start_response)


def _is_ours(path: str) -> bool:
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def _sign(response: Response) -> Response:
    """Say on every reply below /uploads, whoever made it, what protocol is spoken here."""
    if _is_ours(request.path):
        response.headers["Tus-Resumable"] = VERSION
        response.headers["Tus-Max-Size"] = str(current_app.config["HANTEI_MAX_PHOTO_BYTES"])
        response.headers["Cache-Control"] = "no-store"
    return response


def register(app: Flask) -> None:
    """Add the protocol's frame to an application."""
    app.after_request(_sign)
    app.wsgi_app = MethodOverride(app.wsgi_app)  # type: ignore[method-assign]
