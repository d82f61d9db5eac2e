"""Step 4: from weighed authors to candidates: ranked within their side, flagged, with evidence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from community.candidates.contact import forbidden_authors
from community.flags import Conduct, RaisedFlag, flags_of
from config.brand import Brand
from models.copies import coordinated, near_duplicate_ratio
from models.evidence import Opinion, post_weights
from models.stance import Stance
from models.themes import cares_about
from models.utility import Utility, utility
from soundingboard.pipeline.report import Progress, Report, silent
from soundingboard.pipeline.weigh import Weighed, copy_text, weigh_brand
from soundingboard.wiring import Parts
from store import candidates as candidate_queries
from store import tables
from store.readings import Evidence

MOST_EVIDENCE = 5


def recruit(parts: Parts, progress: Progress = silent) -> Report:
    """Rank every brand's authors within their side; what people decided before stays.

    Counts: love, hate, torn (listed), watched, flagged.
    """
    report = Report("recruit")
    brands = parts.brands()
    for done, (brand_id, brand) in enumerate(brands.by_id.items(), start=1):
        weighed = weigh_brand(parts, brand_id)
        people = _people(weighed)
        flags = _flags(parts, weighed, people, brand)
        rows = [_candidate(parts, brand_id, person, weighed) for person in people.values()]
        with parts.store.write() as session:
            candidate_queries.save_flags(session, brand_id, _flag_rows(parts, brand_id, flags))
            candidate_queries.save_candidates(session, brand_id, rows)
        _count(report, rows, flags)
        progress("ranking", done, len(brands.by_id))
    return report


@dataclass(frozen=True, slots=True)
class _Person:
    """An author with all that is known of what they said of the brand."""

    author: tables.Author
    stance: Stance
    opinions: Sequence[Opinion]
    evidence: Sequence[Evidence]
    weights: Mapping[int, float]
    themes: Sequence[int]


def _people(weighed: Weighed) -> dict[int, _Person]:
    opinions: dict[int, list[Opinion]] = defaultdict(list)
    evidence: dict[int, list[Evidence]] = defaultdict(list)
    authors: dict[int, tables.Author] = {}
    for opinion in weighed.opinions:
        opinions[opinion.author].append(opinion)
    for row in weighed.evidence:
        if row.author is not None and row.author.id is not None:
            evidence[row.author.id].append(row)
            authors[row.author.id] = row.author
    weights = post_weights(weighed.opinions, weighed.until, weighed.params)
    themes = cares_about(weighed.opinions, weights)
    return {
        author_id: _Person(
            author=authors[author_id],
            stance=stance,
            opinions=opinions[author_id],
            evidence=evidence[author_id],
            weights=weights,
            themes=list(themes.get(author_id, ())),
        )
        for author_id, stance in weighed.stances.items()
    }


def _flags(
    parts: Parts, weighed: Weighed, people: Mapping[int, _Person], brand: Brand
) -> dict[int, list[RaisedFlag]]:
    """Why an invitation may be wrong, author by author."""
    texts = [copy_text(row) for row in weighed.evidence]
    repeated = near_duplicate_ratio(texts, weighed.copies)
    together = {a for group in coordinated(texts, weighed.copies) for a in group.authors}
    with parts.store.read() as session:
        forbidden = forbidden_authors(
            session, parts.marker, [person.author for person in people.values()]
        )
    return {
        author_id: flags_of(
            Conduct(
                author=person.author,
                posts=[row.post for row in person.evidence],
                labels={row.post.id or 0: row.reading.label or "" for row in person.evidence},
                near_duplicate_ratio=repeated.get(author_id, 0.0),
                coordinated=author_id in together,
                civility=person.stance.civility,
                do_not_contact=author_id in forbidden,
            ),
            brand,
            weighed.until,
        )
        for author_id, person in people.items()
    }


def _candidate(parts: Parts, brand_id: int, person: _Person, weighed: Weighed) -> dict[str, Any]:
    worth = utility(person.stance, weighed.until, parts.settings.utility, weighed.params)
    return {
        "author_id": person.author.id,
        "brand_id": brand_id,
        "side": worth.side,
        "listed": worth.ok,
        "why_not": list(worth.reasons),
        "utility": round(worth.value, 6),
        "parts": {name: round(points, 6) for name, points in worth.points.items()},
        "themes": list(person.themes),
        "evidence": _evidence(person, worth),
        "language": _language(person.evidence),
        "updated_at": parts.clock.now(),
    }


def _evidence(person: _Person, worth: Utility) -> list[int]:
    """The 3-5 posts that show best why they stand where they stand, strongest first.

    One from each conversation before a second of any; for the torn, praise and complaint in turn.
    """
    counted = [o for o in person.opinions if person.weights.get(o.post, 0.0) > 0]

    def strength(opinion: Opinion) -> float:
        leaning = opinion.positive - opinion.negative
        speaks = {"love": leaning, "hate": -leaning, "torn": abs(leaning)}[worth.side]
        return person.weights[opinion.post] * (speaks + 0.5 * opinion.idea + 0.25 * opinion.passion)

    ranked = sorted(counted, key=lambda opinion: (-strength(opinion), opinion.post))
    if worth.side == "torn":
        ranked = _in_turn(ranked)
    seen: Counter[str | None] = Counter()
    rounds = []
    for opinion in ranked:
        thread = opinion.thread or f"post {opinion.post}"
        rounds.append((seen[thread], opinion.post))
        seen[thread] += 1
    return [post for _, post in sorted(rounds, key=lambda pair: pair[0])][:MOST_EVIDENCE]


def _in_turn(opinions: Sequence[Opinion]) -> list[Opinion]:
    praise = [o for o in opinions if o.positive >= o.negative]
    blame = [o for o in opinions if o.positive < o.negative]
    mixed = [o for pair in zip(praise, blame, strict=False) for o in pair]
    return mixed + praise[len(blame) :] + blame[len(praise) :]


def _language(evidence: Sequence[Evidence]) -> str | None:
    """The language they write most."""
    told = Counter(row.reading.language for row in evidence if row.reading.language)
    return min(told, key=lambda code: (-told[code], code)) if told else None


def _flag_rows(
    parts: Parts, brand_id: int, flags: Mapping[int, list[RaisedFlag]]
) -> list[dict[str, Any]]:
    return [
        {
            "author_id": author_id,
            "brand_id": brand_id,
            "kind": flag.kind,
            "strength": flag.strength,
            "excludes": flag.excludes,
            "evidence": flag.evidence,
            "raised_at": parts.clock.now(),
        }
        for author_id, raised in flags.items()
        for flag in raised
    ]


def _count(
    report: Report, rows: Sequence[Mapping[str, Any]], flags: Mapping[int, list[RaisedFlag]]
) -> None:
    excluded = {a for a, raised in flags.items() if any(flag.excludes for flag in raised)}
    for row in rows:
        if row["author_id"] in excluded:
            report.count("flagged")
        elif row["listed"]:
            report.count(row["side"])
        else:
            report.count("watched")
