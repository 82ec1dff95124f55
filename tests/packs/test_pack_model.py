import dataclasses
import json

import pytest

from inspection.packs.canonical import SnapshotError
from inspection.packs.model import Snapshot
from tests.packs import factories


def test_a_snapshot_survives_its_json():
    snapshot, _ = factories.a_snapshot(cases=5, photos=3)

    again = Snapshot.from_json(snapshot.to_json())

    assert again == snapshot
    assert again.digest() == snapshot.digest()


def test_the_json_is_canonical():
    snapshot, _ = factories.a_snapshot(cases=1, photos=1)
    text = snapshot.to_json().decode("utf-8")

    assert text == json.dumps(
        json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert "北九州市" in text


def test_any_change_changes_the_digest():
    snapshot, _ = factories.a_snapshot(cases=1, photos=1)
    changed = dataclasses.replace(
        snapshot, meeting=dataclasses.replace(snapshot.meeting, place="別の場所")
    )

    assert changed.digest() != snapshot.digest()


def _raw():
    return json.loads(factories.a_snapshot(cases=1, photos=0)[0].to_json())


def test_an_unknown_field_is_refused_by_name():
    raw = _raw()
    raw["cases"][0]["house"]["colour"] = "red"

    with pytest.raises(SnapshotError, match=r"cases\[0\]\.house: unknown field colour"):
        Snapshot.from_json(json.dumps(raw))


def test_a_missing_field_is_refused_by_name():
    raw = _raw()
    del raw["meeting"]["held_at"]

    with pytest.raises(SnapshotError, match=r"meeting: missing field held_at"):
        Snapshot.from_json(json.dumps(raw))


def test_a_wrong_type_is_refused_with_what_is_allowed():
    raw = _raw()
    raw["cases"][0]["score"]["total"] = "100"

    with pytest.raises(SnapshotError, match=r"score\.total: found str, allowed: int"):
        Snapshot.from_json(json.dumps(raw))


@pytest.mark.parametrize(("field", "value"), [("edition", "secret"), ("schema", "other/1")])
def test_an_unknown_edition_or_schema_is_refused(field, value):
    raw = _raw() | {field: value}

    with pytest.raises(SnapshotError, match=f"{field}: found {value}"):
        Snapshot.from_json(json.dumps(raw))
