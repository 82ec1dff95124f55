"""What a setting is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT_ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Setting:
    """One setting: `name` is the environment variable, `parse` turns its text into a value."""

    name: str
    default: str
    unit: str
    help: str
    parse: Callable[[str], Any] = str
