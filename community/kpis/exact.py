"""Exact tests: how often chance alone would do as much; no formula that needs many people."""

from __future__ import annotations

from math import comb


def fisher(hits: int, n: int, other_hits: int, other_n: int) -> float:
    """
    Two-sided exact p of two shares: that they differ as much if it made no difference who is where.

        P(k) = C(n, k)·C(m, K - k) / C(n + m, K),   summed over every k no likelier than `hits`

    m = other_n, K = hits + other_hits. This is the permutation test of the two shares, counted out.
    Source: Fisher (1935), The Design of Experiments, chapter 2.

    >>> round(fisher(3, 4, 1, 4), 4), fisher(0, 5, 0, 9)
    (0.4857, 1.0)
    """
    both, people = hits + other_hits, n + other_n
    ways = {
        k: comb(n, k) * comb(other_n, both - k)
        for k in range(max(0, both - other_n), min(n, both) + 1)
    }
    as_rare = sum(count for count in ways.values() if count <= ways[hits])
    return as_rare / comb(people, both)
