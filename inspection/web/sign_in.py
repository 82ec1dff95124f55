"""Signing in and out on the pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, make_response, redirect, render_template, request, url_for

from inspection.auth import public
from inspection.extensions import limiter
from inspection.services import access
from inspection.web.frame import blp
from inspection.web.sessions import close_session, current_user, open_session

MAX_EMAIL = 200
MAX_PASSWORD = 1000
EMPTY = "メールアドレスとパスワードの両方を入力してください。"
REFUSED = "メールアドレスかパスワードが違います。もう一度お確かめください。"


def _limit() -> str:
    return str(current_app.config["HANTEI_SIGN_IN_LIMIT"])


def local_path(address: str) -> str | None:
    """Return an address when it is a path on this server, else None.

    `//host`, `/\\host` and control characters, which browsers read as another host, are refused.
    """
    clean = address.isprintable() and "\\" not in address
    local = address.startswith("/") and not address.startswith("//")
    if not (clean and local) or urlsplit(address).netloc:
        return None
    return address


@blp.get("/sign-in")
@public
def sign_in() -> Any:
    """Show the form, or go on when somebody is signed in."""
    if current_user() is not None:
        return redirect(_destination())
    return _form()


@blp.post("/sign-in")
@public
@limiter.limit(_limit)
def do_sign_in() -> Any:
    """Check email and password; the reply never says which of them was wrong."""
    email, password = request.form.get("email", "").strip(), request.form.get("password", "")
    if not email or not password:
        return _form(EMPTY, email, 422)
    if len(email) > MAX_EMAIL or len(password) > MAX_PASSWORD:
        return _form(REFUSED, "", 422)
    user = access.sign_in(email, password, request.remote_addr)
    if user is None:
        return _form(REFUSED, email, 422)
    open_session(user)
    return redirect(_destination(), 303)


@blp.post("/sign-out")
@public
def sign_out() -> Any:
    """End the session and go to the front page."""
    close_session()
    return redirect(url_for("web.index"), 303)


def _destination() -> str:
    return local_path(request.values.get("next", "")) or url_for("web.home")


def _form(error: str | None = None, email: str = "", status: int = 200) -> Any:
    page = render_template(
        "sign_in.html", error=error, email=email, next=local_path(request.values.get("next", ""))
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
