"""What a reader asked of the review queue: read from the address, and written into it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from soundingboard.web.paths import with_query
from store.review_queue import HELD, KINDS, SORTS, STATES, QueueFilter

HOME = "/review"
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Asked:
    """A list of the queue.

    after : number of the last item of the page before; item : the one that is open beside it
    """

    filter: QueueFilter
    sort: str = "urgency"
    after: int | None = None
    item: int | None = None

    def path(self, to: str = HOME, **changes: object) -> str:
        """The address of this list; `changes` win, None leaves out."""
        state = self.filter.state
        query: dict[str, object] = {
            "state": None if state == STATES[0] else state,
            "kind": self.filter.kind,
            "held": self.filter.held,
            "sort": None if self.sort == SORTS[0] else self.sort,
            "after": self.after,
            "item": self.item,
        }
        return with_query(to, query, **changes)


def asked(query: Mapping[str, str], brand_id: int | None, me: str) -> Asked:
    """What an address asks for; what is none of ours is left aside."""
    return Asked(
        QueueFilter(
            brand_id=brand_id,
            kind=_one_of(KINDS, query.get("kind")),
            state=_one_of(STATES, query.get("state")) or STATES[0],
            held=_one_of(HELD, query.get("held")),
            me=me,
        ),
        sort=_one_of(SORTS, query.get("sort")) or SORTS[0],
        after=number(query.get("after")),
        item=number(query.get("item")),
    )


def number(told: str | None) -> int | None:
    """A number of an item; None for anything else."""
    plain = told is not None and told.isascii() and told.isdecimal() and len(told) <= _MOST_DIGITS
    return int(told) if plain and told else None


def _one_of(known: tuple[str, ...], told: str | None) -> str | None:
    return told if told in known else None
