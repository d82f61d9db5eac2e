"""What can be brought before a moderator, and what speaks for and against it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from community.candidates.recruiting import OWN_WORD
from community.moderating.merging import Suggestion
from config.errors import RuleError
from store import tables
from store.moderation import OwnPost

UNCIVIL = 0.5
"""Civility below which a post is looked at: one insult of a person makes .4."""
_SHA = 12


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to be decided, as it stands now.

    subject : what it is about, unique within its kind
    cues    : sign -> what was found, in words; a sign not seen before is new evidence
    prints  : what was looked at (a text, a model's answer); another one is new evidence too
    weight  : how grave the cues are, the sum of 0..1 each
    """

    kind: str
    brand_id: int
    subject: str
    cues: Mapping[str, str] = field(default_factory=dict)
    prints: Sequence[str] = ()
    weight: float = 0.0
    followers: int | None = None
    replies: int | None = None
    post_id: int | None = None
    author_id: int | None = None
    other_id: int | None = None
    flag_id: int | None = None

    @property
    def signs(self) -> set[str]:
        """All that is evidence, by name."""
        return {*self.cues, *self.prints}

    @property
    def why(self) -> dict[str, Any]:
        """What is kept of it with the review item."""
        return {
            "cues": dict(self.cues),
            "seen": sorted(self.signs),
            "weight": round(self.weight, 3),
            "followers": self.followers,
            "replies": self.replies,
        }

    def adds_to(self, why: Mapping[str, Any]) -> bool:
        """Whether anything of this is not in what is kept of it already."""
        seen = {"seen": sorted(self.signs.union(why.get("seen", ())))}
        return self.why | seen != dict(why)


def post_matter(
    brand_id: int, found: OwnPost, cues: Mapping[str, str] | None = None, *, weight: float = 0.0
) -> Matter:
    """A post of one of the brand's own communities."""
    post, author = found.post, found.author
    return Matter(
        kind="post",
        brand_id=brand_id,
        subject=f"post:{post.id}",
        cues=cues or {},
        prints=(f"text {post.text_sha[:_SHA]}",),
        weight=weight,
        followers=author.followers if author else None,
        replies=post.replies,
        post_id=post.id,
        author_id=post.author_id,
    )


def reading_matter(
    brand_id: int,
    post: tables.Post,
    author: tables.Author | None,
    reading: tables.Reading | None,
) -> Matter:
    """A reading somebody disagrees with. Raises RuleError for a post that was never read."""
    if reading is None:
        raise RuleError(
            "No model has read this post as it stands, or it is not about this brand.",
            mend="First run: soundingboard stances",
        )
    said = reading.label or f"nothing ({reading.reason})"
    return Matter(
        kind="reading",
        brand_id=brand_id,
        subject=f"reading:{post.id}:{brand_id}",
        cues={"model": f"the model read {said}"},
        prints=(f"{reading.model} {reading.text_sha[:_SHA]} {reading.label}",),
        followers=author.followers if author else None,
        replies=post.replies,
        post_id=post.id,
        author_id=post.author_id,
    )


def merge_matter(
    brand_id: int,
    accounts: Sequence[tables.Author],
    cues: Mapping[str, str] | None = None,
    *,
    score: float = 0.0,
) -> Matter:
    """Two accounts that may be one human being. Raises RuleError for two on one site."""
    one, two = sorted(accounts, key=lambda account: account.id or 0)
    if one.site == two.site:
        raise RuleError(f"Both accounts are on {one.site}; those are never one person's to us.")
    followers = [a.followers for a in (one, two) if a.followers is not None]
    return Matter(
        kind="merge",
        brand_id=brand_id,
        subject=f"merge:{one.id}:{two.id}",
        cues=cues or {},
        weight=score,
        followers=max(followers, default=None),
        author_id=one.id,
        other_id=two.id,
    )


def suggested(
    brand_id: int, suggestion: Suggestion, accounts: Mapping[int, tables.Author]
) -> Matter:
    """A merge that the accounts' profiles suggest."""
    pair = (accounts[suggestion.first], accounts[suggestion.second])
    return merge_matter(brand_id, pair, suggestion.cues, score=suggestion.score)


def flag_matter(flag: tables.Flag, author: tables.Author) -> Matter:
    """A flag of a candidate. Raises RuleError for one that is the person's own word."""
    if flag.kind in OWN_WORD:
        raise RuleError(
            f"{flag.kind.replace('_', ' ')} is the person's own word; nobody here decides on it."
        )
    parts = [part.strip() for part in flag.evidence.split(";")]
    cues = {f"{flag.strength} {_steady(part)}": part for part in parts if part}
    return Matter(
        kind="flag",
        brand_id=flag.brand_id,
        subject=f"flag:{flag.brand_id}:{flag.author_id}:{flag.kind}",
        cues=cues,
        weight=1.0 if flag.excludes else 0.5,
        followers=author.followers,
        author_id=flag.author_id,
        flag_id=flag.id,
    )


def post_cues(found: OwnPost, *, repeats: int | None, spam: str | None) -> dict[str, str]:
    """What speaks against a post of our own community, by sign.

    repeats : the post of the same author that it repeats
    spam    : evidence of the author's standing spam flag
    """
    cues = {}
    if found.reading is not None and found.reading.civility < UNCIVIL:
        cues["uncivil"] = f"civility towards people {found.reading.civility:.2f} of 1"
    if repeats is not None:
        cues["duplicate"] = f"repeats post {repeats} of the same author"
    if spam is not None:
        cues["spam"] = f"the author is flagged: {spam}"
    return cues


def gravity(found: OwnPost, cues: Mapping[str, str]) -> float:
    """How grave these cues are together: what an insult lacks in civility, a half for the rest."""
    insult = 1 - found.reading.civility if found.reading and "uncivil" in cues else 0.0
    return insult + 0.5 * len(set(cues) - {"uncivil"})


def _steady(evidence: str) -> str:
    """A cue without its numbers, which change with every post and are no new evidence."""
    return re.sub(r"\d+(?:[.,]\d+)*", "#", evidence).casefold()
