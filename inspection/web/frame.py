"""What every page has: the blueprint, its language, its template helpers, CSRF on its forms."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, request, session, url_for
from flask_wtf.csrf import CSRFError

from inspection import __version__
from inspection.errors import BadRequestError
from inspection.extensions import csrf

LANGUAGES = ("ja", "en")
BILINGUAL = ("web.index", "web.api_docs")  # staff work in Japanese; the rest is Japanese only
VENDOR_SECONDS = 86_400  # fonts and libraries change with releases only

blp = Blueprint(
    "web",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


def _static_max_age(filename: str | None) -> int | None:
    """Let vendored files be kept for a day; our own are asked for anew (304 when unchanged)."""
    return VENDOR_SECONDS if filename and filename.startswith("vendor/") else None


blp.get_send_file_max_age = _static_max_age  # type: ignore[method-assign]


def language() -> str:
    """Return the page's language: Japanese, or on a bilingual page `?lang=` or the setting's."""
    if request.endpoint not in BILINGUAL:
        return "ja"
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else str(current_app.config["HANTEI_LANGUAGE"])


def say(japanese: str, english: str) -> str:
    """Return the text in the page's language; both stand side by side in the template."""
    return english if language() == "en" else japanese


def asset(name: str) -> str:
    """Return the address of a file below static/."""
    return url_for("web.static", filename=name)


@blp.app_context_processor
def _helpers() -> dict[str, Any]:
    return {
        "lang": language(),
        "say": say,
        "asset": asset,
        "version": __version__,
        "municipality": current_app.config["HANTEI_MUNICIPALITY_NAME"],
        "signed_in": "user_id" in session,  # no look into the database: error pages need it too
    }


@blp.before_request
def _protect_forms() -> None:
    if request.endpoint == "web.sign_out" and "user_id" not in session:
        return  # the session ended by itself: leaving is no error
    try:
        csrf.protect()
    except CSRFError:
        raise BadRequestError(
            "画面を開いてから時間がたったか、別の画面でサインインし直されています。"
            "前の画面に戻り、読み込み直してから、もう一度お送りください。"
        ) from None
