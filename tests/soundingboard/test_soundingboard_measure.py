"""Measuring with what only models can tell: sentiment corrected by labels that were drawn blind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from community.kpis import KPIS
from community.kpis.reading import KpiReading
from soundingboard.pipeline.measure import facts_of
from soundingboard.wiring import Parts
from store import tables
from tests.fakes import NOW, make_parts

SAID = {"negative": (0.7, 0.2, 0.1), "neutral": (0.4, 0.5, 0.1), "positive": (0.2, 0.2, 0.6)}


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    """300 posts, of which the model calls all 100 neutral ones negative; nobody labelled any."""
    made = make_parts(tmp_path)
    with made.store.write() as session:
        session.add(tables.BrandRow(id=1, name="Pellow", created_at=NOW))
        session.add(tables.Source(id=1, kind="feed", address="x", name="x", added_at=NOW))
        for number in range(1, 31):
            session.add(
                tables.Author(id=number, site="x", key=str(number), name="a", first_seen=NOW)
            )
        session.flush()
        for number, truth in enumerate(("negative", "neutral", "positive") * 100, start=1):
            _post(session, number, truth)
    yield made
    made.close()


def _post(session: Any, number: int, truth: str) -> None:
    negative, neutral, positive = SAID[truth]
    at = NOW - timedelta(days=3)
    session.add(
        tables.Post(
            id=number, source_id=1, native_key=str(number), key_level="guid", kind="post",
            author_id=number % 30 + 1, text="t", text_sha="sha", at=at, time_quality="given",
            first_seen=at,
        )
    )  # fmt: skip
    session.flush()
    session.add(tables.Mention(post_id=number, brand_id=1, how="named"))
    session.add(
        tables.Reading(
            post_id=number, brand_id=1, model="fixed-1", text_sha="sha", language="en",
            abstained=False, negative=negative, neutral=neutral, positive=positive,
            label="negative" if truth == "neutral" else truth, idea=0,
            specificity=0, passion=0, civility=1, read_at=at,
        )
    )  # fmt: skip


def label(parts: Parts, *, days: float = 1, **told: Any) -> None:
    """Somebody labels all 300 with the truth."""
    with parts.store.write() as session:
        for number, truth in enumerate(("negative", "neutral", "positive") * 100, start=1):
            row: dict[str, Any] = {
                "post_id": number, "brand_id": 1, "label": truth, "sampled": True,
                "text_sha": "sha", "labelled_by": "ida", "labelled_at": NOW - timedelta(days=days),
            }  # fmt: skip
            session.add(tables.Label(**(row | told)))


def net(parts: Parts, name: str = "net_sentiment") -> KpiReading:
    return KPIS[name].measure(facts_of(parts, 1))


def test_without_labels_the_net_is_what_the_model_counts_and_says_so(parts: Parts) -> None:
    reading = net(parts)
    assert reading.value == pytest.approx(-1 / 3)
    assert reading.note is not None
    assert "en: 0 of 300 labels drawn blind" in reading.note


def test_labels_drawn_blind_take_the_model_s_errors_out(parts: Parts) -> None:
    label(parts)
    for name in ("net_sentiment", "net_sentiment_polar"):
        reading = net(parts, name)
        assert reading.value == pytest.approx(0, abs=1e-6)
        assert reading.note is not None
        assert "corrected by PACC from 300 blind labels; uncorrected -33 %" in reading.note


@pytest.mark.parametrize(
    "told",
    [
        {"sampled": False},  # corrected because it caught the eye
        {"days": 181},  # labelled too long ago
        {"text_sha": "another text"},  # edited in between
    ],
)
def test_no_other_labels_correct_anything(parts: Parts, told: dict[str, Any]) -> None:
    label(parts, **told)
    reading = net(parts)
    assert reading.value == pytest.approx(-1 / 3)
    assert reading.note is not None
    assert "en: 0 of 300" in reading.note


def test_a_label_given_again_counts_once_and_measuring_again_says_the_same(parts: Parts) -> None:
    label(parts)
    label(parts, days=0.5, labelled_by="ben")
    assert net(parts) == net(parts)
    note = net(parts).note
    assert note is not None
    assert "from 300 blind labels" in note


def test_posts_of_staff_move_nothing(parts: Parts) -> None:
    label(parts)
    before = net(parts).value
    with parts.store.write() as session:
        session.add(
            tables.Author(id=99, site="x", key="99", name="us", is_staff=True, first_seen=NOW)
        )
        session.flush()
        _post(session, 999, "positive")
        session.flush()
        session.get_one(tables.Post, 999).author_id = 99
    assert net(parts).value == before
