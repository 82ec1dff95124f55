"""集計: a clerk picks a question, sees table and map, downloads the answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, current_app, g, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage, MultiDict

from inspection.api.files import disposition
from inspection.errors import BadRequestError, HanteiError, NotFoundError
from inspection.gis.questions import answers
from inspection.gis.questions.mesh import LEVELS
from inspection.web import map_answers
from inspection.web.frame import blp
from inspection.web.sessions import staff_page

QUESTIONS = {
    "wards": ("区ごと", "区ごとの家屋数と、判定の内訳を数えます。"),
    "meshes": ("メッシュごと", "地域メッシュ（JIS X 0410）の区画ごとに家屋を数えます。"),
    "hexagons": ("六角形ごと", "同じ大きさの六角形ごとに家屋を数え、多い所を示します。"),
    "near": (
        "通学路などの近く",
        "地図ソフトで描いた線や範囲から、決めた距離の中にある家屋を探します。",
    ),
    "changes": ("期間の変化", "2 つの日の、それぞれ最新の確定した調査を比べます。"),
}
LABELS = {
    "size_m": "六角形の幅", "distance_m": "距離", "from": "前の日", "to": "後の日",
    "level": "メッシュ", "ward_code": "区", "judgement": "判定", "crs": "図形の座標系",
}  # fmt: skip
ANSWERS = {
    "wards": answers.answer_wards,
    "meshes": answers.answer_meshes,
    "hexagons": answers.answer_hexagons,
    "changes": answers.answer_changes,
}
NO_FILE = "図形のファイル（GeoJSON）を選んでください。"


@blp.get("/map-questions")
@staff_page("ogc:read")
def map_questions() -> Any:
    """Lead to the first question."""
    return redirect(url_for("web.show_question", question="wards"))


@blp.get("/map-questions/<question>")
@staff_page("ogc:read")
def show_question(question: str) -> Any:
    """Show a question's form and, where it says enough, the answer; or send it as a file."""
    if question not in QUESTIONS:
        raise NotFoundError("この集計はありません。")
    given = _given(request.args)
    if question == "near" or (question == "changes" and not given):
        return _page(question, _defaults(given))
    try:
        if "f" in given:
            whole = {"limit": str(answers.LARGEST_PAGE)} if question == "changes" else {}
            return _file(ANSWERS[question](MultiDict({**given, **whole}), g.actor))
        shown = map_answers.SHOWN[question](given, g.actor)
    except HanteiError as error:
        return _page(question, given, error=_told(error)), error.status
    return _page(question, given, shown)


@blp.post("/map-questions/near")
@staff_page("ogc:read")
def ask_near() -> Any:
    """Answer for the drawing that was uploaded, as a page or as a file."""
    given = _given(request.form)
    try:
        drawn = _uploaded(request.files.get("drawing"))
        if "f" in given:
            whole = MultiDict({**given, "limit": str(answers.LARGEST_PAGE)})
            return _file(answers.answer_near(whole, drawn, g.actor))
        shown = map_answers.near(given, drawn, g.actor)
    except HanteiError as error:
        return _page("near", given, error=_told(error)), error.status
    return _page("near", given, shown)


def _given(fields: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return what was filled in; an empty field is one that was left out."""
    return MultiDict(
        (name, value.strip())
        for name, value in fields.items(multi=True)
        if name != "csrf_token" and value.strip()
    )


def _uploaded(file: FileStorage | None) -> bytes:
    data = file.read() if file is not None and file.filename else b""
    if not data:
        raise BadRequestError(NO_FILE)
    return data


def _defaults(given: MultiDict[str, str]) -> MultiDict[str, str]:
    """Propose a distance, and the fiscal year until today."""
    today = datetime.now(current_app.config["HANTEI_TIME_ZONE"]).date()
    april = today.replace(year=today.year - (today.month < 4), month=4, day=1)
    proposed = {"distance_m": "50", "from": april.isoformat(), "to": today.isoformat()}
    return MultiDict({**proposed, **given})


def _told(error: HanteiError) -> str:
    """Return an error in the words of the form."""
    name, colon, rest = error.detail.partition(": ")
    if colon and name == error.extra.get("parameter"):
        return f"{LABELS.get(name, name)}: {rest}"
    place = next(iter(error.errors or {}), "")
    return f"{error.detail}（ファイルの中の場所: {place[:200]}）" if "." in place else error.detail


def _file(answer: answers.Answer) -> Response:
    response = Response(b"".join(answers.joined(answer.text)), content_type=answer.media_type)
    response.headers["Content-Disposition"] = disposition("attachment", answer.name)
    return response


def _page(
    question: str,
    given: MultiDict[str, str],
    shown: map_answers.Shown | None = None,
    error: str | None = None,
) -> str:
    title, lead = QUESTIONS[question]
    return render_template(
        "map_questions.html",
        questions=QUESTIONS,
        question=question,
        title=title,
        lead=lead,
        given=given,
        shown=shown,
        error=error,
        wards=current_app.config["HANTEI_WARDS"],
        judgements=map_answers.JUDGEMENTS,
        levels=LEVELS,
    )
