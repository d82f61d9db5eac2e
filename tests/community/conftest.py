"""A store of its own for every test, with a brand and its listeners' sample rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.session import Store, open_store
from tests.copies import lay_database


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(lay_database(tmp_path / "community.db"))
    yield opened
    opened.close()
