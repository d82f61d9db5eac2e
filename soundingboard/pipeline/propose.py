"""Within step 4: the slate, proposed anew whenever somebody decides or declines."""

from __future__ import annotations

from typing import Any

from config.settings import SlateSettings
from models.panel import Panel, Seat
from soundingboard.pipeline.left_out import not_seated
from soundingboard.pipeline.pool import Pool, read_pool, slate_settings
from soundingboard.pipeline.replacing import changes_since
from soundingboard.wiring import Parts
from store import candidates as candidate_queries
from store import tables


def propose(parts: Parts, brand: str | None, *, seats: int | None = None) -> dict[str, Any]:
    """The proposed committee of a brand as JSON-able facts, kept as the newest slate.

    Whoever is approved, invited, accepted or locked keeps their seat; who is set aside or barred
    is left out, so the same call after a "no" answers who comes instead (`changes`). Everybody
    else without a seat stands in `not_seated` with the reason, which is not kept but made anew.
    Raises NotFoundError for an unknown brand.
    """
    with parts.store.read() as session:
        pool = read_pool(session, brand, parts.clock.now())
        before = candidate_queries.newest_slate(session, pool.brand.id or 0)
    wanted = slate_settings(parts, seats)
    panel = pool.seated(wanted)
    result = _result(pool, panel, wanted)
    with parts.store.write() as session:
        session.add(
            tables.Slate(
                brand_id=pool.brand.id or 0,
                seats=wanted.seats,
                made_at=parts.clock.now(),
                result=result,
            )
        )
    others = not_seated(pool, panel)
    changes = changes_since(before, result, others) if before else None
    return result | {"changes": changes, "not_seated": others}


def _result(pool: Pool, panel: Panel, settings: SlateSettings) -> dict[str, Any]:
    return {
        "brand": pool.brand.name,
        "seats": settings.seats,
        "pool": len(pool.contenders),
        "watched": pool.watched,
        "members": [_member(seat, pool) for seat in panel.seats],
        "reserves": [pool.named(author) for author in panel.reserves],
        "quotas": [
            {"quota": q.quota, "low": q.low, "high": q.high, "seated": q.seated, "pool": q.pool}
            for q in panel.quotas
        ],
        "unmet": [
            {
                "quota": u.quota,
                "wanted": u.wanted,
                "seated": u.seated,
                "pool": u.pool,
                "words": u.words,
            }
            for u in panel.unmet
        ],
        "themes_covered": [pool.themes[theme] for theme in panel.covered],
        "lottery": _lottery(pool, panel, settings),
        "objective": round(panel.objective, 6),
        "gap": panel.gap,
        "left_out": _left_out(panel, pool),
    }


def _lottery(pool: Pool, panel: Panel, settings: SlateSettings) -> dict[str, Any] | None:
    """All that is needed to repeat the draws: the seed, the ids and the order of the lots."""
    if not settings.lottery:
        return None
    return {
        "seed": settings.lottery_seed,
        "band": settings.lottery_band,
        "draws": [
            {
                "order": [pool.named(author) for author in drawn.order],
                "seated": drawn.seated,
                "low": round(drawn.low, 6),
                "high": round(drawn.high, 6),
            }
            for drawn in panel.draws
        ],
    }


def _member(seat: Seat, pool: Pool) -> dict[str, Any]:
    held = pool.locked.get(seat.author)
    return pool.named(seat.author) | {
        "utility": round(seat.utility, 6),
        "state": pool.cards[seat.author].candidate.state,
        "locked": seat.locked,
        "drawn": seat.drawn,
        "reasons": [*([held] if held else []), *seat.reasons],
        "without": {
            "loss": round(seat.loss, 6),
            "enters": [pool.named(author) for author in seat.enters],
            "leaves": [pool.named(author) for author in seat.leaves],
        },
    }


def _left_out(panel: Panel, pool: Pool) -> dict[str, Any] | None:
    """The most useful candidate without a seat, so that nobody has to wonder why."""
    if not panel.waiting:
        return None
    author = panel.waiting[0].author
    first = pool.cards[author].candidate
    lowest = min((s.utility for s in panel.seats if s.side == first.side), default=None)
    return pool.named(author) | {
        "utility": round(first.utility, 6),
        "lowest_seated_of_side": None if lowest is None else round(lowest, 6),
    }
