"""`demo info`: what `make run` prints on every start: where to go and how to come in."""

from __future__ import annotations

import shlex
from pathlib import Path

from flask import current_app

from inspection.auth import SYSTEM
from inspection.demo import accounts
from inspection.demo.content import NEXT_MEETING
from inspection.labels import ROLE_LABELS
from inspection.models import ROLES
from inspection.services import devices, meetings

RULE = "─" * 78
COMMAND = ".venv/bin/flask --app wsgi"
ORDER = """curl -fsS -H "$AUTH" -H 'Content-Type: application/json' -d '{"edition": "closed"}'"""
ID_OF = """grep -o '"id": *"[^"]*' | grep -o '[^"]*$'"""
# Until the worker is done the file answers 409, which --retry-all-errors (curl 7.71) tries again.
FETCH = """curl -fs -H "$AUTH" --retry 600 --retry-delay 1 --retry-all-errors"""


def sign_in_help() -> str:
    """Return the text for a terminal.

    With demo data: accounts, a fresh enrolment link, a token for each role, lines to paste.
    Without: the addresses, and the commands that make users and tokens.
    """
    demo = current_app.config["HANTEI_DEMO"] and meetings.find(NEXT_MEETING) is not None
    parts = [_pages(), *(_demo_parts() if demo else [_commands()])]
    return "\n".join([RULE, *"\n\n".join(parts).splitlines(), RULE])


def _base() -> str:
    return str(current_app.config["HANTEI_BASE_URL"]).rstrip("/")


def _pages() -> str:
    base = _base()
    rows = (
        (f"{base}/", "トップ start page"),
        (f"{base}/sign-in", "サインイン staff pages"),
        (f"{base}/api/v1/docs", "API の説明 API documentation"),
        (f"{base}/ogc/", "GIS (OGC API: QGIS, ArcGIS, GDAL)"),
    )
    return _section("判定 Hantei", _table(rows))


def _commands() -> str:
    rows = (
        (f"{COMMAND} user create 名前@example.jp --role secretariat", "職員 staff account"),
        (f"{COMMAND} token create --role gis --label QGIS", "API トークン API token"),
    )
    roles = f"役割 roles: {', '.join(ROLES)}"
    return _section("利用者とトークンの作成 Accounts and tokens", [*_table(rows), roles])


def _demo_parts() -> list[str]:
    known = accounts.ensure()
    return [
        _section("サインイン Sign in (デモ demo)", _accounts(known)),
        _section("タブレットの登録 Enrol a tablet (15分間 1台 one tablet, 15 min)", [_enrol()]),
        _section("API トークン API tokens", _tokens(known)),
        _section("試す Try it (そのまま貼り付け paste as is)", _lines(known)),
    ]


def _accounts(known: accounts.DemoAccess) -> list[str]:
    where = _shown(accounts.path())
    if not accounts.works(known, "secretariat"):
        return [
            f"{where} のパスワードはこのデータベースのものではありません。",
            f"The password in {where} is not this database's. Make an account of your own:",
            f"{COMMAND} user create 名前@example.jp --role secretariat",
        ]
    rows = [(accounts.email(role), ROLE_LABELS[role]) for role in ROLES]
    secret = f"パスワード password: {known.password}  (全員共通 the same for all; {where})"
    return [*_table(rows), secret]


def _shown(path: Path) -> str:
    """Return a path as short as it can be named from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _enrol() -> str:
    return devices.issue_enrolment_code(SYSTEM).url


def _tokens(known: accounts.DemoAccess) -> list[str]:
    return _table([(role, known.tokens[role]) for role in ROLES])


def _lines(known: accounts.DemoAccess) -> list[str]:
    base = _base()
    api = f"{base}/api/v1"
    bearer = f"Authorization: Bearer {known.tokens['secretariat']}"
    gis = f"Authorization: Bearer {known.tokens['gis']}"
    return [
        "# 第4回委員会の資料を作成して保存 order the next meeting's pack, fetch it when it is ready",
        f"AUTH={shlex.quote(bearer)}",
        f"PACK=$({ORDER} {api}/meetings/{NEXT_MEETING}/packs | {ID_OF})",
        f"{FETCH} -o pack.pdf {api}/packs/$PACK/file && ls -l pack.pdf",
        "# GDAL: 判定済み家屋の一覧 the judged houses",
        f"ogrinfo -ro -al -so OAPIF:{base}/ogc --config GDAL_HTTP_HEADERS {shlex.quote(gis)}",
    ]


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([title, *(f"  {line}" for line in lines)])


def _table(rows: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> list[str]:
    wide = max(len(left) for left, _ in rows)
    return [f"{left:<{wide}}  {right}" for left, right in rows]
