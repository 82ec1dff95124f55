"""Media types of office files, and how a reply that is a file is documented."""

from __future__ import annotations

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOML = "application/toml"
BINARY = {"schema": {"type": "string", "format": "binary"}}
