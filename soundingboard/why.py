"""Why an author stands where they stand: every post with its weight, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlmodel import Session

from config.errors import NotFoundError
from models.copies import find_copies
from models.evidence import Floats, Opinion, post_weights
from models.stance import Stance, stance_of, weigh
from soundingboard.cards import evidence_card, iso, stance_card
from soundingboard.pipeline.weigh import (
    Weighed,
    copy_text,
    opinion,
    params,
    silent_reason,
    weigh_brand,
)
from soundingboard.wiring import Parts
from store import by_author, tables
from store import readings as reading_queries
from store import themes as theme_queries
from store.readings import Evidence
from store.upsert import chunks

ONE_MORE_POST = -1


def why(parts: Parts, brand: tables.BrandRow, author: tables.Author) -> dict[str, Any]:
    """All that an author's stance rests on, as JSON-able facts.

    `posts` are heaviest first; `weight` is the product of the parts e (own words), t (about this
    brand alone), d (age) and b (one quarrel is not twenty opinions).
    """
    brand_id = brand.id or 0
    with parts.store.read() as session:
        names = {t.id: t.name for t in theme_queries.themes(session, brand_id, retired=True)}
    weighed = weigh_brand(parts, brand_id)
    case = _Case.of(weighed, author)
    return {
        "brand": brand.name,
        "as_of": iso(weighed.until),
        **(stance_card(author, case.stance) if case.stance else {"author": author.name}),
        "how": case.how(),
        "posts": case.posts(names),
        "changes": case.changes(),
    }


def why_as_kept(parts: Parts, brand: tables.BrandRow, author: tables.Author) -> dict[str, Any]:
    """`why` from what was kept when the author was last weighed; nobody else's posts are read.

    So it answers at once however large the brand is. What everybody else says is in the stance
    that was kept, beyond the author's own posts: with W their weights and A = W + k,

        a_pos - a_neg = mu·A,   a_pos + a_neg = (sd²·A²·(A + 1) + (mu·A)²)/A,   prior = a - sum(w·p)

    newer  : posts that were read since, and are weighed the next time
    unsure : another number of posts counted then; a post that repeats somebody else's is told
             from the others only by reading all of them

    Raises NotFoundError for somebody who was never weighed.
    """
    brand_id, author_id = brand.id or 0, author.id or 0
    with parts.store.read() as session:
        names = {t.id: t.name for t in theme_queries.themes(session, brand_id, retired=True)}
        stance = by_author.stance(session, brand_id, author_id)
        if stance is None:
            raise NotFoundError(
                "Nothing of theirs was weighed yet.", mend="They are weighed with the next run."
            )
        until = min(by_author.last_dated(session, brand_id) or stance.weighed_at, stance.weighed_at)
        found = _theirs(session, brand_id, author_id)
    known = [row for row in found if row.reading.read_at <= stance.weighed_at]
    case = _Kept.of(_weighed(parts, stance, known, until), author)
    counted = sum(weight > 0 for weight in case.weights.values())
    return {
        "brand": brand.name,
        "as_of": iso(until),
        **stance_card(author, stance),
        "how": case.how(),
        "posts": case.posts(names),
        "changes": case.changes(),
        "newer": len(found) - len(known),
        "unsure": counted != stance.n_posts,
    }


def _theirs(session: Session, brand_id: int, author_id: int) -> list[Evidence]:
    model = reading_queries.newest_model(session, brand_id) or ""
    ids = by_author.post_ids(session, brand_id, author_id)
    return [
        row
        for some in chunks(sorted(ids))
        for row in reading_queries.evidence(session, brand_id, model, post_ids=some)
    ]


def _weighed(
    parts: Parts, stance: tables.Stance, known: Sequence[Evidence], until: datetime
) -> Weighed:
    copies = find_copies([copy_text(row) for row in known])
    sharp = parts.reader.target_aware
    opinions = [
        opinion(row, copied=(row.post.id or 0) in copies, target_aware=sharp) for row in known
    ]
    how = params(parts.settings)
    stances: Any = {stance.author_id: stance}
    return Weighed(until, how, stances, opinions, known, copies)


@dataclass(frozen=True, slots=True)
class _Case:
    """One author among all whose posts were weighed."""

    weighed: Weighed
    author_id: int
    stance: Stance | None
    opinions: Mapping[int, Opinion]
    weights: Mapping[int, float]
    evidence: Sequence[Evidence]

    @classmethod
    def of(cls, weighed: Weighed, author: tables.Author) -> _Case:
        theirs = {o.post: o for o in weighed.opinions if o.author == author.id}
        return cls(
            weighed=weighed,
            author_id=author.id or 0,
            stance=weighed.stances.get(author.id or 0),
            opinions=theirs,
            weights=post_weights(list(theirs.values()), weighed.until, weighed.params),
            evidence=[row for row in weighed.evidence if row.post.author_id == author.id],
        )

    def how(self) -> dict[str, Any]:
        """mu as what their posts say and what is usual, each with its share.

        mu = (W·posts + k·usual)/(W + k), W = sum of the weights, k = prior strength.
        """
        if self.stance is None:
            return {}
        total = sum(self.weights.values())
        strength = self.weighed.params.prior_strength
        said = sum(w * _leaning(self.opinions[post]) for post, w in self.weights.items())
        usual = (self.stance.mu * (total + strength) - said) / strength
        return {
            "mu": _short(self.stance.mu),
            "posts_say": _short(said / total) if total else None,
            "posts_share": _short(total / (total + strength)),
            "usual_here": _short(usual),
            "usual_share": _short(strength / (total + strength)),
            "weight": _short(total),
            "tau": self.weighed.params.tau,
        }

    def posts(self, themes: Mapping[int | None, str]) -> list[dict[str, Any]]:
        """Every post of theirs about the brand, heaviest first."""
        links = {row.post.id: row.post.url for row in self.weighed.evidence}
        ranked = sorted(
            self.evidence, key=lambda row: (-self.weights[row.post.id or 0], row.post.id or 0)
        )
        return [self._post(row, themes, links) for row in ranked]

    def _post(
        self,
        row: Evidence,
        themes: Mapping[int | None, str],
        links: Mapping[int | None, str | None],
    ) -> dict[str, Any]:
        post_id = row.post.id or 0
        original = self.weighed.copies.get(post_id)
        silent = silent_reason(row)
        if silent is None and original is not None:
            silent = "a copy of another post"
        return evidence_card(row) | {
            "weight": _short(self.weights[post_id]),
            "parts": self._parts(post_id),
            "leaning": _short(_leaning(self.opinions[post_id])),
            "theme": themes.get(row.theme_id),
            "copy_of": None if original is None else links.get(original) or f"post {original}",
            "silent": silent,
        }

    def _parts(self, post_id: int) -> dict[str, float]:
        opinion, weight = self.opinions[post_id], self.weights[post_id]
        age = max(0.0, (self.weighed.until - opinion.at).total_seconds() / 86_400)
        fresh = (
            2 ** (-age / self.weighed.params.half_life_days)
            if age <= self.weighed.params.window_days
            else 0.0
        )
        alone = opinion.eligibility * opinion.targeting * fresh
        return {
            "e": opinion.eligibility,
            "t": opinion.targeting,
            "d": _short(fresh),
            "b": _short(weight / alone) if alone else 1.0,
        }

    def changes(self) -> list[dict[str, Any]]:
        """Where they would stand without their heaviest post, and after one more of each kind."""
        counted = [post for post, weight in self.weights.items() if weight > 0]
        if self.stance is None or not counted:
            return []
        heaviest = max(counted, key=lambda post: (self.weights[post], -post))
        model = self.opinions[heaviest]
        more = replace(model, post=ONE_MORE_POST, thread=None, at=self.weighed.until)
        return [
            self._change("without their heaviest post", [*self._without(heaviest)]),
            *(
                self._change(f"after one more clear {name}", [*self.weighed.opinions, said])
                for name, said in (
                    ("praise", replace(more, negative=0.0, neutral=0.0, positive=1.0)),
                    ("complaint", replace(more, negative=1.0, neutral=0.0, positive=0.0)),
                )
            ),
        ]

    def _without(self, post_id: int) -> list[Opinion]:
        return [opinion for opinion in self.weighed.opinions if opinion.post != post_id]

    def _change(self, case: str, opinions: Sequence[Opinion]) -> dict[str, Any]:
        stance = weigh(opinions, self.weighed.until, self.weighed.params).get(self.author_id)
        return {
            "if": case,
            "stance": stance.stance if stance else "undecided",
            "mu": _short(stance.mu) if stance else None,
        }


@dataclass(frozen=True, slots=True)
class _Kept(_Case):
    """One author alone, with the stance that was kept; what others say is held as it was then."""

    def _change(self, case: str, opinions: Sequence[Opinion]) -> dict[str, Any]:
        if not opinions:  # nobody stands anywhere without a word
            return {"if": case, "stance": "undecided", "mu": None}
        strength, until = self.weighed.params.prior_strength, self.weighed.until
        weights = post_weights(opinions, until, self.weighed.params)
        alpha = self._prior(strength) + _soft_counts(opinions, weights)
        counted = sum(weight > 0 for weight in weights.values())
        label, mu = stance_of(alpha, counted, self.weighed.params.tau)
        return {"if": case, "stance": label, "mu": _short(mu)}

    def _prior(self, strength: float) -> Floats:
        """k·m as it stands in the stance: what it holds beyond the author's own posts."""
        stance = self.stance
        if stance is None:
            return np.full(3, strength / 3)
        own = _soft_counts(self.weighed.opinions, self.weights)
        total = float(own.sum()) + strength
        leaning = stance.mu * total
        sides = (stance.sd**2 * total**2 * (total + 1) + leaning**2) / total
        counts = np.array([(sides - leaning) / 2, total - sides, (sides + leaning) / 2])
        prior = np.maximum(counts - own, 0.0)
        whole = float(prior.sum())
        return prior * strength / whole if whole else np.full(3, strength / 3)


def _soft_counts(opinions: Sequence[Opinion], weights: Mapping[int, float]) -> Floats:
    """sum(w·p): negative, neutral, positive."""
    rows = [
        [weights[said.post] * share for share in (said.negative, said.neutral, said.positive)]
        for said in opinions
    ]
    found: Floats = np.array(rows, dtype=np.float64).reshape(-1, 3).sum(axis=0)
    return found


def _leaning(said: Opinion) -> float:
    return said.positive - said.negative


def _short(number: float) -> float:
    return round(number, 6)
