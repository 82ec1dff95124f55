"""Meeting packs: frozen data in, one PDF out. No Flask, database, clock, network or random."""

from inspection.packs.document import BuildReport, build_document
from inspection.packs.fonts import FontsMissing
from inspection.packs.images import PhotoMismatch
from inspection.packs.model import Snapshot

__all__ = ["BuildReport", "FontsMissing", "PhotoMismatch", "Snapshot", "build_document"]
