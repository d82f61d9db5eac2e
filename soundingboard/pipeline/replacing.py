"""Within step 4: who enters instead of whom, when somebody declines or might."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from config.errors import NotFoundError, RuleError
from soundingboard.pipeline.pool import Pool, read_pool, slate_settings
from soundingboard.wiring import Parts
from store import candidates as candidate_queries
from store import tables


def replace(
    parts: Parts, brand: str | None, author: int, *, seats: int | None = None
) -> dict[str, Any]:
    """Who would enter if this member were not to be had; nothing is changed or kept.

    Whoever is approved, invited or accepted keeps their seat; all others may move. `change` is
    what the slate's objective loses. Raises NotFoundError for an unknown brand, RuleError for
    somebody who has no seat and has not just left one.
    """
    with parts.store.read() as session:
        pool = read_pool(session, brand, parts.clock.now())
        last = candidate_queries.newest_slate(session, pool.brand.id or 0)
    wanted = slate_settings(parts, seats)
    before = _pool_with(pool, author, last).seated(wanted)
    if author not in {one.author for one in before.seats}:
        raise RuleError(
            f"{pool.cards[author].author.name} has no seat, so nobody has to enter.",
            mend="See who has one: soundingboard slate",
        )
    after = pool.without(author).seated(wanted)
    sat, sit = ({one.author for one in panel.seats} for panel in (before, after))
    return {
        "brand": pool.brand.name,
        "leaves": pool.named(author),
        "enters": [pool.named(other) for other in sorted(sit - sat)],
        "leaves_too": [pool.named(other) for other in sorted(sat - sit - {author})],
        "objective_before": round(before.objective, 6),
        "objective_after": round(after.objective, 6),
        "change": round(after.objective - before.objective, 6),
        "unmet": [unmet.words for unmet in after.unmet],
    }


def seat(
    parts: Parts, brand: str | None, author: int, *, seats: int | None = None
) -> dict[str, Any]:
    """Who would leave if this candidate had a seat, and what it costs; nothing is changed or kept.

    Raises NotFoundError for an unknown brand or candidate, RuleError for somebody who sits already
    or whom a decision or a flag keeps off.
    """
    with parts.store.read() as session:
        pool = read_pool(session, brand, parts.clock.now())
    card = pool.cards.get(author)
    if card is None:
        raise NotFoundError("This is no candidate of the brand.", mend="Look at the recruits.")
    kept_off = {one.author: one.words for one in pool.aside}
    if author in kept_off:
        raise RuleError(f"{card.author.name} cannot have a seat: {kept_off[author]}.")
    wanted = slate_settings(parts, seats)
    before, after = pool.seated(wanted), pool.with_seat(author).seated(wanted)
    sat, sit = ({one.author for one in panel.seats} for panel in (before, after))
    if author in sat:
        raise RuleError(f"{card.author.name} has a seat already.")
    return {
        "brand": pool.brand.name,
        "enters": pool.named(author),
        "leaves": [pool.named(other) for other in sorted(sat - sit)],
        "enters_too": [pool.named(other) for other in sorted(sit - sat - {author})],
        "change": round(after.objective - before.objective, 6),
        "unmet": [unmet.words for unmet in after.unmet],
    }


def _pool_with(pool: Pool, author: int, last: tables.Slate | None) -> Pool:
    """The pool before they left: of who said no or nothing, or was on the last slate."""
    gone = {one.author: one.reason for one in pool.aside}
    result: Mapping[str, Any] = last.result if last else {"members": ()}
    sat = _key(pool.named(author)) in _keys(result["members"])
    left = gone.get(author) in ("declined", "silent") or (author in gone and sat)
    return pool.with_seat(author) if left else pool


def changes_since(
    before: tables.Slate, result: Mapping[str, Any], not_seated: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Who entered instead of whom since the slate before, and what that costs."""
    old: Mapping[str, Any] = before.result
    why = {_key(one): one["words"] for group in not_seated for one in group["people"]}
    sat, sit = _keys(old["members"]), _keys(result["members"])
    same_seats = old["seats"] == result["seats"]
    change = round(result["objective"] - old["objective"], 6) if same_seats else None
    return {
        "since": before.made_at.isoformat(),
        "entered": [_who(one) for one in result["members"] if _key(one) not in sat],
        "left": [
            _who(one) | {"why": why.get(_key(one), "no candidate any more")}
            for one in old["members"]
            if _key(one) not in sit
        ],
        "objective_change": change,
    }


def _keys(people: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    return {_key(one) for one in people}


def _key(one: Mapping[str, Any]) -> tuple[str, str]:
    """An account by where it lives and its name, as every slate ever kept tells it."""
    return one["source"], one["author"]


def _who(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one[name] for name in ("author", "source", "side")}
