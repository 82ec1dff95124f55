"""The first page after signing in: who you are, what you may do, enrolling a tablet."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, redirect, render_template, url_for

from inspection.services.devices import issue_enrolment_code
from inspection.web.enrol import Invitation, invitation
from inspection.web.frame import blp
from inspection.web.roles import ROLE_NAMES, ROLE_TASKS, abilities_of
from inspection.web.sessions import staff_page

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@blp.get("/home")
@staff_page()
def home() -> str:
    """Show who is signed in and what the role may do."""
    return _page()


@blp.post("/home/enrolment-code")
@staff_page("device:manage")
def make_enrolment_code() -> str:
    """Make a one-time code and show it, this once, as QR code and in large type."""
    return _page(invitation(issue_enrolment_code(g.actor)))


@blp.get("/home/enrolment-code")
@staff_page("device:manage")
def no_enrolment_code() -> Any:
    """Lead on who opens the address of a code again: the code was shown once."""
    return redirect(url_for("web.home"))


def _page(invited: Invitation | None = None) -> str:
    role = g.user.role
    return render_template(
        "home.html",
        user=g.user,
        role_name=ROLE_NAMES[role],
        role_task=ROLE_TASKS[role],
        abilities=abilities_of(role),
        may_enrol=g.actor.may("device:manage"),
        invited=invited,
        only_here=urlsplit(current_app.config["HANTEI_BASE_URL"]).hostname in LOOPBACK,
    )
