"""Who came, stayed, came back and fell silent between two periods: growth accounting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from community.engagement import PERIOD_DAYS, active, members_acts
from community.kpis.reading import Facts


@dataclass(frozen=True, slots=True)
class Comings:
    """Members active now (the last 30 days) and before (the 30 days before those).

    new + retained + resumed = now;  retained + churned = before.

    Source: growth accounting as in theventurecity/data-toolkit.
    """

    now: frozenset[int]
    before: frozenset[int]
    earlier: frozenset[int]

    @property
    def retained(self) -> frozenset[int]:
        return self.now & self.before

    @property
    def churned(self) -> frozenset[int]:
        return self.before - self.now

    @property
    def resumed(self) -> frozenset[int]:
        return (self.now & self.earlier) - self.before

    @property
    def new(self) -> frozenset[int]:
        return self.now - self.before - self.earlier

    def told(self) -> str:
        """The account in words."""
        return (
            f"{len(self.now)} active = {len(self.new)} new + {len(self.retained)} retained + "
            f"{len(self.resumed)} resumed; {len(self.churned)} churned"
        )


def comings(facts: Facts) -> Comings:
    """The account of the last two 30-day periods."""
    acts = members_acts(facts.acts, facts.programme.seats)
    period = timedelta(days=PERIOD_DAYS)
    turn, start = facts.until - period, facts.until - 2 * period
    return Comings(
        now=active(acts, turn, facts.until),
        before=active(acts, start, turn),
        earlier=frozenset(act.person for act in acts if act.at < start),
    )
