"""Within step 4: whether the slate seats every source, language and side alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from community.candidates.fairness import WATCHED, selection_rates
from soundingboard.pipeline.pool import read_pool, slate_settings
from soundingboard.wiring import Parts


def audit(parts: Parts, brand: str | None, *, seats: int | None = None) -> dict[str, Any]:
    """Selection rates of the slate by source, language and side; nothing is kept.

    Eligible is everybody who could have a seat: listed, and kept off by nobody. Raises
    NotFoundError for an unknown brand.
    """
    with parts.store.read() as session:
        pool = read_pool(session, brand, parts.clock.now())
    panel = pool.seated(slate_settings(parts, seats))
    seated = {seat.author for seat in panel.seats}
    groups: dict[str, Any] = {}
    for by in ("source", "language", "side"):
        people = [(getattr(one, by), one.author in seated) for one in pool.contenders]
        groups[by] = [_rounded(asdict(rate)) for rate in selection_rates(people)]
    return {
        "brand": pool.brand.name,
        "selected": len(seated),
        "eligible": len(pool.contenders),
        "watched_outside": list(WATCHED),
        "by": groups,
    }


def _rounded(rate: dict[str, Any]) -> dict[str, Any]:
    return {
        name: round(value, 4) if isinstance(value, float) else value for name, value in rate.items()
    }
