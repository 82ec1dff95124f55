"""What a killed worker leaves in the spool folder is swept like any unfinished file."""

from __future__ import annotations

import hashlib
import io
import os
import time

import pytest

from inspection.resources import storage
from inspection.services import build_pack, derive_photo
from tests.packs.factories import a_snapshot
from uploads.local import SPOOL_AGE, sweep
from uploads.storage import original_key


class KilledError(BaseException):
    """Stands for SIGKILL: whatever is in the folder at this moment would stay there."""


def left_and_swept(folder):
    """Return how many files lie in a folder, and how many of them a later sweep removes."""
    files = [path for path in folder.iterdir() if path.is_file()]
    folders = [path for path in folder.iterdir() if path.is_dir()]
    assert folders == []
    past = time.time() - SPOOL_AGE.total_seconds() - 60
    for path in files:
        os.utime(path, (past, past))
    return len(files), sweep(folder)


def test_a_pack_under_way_is_a_file_that_the_sweep_knows(app):
    seen = []

    def killed(done, total):
        seen.append(left_and_swept(storage().spool_folder))
        raise KilledError

    with app.app_context():
        with pytest.raises(KilledError):
            build_pack._draw_and_keep(a_snapshot(cases=1, photos=0)[0], killed)
        assert left_and_swept(storage().spool_folder) == (0, 0)

    assert seen == [(1, 1)]


def test_an_original_under_way_is_a_file_that_the_sweep_knows(app):
    data = b"an original"
    sha256 = hashlib.sha256(data).hexdigest()
    with app.app_context():
        storage().put_new(original_key(sha256), io.BytesIO(data), sha256)
        with derive_photo.original_file(sha256) as path:
            assert path.read_bytes() == data
            assert path.name.endswith(".part")
        assert left_and_swept(storage().spool_folder) == (0, 0)
