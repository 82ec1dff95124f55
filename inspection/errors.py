"""The domain's errors, and the one shape in which a client sees any error (RFC 9457)."""

from __future__ import annotations

from typing import Any


class SettingError(Exception):
    """A setting cannot be used; the message names it. Ends the start."""


class HanteiError(Exception):
    """An expected failure: `status` and `code` say what kind, `detail` says what was found.

    errors: messages by field, for 422; extra: further members of the problem document.
    """

    status = 500
    code = "error"
    title = "エラー"

    def __init__(
        self,
        detail: str,
        *,
        errors: dict[str, Any] | None = None,
        extra: dict[str, Any] | None = None,
        headers: dict[str, str | list[str]] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors
        self.extra = extra or {}
        self.headers = headers or {}


class BadRequestError(HanteiError):
    """The request itself is malformed."""

    status, code, title = 400, "bad-request", "リクエストの形式が正しくありません"


class UnauthenticatedError(HanteiError):
    """No valid token."""

    status, code, title = 401, "unauthenticated", "認証が必要です"


class ForbiddenError(HanteiError):
    """The role may not do this."""

    status, code, title = 403, "forbidden", "権限がありません"


class NotFoundError(HanteiError):
    """The id in the path names nothing that this client may see."""

    status, code, title = 404, "not-found", "見つかりません"


class ConflictError(HanteiError):
    """The state, or something unique, stands against it."""

    status, code, title = 409, "conflict", "現在の状態と両立しません"


class GoneError(HanteiError):
    """It was here and is no more; coming again does not help."""

    status, code, title = 410, "gone", "もうありません"


class LockedError(HanteiError):
    """Another is at it now; the client should come again."""

    status, code, title = 423, "locked", "使用中です"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"Retry-After": "2"})


class PreconditionFailedError(HanteiError):
    """If-Match names another version than the current one."""

    status, code, title = 412, "precondition-failed", "他の更新が先に保存されています"


class TooLargeRequestError(HanteiError):
    """More bytes than the limit."""

    status, code, title = 413, "too-large", "大きすぎます"


class InvalidError(HanteiError):
    """The body was understood and cannot be accepted; `errors` says why, by field."""

    status, code, title = 422, "invalid", "入力内容を確認してください"

    @classmethod
    def of(cls, field: str, message: str) -> InvalidError:
        """Build one from a single field's message."""
        return cls(message, errors={field: [message]})


class ChecksumMismatchError(HanteiError):
    """The bytes are not those of the checksum (the tus protocol's own status)."""

    status, code, title = 460, "checksum-mismatch", "チェックサムが一致しません"


class PreconditionRequiredError(HanteiError):
    """A change of an existing record came without If-Match."""

    status, code, title = 428, "precondition-required", "If-Match が必要です"


class UnavailableError(HanteiError):
    """Database or storage cannot be used now; the client should come again."""

    status, code, title = 503, "unavailable", "一時的に利用できません"

    def __init__(self, detail: str = "しばらくしてからもう一度お試しください。") -> None:
        super().__init__(detail, headers={"Retry-After": "10"})
