"""Several devices at the same moment, against a server with threads."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.serving import make_server

from tests.api.steps import a_kept_house, a_kept_visit
from tests.factories import a_house, a_jpeg, a_meeting, an_inspection, new_id

AT_ONCE = 6


@pytest.fixture
def at_once(app, inspector, secretariat):
    """Send the same request from several threads at once; returns the sorted statuses."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}/api/v1"

    def send(path, bodies, content_type="application/json", headers=None, sender=secretariat):
        barrier = threading.Barrier(len(bodies))

        def one(body):
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            request = urllib.request.Request(
                base + path,
                data=data,
                method="PUT",
                headers={
                    "Authorization": f"Bearer {sender.token}",
                    "Content-Type": content_type,
                    **(headers or {}),
                },
            )
            barrier.wait()
            try:
                return urllib.request.urlopen(request, timeout=30).status
            except urllib.error.HTTPError as error:
                return error.code

        with ThreadPoolExecutor(len(bodies)) as pool:
            return sorted(pool.map(one, bodies))

    yield send
    server.shutdown()
    thread.join()
    server.server_close()


def test_one_new_visit_sent_many_times_at_once_is_one_visit(at_once, inspector):
    house = a_kept_house(inspector)
    for _ in range(4):
        visit = new_id()

        statuses = at_once(f"/inspections/{visit}", [an_inspection(house)] * AT_ONCE)

        assert statuses == [200] * (AT_ONCE - 1) + [201]
        assert inspector.get(f"/inspections/{visit}").json["revision"] == 1
    assert len(inspector.get("/inspections").json["items"]) == 4


def test_one_new_house_sent_many_times_at_once_is_one_house(at_once, inspector):
    for _ in range(4):
        statuses = at_once(f"/houses/{new_id()}", [a_house(code=f"K-{_}")] * AT_ONCE)

        assert statuses == [200] * (AT_ONCE - 1) + [201]
    assert len(inspector.get("/houses").json["items"]) == 4


def test_one_new_meeting_sent_many_times_at_once_is_one_meeting(at_once, secretariat):
    statuses = at_once(f"/meetings/{new_id()}", [a_meeting()] * AT_ONCE)

    assert statuses == [200] * (AT_ONCE - 1) + [201]
    assert len(secretariat.get("/meetings").json["items"]) == 1


def test_one_photo_sent_many_times_at_once_is_one_photo(at_once, inspector):
    visit = a_kept_visit(inspector)

    path = f"/inspections/{visit}/photos/{new_id()}?item=2-2"
    statuses = at_once(path, [a_jpeg()] * AT_ONCE, "image/jpeg")

    assert statuses == [200] * (AT_ONCE - 1) + [201]
    assert inspector.get(f"/inspections/{visit}").json["photos"]["received"] == 1


def test_of_different_changes_from_one_version_one_wins_and_the_others_are_told(at_once, inspector):
    house = a_kept_house(inspector)
    visit = a_kept_visit(inspector, house)
    bodies = [an_inspection(house, remarks=f"端末{number}") for number in range(AT_ONCE)]

    statuses = at_once(f"/inspections/{visit}", bodies, headers={"If-Match": '"1"'})

    assert statuses == [200] + [412] * (AT_ONCE - 1)
    assert inspector.get(f"/inspections/{visit}").json["revision"] == 2


def test_two_houses_that_want_one_code_at_once(at_once, inspector):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        found = list(
            pool.map(
                lambda id_: at_once(f"/houses/{id_}", [a_house(code="K-1")]), [new_id(), new_id()]
            )
        )

    assert sorted(found) == [[201], [409]]
