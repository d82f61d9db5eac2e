"""What posts of both sides are about: themes found by meaning, with names and ids that last.

Lovers and haters are clustered together and split afterwards, so that one theme can be loved by
some and hated by others.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from models.evidence import Opinion
from models.reading import Vectors
from models.text import bare
from models.theme_names import theme_terms

FLOOR = 0.35
"""Cosine to the nearest centre below which a post is about something else."""
SAME_THEME = 0.7
"""Cosine of two centres from which a theme of today is the theme of yesterday."""
TWINS = 0.92
"""Cosine of two centres that are one theme; within one trade even different ones reach .88."""
FEWEST, MOST = 4, 24
"""As many themes as a person can keep apart."""
DIRECTIONS, STARTS = 32, 10
LEAST_POSTS = 3
"""Posts that make a theme; fewer are chance."""
FITTED = 50_000
"""Distinct texts looked at when centres are found; the others are assigned."""
SEED = 20_240
SHOWN = 3
DIVERSITY = 0.3
CARED_SHARE, CARED_POSTS = 0.2, 2

_HASH = re.compile(r"#(?=\w)")
_REPOST = re.compile(r"^\W*RT\b")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True, eq=False)
class Theme:
    """One theme.

    id     : as in `previous` where it is the same theme; None = new, the store numbers it
    name   : its terms in one line
    posts  : indices of up to three telling posts of different authors, nearest first
    centre : unit vector
    size   : posts assigned
    """

    id: int | None
    name: str
    terms: tuple[str, ...]
    centre: Vectors
    size: int = 0
    posts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ThemeMap:
    """What was found.

    themes   : largest first
    theme_of : per post, the index into `themes`; None = about something else
    outside  : share of posts without a theme, 0..1
    retired  : ids of previous themes that were not found again
    """

    themes: tuple[Theme, ...]
    theme_of: tuple[int | None, ...]
    outside: float
    retired: tuple[int, ...]


def theme_text(text: str, names: Iterable[str]) -> str:
    """The text without links, handles and the brand's names, or themes would be brands.

    >>> theme_text("RT @anna: US Airways lost my bag!! #usairways https://t.co/x", ["US Airways"])
    'lost my bag!!'
    """
    text = _HASH.sub(" ", _REPOST.sub("", bare(text)))
    words = [r"[\W_]*".join(map(re.escape, re.findall(r"\w+", name))) for name in names]
    wanted = "|".join(sorted(filter(None, words), key=lambda word: (-len(word), word)))
    if wanted:
        text = re.sub(rf"(?<!\w)(?:{wanted})(?:['’]s?)?(?!\w)", " ", text, flags=re.IGNORECASE)
    return " ".join(text.split()).strip(" :,-–—")


def find_themes(
    vectors: Vectors,
    texts: Sequence[str],
    authors: Sequence[int],
    *,
    previous: Sequence[Theme] = (),
) -> ThemeMap:
    """Themes of these posts; the same in any order, except that indices follow the order given.

    k-means on unit vectors of the distinct texts, k = cube root of n within 4..24 (fewer under
    12 texts), twins joined, then each post to its nearest centre if that is near enough.
    vectors : (posts, dimensions), unit length; texts : as `theme_text` made them
    previous : the themes of the last time, whose ids are kept where the centre is near (Hungarian)
    """
    order = sorted(range(len(texts)), key=lambda i: (texts[i], authors[i]))
    spoken = [i for i in order if _LETTER.search(texts[i])]
    centres = _centres(_distinct_rows(vectors, texts, spoken))
    nearest = _nearest(vectors, centres)
    theme_of = np.full(len(texts), -1)
    theme_of[spoken] = nearest[spoken]
    sizes = np.bincount(theme_of[theme_of >= 0], minlength=len(centres))
    ranked = sorted(np.flatnonzero(sizes).tolist(), key=lambda c: (-sizes[c], c))
    rank = {cluster: i for i, cluster in enumerate(ranked)}
    placed = tuple(rank.get(int(cluster)) for cluster in theme_of)
    themes = _described(centres[ranked], placed, vectors, texts, authors, order)
    ids = _lasting_ids(centres[ranked], previous)
    return ThemeMap(
        themes=tuple(replace(theme, id=i) for theme, i in zip(themes, ids, strict=True)),
        theme_of=placed,
        outside=placed.count(None) / len(placed) if placed else 0.0,
        retired=tuple(sorted({t.id for t in previous if t.id is not None} - set(ids))),
    )


def assign(vectors: Vectors, themes: Sequence[Theme]) -> list[int | None]:
    """The index of each post's theme without finding themes anew; None = about something else."""
    if not themes:
        return [None] * len(vectors)
    nearest = _nearest(vectors, np.stack([theme.centre for theme in themes]))
    return [None if i < 0 else i for i in nearest.tolist()]


def cares_about(
    opinions: Iterable[Opinion], weights: Mapping[int, float]
) -> dict[int, dict[int, float]]:
    """Per author, the themes they speak about with their share of the author's weight, in order.

    A theme counts from a fifth of the weight and two posts on. weights : `post_weights`
    """
    mass: dict[int, float] = {}
    held: dict[int, dict[int, list[float]]] = {}
    for opinion in sorted(opinions, key=lambda o: o.post):
        weight = weights[opinion.post]
        if weight <= 0:
            continue
        mass[opinion.author] = mass.get(opinion.author, 0.0) + weight
        if opinion.theme is not None:
            held.setdefault(opinion.author, {}).setdefault(opinion.theme, []).append(weight)
    return {
        author: {
            theme: sum(some) / mass[author]
            for theme, some in sorted(themes.items(), key=lambda item: (-sum(item[1]), item[0]))
            if len(some) >= CARED_POSTS and sum(some) >= CARED_SHARE * mass[author]
        }
        for author, themes in held.items()
    }


def _distinct_rows(vectors: Vectors, texts: Sequence[str], order: Sequence[int]) -> Vectors:
    """One vector per distinct text, a fixed sample where there are too many."""
    first = {texts[i]: i for i in reversed(order)}
    kept = sorted(first.values(), key=lambda i: texts[i])
    if len(kept) > FITTED:
        by_hash = sorted(kept, key=lambda i: hashlib.sha256(texts[i].encode()).digest())
        kept = sorted(by_hash[:FITTED], key=lambda i: texts[i])
    return vectors[kept]


def _centres(rows: Vectors) -> Vectors:
    """Unit vectors of the clusters of `rows`, twins joined and chance left out.

    On 7,552 tweets full k-means from ten starts on 32 directions found the same themes again from
    other seeds (ARI .66 to .92; mini-batches .34 to .48) and agreed with human reasons as well as
    all 384 (AMI .234 to .240; with the complaints alone .258, mini-batches .246).
    """
    k = min(max(FEWEST, min(MOST, round(len(rows) ** (1 / 3)))), len(rows) // LEAST_POSTS)
    if k == 0:
        return rows[:0]
    with threadpool_limits(1):  # several threads add in an order of their own
        points = _main_directions(rows)
        k = min(k, len(np.unique(points.round(6), axis=0)))  # no more groups than different posts
        label = KMeans(k, n_init=STARTS, random_state=SEED).fit_predict(points)
    groups = [np.flatnonzero(label == cluster) for cluster in range(k)]
    groups = [group for group in groups if len(group) >= LEAST_POSTS]
    while len(groups) > 1:
        centres = np.stack([_centre(rows[group]) for group in groups])
        alike = np.triu(centres @ centres.T, 1)
        a, b = np.unravel_index(int(alike.argmax()), alike.shape)
        if alike[a, b] <= TWINS:
            break
        groups[a] = np.sort(np.concatenate([groups[a], groups.pop(b)]))
    return np.stack([_centre(rows[group]) for group in groups]) if groups else rows[:0]


def _main_directions(rows: Vectors) -> Vectors:
    """The rows in the directions in which they differ most, as unit vectors."""
    apart = rows - rows.mean(axis=0)
    _, directions = np.linalg.eigh(apart.T @ apart)  # ascending
    points: Vectors = apart @ directions[:, -DIRECTIONS:]
    points /= np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
    return points


def _centre(rows: Vectors) -> Vectors:
    mean = rows.mean(axis=0, dtype=np.float64)
    unit: Vectors = (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)
    return unit


def _nearest(vectors: Vectors, centres: Vectors) -> NDArray[np.int64]:
    """The nearest centre of each vector, -1 where none reaches the floor."""
    if len(centres) == 0 or len(vectors) == 0:
        return np.full(len(vectors), -1)
    alike = vectors @ centres.T
    nearest: NDArray[np.int64] = np.where(alike.max(axis=1) >= FLOOR, alike.argmax(axis=1), -1)
    return nearest


def _described(
    centres: Vectors,
    theme_of: Sequence[int | None],
    vectors: Vectors,
    texts: Sequence[str],
    authors: Sequence[int],
    order: Sequence[int],
) -> list[Theme]:
    """Names and telling posts for the clusters."""
    terms = theme_terms(texts, authors, theme_of, len(centres))
    members: list[list[int]] = [[] for _ in centres]
    for i in order:
        theme = theme_of[i]
        if theme is not None:
            members[theme].append(i)
    themes = []
    for centre, own, words in zip(centres, members, terms, strict=True):
        posts = _telling_posts(centre, own, vectors, texts, authors)
        name = ", ".join(words) or " ".join(texts[posts[0]].split()[:5])
        themes.append(Theme(None, name, tuple(words), centre, len(own), posts))
    return themes


def _telling_posts(
    centre: Vectors,
    members: Sequence[int],
    vectors: Vectors,
    texts: Sequence[str],
    authors: Sequence[int],
) -> tuple[int, ...]:
    """Three posts near the centre, of different authors and unlike one another (MMR)."""
    near = vectors[list(members)] @ centre
    chosen: list[int] = []
    alike = np.zeros(len(members), dtype=np.float32)
    while len(chosen) < SHOWN:
        taken = {authors[i] for i in chosen}, {texts[i] for i in chosen}
        free = np.array([authors[i] not in taken[0] and texts[i] not in taken[1] for i in members])
        if not free.any():
            break
        score = np.where(free, (1 - DIVERSITY) * near - DIVERSITY * alike, -np.inf)
        chosen.append(members[int(score.argmax())])
        alike = np.maximum(alike, vectors[list(members)] @ vectors[chosen[-1]])
    return tuple(chosen)


def _lasting_ids(centres: Vectors, previous: Sequence[Theme]) -> list[int | None]:
    """The id of the previous theme each centre continues, if any."""
    ids: list[int | None] = [None] * len(centres)
    known = [theme for theme in previous if theme.centre.shape == centres.shape[1:]]
    if not known or not ids:
        return ids
    alike = centres @ np.stack([theme.centre for theme in known]).T
    for new, old in zip(*linear_sum_assignment(-alike), strict=True):
        if alike[new, old] >= SAME_THEME:
            ids[new] = known[old].id
    return ids
