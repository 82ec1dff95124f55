"""What every reply carries for safety, and which other sites may read it."""

from __future__ import annotations

from flask import Flask, Response, current_app, request
from werkzeug.middleware.proxy_fix import ProxyFix

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; style-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
EXPOSED = (
    "ETag, Location, X-Request-Id, Content-Crs, Link, Retry-After, Tus-Resumable, Tus-Version, "
    "Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm, Upload-Offset, Upload-Length, "
    "Upload-Metadata, Upload-Expires"
)
ALLOWED = (
    "Authorization, Content-Type, If-Match, If-None-Match, Content-Digest, X-Request-Id, "
    "Hantei-Device-Time, Tus-Resumable, Upload-Length, Upload-Metadata, Upload-Offset, "
    "Upload-Checksum, X-HTTP-Method-Override"
)
PREFLIGHT_S = 600
SAFETY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
PRIVATE = "private, no-cache"


def _add(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    for name, value in SAFETY.items():
        headers[name] = value
    if request.headers.get("Authorization"):
        headers.setdefault("Cache-Control", PRIVATE)
    origin = request.headers.get("Origin")
    if origin and origin in current_app.config["HANTEI_CORS_ORIGINS"]:
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Expose-Headers"] = EXPOSED
        headers.add("Vary", "Origin")
        if request.method == "OPTIONS":
            headers["Access-Control-Allow-Headers"] = ALLOWED
            headers["Access-Control-Allow-Methods"] = "GET, HEAD, PUT, POST, PATCH, DELETE"
            headers["Access-Control-Max-Age"] = str(PREFLIGHT_S)
    return response


def register(app: Flask) -> None:
    """Add the headers to every reply, and trust as many proxies as the setting says."""
    app.after_request(_add)
    hops = app.config["HANTEI_PROXY_HOPS"]
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
