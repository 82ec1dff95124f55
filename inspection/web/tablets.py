"""Tablets and teams for the secretariat: who was seen when, and shutting a lost tablet out."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import current_app, flash, g, redirect, render_template, url_for

from inspection.errors import NotFoundError
from inspection.services import devices, teams
from inspection.web.frame import blp
from inspection.web.sessions import staff_page

SKEW_TOLD_S = 120  # a tablet's clock may be off by so much before it is worth a word


@blp.app_template_filter("day_and_time")
def day_and_time(moment: datetime | None) -> str:
    """Return an instant as 11月25日 9:05, in the site's zone; 「まだ通信していません」 for none."""
    if moment is None:
        return "まだ通信していません"
    local = moment.astimezone(current_app.config["HANTEI_TIME_ZONE"])
    return f"{local.month}月{local.day}日 {local.hour}:{local.minute:02d}"


@blp.app_template_filter("skew")
def skew(seconds: float | None) -> str:
    """Say how far a tablet's clock is off; nothing when it is right or was not told."""
    if seconds is None or abs(seconds) < SKEW_TOLD_S:
        return ""
    minutes = round(abs(seconds) / 60)
    hours, rest = divmod(minutes, 60)
    span = f"{hours} 時間 {rest} 分" if hours else f"{minutes} 分"
    return f"時計が {span}{'進んで' if seconds > 0 else '遅れて'}います"


@blp.get("/tablets")
@staff_page("device:manage")
def list_tablets() -> str:
    """List tablets in use, those that were shut out, and the teams."""
    rows = devices.devices_with_teams()
    return render_template(
        "tablets.html",
        used=[row for row in rows if row["revoked_at"] is None],
        stopped=[row for row in rows if row["revoked_at"] is not None],
        may_team=g.actor.may("team:manage"),
        teams=teams.list_teams() if g.actor.may("team:manage") else [],
    )


@blp.get("/tablets/<uuid:device_id>/stop")
@staff_page("device:manage")
def ask_to_stop(device_id: uuid.UUID) -> str:
    """Ask once more before a tablet is shut out."""
    return render_template("tablet_stop.html", tablet=_in_use(device_id))


@blp.post("/tablets/<uuid:device_id>/stop")
@staff_page("device:manage")
def stop(device_id: uuid.UUID) -> Any:
    """Shut a tablet out at once."""
    name = devices.get_device(device_id).name
    devices.revoke_device(device_id, g.actor)
    flash(f"「{name}」の登録を止めました。この端末からはもう送受信できません。", "done")
    return redirect(url_for("web.list_tablets"), 303)


def _in_use(device_id: uuid.UUID) -> dict[str, Any]:
    for row in devices.devices_with_teams():
        if row["id"] == device_id and row["revoked_at"] is None:
            return row
    raise NotFoundError("この端末はないか、すでに止められています。")
