"""Who is asking, and may they? Deny by default.

A view says its rule with `@requires("permission")` or `@public`; one hook before every request
looks at the rule. A view without a rule is refused, and a test fails for it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, g, request

from inspection.errors import BadRequestError, ForbiddenError, UnauthenticatedError

READ = {"house:read", "rule_table:read", "inspection:read", "photo:read", "ogc:read"}
PERMISSIONS: dict[str, frozenset[str]] = {
    "inspector": frozenset(READ | {"score", "house:write", "inspection:write", "photo:write"}),
    "secretariat": frozenset(
        READ
        | {"score", "house:write", "house:owner", "inspection:write", "inspection:review"}
        | {"photo:write", "photo:release", "meeting:read", "meeting:write", "pack:read"}
        | {"device:manage", "team:manage", "rule_table:compare", "rule_table:propose"}
    ),
    "committee": frozenset(READ | {"score", "meeting:read", "pack:read"}),
    "gis": frozenset({"score", "ogc:read"}),
    "admin": frozenset(
        READ
        | {"score", "house:write", "meeting:read", "meeting:write", "pack:read"}
        | {"device:manage", "team:manage", "token:manage"}
        | {"rule_table:compare", "rule_table:propose", "rule_table:approve"}
    ),
}
PUBLIC = "public"
DEVICE_TIME = "Hantei-Device-Time"
_ASKED_BY_GIS = ("/ogc", "/api/v1/exports")
NO_TOKEN = "有効なトークンを Authorization ヘッダーで送ってください。"
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Actor:
    """Who acts: a token's or a user's label and role, the device and the address it came from.

    device_clock_at: the sending device's own clock, when it told it; never trusted, only kept.
    """

    label: str
    role: str
    token_id: str | None = None
    device_id: str | None = None
    address: str | None = None
    device_clock_at: datetime | None = None

    def may(self, permission: str) -> bool:
        """Say whether the role has a permission."""
        return permission in PERMISSIONS.get(self.role, frozenset())


SYSTEM = Actor(label="system", role="system")


def requires(permission: str) -> Callable[[View], View]:
    """Mark a view as open to tokens whose role has the permission."""
    if permission not in frozenset().union(*PERMISSIONS.values()):
        raise ValueError(f"no role has the permission {permission!r}")

    def mark(view: View) -> View:
        view.auth_rule = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Mark a view as open without a token."""
    view.auth_rule = PUBLIC  # type: ignore[attr-defined]
    return view


def rule_of(app: Flask, endpoint: str) -> str | None:
    """Return the rule of an endpoint: a permission, `public`, or None (refused)."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return PUBLIC
    return getattr(app.view_functions[endpoint], "auth_rule", None)


def current_actor() -> Actor:
    """Return who sent this request. Raises UnauthenticatedError when nobody is known."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise UnauthenticatedError("トークンを Authorization ヘッダーで送ってください。")
    return actor


def presented_token() -> str | None:
    """Return the token of `Authorization: Bearer` or of HTTP Basic (as its password)."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2] or None
        except (binascii.Error, UnicodeDecodeError):
            return None
    return None


def challenges() -> dict[str, str | list[str]]:
    """Return the 401 headers; Basic only where GIS clients ask, lest browsers open a dialog.

    One scheme a line: Chromium reads the first of a line only.
    """
    schemes = ['Bearer realm="hantei"']
    if request.path.startswith(_ASKED_BY_GIS):
        schemes.append('Basic realm="hantei", charset="UTF-8"')
    return {"WWW-Authenticate": schemes}


def _check_request() -> None:
    if request.endpoint is None or request.method == "OPTIONS":
        return  # 404, 405 and CORS preflights reveal nothing
    from flask import current_app

    rule = rule_of(current_app, request.endpoint)
    if rule == PUBLIC:
        return
    g.actor = _authenticate()
    if rule is None:
        raise _forbidden(g.actor)
    check_permission(g.actor, rule)
    g.actor = replace(g.actor, device_clock_at=_told_clock())


def check_permission(actor: Actor, permission: str) -> None:
    """Raise ForbiddenError when the role does not have the permission."""
    if not actor.may(permission):
        raise _forbidden(actor)


def _forbidden(actor: Actor) -> ForbiddenError:
    return ForbiddenError(f"役割「{actor.role}」にはこの操作の権限がありません。")


def _told_clock() -> datetime | None:
    """Return the device's clock as `Hantei-Device-Time` tells it (RFC 3339 with offset)."""
    told = _readable_clock()
    if told is None and DEVICE_TIME in request.headers:
        raise BadRequestError(f"{DEVICE_TIME} は時差つきの日時(RFC 3339)で指定してください。")
    return told


def _readable_clock() -> datetime | None:
    try:
        told = datetime.fromisoformat(request.headers.get(DEVICE_TIME, ""))
    except ValueError:
        return None
    return told if told.tzinfo is not None and 1970 < told.year < 9999 else None


def _authenticate() -> Actor:
    from inspection.services.access import actor_of_token, why_refused

    token = presented_token()
    if token is None:
        raise UnauthenticatedError(NO_TOKEN, headers=challenges())
    actor = actor_of_token(token, request.remote_addr, device_clock_at=_readable_clock())
    if actor is None:
        raise UnauthenticatedError(why_refused(token), headers=challenges())
    return actor


def register(app: Flask) -> None:
    """Check every request of an application before its view runs."""
    app.before_request(_check_request)
