"""Two candidates side by side: the same facts in the same rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.datastructures import QueryParams

from config.errors import RuleError
from soundingboard.dossier import PARTS_IN_WORDS
from soundingboard.web.recruiting.filters import STATE_WORDS, number_of

TWO = 2
_FACTS: Sequence[tuple[str, Callable[[Mapping[str, Any]], Any]]] = (
    ("Account on", lambda told: told["source"]),
    ("State", lambda told: STATE_WORDS.get(told["state"], told["state"])),
    ("Language", lambda told: told["language"] or "unknown"),
    ("Posts that count", lambda told: told["n_posts"]),
    ("Conversations", lambda told: told["n_threads"]),
    ("In the care of", lambda told: told["assignee"] or "nobody"),
)


def two_of(query: QueryParams) -> list[int]:
    """The two candidates an address names: ids=1,2, or the boxes of the list, id=1.4&id=2.0.

    Raises RuleError unless there are two different ones.
    """
    told = query.get("ids", "").split(",") if "ids" in query else query.getlist("id")
    numbers = [number_of(one.partition(".")[0].strip(), "candidate") for one in told[:50] if one]
    found = list(dict.fromkeys(number for number in numbers if number))
    if len(found) != TWO:
        raise RuleError(
            "Two are compared at a time.", mend="Select two candidates of the list, then compare."
        )
    return found


def aligned(both: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Any]]]:
    """(what, [of one, of the other]) of the facts that are told in a word or a number."""
    told = [one["told"] for one in both]
    return [(words, [fact(one) for one in told]) for words, fact in _FACTS]


def parts_beside(
    both: Sequence[Mapping[str, Any]],
) -> tuple[list[tuple[str, list[float | None]]], float]:
    """(part in words, [points of one, of the other]), and the most points of any, for the bars."""
    parts = [one["told"]["parts"] for one in both]
    rows = [(words, [part.get(name) for part in parts]) for name, words in PARTS_IN_WORDS.items()]
    return rows, max((points for part in parts for points in part.values()), default=0.0)
