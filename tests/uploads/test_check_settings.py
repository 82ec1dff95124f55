"""Thresholds come from the settings; what is no threshold stops the start."""

import pytest

from inspection.config import load_settings
from inspection.errors import SettingError
from inspection.settings import photo_checks
from uploads.checks import Thresholds


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HANTEI_CHECK_PLOT_M", "30m"),
        ("HANTEI_CHECK_PLOT_M", "-1"),
        ("HANTEI_CHECK_PLOT_M", "nan"),
        ("HANTEI_CHECK_PLOT_M", "inf"),
        ("HANTEI_CHECK_CLOCK_MIN", "1e9"),
        ("HANTEI_CHECK_COPY_BITS", "128"),
        ("HANTEI_CHECK_COPY_BITS", "3.5"),
        ("HANTEI_CHECK_LIKENESS_BITS", "-3"),
        ("HANTEI_CHECK_SHARPNESS", ""),
        ("HANTEI_HEIC_WORKERS", "0"),
    ],
)
def test_what_is_no_threshold_stops_the_start(tmp_path, name, value):
    given = {"HANTEI_VAR_DIR": str(tmp_path), name: value or "wide"}

    with pytest.raises(SettingError, match=name):
        load_settings(given)


def test_the_defaults_are_those_of_the_checks(tmp_path):
    from inspection import create_app
    from inspection.services.photo_thresholds import photo_thresholds

    app = create_app({"HANTEI_VAR_DIR": str(tmp_path)})
    with app.app_context():
        assert photo_thresholds() == Thresholds()


def test_every_setting_of_the_group_is_explained_to_the_secretariat():
    from tests.test_settings import ROOT

    page = (ROOT / "docs" / "photo-checks.md").read_text()
    names = [setting.name for setting in photo_checks.SETTINGS if "_CHECK_" in setting.name]

    assert [name for name in names if f"`{name}`" not in page] == []
