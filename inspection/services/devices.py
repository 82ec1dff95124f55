"""Tablets: invited with a one-time code, enrolled, listed, shut out."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete, select, update

from inspection import audit
from inspection.auth import Actor
from inspection.canonical import text_digest
from inspection.database.transactions import read_transaction, write_transaction
from inspection.errors import InvalidError, NotFoundError
from inspection.extensions import db
from inspection.models import Device, EnrolmentCode, Team, TeamDevice, Token
from inspection.models.types import now
from inspection.services.access import create_token

CODE_LIFETIME = timedelta(minutes=15)
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0/O, 1/I/L: it may be typed in the rain
CODE_LENGTH = 10
NEW_ONE = "事務局で新しい登録コードを受け取ってください。"
UNKNOWN = "登録コードが違います。もう一度確かめてください。"
USED = f"この登録コードは使用済みです(1 台に 1 回だけ使えます)。{NEW_ONE}"
OUT_OF_DATE = f"この登録コードは有効期限(15 分)を過ぎました。{NEW_ONE}"


@dataclass(frozen=True)
class IssuedCode:
    """A one-time enrolment code and when it ends."""

    code: str
    expires_at: datetime

    @property
    def url(self) -> str:
        """Return the link that a tablet opens to enrol; the QR code says the same."""
        return f"{current_app.config['HANTEI_BASE_URL'].rstrip('/')}/enrol?code={self.code}"


def issue_enrolment_code(actor: Actor) -> IssuedCode:
    """Make a code that enrols one tablet within fifteen minutes."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    with write_transaction():
        row = EnrolmentCode(
            code_sha256=text_digest(code), issued_by=actor.label, expires_at=now() + CODE_LIFETIME
        )
        db.session.add(row)
        db.session.flush()
        audit.record("device.code", f"enrolment_code/{row.pk}", actor)
    return IssuedCode(code=code, expires_at=row.expires_at)


def enrol_device(code: str, name: str, address: str | None) -> tuple[Device, str]:
    """Trade a one-time code for a device and its token; of two at once one wins.

    Raises InvalidError when the code is unknown, used or out of date, or the name is empty.
    """
    name = name.strip()
    if not name:
        raise InvalidError.of("name", "端末の名前を入力してください。")
    with write_transaction():
        issued_by = _spend(text_digest("".join(code.upper().replace("-", "").split())))
        device = Device(id=uuid.uuid4(), name=name, enrolled_by=issued_by)
        db.session.add(device)
        db.session.flush()
        actor = Actor(device.name, "inspector", device_id=str(device.id), address=address)
        audit.record("device.enrol", f"device/{device.id}", actor, name=device.name)
        token = create_token(role="inspector", label=device.name, actor=actor, device=device)
    return device, token


def _spend(code_sha256: str) -> str:
    """Use up a code, which the database lets one caller do; return who issued it."""
    spent = db.session.execute(
        update(EnrolmentCode)
        .where(
            EnrolmentCode.code_sha256 == code_sha256,
            EnrolmentCode.used_at.is_(None),
            EnrolmentCode.expires_at > now(),
        )
        .values(used_at=now())
        .execution_options(synchronize_session=False)
    )
    row = db.session.execute(
        select(EnrolmentCode.issued_by, EnrolmentCode.expires_at, EnrolmentCode.used_at).where(
            EnrolmentCode.code_sha256 == code_sha256
        )
    ).first()
    if row is None:
        raise InvalidError.of("code", UNKNOWN)
    if spent.rowcount != 1:
        raise InvalidError.of("code", USED if row.used_at else OUT_OF_DATE)
    return str(row.issued_by)


def list_devices() -> list[Device]:
    """Return all devices, newest first."""
    return list(db.session.scalars(select(Device).order_by(Device.pk.desc())))


def devices_with_teams() -> list[dict[str, Any]]:
    """Return all devices, newest first, each with its team's id and name (None without one)."""
    query = (
        select(Device, Team)
        .outerjoin(TeamDevice, TeamDevice.device_pk == Device.pk)
        .outerjoin(Team, Team.pk == TeamDevice.team_pk)
        .order_by(Device.pk.desc())
    )
    with read_transaction():
        return [
            {**_fields(device), "team": {"id": team.id, "name": team.name} if team else None}
            for device, team in db.session.execute(query)
        ]


def _fields(device: Device) -> dict[str, Any]:
    return {
        name: getattr(device, name)
        for name in (
            "id",
            "name",
            "enrolled_by",
            "created_at",
            "last_seen_at",
            "clock_skew_s",
            "revoked_at",
        )
    }


def get_device(device_id: uuid.UUID) -> Device:
    """Return a device. Raises NotFoundError."""
    device = db.session.scalar(select(Device).where(Device.id == device_id))
    if device is None:
        raise NotFoundError("この端末はありません。")
    return device


def revoke_device(device_id: uuid.UUID, actor: Actor) -> None:
    """Shut a lost tablet out: its tokens are revoked, it drops out of its team.

    Raises NotFoundError. Twice changes nothing.
    """
    with write_transaction():
        device = db.session.scalar(select(Device).where(Device.id == device_id).with_for_update())
        if device is None:
            raise NotFoundError("この端末はありません。")
        if device.revoked_at is not None:
            return
        device.revoked_at = now()
        db.session.execute(
            update(Token).where(Token.device_pk == device.pk).values(revoked_at=now())
        )
        db.session.execute(delete(TeamDevice).where(TeamDevice.device_pk == device.pk))
        audit.record("device.revoke", f"device/{device.id}", actor, name=device.name)
