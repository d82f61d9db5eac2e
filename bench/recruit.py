"""Is the recruit list right? Lists made from people's earlier posts, judged by their later ones.

    python -m bench.recruit --data ../shared/data/posts

Each author's posts to a brand are cut in the middle. Four ways to rank authors see what a reader
says of the earlier half; the 50 first lovers and haters of each are judged by what *people* said
of the later half (mean of -1, 0, +1). A list that predicts nothing has the base rate on both sides.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.stance import Opinion, Stance, weigh

Floats = NDArray[np.float64]
SIGN = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}
TOP = 50
FOLDS = 5
SEED = 7


@dataclass(frozen=True, slots=True)
class Tweet:
    """One tweet of the airline set. `label` is what people said of it."""

    number: int
    author: str
    brand: str
    text: str
    at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """A way to rank: larger = more of a lover, larger = more of a hater."""

    name: str
    love: Floats
    hate: Floats


class Predict(Protocol):
    """Probabilities (tweets, 3): negative, neutral, positive."""

    def __call__(self, tweets: Sequence[Tweet]) -> Floats: ...


def main() -> None:
    """Print the table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--data", type=Path, default=Path("../shared/data/posts"))
    words.add_argument("--reader", choices=sorted(READERS), default="embedded")
    words.add_argument("--draws", type=int, default=1000, help="bootstrap samples of people")
    given = words.parse_args()
    tweets = read_tweets(given.data / "airlines.tsv.gz")
    p = READERS[given.reader](tweets)
    right = np.mean([list(SIGN)[row.argmax()] == t.label for row, t in zip(p, tweets, strict=True)])
    print(f"{len(tweets):,} tweets; reader {given.reader}, right on {right:.3f} of them")
    rankings, truth = forward_test(tweets, p)
    report(rankings, truth, given.draws)


def read_tweets(path: Path) -> list[Tweet]:
    """The tweets, oldest first, without an author's repeats of the same text."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    once = {(r["author"], r["brand"], r["text"]): r for r in reversed(rows)}.values()
    dated = sorted((_time(r["created_at"]), r["id"], r) for r in once)
    return [
        Tweet(i, r["author"], r["brand"], r["text"], at, r["label"])
        for i, (at, _, r) in enumerate(dated)
    ]


def forward_test(tweets: Sequence[Tweet], p: Floats) -> tuple[list[Ranking], Floats]:
    """The rankings of all author-brand pairs with two tweets or more, and their later sentiment."""
    pairs: defaultdict[tuple[str, str], list[Tweet]] = defaultdict(list)
    for tweet in tweets:
        pairs[tweet.author, tweet.brand].append(tweet)
    earlier = {key: some[: (len(some) + 1) // 2] for key, some in pairs.items()}
    judged = [key for key, some in pairs.items() if len(some) > 1]
    truth = np.array(
        [np.mean([SIGN[t.label] for t in pairs[key][len(earlier[key]) :]]) for key in judged]
    )
    hard = p.argmax(axis=1) - 1.0
    mean = np.array([np.mean([hard[t.number] for t in earlier[key]]) for key in judged])
    n = np.array([len(earlier[key]) for key in judged])
    stances = _stances(earlier, p, now=max(t.at for t in tweets))
    certain = [stances[key] for key in judged]
    return [
        Ranking("naive mean", mean, -mean),
        Ranking("mean, ties by volume", mean + n / 1e6, -mean + n / 1e6),
        Ranking("volume x sentiment", mean * n, -mean * n),
        Ranking(
            "posterior (ours)",
            np.array([s.p_love for s in certain]),
            np.array([s.p_hate for s in certain]),
        ),
    ], truth


def report(rankings: Sequence[Ranking], truth: Floats, draws: int) -> None:
    """Realised sentiment of each way's lists, and how surely ours gains on the naive mean."""
    print(f"{len(truth):,} people with two tweets or more; base {truth.mean():+.2f}; top {TOP}")
    print(f"{'':24}{'lovers':>8}{'haters':>8}{'sum':>8}")
    for ranking in rankings:
        love, hate = realised(ranking.love, truth), realised(ranking.hate, truth)
        print(f"{ranking.name:24}{love:>+8.2f}{hate:>+8.2f}{love - hate:>8.2f}")
    ours = rankings[-1]
    for other in rankings[:-1]:
        gains = np.sort(list(_gains(ours, other, truth, draws)))
        low, high = gains[[int(0.05 * draws), int(0.95 * draws)]]
        print(f"gain on {other.name}: {gains.mean():+.2f}, 90 % interval [{low:+.2f}, {high:+.2f}]")


def realised(score: Floats, truth: Floats) -> float:
    """Mean truth of the `TOP` best by score; people with a tied last score share the last seats."""
    last = np.sort(score)[-TOP]
    above, tied = truth[score > last], truth[score == last]
    return float((above.sum() + (TOP - len(above)) * tied.mean()) / TOP)


def _gains(ours: Ranking, other: Ranking, truth: Floats, draws: int) -> Iterator[float]:
    """Differences in the sum when the people are drawn anew with replacement."""
    rng = np.random.default_rng(SEED)
    for _ in range(draws):
        some = rng.integers(len(truth), size=len(truth))
        sums = [
            realised(r.love[some], truth[some]) - realised(r.hate[some], truth[some])
            for r in (ours, other)
        ]
        yield sums[0] - sums[1]


def _stances(
    earlier: dict[tuple[str, str], list[Tweet]], p: Floats, now: datetime
) -> dict[tuple[str, str], Stance]:
    """Each pair's stance; every brand is weighed on its own, as the product does."""
    number = {key: i for i, key in enumerate(sorted(earlier))}
    found: dict[tuple[str, str], Stance] = {}
    for brand in sorted({brand for _, brand in earlier}):
        opinions = [
            Opinion(t.number, number[key], "twitter", None, t.at, *p[t.number].tolist())
            for key, some in earlier.items()
            if key[1] == brand
            for t in some
        ]
        stances = weigh(opinions, now)
        found |= {key: stances[number[key]] for key in earlier if key[1] == brand}
    return found


def _tfidf(tweets: Sequence[Tweet]) -> Floats:
    """Out-of-author predictions of a bag of words trained on this channel, for comparison."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold

    features = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    counts = features.fit_transform([t.text for t in tweets])
    labels = np.array([t.label for t in tweets])
    found = np.zeros((len(tweets), 3))
    for train, test in GroupKFold(FOLDS).split(counts, groups=[t.author for t in tweets]):
        model = LogisticRegression(C=4, max_iter=1000).fit(counts[train], labels[train])
        found[test] = model.predict_proba(counts[test])  # classes sort as SIGN does
    return found


def _embedded(tweets: Sequence[Tweet]) -> Floats:
    """The reader as shipped, which has not seen this set."""
    from config.settings import ModelSettings
    from models.reader import EmbeddedReader
    from models.reading import Question

    readings = EmbeddedReader(ModelSettings()).read([Question(t.text, t.brand) for t in tweets])
    found = np.array([(r.negative, r.neutral, r.positive) for r in readings])
    found[[r.abstained for r in readings]] = (0.0, 1.0, 0.0)
    return found


READERS: dict[str, Callable[[Sequence[Tweet]], Floats]] = {
    "embedded": _embedded,
    "tfidf": _tfidf,
}


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z")


if __name__ == "__main__":
    main()
