"""Enrolling a tablet: the QR code that invites it, and the page behind that code."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from flask import Response, current_app, make_response, render_template, request

from inspection.auth import public
from inspection.services.devices import IssuedCode
from inspection.web.frame import blp

MAX_CODE = 40
GROUP = 5


@dataclass(frozen=True)
class Invitation:
    """What the secretariat shows to a tablet.

    code: in groups, for typing by hand; url: what the QR code says; qr: an SVG as data URI;
    until: the time of day, at the site, at which it ends.
    """

    code: str
    url: str
    qr: str
    until: str


def invitation(issued: IssuedCode) -> Invitation:
    """Draw the invitation for a code that was just made."""
    until = issued.expires_at.astimezone(current_app.config["HANTEI_TIME_ZONE"])
    return Invitation(
        code="-".join(
            issued.code[start : start + GROUP] for start in range(0, len(issued.code), GROUP)
        ),
        url=issued.url,
        qr=segno.make(issued.url, error="m", micro=False).svg_data_uri(
            scale=8, border=4, dark="#102644"
        ),
        until=f"{until.hour}時{until.minute:02d}分",
    )


@blp.get("/enrol")
@public
def enrol() -> Response:
    """Let a tablet trade the code for its token; the page's script does it with the API."""
    response = make_response(
        render_template("enrol.html", code=request.args.get("code", "")[:MAX_CODE])
    )
    response.headers["Cache-Control"] = "no-store"
    return response
