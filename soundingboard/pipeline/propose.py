"""Within step 4: the slate, proposed anew whenever somebody decides or declines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.panel import Contender, Panel, Seat, choose_panel
from soundingboard.wiring import Parts
from store import brands as brand_queries
from store import candidates as candidate_queries
from store import tables
from store import themes as theme_queries
from store.candidates import Card

LOCKED = ("approved",)
BARRED = ("rejected", "deferred", "declined")


def propose(parts: Parts, brand: str | None, *, seats: int | None = None) -> dict[str, Any]:
    """The proposed committee of a brand as JSON-able facts, kept as the newest slate.

    Approved candidates keep their seats; rejected, deferred and declining ones are left out, so
    the same call after a "no" answers who comes instead. Raises NotFoundError for an unknown brand.
    """
    with parts.store.read() as session:
        row = brand_queries.get_brand(session, brand)
        cards = candidate_queries.cards(session, row.id or 0, listed=None)
        themes = theme_queries.themes(session, row.id or 0)
    wanted = seats or parts.settings.slate.seats
    result = _result(parts, row.name, wanted, cards, themes)
    with parts.store.write() as session:
        session.add(
            tables.Slate(
                brand_id=row.id or 0, seats=wanted, made_at=parts.clock.now(), result=result
            )
        )
    return result


def _result(
    parts: Parts,
    brand: str,
    seats: int,
    cards: Sequence[Card],
    themes: Sequence[tables.Theme],
) -> dict[str, Any]:
    pool = [card for card in cards if _may_sit(card)]
    names = {theme.id or 0: theme.name for theme in themes}
    by_author = {card.author.id or 0: card for card in cards}
    panel = choose_panel(
        [_contender(card) for card in pool],
        parts.settings.slate.model_copy(update={"seats": seats}),
        names,
        locked=[c.author.id or 0 for c in pool if c.candidate.state in LOCKED],
    )
    return {
        "brand": brand,
        "seats": seats,
        "pool": len(pool),
        "members": [_member(seat, by_author) for seat in panel.seats],
        "reserves": [_named(author, by_author) for author in panel.reserves],
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
        "themes_covered": [names[theme] for theme in panel.covered],
        "objective": round(panel.objective, 6),
        "gap": panel.gap,
        "left_out": _left_out(panel, pool, by_author),
    }


def _may_sit(card: Card) -> bool:
    """Whoever a person approved; else the listed, unless flagged or set aside."""
    if card.candidate.state in LOCKED:
        return True
    return card.candidate.listed and not card.excluding and card.candidate.state not in BARRED


def _contender(card: Card) -> Contender:
    return Contender(
        author=card.author.id or 0,
        side=card.candidate.side,  # type: ignore[arg-type]  # the database holds it to the words
        utility=card.candidate.utility,
        source=card.author.site,
        language=card.candidate.language,
        themes=frozenset(card.candidate.themes),
    )


def _member(seat: Seat, cards: Mapping[int, Card]) -> dict[str, Any]:
    return _named(seat.author, cards) | {
        "utility": round(seat.utility, 6),
        "locked": seat.locked,
        "reasons": list(seat.reasons),
        "without": {
            "loss": round(seat.loss, 6),
            "enters": [_named(author, cards) for author in seat.enters],
            "leaves": [_named(author, cards) for author in seat.leaves],
        },
    }


def _named(author: int, cards: Mapping[int, Card]) -> dict[str, Any]:
    card = cards[author]
    return {
        "author": card.author.name,
        "source": card.author.site,
        "side": card.candidate.side,
    }


def _left_out(
    panel: Panel, pool: Sequence[Card], cards: Mapping[int, Card]
) -> dict[str, Any] | None:
    """The most useful candidate without a seat, so that nobody has to wonder why."""
    seated = {seat.author for seat in panel.seats}
    waiting = [card for card in pool if card.author.id not in seated]
    if not waiting:
        return None
    first = max(waiting, key=lambda card: card.candidate.utility)
    lowest = min((s.utility for s in panel.seats if s.side == first.candidate.side), default=None)
    return _named(first.author.id or 0, cards) | {
        "utility": round(first.candidate.utility, 6),
        "lowest_seated_of_side": None if lowest is None else round(lowest, 6),
    }
