"""What tests of every room may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded responses, hostile cases and labelled text that lies beside us."""
    for parent in Path(__file__).resolve().parents:
        folder = parent / "shared" / "data"
        if (folder / "recorded").is_dir():
            return folder
    pytest.skip("the recorded responses (shared/data beside the repository) are not here")
