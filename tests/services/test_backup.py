"""`backup` and `restore`: everything comes back, on both databases; nothing is overwritten."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import uuid

import pytest
from sqlalchemy import select

from tests import databases, postgis
from tests.api.conftest import Caller
from tests.api.steps import a_confirmed_visit, a_kept_meeting, a_kept_visit, send_photo
from tests.factories import a_jpeg
from uploads.storage import original_key


@pytest.fixture(params=[("spatialite", "file"), ("postgis", "s3")], ids="-".join)
def place(request):
    """Where everything lies: (database, storage)."""
    return request.param


@pytest.fixture
def database_kind(place):
    return place[0]


@pytest.fixture
def storage_settings(place, request):
    """Make the settings of a new storage of the kind; with none, the application's own."""

    def make():
        if place[1] == "file":
            return {}
        return request.getfixturevalue("s3_server").settings(f"backup/{uuid.uuid4()}")

    return make


@pytest.fixture
def app_settings(storage_settings):
    return storage_settings()


@pytest.fixture
def secretariat(client, tokens):
    return Caller(client, tokens("secretariat"))


@pytest.fixture
def work(app):
    from inspection.services.background import KINDS
    from inspection.worker import Worker

    return lambda: Worker(app, KINDS).drain()


@pytest.fixture
def elsewhere(run_databases, database_kind, storage_settings, tmp_path):
    """Make an application with a database without tables and an empty storage."""
    from inspection import create_app

    made = []

    def make():
        folder = tmp_path / f"new-{uuid.uuid4().hex[:12]}"
        folder.mkdir()
        url = run_databases.bare(database_kind, folder)
        made.append(create_app(databases.settings(url, folder, **storage_settings())))
        return made[-1]

    yield make
    for app in made:
        release(app)


def release(app):
    from inspection.extensions import db

    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def run(app, *arguments):
    """Run a command; give (exit code, standard output, the line on standard error)."""
    result = app.test_cli_runner().invoke(args=[str(each) for each in arguments])
    error = next((x for x in result.stderr.splitlines() if x.startswith("Error:")), "")
    return result.exit_code, result.stdout, error


def everything(app):
    """Every row of every table, and every object's bytes."""
    from inspection.extensions import db
    from inspection.resources import storage

    with app.app_context():
        rows = {
            table.name: sorted(
                repr([getattr(value, "desc", value) for value in row])
                for row in db.session.execute(select(table))
            )
            for table in db.metadata.sorted_tables
        }
        objects = {}
        for each in storage().list():
            with storage().open_range(each.key) as file:
                objects[each.key] = file.read()
        return rows, objects


def a_city(secretariat, work):
    visit = a_confirmed_visit(secretariat)
    photos = [send_photo(secretariat, visit, a_jpeg(seed)) for seed in (1, 2)]
    meeting = a_kept_meeting(secretariat, visit)
    assert secretariat.post(f"/meetings/{meeting}/packs", json={"edition": "closed"}).status_code
    work()
    return visit, photos


def test_everything_comes_back_and_nothing_is_overwritten(
    app, secretariat, work, elsewhere, tmp_path
):
    visit, _ = a_city(secretariat, work)
    folder = tmp_path / "backups of the city"

    first = run(app, "backup", folder)
    send_photo(secretariat, visit, a_jpeg(3))
    second = run(app, "backup", folder)
    before = everything(app)
    target = elsewhere()
    restored = run(target, "restore", folder)

    assert (first[0], second[0], restored[0]) == (0, 0, 0)
    assert "7 objects" in first[1]
    assert "of these 7 new" in first[1]
    assert "8 objects" in second[1]
    assert "of these 1 new" in second[1]
    assert everything(target) == before
    assert len(before[0]["photos"]) == 3
    assert target.test_client().get("/readyz").status_code == 200
    assert run(target, "photos", "verify")[0] == 0
    assert run(target, "audit", "verify")[0] == 0
    code, _, error = run(target, "restore", folder)
    assert (code, "not empty" in error) == (1, True)
    assert everything(target) == before


def test_a_backup_made_while_photos_arrive_is_whole(app, secretariat, elsewhere, tmp_path):
    visit = a_kept_visit(secretariat)
    send_photo(secretariat, visit, a_jpeg(0))
    stop, sent = threading.Event(), []

    def keep_sending():
        while not stop.is_set():
            sent.append(send_photo(secretariat, visit, a_jpeg(len(sent) + 1)))

    sender = threading.Thread(target=keep_sending)
    sender.start()
    code = run(app, "backup", tmp_path / "backup")[0]
    stop.set()
    sender.join()
    target = elsewhere()

    assert code == 0
    assert run(target, "restore", tmp_path / "backup")[0] == 0
    assert run(target, "photos", "verify")[0] == 0
    assert sent


def test_a_damaged_backup_is_told_and_the_rest_restored(
    app, secretariat, work, elsewhere, tmp_path
):
    _, photos = a_city(secretariat, work)
    folder = tmp_path / "backup"
    run(app, "backup", folder)
    sha256 = secretariat.get(f"/photos/{photos[0]}").json["sha256"]
    (folder / "objects" / sha256[:2] / sha256[2:4] / sha256).write_bytes(b"rotten")
    target = elsewhere()

    code, told, error = run(target, "restore", folder)

    assert (code, f"damaged: {original_key(sha256)}" in told) == (1, True)
    assert error == "Error: 1 objects are damaged in the backup and left out; all else is restored"
    assert run(target, "photos", "verify")[2] == "Error: 1 objects missing, 0 damaged"


def test_a_damaged_database_or_another_kind_stops_before_anything_is_written(
    app, secretariat, work, elsewhere, tmp_path, database_kind
):
    a_city(secretariat, work)
    folder = tmp_path / "backup"
    run(app, "backup", folder)
    (made,) = (folder / "backups").iterdir()
    manifest = json.loads((made / "manifest.json").read_text())
    target = elsewhere()

    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[manifest["database"]["kind"]]
    changed = manifest | {"database": manifest["database"] | {"kind": other}}
    (made / "manifest.json").write_text(json.dumps(changed))
    kind = run(target, "restore", folder)
    newer = manifest | {"database": manifest["database"] | {"revision": "9999"}}
    (made / "manifest.json").write_text(json.dumps(newer))
    revision = run(target, "restore", folder)
    (made / "manifest.json").write_text(json.dumps(manifest))
    with (made / "database").open("r+b") as file:
        file.seek(5000)
        file.write(b"?")
    damaged = run(target, "restore", folder)
    (made / "manifest.json").unlink()
    incomplete = run(target, "restore", folder)

    for ended, words in (
        (kind, f"is of a {other} database"),
        (revision, "newer software"),
        (damaged, "is damaged"),
        (incomplete, "no complete backup"),
    ):
        assert ended[0] == 1
        assert words in ended[2]
    with target.app_context():
        from inspection.resources import storage

        assert list(storage().list()) == []


def test_damage_in_the_storage_is_told_each_time_and_healed_from_an_earlier_backup(
    app, secretariat, elsewhere, tmp_path
):
    from inspection.resources import storage

    visit = a_kept_visit(secretariat)
    photos = [send_photo(secretariat, visit, a_jpeg(1))]
    folder = tmp_path / "backup"
    assert run(app, "backup", folder)[0] == 0
    photos.append(send_photo(secretariat, visit, a_jpeg(2)))
    keys = [original_key(secretariat.get(f"/photos/{each}").json["sha256"]) for each in photos]
    for key in keys:
        with app.app_context():
            storage().delete(key)
            storage().put_new(key, io.BytesIO(b"1"), hashlib.sha256(b"1").hexdigest())

    told = [run(app, "backup", folder) for _ in range(2)]
    target = elsewhere()

    for code, output, error in told:
        assert (code, output.count("damaged:")) == (1, 2)
        assert error.startswith("Error: 2 objects are damaged in the storage")
    assert run(target, "restore", folder)[0] == 0
    with target.app_context(), storage().open_range(keys[0]) as file:
        assert file.read() == a_jpeg(1)
    assert run(target, "photos", "verify")[2] == "Error: 0 objects missing, 1 damaged"


def test_an_object_that_cannot_be_read_does_not_end_a_backup(
    app, secretariat, tmp_path, monkeypatch
):
    from inspection.resources import storage
    from uploads.errors import StorageUnavailableError

    visit = a_kept_visit(secretariat)
    bad, good = [send_photo(secretariat, visit, a_jpeg(seed)) for seed in (1, 2)]
    key = original_key(secretariat.get(f"/photos/{bad}").json["sha256"])
    with app.app_context():
        kind = type(storage())
    real = kind.open_range

    def open_range(self, wanted, *others):
        if wanted == key:
            raise StorageUnavailableError("cannot read: Input/output error")
        return real(self, wanted, *others)

    monkeypatch.setattr(kind, "open_range", open_range)
    code, output, _ = run(app, "backup", tmp_path / "backup")

    assert (code, f"damaged: {key}" in output) == (1, True)
    assert "1 objects" in output
    assert secretariat.get(f"/photos/{good}").json["status"] == "received"


def test_a_database_without_tables_is_not_backed_up(elsewhere, tmp_path):
    code, _, error = run(elsewhere(), "backup", tmp_path / "empty")

    assert (code, "no tables" in error) == (1, True)


@pytest.mark.parametrize("place", [("postgis", "file")], ids="-".join, indirect=True)
def test_the_programs_of_postgresql_are_found_or_asked_for(app, tmp_path, monkeypatch):
    from inspection.database import dumps

    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o755)
    monkeypatch.setattr(dumps, "_candidates", lambda name: iter([old]))

    code, _, error = run(app, "backup", tmp_path / "backup")

    assert code == 1
    assert error.startswith("Error: pg_dump of PostgreSQL ")
    assert "install postgresql-client-" in error
    assert f"{old} is of version 9" in error


@pytest.mark.parametrize("place", [("postgis", "file")], ids="-".join, indirect=True)
def test_a_role_without_special_rights_restores_into_a_database_with_postgis(
    app, secretariat, run_databases, tmp_path
):
    from inspection import create_app

    send_photo(secretariat, a_kept_visit(secretariat))
    run(app, "backup", tmp_path / "backup")
    folder = tmp_path / f"plain-{uuid.uuid4().hex[:12]}"
    folder.mkdir()
    url = run_databases.bare("postgis", folder)
    role = f"city_{uuid.uuid4().hex[:12]}"
    with postgis.connect(url) as connection:
        connection.execute(f"create role {role} login")
        connection.execute("create extension postgis")
        connection.execute(f"alter database {url.rpartition('/')[2]} owner to {role}")
    plain = url.replace("//hantei@", f"//{role}@")
    target = create_app(databases.settings(plain, folder))

    try:
        assert run(target, "restore", tmp_path / "backup")[::2] == (0, "")
        assert everything(target) == everything(app)
    finally:
        release(target)
