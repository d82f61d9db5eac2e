"""Prevalence: shares of praise and blame, with the model's own errors taken out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.prevalence import Posts, confusion, on_simplex, prevalence

# Rows: what the model says of a post whose truth is negative, neutral, positive.
SAID = np.array([[0.8, 0.15, 0.05], [0.4, 0.5, 0.1], [0.1, 0.3, 0.6]])


def drawn(shares: list[float], n: int, seed: int, *, labelled: bool = False) -> Posts:
    """Posts of a public with these true shares, read by a model that leans to the negative."""
    draws = np.random.default_rng(seed)
    truth = draws.choice(3, n, p=shares)
    said = np.array([draws.dirichlet(20 * SAID[y]) for y in truth])
    authors = draws.integers(0, max(1, n // 2), n)
    return Posts(said, authors, truth if labelled else np.array([], np.int64))


def net(shares: list[float]) -> float:
    return shares[2] - shares[0]


def test_confusion_by_hand() -> None:
    posts = Posts.of(
        [[0.8, 0.2, 0.0], [0.6, 0.2, 0.2], [0.2, 0.6, 0.2], [0.0, 0.0, 1.0]],
        [1, 2, 3, 4],
        [0, 0, 1, 2],
    )
    assert confusion(posts).round(3).tolist() == [[0.7, 0.2, 0.0], [0.2, 0.6, 0.0], [0.1, 0.2, 1.0]]


@given(st.lists(st.floats(0.01, 1), min_size=3, max_size=3))
def test_what_a_known_confusion_made_of_the_shares_is_undone(weights: list[float]) -> None:
    shares = np.array(weights) / sum(weights)
    assert on_simplex(SAID.T, SAID.T @ shares) == pytest.approx(shares, abs=1e-5)


@given(
    st.lists(st.floats(-1, 2), min_size=9, max_size=9),
    st.lists(st.floats(-1, 2), min_size=3, max_size=3),
)
def test_shares_are_shares_and_no_grid_point_is_nearer(
    entries: list[float], target: list[float]
) -> None:
    matrix, q = np.array(entries).reshape(3, 3), np.array(target)
    p = on_simplex(matrix, q)
    assert p.sum() == pytest.approx(1)
    assert (p >= 0).all()
    step = np.linspace(0, 1, 11)
    grid = [(a, b, 1 - a - b) for a in step for b in step if a + b <= 1 + 1e-9]
    nearest = min(float(((matrix @ np.array(g) - q) ** 2).sum()) for g in grid)
    assert float(((matrix @ p - q) ** 2).sum()) <= nearest + 1e-6


def test_correcting_takes_the_bias_out() -> None:
    labels = {"en": drawn([0.4, 0.3, 0.3], 600, 1, labelled=True)}
    errors, plain, covered = [], [], 0
    for seed in range(20):
        truth = [0.15, 0.35, 0.5]
        told = prevalence({"en": drawn(truth, 200, 100 + seed)}, labels)
        assert told.why_not is None
        errors.append(told.net - net(truth))
        plain.append(told.uncorrected - net(truth))
        covered += told.low <= net(truth) <= told.high
    assert abs(np.mean(errors)) < 0.03
    assert abs(np.mean(plain)) > 0.15
    assert covered >= 17


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ({}, "en: 0 of 300 labels drawn blind"),
        ({"en": drawn([0.4, 0.3, 0.3], 299, 1, labelled=True)}, "299 of 300"),
        ({"en": drawn([0.5, 0.48, 0.02], 400, 1, labelled=True)}, "of one class"),
    ],
)
def test_without_enough_labels_it_says_so_and_corrects_nothing(
    labels: dict[str, Posts], says: str
) -> None:
    window = {"en": drawn([0.2, 0.3, 0.5], 200, 2)}
    told = prevalence(window, labels)
    assert told.why_not is not None
    assert says in told.why_not
    assert told.net == pytest.approx(told.uncorrected)


def test_a_model_that_cannot_tell_the_classes_apart_is_not_inverted() -> None:
    blind = drawn([0.4, 0.3, 0.3], 600, 1, labelled=True)
    same = Posts(np.full((600, 3), 1 / 3), blind.authors, blind.truth)
    told = prevalence({"en": drawn([0.2, 0.3, 0.5], 50, 2)}, {"en": same})
    assert told.why_not is not None
    assert "hardly tells" in told.why_not


def test_a_second_language_without_labels_leaves_all_uncorrected() -> None:
    labels = {"en": drawn([0.4, 0.3, 0.3], 600, 1, labelled=True)}
    window = {"en": drawn([0.2, 0.3, 0.5], 90, 2), "de": drawn([0.2, 0.3, 0.5], 10, 3)}
    assert (prevalence(window, labels).why_not or "").startswith("de:")
    window["de"] = drawn([0.2, 0.3, 0.5], 3, 3)
    assert prevalence(window, labels).why_not is None


def test_the_order_of_posts_changes_nothing() -> None:
    posts = drawn([0.2, 0.3, 0.5], 120, 5)
    turned = Posts(posts.said[::-1], posts.authors[::-1], posts.truth)
    one, other = prevalence({"en": posts}, {}), prevalence({"en": turned}, {})
    assert (one.net, one.low, one.high) == pytest.approx((other.net, other.low, other.high))


def test_one_loud_author_widens_the_interval() -> None:
    many = drawn([0.2, 0.3, 0.5], 100, 5)
    few = Posts(many.said, many.authors % 5, many.truth)
    wide, narrow = prevalence({"en": few}, {}), prevalence({"en": many}, {})
    assert wide.high - wide.low > narrow.high - narrow.low


def test_an_empty_window_is_refused() -> None:
    with pytest.raises(ValueError, match="no posts"):
        prevalence({}, {})
