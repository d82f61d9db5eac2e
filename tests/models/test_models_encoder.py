"""The packaged encoder turns posts into unit vectors without the network."""

from __future__ import annotations

import numpy as np
import pytest

from config.settings import ModelSettings
from models.reader import EmbeddedReader
from models.reading import Vectors

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def reader() -> EmbeddedReader:
    return EmbeddedReader(ModelSettings(batch=4))


def test_vectors_are_unit_and_alike_for_what_is_alike(reader: EmbeddedReader) -> None:
    texts = ["My bag was lost", "They lost my luggage", "The espresso tastes of caramel"]

    found: Vectors = reader.embed(texts)

    assert found.shape == (3, 384)
    assert found.dtype == np.float32
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert found[0] @ found[1] > 0.5 > found[0] @ found[2]


def test_links_and_handles_leave_no_trace_in_a_vector(reader: EmbeddedReader) -> None:
    plain, decorated = reader.embed(
        ["The lid leaks", "@lumen The lid leaks https://lumen.example/a?b=1"]
    )

    assert plain @ decorated > 0.999


def test_a_batch_embeds_as_one_by_one_does(reader: EmbeddedReader) -> None:
    texts = ["short", "a somewhat longer post about coffee and lids", "", "x" * 5000, "bad \ud800"]

    together = reader.embed(texts)
    alone = np.vstack([reader.embed([text]) for text in texts])

    assert np.abs(together - alone).max() < 1e-3


def test_nothing_embeds_to_nothing(reader: EmbeddedReader) -> None:
    assert reader.embed([]).shape == (0, 384)
