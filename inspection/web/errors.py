"""Errors as pages: a problem document on its way to a browser becomes a page that says the same.

It works on the finished reply, so that every error has one source and one shape (problems.py).
"""

from __future__ import annotations

import math
import time
from http import HTTPStatus

from flask import Flask, Response, render_template, request

from inspection.extensions import limiter

PROBLEM = "application/problem+json"
FOR_PROGRAMS = ("/api/", "/ogc", "/uploads", "/healthz", "/readyz", "/metrics")
ADVICE = {
    400: "前の画面に戻って、もう一度お試しください。",
    403: "必要な場合は、システム管理者に役割の変更を依頼してください。",
    404: "アドレスをお確かめください。古いリンクからお越しの場合は、移動したか、なくなっています。",
    405: "このアドレスは、画面のボタンからだけ使えます。ホームから開き直してください。",
    409: "別の画面や別の人の操作と重なりました。画面を開き直して、いまの内容をお確かめください。",
    412: "画面を開き直して、いまの内容を確かめてから、もう一度お試しください。",
    413: "送ろうとした内容が大きすぎます。小さくして、もう一度お試しください。",
    500: "入力した内容が原因ではありません。しばらくしてもう一度お試しになり、続く場合は下の番号を管理者にお知らせください。",
    503: "送った内容は保存されていません。少し待って、もう一度お試しください。",
}


def wants_page() -> bool:
    """Say whether the client is a browser asking for a page of ours."""
    if request.path.startswith(FOR_PROGRAMS):
        return False
    return request.accept_mimetypes.best_match([PROBLEM, "text/html"]) == "text/html"


def _as_page(response: Response) -> Response:
    if response.mimetype != PROBLEM or not wants_page():
        return response
    body = response.get_json()
    status = response.status_code
    page = render_template(
        "error.html",
        status=status,
        heading=body["title"],
        detail=body["detail"] if body["detail"] != body["title"] else "",
        advice=_advice(status),
    )
    response.set_data(page)
    response.mimetype = "text/html"
    response.headers["Cache-Control"] = "no-store"
    return response


def _advice(status: int) -> str:
    if status == HTTPStatus.TOO_MANY_REQUESTS and (limit := limiter.current_limit):
        wait_s = max(1, math.ceil(limit.reset_at - time.time()))
        return f"短い時間に何度も送られたため、いったん止めました。{wait_s} 秒ほど待って、もう一度お試しください。"
    return ADVICE.get(status, "")


def register(app: Flask) -> None:
    """Turn problems into pages for browsers, on every reply of an application."""
    app.after_request(_as_page)
