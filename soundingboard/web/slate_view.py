"""The slate as its composer shows it: who sits and at what price, who waits, which quotas hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlmodel import Session

from store import candidates, tables
from store import seats as seat_queries
from store.recruits import RecruitFilter, recruits

BENCH = 25
"""People of each side shown beside the seats; all others stand in the recruit lists."""
EXPORTED = ("seat", "author", "source", "side", "utility", "state", "locked", "reasons", "loss")


def slate_view(session: Session, brand: tables.BrandRow) -> dict[str, Any]:
    """The newest slate as it was kept, with what people said of its seats since."""
    brand_id = brand.id or 0
    kept = candidates.newest_slate(session, brand_id)
    choices = seat_queries.seat_choices(session, brand_id)
    if kept is None:
        return {"slate": None, "bench": {}, "barred": [], "choices": choices}
    result: Mapping[str, Any] = kept.result
    seated = {one["author_id"] for one in result["members"]}
    numbers = _numbers(session, brand_id, seated | set(choices))
    return {
        "slate": kept,
        "seats": [
            {**one, "id": numbers.get(one["author_id"]), "choice": choices.get(one["author_id"])}
            for one in result["members"]
        ],
        "quotas": [quota_view(quota) for quota in result["quotas"]],
        "unmet": result["unmet"],
        "pool": result["pool"],
        "themes": result["themes_covered"],
        "lottery": result["lottery"],
        "bench": {side: list(_bench(session, brand_id, side, seated)) for side in _SIDES},
        "barred": _barred(session, brand_id, choices),
        "choices": choices,
    }


_SIDES = ("love", "hate", "torn")


def quota_view(quota: Mapping[str, Any]) -> dict[str, Any]:
    """A quota with whether it holds: short, over, or met."""
    low, high, seated = quota["low"] or 0, quota["high"], quota["seated"]
    state = "short" if seated < low else "over" if high is not None and seated > high else "met"
    wanted = f"at least {low}" if high is None else f"{low} to {high}" if low else f"at most {high}"
    return {**quota, "state": state, "wanted": wanted}


def rows(view: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The seats for a file."""
    for place, one in enumerate(view.get("seats", ()), start=1):
        yield {
            "seat": place,
            "author": str(one["author"]).lstrip("@"),
            "source": one["source"],
            "side": one["side"],
            "utility": one["utility"],
            "state": one["state"],
            "locked": one["locked"],
            "reasons": "; ".join(one["reasons"]),
            "loss": one["without"]["loss"],
        }


def _bench(
    session: Session, brand_id: int, side: str, seated: set[int]
) -> Iterator[candidates.Card]:
    found = recruits(session, brand_id, RecruitFilter(side=side), limit=BENCH + len(seated))
    waiting = [card for card in found if card.candidate.author_id not in seated]
    yield from waiting[:BENCH]


def _barred(
    session: Session, brand_id: int, choices: Mapping[int, tables.SeatChoice]
) -> list[tuple[tables.SeatChoice, tables.Author]]:
    found = []
    for choice in choices.values():
        author = session.get(tables.Author, choice.author_id)
        if choice.choice == "bar" and author is not None:
            found.append((choice, author))
    return found


def _numbers(session: Session, brand_id: int, authors: Iterable[int]) -> dict[int, int]:
    """Author id -> candidate id."""
    return candidates.numbers_of(session, brand_id, authors)
