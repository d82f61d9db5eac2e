"""How posts become a stance: one author's evidence towards one brand, with how sure we may be.

Ranking authors by the mean of their posts' sentiment lists people who spoke once; the posterior
below needs no random numbers and made better lists in a forward test (`bench/recruit.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from scipy.special import betainc, betaln, ndtr

from models.evidence import (
    BEST_POSTS,
    DEFAULT_PARAMS,
    Evidence,
    Floats,
    Opinion,
    StanceParams,
    post_weights,
    sums,
)

__all__ = [
    "DEFAULT_PARAMS",
    "Opinion",
    "Stance",
    "StanceLabel",
    "StanceParams",
    "post_weights",
    "weigh",
]

StanceLabel = Literal["love", "hate", "torn", "undecided"]

SITE_PSEUDO_AUTHORS = 50.0
"""A site's prior is its own once clearly more than this many authors spoke there."""
PASSION_PSEUDO_POSTS = 2.0
"""Posts of the brand's usual passion added to each author's own."""
LEAST_POSTS = 2
"""Under two posts the reliability of an author's mean is n/(n + 1.6) < .4: nobody is labelled."""
LEAST_POSTS_TORN = 4
"""Praise and complaint must both have been seen more than once."""
CERTAIN = 0.5
"""A label must be more probable than not; lists rank within a side, so this is no quality bar."""
Z_80 = 1.2815515655446004
"""Normal quantile at 90 %: mu ± Z_80·sd is the 80 % interval."""
MOST_IDEA = 0.95
NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(32)
BROAD = 100.0
"""Evidence for q below which its density is wide enough for the nodes to see all of it."""
AUTHORS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Stance:
    """What an author's posts say of their stance towards a brand.

    n_posts, n_threads : own posts that weigh something, and the conversations they stand in
    mu, sd, low, high  : posterior mean and deviation of s = love - hate in -1..1, 80 % interval
    p_love, p_hate     : P(s > tau), P(s < -tau)
    p_torn             : P(4·love·hate > .5), love and hate being the shares below
    unheard_love, unheard_hate : the same of somebody on their site who never spoke
    first_at, last_at  : of the posts counted; None where there is none
    love_share, hate_share : posterior means of the shares of praise and complaint
    passion            : 0..1, shrunk to the brand's usual
    constructive       : 0..1, .5·idea + .3·specificity + .2·civility
    idea, specificity  : 0..1, of the best three posts
    civility           : 0..1, 10th percentile of the posts: the worst tone counts
    weight             : sum of the posts' weights
    """

    author: int
    n_posts: int
    n_threads: int
    mu: float
    sd: float
    low: float
    high: float
    p_love: float
    p_hate: float
    p_torn: float
    unheard_love: float
    unheard_hate: float
    stance: StanceLabel
    first_at: datetime | None
    last_at: datetime | None
    love_share: float
    hate_share: float
    passion: float
    constructive: float
    idea: float
    specificity: float
    civility: float
    weight: float


def weigh(
    opinions: Sequence[Opinion], now: datetime, params: StanceParams = DEFAULT_PARAMS
) -> dict[int, Stance]:
    """The stance of every author that occurs; the same to the bit in any order of `opinions`.

    Soft counts under a Dirichlet prior of strength k, w and m as in `post_weights` and `_prior`:

        alpha = sum(w·p) + k·m,  A = sum(alpha),  mu = (a_pos - a_neg)/A
        sd² = (A·(a_pos + a_neg) - (a_pos - a_neg)²) / (A²·(A + 1))
        P(s > tau) = Phi((mu - tau)/sd)

    An author without a post that counts has the prior and is undecided.
    Raises ValueError as `Evidence.of`.
    """
    evidence = Evidence.of(opinions, now, params)
    if not evidence.rows:
        return {}
    prior = params.prior_strength * _prior(evidence)
    alpha = evidence.per_author(evidence.p * evidence.weight[:, None]) + prior
    numbers = _posterior(alpha, params.tau) | _character(evidence)
    unheard = _posterior(prior, params.tau)
    numbers |= {"unheard_love": unheard["p_love"], "unheard_hate": unheard["p_hate"]}
    numbers["weight"] = evidence.per_author(evidence.weight)
    facts = zip(*(column.tolist() for column in numbers.values()), strict=True)
    found = {}
    for author, n_posts, n_threads, span, values in zip(
        evidence.authors.tolist(),
        evidence.n_posts.tolist(),
        evidence.n_threads.tolist(),
        _spans(evidence),
        facts,
        strict=True,
    ):
        fact = dict(zip(numbers, values, strict=True))
        found[author] = Stance(
            author=author,
            n_posts=n_posts,
            n_threads=n_threads,
            first_at=span[0],
            last_at=span[1],
            stance=_label(n_posts, fact["p_love"], fact["p_hate"], fact["p_torn"]),
            **fact,
        )
    return found


def stance_of(alpha: Floats, n_posts: int, tau: float) -> tuple[StanceLabel, float]:
    """The label and mu of one author from soft counts (3,): negative, neutral, positive."""
    found = _posterior(alpha[None, :], tau)
    p_love, p_hate, torn = (float(found[name][0]) for name in ("p_love", "p_hate", "p_torn"))
    return _label(n_posts, p_love, p_hate, torn), float(found["mu"][0])


def _prior(evidence: Evidence) -> Floats:
    """m: what people on the author's site say on average, each person once.

    Averaged over authors, because a heavy poster is not the audience; a site is shrunk to the
    brand with 50 pseudo-authors. Where nobody was heard at all, even thirds.
    """
    sites = {name: i for i, name in enumerate(sorted({row.site for row in evidence.rows}))}
    site = np.array([sites[row.site] for row in evidence.rows], dtype=np.int64)
    pairs, pair = np.unique(evidence.author * len(sites) + site, return_inverse=True)
    pair_author, pair_site = np.divmod(pairs, len(sites))
    weight = sums(pair, evidence.weight, len(pairs))
    heard = weight > 0
    means = sums(pair, evidence.p * evidence.weight[:, None], len(pairs))[heard]
    means /= weight[heard, None]
    brand = means.mean(axis=0) if heard.any() else np.full(3, 1 / 3)
    by_site = sums(pair_site[heard], means, len(sites)) + SITE_PSEUDO_AUTHORS * brand
    by_site /= by_site.sum(axis=1, keepdims=True)
    n_authors = len(evidence.authors)
    silent = ~(sums(pair_author, weight, n_authors) > 0)
    share = np.where(silent[pair_author], 1.0, weight)
    prior = sums(pair_author, by_site[pair_site] * share[:, None], n_authors)
    prior /= prior.sum(axis=1, keepdims=True)
    return prior


def _posterior(alpha: Floats, tau: float) -> dict[str, Floats]:
    """The numbers of `weigh` from soft counts (authors, 3): negative, neutral, positive."""
    hate, _, love = alpha.T
    total = alpha.sum(axis=1)
    mu = (love - hate) / total
    sd = np.sqrt((total * (love + hate) - (love - hate) ** 2) / (total**2 * (total + 1)))
    return {
        "mu": mu,
        "sd": sd,
        "low": np.maximum(-1.0, mu - Z_80 * sd),
        "high": np.minimum(1.0, mu + Z_80 * sd),
        "p_love": _beyond(tau, mu, sd),
        "p_hate": _beyond(tau, -mu, sd),
        "p_torn": p_torn(alpha),
        "love_share": love / total,
        "hate_share": hate / total,
    }


def _beyond(tau: float, mu: Floats, sd: Floats) -> Floats:
    """P(s > tau), s ~ N(mu, sd²); where no doubt is left (sd = 0) s is beyond tau or it is not.

    The only author of a brand, read with full certainty, is their own prior and leaves no doubt.
    """
    certain = sd == 0
    return np.where(certain, mu > tau, ndtr((mu - tau) / np.where(certain, 1.0, sd)))


def p_torn(alpha: Floats) -> Floats:
    """P(4·love·hate > 1/2) under Dirichlet(alpha), alpha (authors, 3): negative, neutral, positive.

    With r = love + hate ~ Beta(a_pos + a_neg, a_neu) and q = love/r ~ Beta(a_pos, a_neg), which
    are independent, the condition is r > 1/sqrt(8·q·(1-q)); so

        P = ∫ f(q)·P(r > 1/sqrt(8·q·(1-q))) dq   over q = 1/2 ± sqrt(1/8)

    by 32 Gauss-Legendre nodes over that range, or the part of it within 8 deviations of q's mean
    where q is known well: the same nodes every time, no random numbers, error below 1e-3.
    """
    parts = [_p_torn(alpha[i : i + AUTHORS_AT_ONCE]) for i in range(0, len(alpha), AUTHORS_AT_ONCE)]
    return np.concatenate(parts) if parts else np.zeros(0)


def _p_torn(alpha: Floats) -> Floats:
    hate, neutral, love = alpha.T[:, :, None]
    both = love + hate
    mean = np.divide(love, both, out=np.full_like(both, 0.5), where=both > 0)
    reach = np.where(both < BROAD, 1.0, 8 * np.sqrt(mean * (1 - mean) / (both + 1)))
    low = np.clip(mean - reach, 0.5 - np.sqrt(1 / 8), 0.5 + np.sqrt(1 / 8))
    high = np.clip(mean + reach, 0.5 - np.sqrt(1 / 8), 0.5 + np.sqrt(1 / 8))
    q = (low + high) / 2 + (high - low) / 2 * NODES
    density = np.exp((love - 1) * np.log(q) + (hate - 1) * np.log1p(-q) - betaln(love, hate))
    least = np.minimum(1.0, 1 / np.sqrt(8 * q * (1 - q)))
    enough = betainc(neutral, both, 1 - least)  # P(r > least) = P(1 - r < 1 - least)
    mass: Floats = ((high - low) / 2 * NODE_WEIGHTS * density * enough).sum(axis=1)
    return np.clip(mass, 0.0, 1.0)


def _character(evidence: Evidence) -> dict[str, Floats]:
    """Passion, ideas, specifics and tone per author."""
    total = evidence.per_author(evidence.weight)
    felt = evidence.per_author(evidence.weight * evidence.traits[:, 2])
    heard = total > 0
    usual = float(np.mean(felt[heard] / total[heard])) if heard.any() else 0.0
    n_best = np.clip(evidence.n_posts, 1, BEST_POSTS)
    idea = np.minimum(MOST_IDEA, 1 - np.prod(1 - evidence.best(3), axis=1))
    specificity = evidence.best(4).sum(axis=1) / n_best
    civility = evidence.low_tenth(5)
    return {
        "passion": (felt + PASSION_PSEUDO_POSTS * usual) / (total + PASSION_PSEUDO_POSTS),
        "constructive": 0.5 * idea + 0.3 * specificity + 0.2 * civility,
        "idea": idea,
        "specificity": specificity,
        "civility": civility,
    }


def _spans(evidence: Evidence) -> list[tuple[datetime | None, datetime | None]]:
    """Time of the first and the last post that counts, per author."""
    ends = np.cumsum(evidence.n_posts)  # counted posts stand sorted by author and time
    times = [evidence.rows[i].at for i in evidence.counted().tolist()]
    return [
        (times[end - n], times[end - 1]) if n else (None, None)
        for n, end in zip(evidence.n_posts.tolist(), ends.tolist(), strict=True)
    ]


def _label(n_posts: int, p_love: float, p_hate: float, p_torn: float) -> StanceLabel:
    """Torn first: a mix that is sure of itself must not be averaged to indifference."""
    if n_posts >= LEAST_POSTS_TORN and p_torn >= CERTAIN:
        return "torn"
    if n_posts >= LEAST_POSTS and p_love >= CERTAIN:
        return "love"
    if n_posts >= LEAST_POSTS and p_hate >= CERTAIN:
        return "hate"
    return "undecided"
