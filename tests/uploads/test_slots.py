"""Places for costly work: shared by processes, free again when their holder dies."""

import signal
import subprocess
import sys
import time

from uploads.slots import slot

HOLD = (
    "import sys, time; from pathlib import Path; from uploads.slots import slot\n"
    "with slot(Path(sys.argv[1]), 'heic', 1, 0) as got:\n"
    "    print(got, flush=True); time.sleep(60)"
)


def test_there_are_as_many_places_as_told(tmp_path):
    with slot(tmp_path, "heic", 2, 0) as first, slot(tmp_path, "heic", 2, 0) as second:
        with slot(tmp_path, "heic", 2, 0) as third:
            assert (first, second, third) == (True, True, False)
        with slot(tmp_path, "other", 1, 0) as another:
            assert another

    with slot(tmp_path, "heic", 2, 0) as again:
        assert again


def test_a_wait_ends(tmp_path):
    with slot(tmp_path, "heic", 1, 0):
        start = time.monotonic()
        with slot(tmp_path, "heic", 1, 0.3) as got:
            assert not got
        assert 0.25 < time.monotonic() - start < 5


def test_a_killed_process_gives_its_place_back(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"True\n"
        with slot(tmp_path, "heic", 1, 0) as while_held:
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()

        with slot(tmp_path, "heic", 1, 5) as after:
            assert (while_held, after) == (False, True)
