"""The settings of the S3 storage: what stops the start, and that no secret is shown."""

from __future__ import annotations

import pytest

from inspection import create_app
from inspection.errors import SettingError

SECRET = "not-to-be-shown-anywhere"
S3 = {
    "HANTEI_STORAGE_URL": "s3://hantei-photos/kitakyushu",
    "HANTEI_S3_ENDPOINT": "http://127.0.0.1:9",
    "HANTEI_S3_ACCESS_KEY_ID": "hantei",
    "HANTEI_S3_SECRET_ACCESS_KEY": SECRET,
}


def test_an_application_starts_while_the_server_is_away_and_shows_no_secret(tmp_path):
    app = create_app({"HANTEI_VAR_DIR": str(tmp_path), **S3})

    shown = app.test_cli_runner().invoke(args=["settings"])
    ready = app.test_client().get("/readyz")

    assert shown.exit_code == 0
    assert SECRET not in shown.output
    assert "s3://hantei-photos/kitakyushu" in shown.output
    assert (ready.status_code, ready.json["checks"]["storage"]) == (503, "unavailable")
    assert (tmp_path / "spool").is_dir()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HANTEI_S3_ENDPOINT", "s3.example.jp"),
        ("HANTEI_S3_PUBLIC_ENDPOINT", "ftp://x"),
        ("HANTEI_S3_SECRET_ACCESS_KEY", ""),
        ("HANTEI_S3_ACCESS_KEY_ID", ""),
        ("HANTEI_LINK_TTL_S", "0"),
        ("HANTEI_LINK_TTL_S", "604801"),
        ("HANTEI_STORAGE_URL", f"s3://hantei:{SECRET}@bucket/x"),
        ("HANTEI_STORAGE_URL", "s3://bucket/a//b"),
        ("HANTEI_STORAGE_URL", "gs://bucket"),
    ],
)
def test_a_setting_of_a_wrong_form_stops_the_start_and_is_named(tmp_path, name, value):
    with pytest.raises(SettingError, match=name) as caught:
        create_app({"HANTEI_VAR_DIR": str(tmp_path), **S3, name: value})

    assert SECRET not in str(caught.value)
