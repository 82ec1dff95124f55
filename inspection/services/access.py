"""Tokens and users: making, checking and revoking."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import current_app
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import joinedload

from inspection import audit
from inspection.auth import NO_TOKEN, SYSTEM, Actor
from inspection.canonical import text_digest
from inspection.database.notes import note
from inspection.database.quick import Quick
from inspection.database.transactions import read_transaction, write_transaction
from inspection.errors import ConflictError, InvalidError, NotFoundError, UnauthenticatedError
from inspection.extensions import db
from inspection.models import ROLES, Device, Token, User
from inspection.models.types import now

TOUCH_EVERY = timedelta(minutes=1)
MIN_PASSWORD = 10
MAX_LABEL = 200
MAX_EMAIL = 200
DEVICE_REVOKED = "この端末の登録は停止されています。使い続けるには、事務局で登録し直してください。"
TOKEN_REVOKED = "このトークンは取り消されています。"
TOKEN_EXPIRED = "このトークンは有効期限が切れています。"
_hasher = PasswordHasher()
# With every request: columns instead of objects, and made once.
_PRESENTED = Quick(
    select(
        Token.pk,
        Token.id,
        Token.label,
        Token.role,
        Token.device_pk,
        Device.id,
        Token.last_used_at,
        Token.expires_at,
        Token.revoked_at,
    )
    .outerjoin(Device, Device.pk == Token.device_pk)
    .where(Token.token_sha256 == bindparam("digest"))
)
# Of a random text that nobody kept, at the cost of the others: what unknown emails are tried on.
_DUMMY_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$HooSD7Ng55A5bXiXzaFLgA$"
    "w2dklZabD4vDKeHkUcVGXCTEYey0vBZZPyYJbeEJ2sY"
)


def create_token(
    *, role: str, label: str, actor: Actor = SYSTEM, device: Device | None = None
) -> str:
    """Make an API token and return it; it is shown this once and kept as a digest.

    Raises InvalidError for an unknown role or an empty label.
    """
    _check_role(role)
    if not 0 < len(label.strip()) <= MAX_LABEL:
        raise InvalidError.of(
            "label", f"ラベルは 1 文字以上 {MAX_LABEL} 文字以内で入力してください。"
        )
    token = f"hantei_{secrets.token_urlsafe(32)}"
    with write_transaction():
        row = Token(
            id=uuid.uuid4(),
            label=label.strip(),
            role=role,
            token_sha256=text_digest(token),
            expires_at=now() + timedelta(days=current_app.config["HANTEI_TOKEN_TTL_DAYS"]),
            device=device,
        )
        db.session.add(row)
        db.session.flush()
        audit.record("token.create", f"token/{row.id}", actor, label=row.label, role=role)
    return token


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise InvalidError.of(
            "role", f"役割 {role!r} はありません。{', '.join(ROLES)} のいずれかです。"
        )


def actor_of_token(
    token: str, address: str | None, *, device_clock_at: datetime | None = None
) -> Actor | None:
    """Return who a token stands for, or None when it is unknown, expired or revoked.

    Notes the use, and how far the tablet's clock is off, at most once a minute.
    """
    moment = now()
    rows = _PRESENTED.rows({"digest": text_digest(token)})
    if not rows:
        return None
    pk, token_id, label, role, device_pk, device_id, used_at, expires_at, revoked_at = rows[0]
    if revoked_at is not None or expires_at <= moment:
        return None
    if used_at is None or moment - used_at > TOUCH_EVERY:
        _touch(pk, device_pk, moment, device_clock_at)
    return Actor(
        label=label,
        role=role,
        token_id=str(token_id),
        device_id=str(device_id) if device_id else None,
        address=address,
    )


def _token(token: str) -> Token | None:
    return db.session.scalar(
        select(Token)
        .where(Token.token_sha256 == text_digest(token))
        .options(joinedload(Token.device))
    )


def _valid(row: Token, moment: datetime) -> bool:
    return row.revoked_at is None and row.expires_at > moment


def _touch(
    token_pk: int, device_pk: int | None, moment: datetime, device_clock_at: datetime | None
) -> None:
    """Note a use; when the database is busy, a later request will."""
    seen: dict[str, Any] = {"last_seen_at": moment}
    if device_clock_at is not None:
        seen["clock_skew_s"] = (device_clock_at - moment).total_seconds()
    writes = [update(Token).where(Token.pk == token_pk).values(last_used_at=moment)]
    if device_pk is not None:
        writes.append(update(Device).where(Device.pk == device_pk).values(**seen))
    note(*writes)


def why_refused(token: str) -> str:
    """Say to who presents a token, and knows it therefore, why it is not accepted."""
    with read_transaction():
        row = _token(token)
        if row is None or _valid(row, now()):
            return NO_TOKEN
        if row.device is not None and row.device.revoked_at is not None:
            return DEVICE_REVOKED
        return TOKEN_REVOKED if row.revoked_at else TOKEN_EXPIRED


def check_still_valid(actor: Actor) -> None:
    """Raise UnauthenticatedError when an actor's token was revoked or ran out meanwhile."""
    if actor.token_id is None:
        return
    with read_transaction():
        row = db.session.execute(
            select(Token.revoked_at, Token.expires_at).where(Token.id == uuid.UUID(actor.token_id))
        ).first()
    if row is None or row.revoked_at is not None or row.expires_at <= now():
        raise UnauthenticatedError(DEVICE_REVOKED if actor.device_id else TOKEN_REVOKED)


def list_tokens() -> list[Token]:
    """Return all tokens, newest first."""
    return list(db.session.scalars(select(Token).order_by(Token.pk.desc())))


def revoke_token(token_id: uuid.UUID, actor: Actor) -> None:
    """Make a token useless from now on. Raises NotFoundError."""
    with write_transaction():
        row = db.session.scalar(select(Token).where(Token.id == token_id))
        if row is None:
            raise NotFoundError("このトークンはありません。")
        if row.revoked_at is None:
            row.revoked_at = now()
            audit.record("token.revoke", f"token/{row.id}", actor, label=row.label)


def create_user(email: str, *, role: str, password: str, actor: Actor = SYSTEM) -> User:
    """Make a staff account. Raises InvalidError, or ConflictError for an email in use."""
    _check_role(role)
    email = email.strip().lower()
    if "@" not in email or len(email) > MAX_EMAIL:
        raise InvalidError.of("email", f"{email!r} はメールアドレスではありません。")
    if len(password) < MIN_PASSWORD:
        raise InvalidError.of("password", f"パスワードは {MIN_PASSWORD} 文字以上にしてください。")
    with write_transaction():
        if db.session.scalar(select(User.pk).where(User.email == email)):
            raise ConflictError(f"{email} は登録済みです。")
        user = User(id=uuid.uuid4(), email=email, role=role, password_hash=_hasher.hash(password))
        db.session.add(user)
        db.session.flush()
        audit.record("user.create", f"user/{user.id}", actor, email=email, role=role)
    return user


def sign_in(email: str, password: str, address: str | None) -> User | None:
    """Return the user when email and password fit, else None; both outcomes are audited.

    An unknown email costs as much time as a wrong password.
    """
    email = email.replace("\x00", "").strip()  # which PostgreSQL cannot be asked for
    with read_transaction():
        user = db.session.scalar(select(User).where(User.email == email.lower()))
    fits = _password_fits(user.password_hash if user else _DUMMY_HASH, password)
    accepted = user is not None and user.disabled_at is None and fits
    actor = Actor(label=email[:200], role=user.role if user else "none", address=address)
    with write_transaction():
        audit.record("user.sign_in" if accepted else "user.sign_in_refused", "user", actor)
        if accepted and user is not None:
            db.session.execute(update(User).where(User.pk == user.pk).values(last_sign_in_at=now()))
    return user if accepted else None


def _password_fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def user_by_id(user_id: str) -> User | None:
    """Return the user of a session, or None when there is none or it is disabled."""
    try:
        wanted = uuid.UUID(user_id)
    except ValueError:
        return None
    user = db.session.scalar(select(User).where(User.id == wanted))
    return user if user and user.disabled_at is None else None
