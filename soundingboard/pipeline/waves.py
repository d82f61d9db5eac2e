"""Within step 4: how many of each side to invite now, and whom, so that the seats get taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from models.panel import Panel
from models.quotas import SIDE_WORDS
from models.utility import Side
from models.waves import Acceptance, Wave, acceptance, wave
from soundingboard.pipeline.pool import Pool, read_pool, slate_settings
from soundingboard.wiring import Parts

REFUSALS = ("declined", "silent")
STILL_IN_LINE = 3


def plan_waves(parts: Parts, brand: str | None, *, seats: int | None = None) -> dict[str, Any]:
    """The next wave of invitations of each side, as JSON-able facts; nothing is sent or kept.

    How likely a yes is comes from this brand's candidates of the side: accepted, against declined
    and silent; whoever took the lighter community did not take a seat. Asked first are those on
    the slate, then its reserves, then the next most useful. Raises NotFoundError for an unknown
    brand.
    """
    with parts.store.read() as session:
        pool = read_pool(session, brand, parts.clock.now())
    settings = slate_settings(parts, seats)
    panel = pool.seated(settings)
    return {
        "brand": pool.brand.name,
        "seats": settings.seats,
        "sides": [_side(pool, panel, side) for side in SIDE_WORDS],
    }


def _side(pool: Pool, panel: Panel, side: Side) -> dict[str, Any]:
    members = [seat.author for seat in panel.seats if seat.side == side]
    states = [pool.cards[author].candidate.state for author in members]
    needed = wave(
        len(members), states.count("accepted"), states.count("invited"), _chance(pool, side)
    )
    line = list(_in_line(pool, panel, side))
    return {"side": side, **_numbers(needed)} | {
        "whom": line[: needed.invite],
        "then": line[needed.invite :][:STILL_IN_LINE],
        "lacking": max(0, needed.invite - len(line)),
    }


def _chance(pool: Pool, side: Side) -> Acceptance:
    """How likely somebody of this side says yes, from those who were asked."""
    light = {one.author for one in pool.aside if one.reason == "other_door"}
    asked = [card.candidate for card in pool.cards.values() if card.candidate.side == side]
    yes = sum(c.state == "accepted" and c.author_id not in light for c in asked)
    no = sum(c.state in REFUSALS or (c.state == "accepted" and c.author_id in light) for c in asked)
    return acceptance(yes, no)


def _numbers(needed: Wave) -> dict[str, Any]:
    chance = needed.acceptance
    return {
        "seats": needed.seats,
        "accepted": needed.accepted,
        "waiting": needed.waiting,
        "missing": needed.missing,
        "acceptance": {
            "accepted": chance.accepted,
            "refused": chance.refused,
            "mean": round(chance.mean, 4),
            "low": round(chance.low, 4),
            "high": round(chance.high, 4),
        },
        "invite": needed.invite,
        "fewest": needed.fewest,
        "most": needed.most,
    }


def _in_line(pool: Pool, panel: Panel, side: Side) -> Iterator[dict[str, Any]]:
    """Who is asked, in order; nobody twice, under whatever account."""
    persons: set[str] = set()
    for author, why in _order(panel):
        card = pool.cards[author]
        person = f"person:{card.author.person_id}" if card.author.person_id else f"author:{author}"
        asked = card.candidate.state in ("invited", "accepted")
        if card.candidate.side == side and not asked and person not in persons:
            persons.add(person)
            yield pool.named(author) | {"state": card.candidate.state, "why": why}


def _order(panel: Panel) -> Iterator[tuple[int, str]]:
    yield from ((seat.author, "on the slate") for seat in panel.seats)
    yield from ((author, "reserve") for author in panel.reserves)
    rest = [one for one in panel.waiting if one.reason != "same_person"]
    yield from ((author, "next in line") for author in _by_lot(panel, (o.author for o in rest)))


def _by_lot(panel: Panel, waiting: Iterable[int]) -> Iterator[int]:
    """In this order, but equals in the order in which they were drawn."""
    drawn = {author: one.order for one in panel.draws for author in one.order}
    left = dict.fromkeys(waiting)
    for author in list(left):
        for equal in drawn.get(author, (author,)):
            if equal in left:
                del left[equal]
                yield equal
