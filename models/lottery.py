"""Lots among equals: a draw that anybody can repeat who knows the published seed."""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from models.quotas import Contender

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Draw:
    """People who would serve the committee alike, in the order in which they were drawn.

    order     : author ids; whoever comes first sits first
    low, high : their utilities lie within, and are taken as `worth` (their mean)
    """

    order: tuple[int, ...]
    low: float
    high: float
    worth: float


def lot(seed: str, author: int) -> float:
    """The lot of one author, 0..1; the largest is drawn first.

    The first 8 bytes of HMAC-SHA256(key = the seed, message = the author's id in digits), both
    UTF-8, over 2^64: `printf 7 | openssl dgst -sha256 -hmac "our seed"` tells that of author 7.

    >>> round(lot("our seed", 7), 6)
    0.177269
    """
    digest = hmac.new(seed.encode(), str(author).encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def draw(
    contenders: Iterable[Contender],
    seed: str,
    band: float,
    kind: Callable[[Contender], Hashable],
) -> list[Draw]:
    """Draw lots among those of one kind whose utilities differ by at most `band`.

    The most useful of a kind opens a band; whoever lies within it is drawn with them, the next
    below opens another one. So nobody below a band comes before anybody in it. Groups of one are
    left out; the order of `contenders` changes nothing.
    """
    alike: defaultdict[Hashable, list[Contender]] = defaultdict(list)
    for contender in contenders:
        alike[kind(contender)].append(contender)
    groups = (group for same in alike.values() for group in _bands(same, band))
    drawn = [_drawn(group, seed) for group in groups if len(group) > 1]
    return sorted(drawn, key=lambda one: (-one.high, one.order))


def _bands(alike: Sequence[Contender], band: float) -> Iterator[list[Contender]]:
    group: list[Contender] = []
    for contender in sorted(alike, key=lambda c: -c.utility):
        if group and group[0].utility - contender.utility > band + _ROUNDING:
            yield group
            group = []
        group.append(contender)
    yield group


def _drawn(group: Sequence[Contender], seed: str) -> Draw:
    order = sorted((c.author for c in group), key=lambda author: (-lot(seed, author), author))
    utilities = sorted(c.utility for c in group)
    return Draw(tuple(order), utilities[0], utilities[-1], sum(utilities) / len(utilities))
