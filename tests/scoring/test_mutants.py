"""The tests of scoring notice every deliberate fault of faults.py."""

import pytest

from tests.scoring.mutants import FAULTS, run


@pytest.mark.slow
def test_every_deliberate_fault_is_noticed():
    assert len(FAULTS) >= 10

    assert run() == {}
