"""Share of voice: how much of the talk about the brands we follow is about this one."""

from __future__ import annotations

from community.kpis.reading import Facts, Kpi, KpiReading, unsaid
from community.kpis.shares import share_of_people

NAME = "share_of_voice"


def share_of_voice(facts: Facts) -> KpiReading:
    """
    Share of people who name this brand among all who name any tracked brand, 0..1.

        people naming the brand / people naming any brand we listen for

    People, not posts, so that nobody shouts others down; who names two counts for both, so the
    shares of all brands may add up to more than 1. Only brands that are listened for have a voice
    here; with a single one the share would always be 1 and is not said. Interval: Wilson.
    """
    brands = {voice.brand_id for voice in facts.voices}
    everybody = {voice.author_id for voice in facts.voices}
    ours = {voice.author_id for voice in facts.voices if voice.brand_id == facts.brand_id}
    if brands <= {facts.brand_id}:
        return unsaid(
            NAME,
            "share",
            facts,
            len(everybody),
            numerator=len(ours),
            denominator=len(everybody),
            note="no other brand was heard of",
        )
    return share_of_people(NAME, facts, len(ours), len(everybody), f"among {len(brands)} brands")


KPI = Kpi(
    NAME,
    "Share of voice",
    "share",
    share_of_voice,
    definition="Share of people who name this brand among all who name any brand we listen for",
    formula="people naming the brand / people naming any brand we listen for",
    source="standard; counted by people",
    family="listening",
    kind="objective",
    direction="up",
)
