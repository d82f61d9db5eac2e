"""Customer value: how many customers went beyond their first purchase."""

from __future__ import annotations

from collections import Counter

from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_people

NAME = "customer_value"


TIERS = ("initial", "repeat", "advance")


def customer_value(facts: Facts) -> KpiReading:
    """
    Share of customers whose newest tier is repeat or advance, 0..1.

        people at repeat or advance / people with a tier

    Tiers are imported (soundingboard values import), never guessed; the note tells the mix. Only
    people whose account we know have one. n = people. Window: as of `until`. Interval: Wilson.
    Source: initial, repeat and advance sales of the source documents.
    """
    mix = Counter(one.tier for one in facts.programme.worth)
    note = ", ".join(f"{tier} {mix[tier]}" for tier in TIERS)
    return share_of_people(NAME, facts, mix["repeat"] + mix["advance"], mix.total(), note)


KPI = Kpi(
    NAME,
    "Customers beyond the first purchase",
    "share",
    customer_value,
    definition="Share of customers whose newest imported tier is repeat or advance",
    formula="people at repeat or advance / people with a tier",
    source="initial, repeat and advance sales of the source documents",
    family="business",
    kind="objective",
    direction="up",
)
