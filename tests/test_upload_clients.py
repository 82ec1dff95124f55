"""Real clients through a network that cuts, to a server that is killed on the way.

Byte-exact, and hardly a byte sent twice: counted at the proxy between them.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time

import pytest
from tusclient.client import TusClient

from tests.api.conftest import Caller
from tests.api.steps import a_kept_visit
from tests.api.tus import a_large_jpeg
from tests.cutting_proxy import CuttingProxy
from tests.factories import new_id
from tests.test_serve import ROOT, free_port
from tests.upload_server import UploadServer

SIZE = 40_000_000
SENT_AT_MOST = 1.05
PATIENCE_S = 60


@pytest.fixture
def inspector(client, tokens):
    return Caller(client, tokens("inspector"))


@pytest.fixture
def server(database_url, tmp_path):
    with UploadServer(database_url, tmp_path, free_port()) as server:
        yield server


@pytest.fixture
def network(server):
    with CuttingProxy(server.port, cut_after=(5_000_000, 7_000_000), seed=4) as proxy:
        yield proxy


def with_tuspy(network, inspector, file, metadata):
    """Upload as a program with tuspy does; it goes on at what HEAD says after every fault."""
    client = TusClient(
        f"{network.url}/uploads", headers={"Authorization": f"Bearer {inspector.token}"}
    )
    uploader = client.uploader(str(file), metadata=metadata, retries=60, retry_delay=0.25)
    uploader.upload()


def with_tus_js(network, inspector, file, metadata):
    said = {
        "endpoint": f"{network.url}/uploads",
        "token": inspector.token,
        "file": str(file),
        "metadata": metadata,
    }
    script = ROOT / "tests" / "tus_client.cjs"
    done = subprocess.run(
        ["node", str(script), json.dumps(said)],
        capture_output=True, text=True, timeout=PATIENCE_S, check=True,
    )  # fmt: skip
    assert "url" in json.loads(done.stdout), done.stdout


def test_clients_end_with_their_photos_whatever_the_network_and_the_server_do(
    inspector, server, network, tmp_path
):
    visit, photos = a_kept_visit(inspector), {}
    jobs = [threading.Thread(target=kill_on_the_way, args=(server, network))]
    for number, upload in enumerate((with_tuspy, with_tus_js)):
        photo, data = new_id(), a_large_jpeg(SIZE, number)
        photos[photo] = data
        file = tmp_path / f"{number}.jpg"
        file.write_bytes(data)
        said = {"photo_id": photo, "inspection_id": visit, "item": "2-2", "filename": "家.jpg"}
        jobs.append(threading.Thread(target=upload, args=(network, inspector, file, said)))

    for job in jobs:
        job.start()
    for job in jobs:
        job.join()

    for photo, data in photos.items():
        assert inspector.get(f"/photos/{photo}/file?size=original").data == data
    assert network.counts.cuts >= 8
    sent = network.counts.from_clients / (2 * SIZE)
    assert sent <= SENT_AT_MOST, network.counts


def kill_on_the_way(server, network):
    """Kill the server when half the bytes have come, and start it again."""
    deadline = time.monotonic() + PATIENCE_S
    while network.counts.to_server < SIZE and time.monotonic() < deadline:
        time.sleep(0.005)
    server.kill()
    server.start()
