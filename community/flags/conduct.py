"""What an account did, and the flags that can be raised from it: the shapes all kinds share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from store import tables

MAX_EVIDENCE_CHARS = 400
_MAX_QUOTE_CHARS = 80
_SEGMENT_ENDS = re.compile(r"[\n|•·;,]|/(?!o\b)|\s[–—-]\s|(?<!\d)[.!?](?=\s|$)")


@dataclass(frozen=True, slots=True)
class Conduct:
    """One account and what it did, gathered by the pipeline.

    posts                : of this account, in any order
    labels               : post id -> negative, neutral or positive towards the brand
    near_duplicate_ratio : 0..1, share of its posts that nearly repeat another one of its own
    coordinated          : >= 3 accounts said the same within an hour, this one among them
    civility             : 0..1, 1 = never an insult or threat towards people
    do_not_contact       : the account is on the do-not-contact list
    """

    author: tables.Author
    posts: Sequence[tables.Post]
    labels: Mapping[int, str]
    near_duplicate_ratio: float
    coordinated: bool
    civility: float
    do_not_contact: bool = False

    @property
    def own(self) -> list[tables.Post]:
        """Posts in the account's own words."""
        return [post for post in self.posts if not post.is_repost]


@dataclass(frozen=True, slots=True)
class RaisedFlag:
    """A reason to look twice before inviting somebody.

    excludes : keeps them off the shortlist until a person overrides it
    evidence : in plain words, with the very cue quoted
    """

    kind: str
    strength: Literal["strong", "weak"]
    excludes: bool
    evidence: str


class Cue(NamedTuple):
    """One thing that speaks for a flag; one strong one excludes, or two weak ones."""

    evidence: str
    strong: bool = False


def raised(kind: str, cues: Sequence[Cue]) -> list[RaisedFlag]:
    """The flag that these cues make: none without a cue, never more than one of a kind."""
    told = list(dict.fromkeys(sorted(cues, key=lambda cue: not cue.strong)))
    if not told:
        return []
    strong = told[0].strong
    evidence = "; ".join(cue.evidence for cue in told)
    return [
        RaisedFlag(
            kind,
            "strong" if strong else "weak",
            excludes=strong or len(told) >= 2,
            evidence=evidence[:MAX_EVIDENCE_CHARS],
        )
    ]


def quote(words: str) -> str:
    """The cue itself, short enough to be shown.

    >>> quote("works\\n at  Pellow")
    '"works at Pellow"'
    """
    flat = " ".join(words.split())
    return f'"{flat[:_MAX_QUOTE_CHARS]}"'


def profile(author: tables.Author) -> str:
    """What the account says of itself."""
    return "\n".join(part for part in (author.display_name, author.bio) if part)


def segments(text: str) -> Iterator[str]:
    """The parts of a profile that stand for themselves, as people write them.

    >>> list(segments("PM at Vantero | ex-Pellow. Mother"))
    ['PM at Vantero', 'ex-Pellow', 'Mother']
    """
    for part in _SEGMENT_ENDS.split(text):
        if part.strip():
            yield part.strip()
