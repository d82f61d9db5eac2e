"""Within step 4: who may sit on the slate, who sits in any case, and who does not and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from community.candidates.recruiting import OWN_WORD
from community.candidates.stages import SEATED, SET_ASIDE
from config.settings import SlateSettings
from models.panel import Contender, Panel, choose_panel
from soundingboard.wiring import Parts
from store import brands, candidates, seats, stakeholders, tables, themes
from store.candidates import Card

_FIRST = ("accepted", "invited", "approved")
"""Which of two seats of the same person is kept: the one that is further on."""


@dataclass(frozen=True, slots=True)
class Aside:
    """Somebody a decision or a flag keeps off the slate.

    reason : other_door, barred, declined, silent, rejected, deferred, flagged, same_person
    """

    author: int
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class Pool:
    """Who is up for the seats of a brand's committee, as it stands.

    cards      : every candidate by author id, also those without enough evidence (`watched`)
    contenders : those up for a seat; locked : those who sit in any case -> why, in words
    stakes     : what authors are to the brand now
    """

    brand: tables.BrandRow
    cards: Mapping[int, Card]
    contenders: Sequence[Contender]
    locked: Mapping[int, str]
    aside: Sequence[Aside]
    themes: Mapping[int, str]
    stakes: Mapping[int, Sequence[str]]
    watched: int

    def seated(self, settings: SlateSettings) -> Panel:
        """The best panel of this pool."""
        return choose_panel(self.contenders, settings, self.themes, locked=self.locked)

    def named(self, author: int) -> dict[str, Any]:
        """Who somebody is, as JSON-able facts."""
        card = self.cards[author]
        return {
            "author": card.author.name,
            "author_id": author,
            "source": card.author.site,
            "side": card.candidate.side,
        }

    def with_seat(self, author: int) -> Pool:
        """The pool as if this one, who is not up for it, had a seat."""
        contender = _contender(self.cards[author], self.stakes.get(author, ()))
        pool = self.without(author)
        return replace(
            pool,
            contenders=[*pool.contenders, contender],
            locked={**pool.locked, author: "had a seat"},
        )

    def without(self, author: int) -> Pool:
        """The pool if this person is not to be had, under any of their accounts."""
        gone = {author} | {
            other
            for other, card in self.cards.items()
            if card.author.person_id is not None
            and card.author.person_id == self.cards[author].author.person_id
        }
        return replace(
            self,
            contenders=[c for c in self.contenders if c.author not in gone],
            locked={a: why for a, why in self.locked.items() if a not in gone},
        )


def read_pool(session: Session, brand: str | None, now: datetime) -> Pool:
    """The pool of a brand. Raises NotFoundError for an unknown brand."""
    row = brands.get_brand(session, brand)
    brand_id = row.id or 0
    cards = {c.candidate.author_id: c for c in candidates.cards(session, brand_id, listed=None)}
    off = seats.off_the_committee(session, brand_id)
    choices = seats.seat_choices(session, brand_id)
    stakes = stakeholders.kinds_now(session, brand_id, now)
    aside = {
        author: Aside(author, *why)
        for author, card in cards.items()
        if (why := _kept_off(card, off.get(author), choices.get(author)))
    }
    fixed = {
        author: held
        for author, card in cards.items()
        if author not in aside and (held := _held(card, choices.get(author)))
    }
    may = {
        a for a, card in cards.items() if a not in aside and (a in fixed or card.candidate.listed)
    }
    aside |= {twin.author: twin for twin in _twins(cards, may, fixed, aside)}
    up = [author for author in sorted(may) if author not in aside]
    return Pool(
        brand=row,
        cards=cards,
        contenders=[_contender(cards[author], stakes.get(author, ())) for author in up],
        locked={author: fixed[author] for author in up if author in fixed},
        aside=list(aside.values()),
        themes={theme.id or 0: theme.name for theme in themes.themes(session, brand_id)},
        stakes=stakes,
        watched=len(cards) - len(up) - len(aside),
    )


def slate_settings(parts: Parts, seats: int | None) -> SlateSettings:
    """The settings of the slate, with another number of seats for this once."""
    settings = parts.settings.slate
    return settings if seats is None else settings.model_copy(update={"seats": seats})


def _kept_off(
    card: Card, off: str | None, choice: tables.SeatChoice | None
) -> tuple[str, str] | None:
    """The reason and the words of what keeps a candidate off; None if nothing does."""
    state, by = card.candidate.state, card.candidate.decided_by
    if choice is not None and choice.choice == "bar":
        return "barred", f"barred by {choice.chosen_by}: {choice.reason}"
    if state == "accepted" and off is not None:
        return "other_door", off
    if state in SET_ASIDE:
        return state, f"{state}, written down by {by}" if by else state
    own_word = [flag for flag in card.excluding if flag.kind in OWN_WORD]
    holds = card.excluding if state not in SEATED else own_word if state != "accepted" else []
    if holds:
        return "flagged", "; ".join(f"{flag.kind}: {flag.evidence}" for flag in holds)
    return None


def _held(card: Card, choice: tables.SeatChoice | None) -> str | None:
    """Why a candidate sits in any case."""
    state, by = card.candidate.state, card.candidate.decided_by
    if state in SEATED:
        return f"{state} by {by}" if by and state == "approved" else state
    if choice is not None and choice.choice == "lock":
        return f"locked by {choice.chosen_by}: {choice.reason}"
    return None


def _twins(
    cards: Mapping[int, Card],
    may: Iterable[int],
    fixed: Mapping[int, str],
    aside: Mapping[int, Aside],
) -> Iterator[Aside]:
    """Accounts that must not sit because the human being behind them sits, or was set aside.

    Two that are both fixed were decided on before they were found to be one; the seat that is
    further on is kept.
    """
    accounts: defaultdict[int, list[int]] = defaultdict(list)
    for author in {*may, *aside}:
        if (person := cards[author].author.person_id) is not None:
            accounts[person].append(author)
    for same in accounts.values():
        held = sorted((a for a in same if a in fixed), key=lambda a: (_rank(cards[a]), a))
        gone = sorted(a for a in same if a in aside)
        for author in sorted(set(same) - set(gone) - set(held[:1])):
            if held:
                other, stands = held[0], "has a seat"
            elif gone:
                other, stands = gone[0], f"is kept off ({aside[gone[0]].words})"
            else:
                break
            words = f"the same person as {cards[other].author.name}, who {stands}"
            yield Aside(author, "same_person", words)


def _rank(card: Card) -> int:
    state = card.candidate.state
    return _FIRST.index(state) if state in _FIRST else len(_FIRST)


def _contender(card: Card, kinds: Iterable[str]) -> Contender:
    person = card.author.person_id
    return Contender(
        author=card.author.id or 0,
        side=card.candidate.side,  # type: ignore[arg-type]  # the database holds it to the words
        utility=card.candidate.utility,
        source=card.author.site,
        language=card.candidate.language,
        themes=frozenset(card.candidate.themes),
        bonds=frozenset(() if person is None else {f"person:{person}"}),
        stakeholders=frozenset(kinds),
    )
