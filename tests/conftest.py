"""Fixtures for every test: an application on both databases, its client, tokens by role."""

from __future__ import annotations

import pytest

from tests import databases, s3server


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # not in a worker of pytest-xdist
        databases.begin_run()


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):  # not in a worker of pytest-xdist
        databases.end_run()


def pytest_collection_modifyitems(items):
    """Begin with the files of slow tests: whoever began one last would keep the others waiting."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def run_databases(worker_id):
    """The databases of this worker: `.fresh(kind, folder)` and `.bare(kind, folder)` give URLs."""
    return databases.Databases(databases.run_folder(), worker_id)


@pytest.fixture(params=databases.KINDS)
def database_kind(request):
    """`spatialite` and `postgis`: a test that asks for it, or for `app`, runs on both."""
    return request.param


@pytest.fixture
def database_url(run_databases, database_kind, tmp_path):
    """URL of a migrated database without rows."""
    return run_databases.fresh(database_kind, tmp_path)


@pytest.fixture(scope="session")
def s3_server():
    """A real S3 server, one for all workers: a test keeps to a prefix of its own."""
    return s3server.shared(databases.run_folder())


@pytest.fixture
def app_settings():
    """Further settings of `app`; a test module overrides this fixture to set its own."""
    return {}


@pytest.fixture
def app(database_url, tmp_path, app_settings):
    """An application on a migrated database without rows, storing below the test's folder."""
    from inspection import create_app
    from inspection.extensions import db

    app = create_app(databases.settings(database_url, tmp_path, **app_settings))
    app.config["TESTING"] = True
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app):
    """Flask's test client, without a token."""
    return app.test_client()


@pytest.fixture
def tokens(app):
    """Make tokens: `tokens("inspector")` returns a new token of that role."""
    from inspection.services.access import create_token

    def make(role: str, label: str = "test") -> str:
        with app.app_context():
            return create_token(role=role, label=label)

    return make
