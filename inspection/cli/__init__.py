"""The commands: `flask --app wsgi …`. One file a group."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add every command to an application."""
    from inspection.cli import access, audit, demo, packs, photos, rescore, rules, settings, worker

    for room in (access, audit, demo, packs, photos, rescore, rules, settings, worker):
        room.register(app)
