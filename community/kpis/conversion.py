"""Conversion: how many of the haters we invited became advocates."""

from __future__ import annotations

from community.kpis.exact import fisher
from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_people
from community.kpis.turning import LOOKED_AT_DAYS, Path, told

NAME = "conversion"


def conversion(facts: Facts) -> KpiReading:
    """
    Share of invited haters who became advocates within 180 days, 0..1.

        haters who became advocates / haters invited

    Hater: P(hate) >= 0.8 from two posts or more, frozen when the invitation was let go. Advocate:
    P(love) >= 0.6 from later posts alone, two or more in two threads or more. The note counts every
    state (silence is no success), those whose 180 days are not over, and what became of haters like
    them who were not invited, with Fisher's exact p of the two shares. It is no proof of an effect:
    `conversion_effect` is. n = haters invited, ever. Interval: Wilson. Source: ours.
    """
    invited = [path for path in facts.paths if path.invited]
    others = [path for path in facts.paths if not path.invited]
    turned, turned_too = _advocates(invited), _advocates(others)
    open_ones = sum(not path.over for path in invited)
    notes = [told(invited), f"{open_ones} still within their {LOOKED_AT_DAYS} days"]
    if others:
        p = fisher(turned, len(invited), turned_too, len(others))
        notes.append(f"of {len(others)} like them not invited {turned_too} turned, exact p {p:.2f}")
    else:
        notes.append("nobody like them to compare with")
    return share_of_people(NAME, facts, turned, len(invited), "; ".join(notes))


def _advocates(paths: list[Path]) -> int:
    return sum(path.state == "advocate" for path in paths)


KPI = Kpi(
    NAME,
    "Haters who became advocates",
    "share",
    conversion,
    definition="Share of invited haters who became advocates within 180 days",
    formula="haters who became advocates / haters invited",
    source="ours; exact test: Fisher (1935)",
    family="advocacy",
    kind="subjective",
    direction="up",
)
