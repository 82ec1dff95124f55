"""The demo's staff accounts and API tokens: random, made at load, kept in one private file."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from flask import current_app
from sqlalchemy import select

from inspection.canonical import text_digest
from inspection.extensions import db
from inspection.models import ROLES, User
from inspection.models.types import now
from inspection.services import access

FILE_NAME = "demo_access.json"
DOMAIN = "example.jp"


@dataclass
class DemoAccess:
    """One password for all demo accounts, and an API token for each role."""

    password: str
    tokens: dict[str, str] = field(default_factory=dict)


def path() -> Path:
    """Return where the file lies: in the var folder, readable by its owner only."""
    folder: Path = current_app.config["HANTEI_VAR_DIR"]
    return folder / FILE_NAME


def email(role: str) -> str:
    """Return the demo account of a role."""
    return f"{role}@{DOMAIN}"


def ensure() -> DemoAccess:
    """Make the accounts and tokens that are missing; return them all.

    The password is on disk before an account has it: an interrupted load loses nothing. An
    account whose password is lost (the file was deleted) keeps it; see `works`.
    """
    known = _read() or DemoAccess(password=secrets.token_urlsafe(12))
    _write(known)
    for role in ROLES:
        if _user(role) is None:
            access.create_user(email(role), role=role, password=known.password)
    valid = _valid_digests()
    for role in ROLES:
        if text_digest(known.tokens.get(role, "")) not in valid:
            known.tokens[role] = access.create_token(role=role, label=f"デモ({role})")
            _write(known)
    return known


def works(known: DemoAccess, role: str) -> bool:
    """Tell whether the password in the file is the account's (another's file may lie there)."""
    user = _user(role)
    try:
        return user is not None and PasswordHasher().verify(user.password_hash, known.password)
    except VerifyMismatchError:
        return False


def _user(role: str) -> User | None:
    return db.session.scalar(select(User).where(User.email == email(role)))


def _valid_digests() -> set[str]:
    return {
        row.token_sha256
        for row in access.list_tokens()
        if row.revoked_at is None and row.expires_at > now()
    }


def _read() -> DemoAccess | None:
    try:
        content: dict[str, Any] = json.loads(path().read_text(encoding="utf-8"))
        return DemoAccess(password=str(content["password"]), tokens=dict(content["tokens"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _write(known: DemoAccess) -> None:
    """Write the file whole or not at all, never open to others for a moment."""
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True)
    making = target.with_suffix(".making")
    making.unlink(missing_ok=True)
    handle = os.open(making, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(known), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    making.replace(target)
