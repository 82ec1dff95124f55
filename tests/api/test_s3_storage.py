"""The application on an S3 server: links to originals, and a server that goes away."""

from __future__ import annotations

import subprocess
import uuid
from datetime import timedelta
from urllib.request import urlopen

import pytest
from sqlalchemy import select, update

from tests.api.steps import a_kept_house, a_kept_visit, photo_url, send_photo
from tests.factories import a_jpeg, new_id
from tests.s3server import BUCKET, S3Server


@pytest.fixture(scope="module")
def own_server(tmp_path_factory):
    """A server that only the tests of this module use, for they stop it."""
    server = S3Server(tmp_path_factory.mktemp("s3"))
    server.start()
    yield server
    server.remove()


@pytest.fixture
def app_settings(own_server):
    return own_server.settings(f"app/{uuid.uuid4()}") | {"HANTEI_LINK_TTL_S": "60"}


@pytest.fixture
def visit(inspector):
    return a_kept_visit(inspector)


def original(caller, photo, **arguments):
    return caller.get(f"/photos/{photo}/file?size=original", **arguments)


def jobs_due(app):
    """Let every waiting job be due now; return their states."""
    from inspection.extensions import db
    from inspection.models import Job
    from inspection.models.types import now

    with app.app_context():
        db.session.execute(
            update(Job).where(Job.state == "queued").values(run_after=now() - timedelta(hours=1))
        )
        db.session.commit()
        return list(db.session.scalars(select(Job.state)))


def audited(app, action):
    from inspection.extensions import db
    from inspection.models import AuditEntry

    with app.app_context():
        return len(db.session.scalars(select(AuditEntry).where(AuditEntry.act == action)).all())


def test_an_original_is_a_link_that_saves_and_that_no_one_keeps(app, inspector, visit):
    photo = send_photo(inspector, visit)

    reply = original(inspector, photo)
    head = inspector.send("HEAD", f"/photos/{photo}/file?size=original")

    assert reply.status_code == 302
    assert reply.headers["Cache-Control"] == "no-store"
    assert "X-Amz-Expires=60" in reply.headers["Location"]
    assert inspector.token not in reply.headers["Location"]
    with urlopen(reply.headers["Location"]) as file:
        assert file.read() == a_jpeg()
        assert file.headers["Content-Disposition"].startswith("attachment")
    assert (head.status_code, head.content_length) == (200, len(a_jpeg()))
    assert audited(app, "photo.original") == 2


def test_derivatives_are_sent_by_the_application_in_ranges_too(inspector, visit, work):
    photo = send_photo(inspector, visit)
    work()

    whole = inspector.get(f"/photos/{photo}/file?size=report")
    part = inspector.get(f"/photos/{photo}/file?size=report", headers={"Range": "bytes=5-14"})

    assert (whole.status_code, part.status_code) == (200, 206)
    assert whole.data[:2] == b"\xff\xd8"
    assert part.data == whole.data[5:15]
    assert inspector.get("//readyz").json["checks"]["storage"] == "ok"


def test_an_original_without_our_headers_is_sent_by_the_application(
    app, own_server, inspector, visit
):
    from inspection.resources import storage
    from uploads.storage import original_key

    photo = send_photo(inspector, visit)
    key = original_key(inspector.get(f"/photos/{photo}").json["sha256"])
    with app.app_context():
        prefix = storage()._store.prefix
    own_server.boto().put_object(Bucket=BUCKET, Key=f"{prefix}/{key}", Body=a_jpeg())

    reply = original(inspector, photo)

    assert (reply.status_code, reply.data) == (200, a_jpeg())
    assert reply.headers["Content-Disposition"].startswith("attachment")


def test_while_the_server_is_away_nothing_is_half_done_and_all_goes_on_after(
    app, own_server, inspector, visit, work
):
    before, during = send_photo(inspector, visit, a_jpeg(1)), new_id()
    own_server.kill()

    refused = inspector.put(photo_url(visit, during), data=a_jpeg(2))
    work()
    unready = inspector.get("//readyz")

    assert (refused.status_code, original(inspector, before).status_code) == (503, 503)
    assert int(refused.headers["Retry-After"]) > 0
    assert inspector.get(f"/photos/{during}").status_code == 404
    assert inspector.get(f"/photos/{before}").json["status"] == "received"
    assert (unready.status_code, unready.json["checks"]["storage"]) == (503, "unavailable")
    assert a_kept_house(inspector)
    with app.app_context():
        from inspection.resources import storage

        assert [path for path in storage().spool_folder.iterdir() if path.is_file()] == []

    own_server.start()
    assert inspector.put(photo_url(visit, during), data=a_jpeg(2)).status_code == 201
    assert set(jobs_due(app)) == {"queued"}
    work()

    for photo, data in ((before, a_jpeg(1)), (during, a_jpeg(2))):
        assert inspector.get(f"/photos/{photo}").json["status"] == "ready"
        with urlopen(original(inspector, photo).headers["Location"]) as file:
            assert file.read() == data


def test_a_full_spool_disk_is_503_and_nothing_is_left(app, inspector, visit):
    from inspection.resources import storage

    with app.app_context():
        folder = storage().spool_folder
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("this user may not mount a small file system")
    try:
        large = photo_url(visit, new_id())

        full = inspector.put(large, data=a_jpeg() + bytes(200_000))
        left = list(folder.iterdir())
    finally:
        subprocess.run(["umount", str(folder)], check=True)

    assert (full.status_code, left) == (503, [])
    assert full.headers["Retry-After"]
    assert inspector.put(large, data=a_jpeg()).status_code == 201
