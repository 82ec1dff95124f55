from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inspection.config import SETTINGS, load_settings
from inspection.errors import SettingError

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "settings.md"


def test_defaults_are_an_embedded_database_and_local_storage(tmp_path):
    values = load_settings({"HANTEI_VAR_DIR": str(tmp_path)})

    assert values["HANTEI_DATABASE_URL"] == f"sqlite:///{tmp_path / 'hantei.db'}"
    assert values["HANTEI_STORAGE_URL"] == f"file://{tmp_path / 'storage'}"
    assert len(values["HANTEI_SECRET_KEY"]) >= 32


def test_the_embedded_secret_is_made_once_and_for_its_owner_only(tmp_path):
    first = load_settings({"HANTEI_VAR_DIR": str(tmp_path)})["HANTEI_SECRET_KEY"]
    second = load_settings({"HANTEI_VAR_DIR": str(tmp_path)})["HANTEI_SECRET_KEY"]

    assert first == second
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_another_database_needs_a_secret_of_its_own(tmp_path):
    with pytest.raises(SettingError, match="HANTEI_SECRET_KEY"):
        load_settings(
            {
                "HANTEI_VAR_DIR": str(tmp_path),
                "HANTEI_DATABASE_URL": "postgresql+psycopg://u@127.0.0.1/x",
            }
        )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HANTEI_DATABASE_URL", "mysql://localhost/x"),
        ("HANTEI_DATABASE_URL", "postgresql+psycopg://127.0.0.1:port/x"),
        ("HANTEI_SECRET_KEY", "short"),
        ("HANTEI_TIME_ZONE", "Kitakyushu"),
        ("HANTEI_TIME_ZONE", "../../etc/passwd"),
        ("HANTEI_LANGUAGE", "fr"),
        ("HANTEI_MUNICIPALITY_CODE", "4010"),
        ("HANTEI_WARDS", "401013"),
        ("HANTEI_EXTRA_FIELDS", "roof"),
        ("HANTEI_EXTRA_FIELDS", "roof:屋根:date"),
        ("HANTEI_EXTRA_FIELDS", ":屋根:text"),
        ("HANTEI_MAX_PHOTO_BYTES", "60MB"),
        ("HANTEI_MAX_PHOTO_BYTES", "0"),
        ("HANTEI_MAX_PHOTO_BYTES", "-1"),
        ("HANTEI_MAX_BODY_BYTES", "1e6"),
        ("HANTEI_BUSY_TIMEOUT_MS", "1.5"),
        ("HANTEI_PROXY_HOPS", "-1"),
        ("HANTEI_SIGN_IN_LIMIT", "often"),
        ("HANTEI_RATE_STORAGE_URL", "nowhere://"),
        ("HANTEI_SECURE_COOKIES", "maybe"),
        ("HANTEI_LOG_LEVEL", "LOUD"),
        ("HANTEI_JOB_LEASE_S", "0"),
        ("HANTEI_BASE_URL", "hantei.example.jp"),
        ("HANTEI_DEMO", "no"),
        ("HANTEI_UNHEARD_OF", "1"),
    ],
)
def test_a_wrong_value_stops_the_start_and_is_named(tmp_path, name, value):
    with pytest.raises(SettingError, match=name):
        load_settings({"HANTEI_VAR_DIR": str(tmp_path), name: value})


def test_a_password_in_a_wrong_url_is_not_told(tmp_path):
    url = "postgresql+psycopg://hantei:s3cret@127.0.0.1:port/x"

    with pytest.raises(SettingError) as caught:
        load_settings({"HANTEI_VAR_DIR": str(tmp_path), "HANTEI_DATABASE_URL": url})

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HANTEI_LANGUAGE", "fr"),
        ("HANTEI_STORAGE_URL", "ftp://somewhere"),
        ("HANTEI_SPATIALITE_LIBRARY", "/nowhere/mod_spatialite.so"),
    ],
)
def test_the_process_ends_with_one_line_that_names_it(tmp_path, name, value):
    clean = {key: v for key, v in os.environ.items() if not key.startswith("HANTEI_")}

    ended = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "settings"],
        cwd=ROOT,
        env=clean | {"HANTEI_VAR_DIR": str(tmp_path), name: value},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode != 0
    assert name in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_an_empty_value_is_the_default(tmp_path):
    values = load_settings({"HANTEI_VAR_DIR": str(tmp_path), "HANTEI_JOB_ATTEMPTS": " "})

    assert values["HANTEI_JOB_ATTEMPTS"] == 5


def test_every_setting_says_its_unit_and_what_it_is_for():
    assert [s.name for s in SETTINGS if not s.help.endswith((".", "…")) or not s.unit] == []
    assert len({s.name for s in SETTINGS}) == len(SETTINGS)


def test_every_setting_is_documented_as_it_is():
    page = DOCUMENT.read_text()

    for setting in SETTINGS:
        row = next((line for line in page.splitlines() if f"`{setting.name}`" in line), "")
        assert row, f"{setting.name} is missing in docs/settings.md"
        assert setting.help in row, f"{setting.name}: the help differs"
        assert f"| {setting.unit} |" in row, f"{setting.name}: the unit differs"
        if setting.default and str(ROOT) not in setting.default:
            assert f"`{setting.default}`" in row, f"{setting.name}: the default differs"


def test_nothing_is_documented_that_does_not_exist():
    import re

    known = {setting.name for setting in SETTINGS}
    assert set(re.findall(r"HANTEI_[A-Z_]+[A-Z]", DOCUMENT.read_text())) <= known


def test_the_command_lists_every_setting_and_no_secret(app):
    result = app.test_cli_runner().invoke(args=["settings"])

    assert result.exit_code == 0
    assert all(setting.name in result.output for setting in SETTINGS)
    assert app.config["HANTEI_SECRET_KEY"] not in result.output


def test_every_command_is_documented_and_every_documented_command_exists(app):
    page = (ROOT / "docs" / "commands.md").read_text()
    rows = [line.removeprefix("| `") for line in page.splitlines() if line.startswith("| `")]
    known = sorted(commands(app), key=len, reverse=True)

    named = [next((name for name in known if row.startswith(name)), row) for row in rows]

    assert sorted(named) == sorted(known)


def commands(app):
    """Every command of ours (`token create`, `worker`, …), and of extensions those worth knowing."""
    import click

    for name, command in app.cli.commands.items():
        if name == "db":
            yield from ("db upgrade", "db downgrade", "db check")
        elif name == "openapi":
            yield "openapi print"
        elif isinstance(command, click.Group):
            yield from (f"{name} {sub}" for sub in command.commands)
        else:
            yield name


def test_every_command_has_help_of_one_line(app):
    import click

    for name, command in app.cli.commands.items():
        if name in ("db", "openapi"):  # of extensions
            continue
        group = command.commands.values() if isinstance(command, click.Group) else [command]
        for each in group:
            assert each.help, name
