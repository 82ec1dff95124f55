"""Storages to test: `storage` is each kind in turn, `behind` the place under it."""

from __future__ import annotations

import uuid

import pytest

from tests.uploads.behind import DiskBehind, S3Behind


@pytest.fixture
def root(tmp_path):
    return tmp_path / "a folder" / "storage"


@pytest.fixture
def disk(root):
    return DiskBehind(root)


@pytest.fixture
def s3(s3_server, tmp_path):
    prefix = f"contract/{uuid.uuid4()}"
    return S3Behind(s3_server, prefix, tmp_path / "spool")


@pytest.fixture(params=["file", "s3"])
def behind(request):
    """What lies under a storage, by another way in."""
    return request.getfixturevalue({"file": "disk", "s3": "s3"}[request.param])


@pytest.fixture
def storage(behind):
    return behind.open()


@pytest.fixture
def local(disk):
    return disk.open()
