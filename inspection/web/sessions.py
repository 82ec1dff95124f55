"""Who is signed in on the pages: a signed cookie that names the user and the hour of sign-in."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, current_app, g, make_response, redirect, request, session, url_for

from inspection.auth import Actor, public
from inspection.database.transactions import read_transaction
from inspection.errors import ForbiddenError
from inspection.models import User
from inspection.services.access import user_by_id
from inspection.web.roles import ROLE_NAMES

View = TypeVar("View", bound=Callable[..., Any])


def configure(app: Flask) -> None:
    """Set the session cookie: not for scripts, not sent by other sites, over TLS by setting."""
    app.secret_key = app.config["HANTEI_SECRET_KEY"]
    app.config.update(
        SESSION_COOKIE_NAME="hantei_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=app.config["HANTEI_SECURE_COOKIES"],
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=app.config["HANTEI_SESSION_HOURS"]),
    )


def open_session(user: User) -> None:
    """Begin a session; nothing of what the cookie held before stays, its CSRF token neither."""
    session.clear()
    session.permanent = True
    session["user_id"] = str(user.id)
    session["signed_in_at"] = int(time.time())


def close_session() -> None:
    """End the session."""
    session.clear()


def current_user() -> User | None:
    """Return who is signed in; None also when the time is up or the account was disabled."""
    if "user_id" not in session:
        return None
    # Counted from sign-in: any change to a cookie renews the age that Flask itself checks.
    age_s = time.time() - session.get("signed_in_at", 0)
    user = None
    if age_s < current_app.config["HANTEI_SESSION_HOURS"] * 3600:
        with read_transaction():
            user = user_by_id(session["user_id"])
    if user is None:
        close_session()
    return user


def staff_page(permission: str | None = None) -> Callable[[View], View]:
    """Mark a page as one for signed-in staff, with a permission if given.

    The page itself checks the session, so the check of tokens lets it pass; `session_rule` on the
    view says what it asks for. The view finds the user in `g.user`.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def page(*args: Any, **values: Any) -> Any:
            user = current_user()
            if user is None:
                return redirect(_sign_in_address())
            g.user = user
            g.actor = Actor(label=user.email, role=user.role, address=request.remote_addr)
            if permission is not None and not g.actor.may(permission):
                name = ROLE_NAMES.get(user.role, user.role)
                raise ForbiddenError(f"役割「{name}」にはこの操作の権限がありません。")
            response = make_response(view(*args, **values))
            response.headers.setdefault("Cache-Control", "no-store")  # a picture says more
            return response

        page.session_rule = permission or "signed in"  # type: ignore[attr-defined]
        return public(page)  # type: ignore[return-value]

    return mark


def _sign_in_address() -> str:
    if request.method != "GET":
        return url_for("web.sign_in")
    return url_for("web.sign_in", next=request.full_path.rstrip("?"))
