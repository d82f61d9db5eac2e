"""What a whole column says that no cell of it can: the order of dates, the scale of ratings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from listener.parsing.cells import DAY_MONTH, DateOrder, number_of

_MOST_SITES = 20


@dataclass(slots=True)
class DateEvidence:
    """What a whole column tells about the order of day and month."""

    day_first: int = 0
    month_first: int = 0
    either: int = 0
    american: int = 0  # dates written with AM or PM
    dotted: int = 0

    def add(self, cell: str) -> None:
        if not (match := DAY_MONTH.match(cell)):
            return
        first, second = int(match[1]), int(match[3])
        self.day_first += first > 12 >= second
        self.month_first += second > 12 >= first
        self.either += first <= 12 and second <= 12
        self.american += bool(re.search(r"\d\s*[ap]\.?m", match[5], re.IGNORECASE))
        self.dotted += match[2] == "."

    @property
    def order(self) -> DateOrder | None:
        """The order most dates ask for; where none does, by how they are written."""
        if not (self.day_first or self.month_first or self.either):
            return None
        if self.day_first != self.month_first:
            return "dmy" if self.day_first > self.month_first else "mdy"
        return "mdy" if self.american > self.dotted else "dmy"

    @property
    def is_guess(self) -> bool:
        """No date of the column shows the order."""
        return self.order is not None and self.day_first == self.month_first


@dataclass(slots=True)
class RatingEvidence:
    """What a whole column of numbers tells about its scale."""

    lowest: float = float("inf")
    highest: float = float("-inf")
    count: int = 0
    all_whole: bool = True

    def add(self, cell: str) -> None:
        number = number_of(cell)
        if number is None or number[1] is not None:
            return
        value = number[0]
        self.lowest, self.highest = min(self.lowest, value), max(self.highest, value)
        self.all_whole = self.all_whole and value.is_integer()
        self.count += 1

    def scale(self, declared: float | None) -> tuple[float, float] | None:
        """The lowest and highest that can be given, or None where no usual scale holds them.

        Usual are 1-5, 1-10 and 0-100; where a 0 stands they begin at 0; fractions up to 1 are
        shares.
        """
        top = declared
        if top is None and self.count:
            fits = (top for top in (5.0, 10.0, 100.0) if self.highest <= top)
            is_share = self.highest <= 1 and (self.lowest < 1 and not self.all_whole)
            top = 1.0 if is_share else next(fits, None)
        if top is None or (self.count and self.lowest < 0):
            return None
        starts_at_zero = top in (1.0, 100.0) or (self.count > 0 and self.lowest < 1)
        return (0.0 if starts_at_zero else 1.0), top


@dataclass(slots=True)
class Evidence:
    """All that the decisions about a file's columns rest on."""

    dates: DateEvidence = field(default_factory=DateEvidence)
    ratings: RatingEvidence = field(default_factory=RatingEvidence)
    sites: set[str] = field(default_factory=set)

    def add(self, cells: Mapping[str, str]) -> None:
        self.dates.add(cells.get("created_at", "").strip())
        self.ratings.add(cells.get("rating", "").strip())
        if len(self.sites) <= _MOST_SITES:
            self.sites.add(cells.get("site", "").strip().casefold())

    def are_sites(self) -> bool:
        """A "source" may also be the app a post was written with, which keeps no accounts apart."""
        return len(self.sites) <= _MOST_SITES and not any(
            "<" in site or " for " in site or "web" in site for site in self.sites
        )

    def meaning_of_score(self) -> str | None:
        """The field a column called just "score" is: stars, an answer from 0 to 10, or votes."""
        low, high = self.ratings.lowest, self.ratings.highest
        if not self.ratings.count or (low >= 0 and high <= 5):
            return "rating"
        within_ten = low >= 0 and high <= 10
        if not self.ratings.all_whole:
            return "rating" if within_ten else None
        return "nps" if within_ten else "likes"


def gathered(records: Iterable[Mapping[str, str]]) -> Evidence:
    """The evidence of many records' cells by field."""
    evidence = Evidence()
    for cells in records:
        evidence.add(cells)
    return evidence
