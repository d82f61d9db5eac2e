"""Which posts are copies of others: a sentence said again is one opinion, however often posted."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

SIMILAR = 0.7
"""Least Jaccard of two posts' 5-grams of characters. Random pairs of tweets reach .28; a 64-bit
SimHash within 3 bits found 4 % of edited copies, this 88 % at no false merge."""
GRAM = 5
PERMUTATIONS, BANDS, SEED = 128, 32, 42
"""32 bands of 4 bring a pair with Jaccard .7 together with probability .9998."""
SURELY_LESS = 0.55
"""A signature's estimate below this is 3.7 deviations from .7: not worth counting exactly."""
GENERIC_CHARS = 30
"""Shorter texts are compared as a whole, and are copies of another author's only where something
else says so ("RT", the same link): in 7,552 tweets every text under 30 characters shared by two
authors was "thank you" and the like, or a forward; every longer one was a headline or a forward."""
AT_ONCE = 5_000

_NOISE = re.compile(r"(?:https?://|www\.)\S+|(?<!\w)@\w[\w.@-]*|\b(?:rt|via)\b")
_WORD = re.compile(r"\w+")
_FORWARD = re.compile(r"\W*(?:rt|via)\W*@", re.IGNORECASE)
_TRACKING = re.compile(r"utm_.*|fbclid|gclid|ref|ref_src|mc_[ce]id|igshid", re.IGNORECASE)
_MIRROR = re.compile(r"^(?:www|m|mobile|amp)\.")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class CopyText:
    """One post as a possible copy; `url` is its own or what it links to, `at` is aware UTC."""

    post: int
    author: int
    text: str
    url: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Coordinated:
    """The same text from `LEAST_ACCOUNTS` or more accounts within `WITHIN`."""

    original: int
    posts: tuple[int, ...]
    authors: tuple[int, ...]


LEAST_ACCOUNTS = 3
WITHIN = timedelta(hours=1)


def find_copies(posts: Sequence[CopyText]) -> dict[int, int]:
    """Each copy with the post it copies, which is never itself a copy; same in any order.

    Posts are taken oldest first; each is a copy of the earliest original that has the same
    canonical text, or, from 30 characters on, 5-grams with a Jaccard of .7 or more. Comparing
    with originals only keeps a chain of small edits from joining different texts.
    """
    ordered = sorted(posts, key=lambda p: (p.at, p.post))
    texts = [canonical_text(p.text) for p in ordered]
    originals = _Originals()
    copies: dict[int, int] = {}
    for start in range(0, len(ordered), AT_ONCE):
        part = texts[start : start + AT_ONCE]
        signatures = _signatures(part)
        for post, text, signature in zip(ordered[start:], part, signatures, strict=False):
            original = originals.match(post, text, signature)
            if original is None:
                originals.add(post, text, signature)
            else:
                copies[post.post] = original
    return copies


def near_duplicate_ratio(posts: Iterable[CopyText], copies: Mapping[int, int]) -> dict[int, float]:
    """Per author, the share of posts that repeat another post of the same author, 0..1."""
    total: Counter[int] = Counter()
    distinct: defaultdict[int, set[int]] = defaultdict(set)
    for post in posts:
        total[post.author] += 1
        distinct[post.author].add(copies.get(post.post, post.post))
    return {author: 1 - len(distinct[author]) / n for author, n in total.items()}


def coordinated(posts: Iterable[CopyText], copies: Mapping[int, int]) -> list[Coordinated]:
    """Texts posted by three or more accounts within one hour, not counting declared forwards."""
    groups: defaultdict[int, list[CopyText]] = defaultdict(list)
    for post in posts:
        if not _FORWARD.match(post.text):
            groups[copies.get(post.post, post.post)].append(post)
    found = []
    for original, group in sorted(groups.items()):
        group.sort(key=lambda p: (p.at, p.post))
        together = _together(group)
        if together:
            authors = tuple(sorted({p.author for p in together}))
            found.append(Coordinated(original, tuple(p.post for p in together), authors))
    return found


def canonical_text(text: str) -> str:
    """Words only: NFKC, casefolded, without links, handles, "RT", "via" and punctuation.

    >>> canonical_text("RT @anna: Best COFFEE ever!! https://t.co/x")
    'best coffee ever'
    """
    return " ".join(_WORD.findall(_NOISE.sub(" ", unicodedata.normalize("NFKC", text).casefold())))


def canonical_url(url: str) -> str:
    """The address without what does not change the page; as given where it cannot be read.

    >>> canonical_url("HTTP://M.Example.com:80/a?utm_source=x&b=2&a=1#top")
    'example.com/a?a=1&b=2'
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return url
    query = sorted((k, v) for k, v in parse_qsl(parts.query) if not _TRACKING.fullmatch(k))
    site = _MIRROR.sub("", host) + ("" if port in (None, _PORTS.get(parts.scheme)) else f":{port}")
    return site + parts.path.rstrip("/") + (f"?{urlencode(query)}" if query else "")


class _Originals:
    """The posts kept so far, found by text, by author and text, by link and text, by bands."""

    def __init__(self) -> None:
        self._exact: dict[tuple[str, ...] | tuple[str, int], int] = {}
        self._bands: defaultdict[tuple[int, bytes], list[int]] = defaultdict(list)
        self._posts: list[int] = []
        self._texts: list[str] = []
        self._signatures: list[NDArray[np.uint32]] = []

    def match(self, post: CopyText, text: str, signature: NDArray[np.uint32] | None) -> int | None:
        """The original this post copies, if any."""
        if not text:
            return None
        for key in _keys(post, text, asked=True):
            if key in self._exact:
                return self._exact[key]
        if signature is None:
            return None
        return self._similar(text, signature)

    def add(self, post: CopyText, text: str, signature: NDArray[np.uint32] | None) -> None:
        """Keep a post as an original."""
        if not text:
            return
        for key in _keys(post, text, asked=False):
            self._exact.setdefault(key, post.post)
        if signature is not None:
            for band in _band_keys(signature):
                self._bands[band].append(len(self._posts))
            self._posts.append(post.post)
            self._texts.append(text)
            self._signatures.append(signature)

    def _similar(self, text: str, signature: NDArray[np.uint32]) -> int | None:
        near = sorted({i for band in _band_keys(signature) for i in self._bands.get(band, ())})
        if not near:
            return None
        alike = np.mean([self._signatures[i] == signature for i in near], axis=1)
        grams = _grams(text)
        for i, estimate in zip(near, alike.tolist(), strict=True):
            if estimate >= SURELY_LESS and _jaccard(grams, _grams(self._texts[i])) >= SIMILAR:
                return self._posts[i]
        return None


def _keys(post: CopyText, text: str, *, asked: bool) -> list[tuple[str, ...] | tuple[str, int]]:
    """Under what a post's text is known (`asked` = False) or looked up."""
    keys: list[tuple[str, ...] | tuple[str, int]] = [(text, post.author)]
    if post.url:
        keys.append((text, canonical_url(post.url)))
    if not asked or len(text) >= GENERIC_CHARS or _FORWARD.match(post.text):
        keys.append((text,))
    return keys


def _signatures(texts: Sequence[str]) -> list[NDArray[np.uint32] | None]:
    """A MinHash per text, None for those too short to be compared by parts."""
    found: list[NDArray[np.uint32] | None] = []
    for text in texts:
        if len(text) < GENERIC_CHARS:
            found.append(None)
            continue
        sketch = RMinHash(PERMUTATIONS, SEED)
        sketch.update(_grams(text))
        found.append(np.array(sketch.digest(), dtype=np.uint32))
    return found


def _band_keys(signature: NDArray[np.uint32]) -> list[tuple[int, bytes]]:
    return [(i, band.tobytes()) for i, band in enumerate(signature.reshape(BANDS, -1))]


def _grams(text: str) -> set[str]:
    return {text[i : i + GRAM] for i in range(max(1, len(text) - GRAM + 1))}


def _jaccard(a: set[str], b: set[str]) -> float:
    return len(a & b) / len(a | b)


def _together(group: Sequence[CopyText]) -> list[CopyText]:
    """The posts of a time-sorted group that stand in an hour with `LEAST_ACCOUNTS` accounts."""
    inside: set[int] = set()
    first = 0
    for last, post in enumerate(group):
        while post.at - group[first].at > WITHIN:
            first += 1
        if len({p.author for p in group[first : last + 1]}) >= LEAST_ACCOUNTS:
            inside.update(range(first, last + 1))
    return [group[i] for i in sorted(inside)]
