"""The commands: `flask --app wsgi …`. One file a group."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add every command to an application."""
    from inspection.cli import (
        access,
        audit,
        backup,
        demo,
        features,
        imports,
        jobs,
        packs,
        photos,
        rescore,
        rules,
        rules_compare,
        settings,
        worker,
    )

    rooms = (
        access,
        audit,
        backup,
        demo,
        features,
        imports,
        jobs,
        packs,
        photos,
        rescore,
        rules,
        rules_compare,
        settings,
        worker,
    )
    for room in rooms:
        room.register(app)
