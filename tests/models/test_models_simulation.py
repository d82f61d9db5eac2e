"""People whose true stance is known: the list must find the real lovers and haters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from models.stance import Opinion, weigh

NOW = datetime(2026, 3, 1, tzinfo=UTC)
AUTHORS, TOP = 8000, 20
#             negative, neutral, positive
DISPOSITIONS = np.array(
    [[0.8, 0.15, 0.05], [0.4, 0.4, 0.2], [0.05, 0.15, 0.8], [0.42, 0.16, 0.42]]
)  # hater, grumbler, lover, torn
SHARES = np.array([0.3, 0.4, 0.2, 0.1])
CLEAR, HABIT = 1.4, 0.5
"""How far a class stands out of the noise (right on 69 % of posts), and how far a person's way of
writing pushes all of their posts the same wrong way."""


def simulated(seed):
    """Opinions of people with a drawn mix of sayings, and s for each.

    The reader sees noisy evidence for each class and says the probabilities that follow from it:
    right on average, wrong alike within a person.
    """
    rng = np.random.default_rng(seed)
    kinds = rng.choice(4, p=SHARES, size=AUTHORS)
    theta = np.array([rng.dirichlet(8 * DISPOSITIONS[kind]) for kind in kinds])
    n = np.minimum(60, rng.pareto(1.2, AUTHORS).astype(int) + 1)
    author = np.repeat(np.arange(AUTHORS), n)
    true = (rng.random((len(author), 1)) > theta[author].cumsum(axis=1)[:, :2]).sum(axis=1)
    seen = CLEAR * np.eye(3)[true] + rng.normal(size=(len(author), 3))
    seen += HABIT * rng.normal(size=(AUTHORS, 3))[author]
    p = SHARES @ DISPOSITIONS * np.exp(CLEAR / (1 + HABIT**2) * seen)
    p /= p.sum(axis=1, keepdims=True)
    hours = rng.uniform(0, 2000, len(author)).tolist()
    opinions = [
        Opinion(i, a, "sim", str(i), NOW - timedelta(hours=hours[i]), *p[i].tolist())
        for i, a in enumerate(author.tolist())
    ]
    return opinions, theta[:, 2] - theta[:, 0], np.mean(p.argmax(axis=1) == true)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_first_of_each_list_are_what_they_are_listed_as(seed):
    opinions, s, accuracy = simulated(seed)

    stances = weigh(opinions, NOW)

    lovers = sorted(stances.values(), key=lambda x: -x.p_love)[:TOP]
    haters = sorted(stances.values(), key=lambda x: -x.p_hate)[:TOP]
    loved = np.mean([s[x.author] > 0.3 for x in lovers])
    hated = np.mean([s[x.author] < -0.3 for x in haters])
    naive_loved, naive_hated = naive_precision(opinions, s)
    assert accuracy == pytest.approx(0.69, abs=0.04)
    assert min(loved, hated) >= 0.9
    assert loved > naive_loved + 0.3
    assert hated > naive_hated + 0.2


def naive_precision(opinions, s):
    """Chance that one of those tied at the top mean is what they would be listed as."""
    total, n = np.zeros(AUTHORS), np.zeros(AUTHORS)
    for o in opinions:
        total[o.author] += np.argmax([o.negative, o.neutral, o.positive]) - 1
        n[o.author] += 1
    mean = total / n
    return np.mean(s[mean == 1] > 0.3), np.mean(s[mean == -1] < -0.3)
