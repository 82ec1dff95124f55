"""What a role sees of each collection."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from inspection import queries
from inspection.auth import Actor
from inspection.gis.collections import Collection
from inspection.models import CONFIRMED_STATUSES, House, Inspection


def visible(collection: Collection, actor: Actor) -> list[ColumnElement[bool]]:
    """Return the conditions on a select of the collection for what an actor may see.

    gis: every house, and visits (with their photos) from confirmation on; committee: only what is
    a case on some meeting; the others everything.
    """
    conditions = list(collection.always)
    if actor.role == queries.COMMITTEE:
        houses_only = collection.entity is House
        rule = queries.visible_houses if houses_only else queries.visible_inspections
        conditions.append(rule(actor))
    elif actor.role == "gis" and collection.entity is not House:
        conditions.append(Inspection.status.in_(CONFIRMED_STATUSES))
    return conditions


def kept_kind(collection: Collection, actor: Actor) -> str | None:
    """Return the kind of kept count that is the number of all features an actor may see.

    None where none is kept: what the committee sees depends on the meetings' cases.
    """
    if actor.role == queries.COMMITTEE:
        return None
    everything = actor.role != "gis" or collection.entity is House
    return collection.id if everything else f"{collection.id}.confirmed"
