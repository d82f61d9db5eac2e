"""How much praise and blame there really is: shares of classes, freed of the model's own errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
CLASSES = ("negative", "neutral", "positive")
LEAST_LABELS = 300
LEAST_OF_A_CLASS = 50
LARGEST_CONDITION = 10.0
LEAST_COVERED = 0.95
RESAMPLES = 1000
_SEED = 20260301  # fixed: the same posts give the same interval in every run
_POINTS = np.array([-1.0, 0.0, 1.0])
_LEVEL = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Posts:
    """Read posts of one language: what the model said, by whom, and, where known, what is true.

    said    : shape (n, 3), probabilities in the order of CLASSES
    authors : shape (n,), any whole numbers; posts of one author are drawn together
    truth   : shape (n,), index into CLASSES; empty for posts nobody labelled
    """

    said: Floats
    authors: NDArray[np.int64]
    truth: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        said: Sequence[Sequence[float]],
        authors: Sequence[int],
        truth: Sequence[int] = (),
    ) -> Posts:
        """From plain sequences. Raises ValueError if their lengths differ."""
        if len(said) != len(authors) or len(truth) not in (0, len(said)):
            raise ValueError(f"{len(said)} posts, {len(authors)} authors, {len(truth)} labels")
        return cls(
            np.asarray(said, float).reshape(-1, 3),
            np.asarray(authors, np.int64),
            np.asarray(truth, np.int64),
        )


@dataclass(frozen=True, slots=True)
class Prevalence:
    """Shares of the classes in a window and their net, each as likely as the interval says.

    shares      : by class, sum 1
    net         : positive - negative, -1..1; low, high : its 95 % interval
    polar       : net / (positive + negative), 0 where there is neither; polar_low, polar_high
    uncorrected : the net as the model's probabilities alone tell it (PCC)
    why_not     : why nothing was corrected, in words; None = it was (PACC)
    """

    shares: dict[str, float]
    net: float
    low: float
    high: float
    polar: float
    polar_low: float
    polar_high: float
    uncorrected: float
    why_not: str | None


def prevalence(window: Mapping[str, Posts], labelled: Mapping[str, Posts]) -> Prevalence:
    """
    Shares of the classes among the posts of a window, by language and then together.

    PACC: M[c, y] = mean probability of c among labelled posts whose truth is y, q = mean
    probability in the window, p = argmin over the simplex of |M p - q|². A language needs
    LEAST_LABELS labels drawn blind, LEAST_OF_A_CLASS of each class, and cond(M) up to
    LARGEST_CONDITION; where such languages hold less than LEAST_COVERED of the posts, nothing is
    corrected and the mean probabilities stand as they are (PCC). It holds as long as posts of a
    class look the same in the window as they did among the labelled ones.
    Interval: percentile bootstrap, drawing authors of the window and of the labels anew.
    Raises ValueError for an empty window.

    Source: Bella et al. (2010), ICDM, "Quantification via probability estimators"; Moreo &
    Sebastiani (2022), PLOS ONE 17(9) e0263449.
    """
    total = sum(len(posts.said) for posts in window.values())
    if not total:
        raise ValueError("no posts in the window")
    problems = {name: _problem(labelled.get(name)) for name in window}
    usable = {name for name, problem in problems.items() if problem is None}
    covered = sum(len(window[name].said) for name in usable) / total
    correct = usable if covered >= LEAST_COVERED else set()
    draws = np.random.default_rng(_SEED)
    point, spread = np.zeros(3), np.zeros((RESAMPLES, 3))
    for name in sorted(window):
        share = len(window[name].said) / total
        labels = labelled[name] if name in correct else None
        point += share * _shares(window[name], labels)
        spread += share * _resampled(window[name], labels, draws)
    plain = sum(len(w.said) / total * float(w.said.mean(axis=0) @ _POINTS) for w in window.values())
    net, low, high = _interval(point @ _POINTS, spread @ _POINTS)
    polar, polar_low, polar_high = _interval(_polar(point), _polar(spread))
    return Prevalence(
        shares=dict(zip(CLASSES, point.tolist(), strict=True)),
        net=net,
        low=low,
        high=high,
        polar=polar,
        polar_low=polar_low,
        polar_high=polar_high,
        uncorrected=plain,
        why_not=None if correct else _told(problems),
    )


def _polar(shares: Floats) -> Floats:
    """(P - N) / (P + N) of shares (..., 3); 0 where nobody praises or blames."""
    feeling = shares[..., 0] + shares[..., 2]
    polar: Floats = np.divide(
        shares @ _POINTS, feeling, out=np.zeros_like(feeling), where=feeling > 0
    )
    return polar


def _interval(value: Floats, resampled: Floats) -> tuple[float, float, float]:
    """The value and the ends of its 95 % interval, which never leave it out."""
    low, high = (float(end) for end in np.percentile(resampled, _LEVEL))
    return float(value), min(low, float(value)), max(high, float(value))


def confusion(labelled: Posts) -> Floats:
    """M[c, y], the mean probability of class c among posts whose truth is y; shape (3, 3)."""
    return np.stack([labelled.said[labelled.truth == y].mean(axis=0) for y in range(3)], axis=1)


def on_simplex(matrix: Floats, target: Floats) -> Floats:
    """
    The p >= 0 with sum 1 that minimises |M p - q|², for a batch.

    Exact: on each of the seven faces of the triangle the least squares solution, and of those
    that lie inside their face the best.

    matrix : shape (..., 3, 3); target : shape (..., 3)

    >>> on_simplex(np.eye(3), np.array([0.2, 0.3, 0.5])).round(3).tolist()
    [0.2, 0.3, 0.5]
    """
    best = np.full(target.shape, 1 / 3)
    least = np.full(target.shape[:-1], np.inf)
    for size in (1, 2, 3):
        for face in combinations(range(3), size):
            p = _on_face(matrix[..., list(face)], target)
            miss = ((np.einsum("...cf,...f->...c", matrix[..., list(face)], p) - target) ** 2).sum(
                axis=-1
            )
            better = (p >= -1e-12).all(axis=-1) & (miss < least - 1e-15)
            whole = np.zeros_like(best)
            whole[..., list(face)] = np.clip(p, 0, None)
            best = np.where(better[..., None], whole, best)
            least = np.where(better, miss, least)
    return best


def _on_face(columns: Floats, target: Floats) -> Floats:
    """Least squares with sum 1 over some columns: p = last + others, solved without the sum."""
    last = columns[..., -1]
    rest = columns[..., :-1] - last[..., None]
    if rest.shape[-1] == 0:
        return np.ones((*target.shape[:-1], 1))
    gram = np.einsum("...cf,...cg->...fg", rest, rest) + 1e-12 * np.eye(rest.shape[-1])
    found = np.linalg.solve(gram, np.einsum("...cf,...c->...f", rest, target - last)[..., None])
    first = found[..., 0]
    return np.concatenate([first, 1 - first.sum(axis=-1, keepdims=True)], axis=-1)


def _shares(window: Posts, labelled: Posts | None) -> Floats:
    said = window.said.mean(axis=0)
    return said if labelled is None else on_simplex(confusion(labelled), said)


def _resampled(window: Posts, labelled: Posts | None, draws: np.random.Generator) -> Floats:
    """The shares of every resample, shape (RESAMPLES, 3)."""
    said = _means(window.said, window.authors, draws)
    if labelled is None:
        return said
    classes = [labelled.truth == y for y in range(3)]
    columns = [_means(labelled.said[of], labelled.authors[of], draws) for of in classes]
    return on_simplex(np.stack(columns, axis=2), said)


def _means(said: Floats, authors: NDArray[np.int64], draws: np.random.Generator) -> Floats:
    """The mean of each resample of authors, all their posts with them; shape (RESAMPLES, 3)."""
    _, whose = np.unique(authors, return_inverse=True)
    people = int(whose.max()) + 1
    sums = np.zeros((people, 3))
    np.add.at(sums, whose, said)
    sizes = np.bincount(whose, minlength=people).astype(float)
    means = np.empty((RESAMPLES, 3))
    for i in range(RESAMPLES):
        drawn = np.bincount(draws.integers(0, people, people), minlength=people).astype(float)
        means[i] = drawn @ sums / (drawn @ sizes)
    return means


def _problem(labelled: Posts | None) -> str | None:
    """Why these labels cannot correct anything, in words; None = they can."""
    n = 0 if labelled is None else len(labelled.truth)
    if labelled is None or n < LEAST_LABELS:
        return f"{n} of {LEAST_LABELS} labels drawn blind"
    fewest = int(np.bincount(labelled.truth, minlength=3).min())
    if fewest < LEAST_OF_A_CLASS:
        return f"only {fewest} of {LEAST_OF_A_CLASS} labels of one class"
    if np.linalg.cond(confusion(labelled)) > LARGEST_CONDITION:
        return "the model hardly tells the classes apart on the labelled posts"
    return None


def _told(problems: Mapping[str, str | None]) -> str:
    return "; ".join(f"{name}: {problem}" for name, problem in problems.items() if problem)
