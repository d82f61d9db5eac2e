"""What a post is worth as evidence of its author's stance, and what an author's posts add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAY_S = 86_400.0
BEST_POSTS = 3
"""Ideas and specifics are judged by an author's best three posts: chat costs nothing."""
_SHARES = attrgetter(
    *("negative", "neutral", "positive", "eligibility", "targeting"),
    *("passion", "idea", "specificity", "civility"),
)


@dataclass(frozen=True, slots=True)
class Opinion:
    """One post of one author as evidence of their stance towards one brand.

    site        : class of source for the prior ("mastodon", "file:reviews")
    thread      : posts with the same one are one conversation; None = not known
    at          : aware UTC
    negative, neutral, positive : calibrated probabilities, sum 1
    eligibility : e, 0 = repost, headline, media or copy; 1 = own words
    targeting   : t, .5 where several brands are named and the reader was not target-aware
    passion, idea, specificity, civility : 0..1, as in `Reading`
    theme       : id of the post's theme; None = other
    """

    post: int
    author: int
    site: str
    thread: str | None
    at: datetime
    negative: float
    neutral: float
    positive: float
    eligibility: float = 1.0
    targeting: float = 1.0
    passion: float = 0.0
    idea: float = 0.0
    specificity: float = 0.0
    civility: float = 1.0
    theme: int | None = None


@dataclass(frozen=True, slots=True)
class StanceParams:
    """What an operator may turn; the fields of `StanceSettings`, with the reasons.

    tau            : |s| beyond this is love or hate; .2 to .5 gave lists of the same quality
    prior_strength : k, pseudo-posts behind the prior; human labels gave 1.6 to 2.2
    half_life_days : evidence halves in this time (an assumption: a year of silence keeps 1/4)
    window_days    : older posts weigh nothing
    recent_days    : a candidate spoke within this time
    """

    tau: float = 0.3
    prior_strength: float = 2.0
    half_life_days: float = 180.0
    window_days: int = 730
    recent_days: int = 365


DEFAULT_PARAMS = StanceParams()


def post_weights(
    opinions: Sequence[Opinion], now: datetime, params: StanceParams = DEFAULT_PARAMS
) -> dict[int, float]:
    """Each post's weight w = e·t·d·b, so that a page can show what a stance rests on.

    d = 2^(-age/half-life), 0 beyond the window (a post from the future is new);
    b = 1/sqrt(m) for m counted posts of one author in one thread, or, without a thread, in 24
    hours: twenty answers in one quarrel are not twenty opinions.
    Raises ValueError as `Evidence.of`.
    """
    evidence = Evidence.of(opinions, now, params)
    return dict(zip(evidence.post.tolist(), evidence.weight.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Evidence:
    """The opinions as columns, sorted by author, time and post, so that every sum has one order.

    rows    : the opinions in that order
    authors : distinct, ascending; `author` holds indices into it
    p       : (posts, 3) negative, neutral, positive
    traits  : (posts, 6) eligibility, targeting, passion, idea, specificity, civility
    weight  : w per post; a post counts where it is above 0
    n_posts, n_threads : per author, posts that count and the conversations they stand in
    """

    rows: list[Opinion]
    post: Ints
    authors: Ints
    author: Ints
    p: Floats
    traits: Floats
    weight: Floats
    n_posts: Ints
    n_threads: Ints

    @classmethod
    def of(cls, opinions: Sequence[Opinion], now: datetime, params: StanceParams) -> Evidence:
        """Sort and weigh. Raises ValueError for a post that occurs twice, whose numbers are not
        shares, or whose time has no zone: readings that abstained are the caller's to leave out."""
        post, author, seconds, numbers = _columns(opinions)
        order = np.lexsort((post, seconds, author))
        rows = [opinions[i] for i in order.tolist()]
        authors, index = np.unique(author[order], return_inverse=True)
        weight = _before_bursts(numbers[order, 3:5], now.timestamp() - seconds[order], params)
        counted = np.flatnonzero(weight > 0)
        talk = _conversations([rows[i] for i in counted.tolist()], seconds[order][counted])
        _, first, inverse, size = np.unique(
            talk, return_index=True, return_inverse=True, return_counts=True
        )
        weight[counted] /= np.sqrt(size[inverse])
        return cls(
            rows=rows,
            post=post[order],
            authors=authors,
            author=index,
            p=numbers[order, :3],
            traits=numbers[order, 3:],
            weight=weight,
            n_posts=np.bincount(index[counted], minlength=len(authors)),
            n_threads=np.bincount(index[counted[first]], minlength=len(authors)),
        )

    def per_author(self, values: Floats) -> Floats:
        """Sums of `values` (one row per post) for each author."""
        return sums(self.author, values, len(self.authors))

    def counted(self) -> Ints:
        """Indices of the posts that count."""
        return np.flatnonzero(self.weight > 0)

    def best(self, trait: int) -> Floats:
        """The best `BEST_POSTS` values of a trait per author, 0 where there are fewer posts."""
        index = self.counted()
        value = self.traits[index, trait]
        order = np.lexsort((-value, self.author[index]))
        author = self.author[index][order]
        rank = _rank_in_group(author)
        found = np.zeros((len(self.authors), BEST_POSTS))
        kept = rank < BEST_POSTS
        found[author[kept], rank[kept]] = value[order][kept]
        return found

    def low_tenth(self, trait: int) -> Floats:
        """The 10th percentile of a trait per author (linear), 1 where no post counts."""
        index = self.counted()
        value = self.traits[index, trait]
        order = np.lexsort((value, self.author[index]))
        value = value[order]
        n, start = self.n_posts, np.cumsum(self.n_posts) - self.n_posts
        found = np.ones(len(self.authors))
        some = n > 0
        place = 0.1 * (n[some] - 1)
        floor = np.floor(place).astype(np.int64)
        low = value[start[some] + floor]
        high = value[start[some] + np.minimum(floor + 1, n[some] - 1)]
        found[some] = low + (place - floor) * (high - low)
        return found


def sums(index: Ints, values: Floats, size: int) -> Floats:
    """Sums of `values` (n,) or (n, columns) by group 0..size-1, each added in the given order."""
    columns = [
        np.bincount(index, weights=column, minlength=size) for column in np.atleast_2d(values.T)
    ]
    found: Floats = np.stack(columns, axis=1)
    return found[:, 0] if values.ndim == 1 else found


def _columns(opinions: Sequence[Opinion]) -> tuple[Ints, Ints, Floats, Floats]:
    """Post, author, seconds since 1970 and the nine shares, refused where they cannot be used."""
    post = np.array([o.post for o in opinions], dtype=np.int64)
    author = np.array([o.author for o in opinions], dtype=np.int64)
    shares = np.array([_SHARES(o) for o in opinions], dtype=np.float64).reshape(-1, 9)
    _refuse_unusable(post, shares)
    naive = [o.post for o in opinions if o.at.tzinfo is None]
    if naive:
        raise ValueError(f"post {min(naive)}: its time has no zone")
    seconds = np.array([o.at.timestamp() for o in opinions], dtype=np.float64)
    return post, author, seconds, shares


def _refuse_unusable(post: Ints, numbers: Floats) -> None:
    """A reading that slipped through half-made must not move anybody on a list."""
    bad = ~((numbers >= 0) & (numbers <= 1 + 1e-6)).all(axis=1)  # NaN is neither
    bad |= np.abs(numbers[:, :3].sum(axis=1) - 1) > 1e-3
    if bad.any():
        raise ValueError(f"post {post[bad].min()}: its probabilities or traits are not shares")
    if len(np.unique(post)) < len(post):
        raise ValueError("a post occurs twice among the opinions")


def _before_bursts(own: Floats, age_s: Floats, params: StanceParams) -> Floats:
    """e·t·d for eligibility and targeting `own` (n, 2) and ages in seconds."""
    age = np.maximum(0.0, age_s / DAY_S)
    fresh = np.where(age <= params.window_days, np.exp2(-age / params.half_life_days), 0.0)
    weight: Floats = own[:, 0] * own[:, 1] * fresh
    return weight


def _conversations(rows: Sequence[Opinion], seconds: Floats) -> Ints:
    """A number per post, the same for one author's posts in one thread or, without, one burst.

    A burst starts with a post and takes in those of the next 24 hours, so that a chain of daily
    posts is not one endless burst. `rows` are sorted by author and time.
    """
    numbers: dict[tuple[int, str | float], int] = {}
    found = np.empty(len(rows), dtype=np.int64)
    author, start = None, 0.0
    for i, (row, at) in enumerate(zip(rows, seconds.tolist(), strict=True)):
        talk: str | float
        if row.thread is not None:
            talk = row.thread
        else:
            if row.author != author or at - start >= DAY_S:
                author, start = row.author, at
            talk = start
        found[i] = numbers.setdefault((row.author, talk), len(numbers))
    return found


def _rank_in_group(group: Ints) -> Ints:
    """0, 1, 2 … within each run of equal values."""
    n = len(group)
    if n == 0:
        return group
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    rank: Ints = np.arange(n) - np.repeat(starts, np.diff(np.r_[starts, n]))
    return rank
