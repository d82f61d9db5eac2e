"""What a committee should hold of each kind of person, and who counts for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from config.settings import SlateSettings
from models.utility import Side

SIDE_WORDS: dict[Side, str] = {"love": "lovers", "hate": "haters", "torn": "torn"}
STAKEHOLDER_WORDS = {
    "client": "clients",
    "sales_consultant": "sales consultants",
    "management": "of management",
    "supplier": "suppliers",
    "partner": "partners",
    "agent": "agents",
    "influencer": "influencers",
    "regulator": "regulators",
}
Field = Literal["side", "source", "language", "stakeholders", "themes"]


@dataclass(frozen=True, slots=True)
class Contender:
    """One eligible candidate as the panel sees them.

    themes       : what they speak about (`models.themes.cares_about`)
    bonds        : at most one of those sharing one sits: a person, a household, an employer
    stakeholders : what they are to the brand; several at once are allowed
    """

    author: int
    side: Side
    utility: float
    source: str
    language: str | None = None
    themes: frozenset[int] = frozenset()
    bonds: frozenset[str] = frozenset()
    stakeholders: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Quota:
    """Between `low` and `high` members whose `field` holds one of `values`.

    available : how many of all candidates count for it
    asked     : somebody set its numbers; else they follow from a share of the seats or the pool
    absent    : why nobody can count for it, where that is known
    """

    name: str
    low: int
    high: int
    field: Field
    values: frozenset[object]
    asked: bool = True
    available: int = 0
    absent: str | None = None

    def counts(self, contender: Contender) -> bool:
        """Whether this person would fill one of its seats."""
        held = getattr(contender, self.field)
        return not self.values.isdisjoint(held if isinstance(held, frozenset) else (held,))

    def seated(self, panel: Iterable[Contender]) -> int:
        return sum(map(self.counts, panel))


def quotas_of(
    candidates: Sequence[Contender], settings: SlateSettings, themes: Mapping[int, str]
) -> list[Quota]:
    """Sides first, then sources, languages, stakeholders and themes, each by name.

    A source or language with numbers of its own keeps to them; every other source has its share of
    the seats at most, and a language with enough of all candidates one seat at least.
    """
    made = [
        *_sides(settings),
        *_sources({c.source for c in candidates}, settings),
        *_languages([c.language for c in candidates], settings),
        *_stakeholders(settings),
        *_themes(themes, settings),
    ]
    return [replace(quota, available=quota.seated(candidates)) for quota in made]


def kind_of(
    contender: Contender, themes: Collection[object], stakeholders: Collection[object]
) -> tuple[object, ...]:
    """Two of one kind count for the same quotas and speak about the same of these themes."""
    return (
        contender.side,
        contender.source,
        contender.language,
        contender.themes.intersection(themes),
        contender.stakeholders.intersection(stakeholders),
    )


def _sides(settings: SlateSettings) -> Iterator[Quota]:
    ranges = {"love": settings.love, "hate": settings.hate, "torn": settings.torn}
    for side, words in SIDE_WORDS.items():
        yield Quota(words, *ranges[side], "side", frozenset({side}))


def _sources(present: Collection[str], settings: SlateSettings) -> Iterator[Quota]:
    named = {name.casefold(): name for name in settings.sources}
    most = max(1, int(settings.max_source_share * settings.seats + 1e-9))
    for source in sorted({*present, *settings.sources}):
        if source in present and source.casefold() not in named:
            yield Quota(f"from {source}", 0, most, "source", frozenset({source}), asked=False)
    for name, wanted in sorted(settings.sources.items()):
        meant = {source for source in present if source.casefold() == name.casefold()}
        yield Quota(f"from {name}", *wanted, "source", frozenset(meant))


def _languages(pool: Sequence[str | None], settings: SlateSettings) -> Iterator[Quota]:
    spoken = Counter(code for code in pool if code)
    for code in sorted({*spoken, *settings.languages}):
        name, values = f"speaking {code}", frozenset({code})
        if code in settings.languages:
            yield Quota(name, *settings.languages[code], "language", values)
        elif spoken[code] >= settings.language_share * len(pool):
            yield Quota(name, 1, settings.seats, "language", values, asked=False)


def _stakeholders(settings: SlateSettings) -> Iterator[Quota]:
    for kind, words in STAKEHOLDER_WORDS.items():
        if kind in settings.stakeholders:
            low, high = settings.stakeholders[kind]
            yield Quota(words, low, high, "stakeholders", frozenset({kind}))


def _themes(themes: Mapping[int, str], settings: SlateSettings) -> Iterator[Quota]:
    for name, (low, high) in sorted(settings.themes.items()):
        meant = {theme for theme, called in themes.items() if _same(called, name)}
        absent = None if meant else "no theme is called that"
        words = f"speaking about {name}"
        yield Quota(words, low, high, "themes", frozenset(meant), absent=absent)


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())
