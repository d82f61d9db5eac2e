"""The rows of a recruit list: what is shown of each, and what a file of them holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from community.candidates.claims import is_claimed
from soundingboard.cards import stance_card
from soundingboard.dossier import PARTS_IN_WORDS
from store import addresses, tables
from store.candidates import Card
from store.suppression import objecting
from store.tombstones import Marker

THEMES_SHOWN = 3
COLUMNS = (
    "author", "source", "side", "stance", "mu", "low", "high", "n_posts", "n_threads", "utility",
    *PARTS_IN_WORDS, "themes", "flags", "state", "language", "last_at", "assignee", "due_at",
    "decided_by", "decided_at", "profile", "may_be_contacted", "address_given_by",
)  # fmt: skip
LISTMONK = ("email", "name", "attributes")
"""What listmonk's own import asks for (listmonk.app/docs/import-export)."""
AT_ONCE = 500


def row_of(card: Card, themes: Mapping[int | None, str], now: datetime) -> dict[str, Any]:
    """What one line of the list shows, for templates; names are masked there."""
    candidate, stance = card.candidate, card.stance
    known = [(theme, themes[theme]) for theme in candidate.themes if theme in themes]
    return {
        "id": candidate.id,
        "version": candidate.version,
        "author": card.author.name,
        "site": card.author.site,
        "stance": stance,
        "utility": candidate.utility,
        "parts": parts_of(candidate.parts),
        "themes": known[:THEMES_SHOWN],
        "flags": card.flags,
        "state": candidate.state,
        "listed": candidate.listed,
        "language": candidate.language,
        "assignee": candidate.assignee,
        "due": candidate.due_at,
        "late": candidate.due_at is not None and candidate.due_at < now,
        "claimed_by": candidate.claimed_by if is_claimed(candidate, now) else None,
    }


def parts_of(parts: Mapping[str, float]) -> list[tuple[str, float]]:
    """(in words, points) of the utility's parts, in the order people are told them."""
    named = [(words, parts[name]) for name, words in PARTS_IN_WORDS.items() if name in parts]
    return named + [(name, points) for name, points in parts.items() if name not in PARTS_IN_WORDS]


def exported_rows(
    session: Session, marker: Marker, cards: Iterable[Card], themes: Mapping[int | None, str]
) -> Iterator[dict[str, Any]]:
    """One row a candidate with COLUMNS; names bare of @, consent and objection always there."""
    given = _given(session)
    for some in _batches(cards):
        silent = objecting(session, marker, [card.author for card in some])
        for card in some:
            known = given.get(card.author.id)
            yield {
                **stance_card(card.author, card.stance),
                "author": card.author.name.lstrip("@"),
                **_decided(card, themes),
                "may_be_contacted": card.author.id not in silent,
                "address_given_by": known.basis if known else None,
            }


def _decided(card: Card, themes: Mapping[int | None, str]) -> dict[str, Any]:
    candidate = card.candidate
    return {
        "side": candidate.side,
        "utility": round(candidate.utility, 6),
        **candidate.parts,
        "themes": "; ".join(themes[theme] for theme in candidate.themes if theme in themes),
        "flags": "; ".join(flag.kind for flag in card.flags if flag.overridden_at is None),
        "state": candidate.state,
        "language": candidate.language,
        "last_at": card.stance.last_at,
        "assignee": candidate.assignee,
        "due_at": candidate.due_at,
        "decided_by": candidate.decided_by,
        "decided_at": candidate.decided_at,
        "profile": card.author.url,
    }


def listmonk_rows(
    session: Session, marker: Marker, cards: Iterable[Card], brand: str
) -> Iterator[dict[str, Any]]:
    """Those approved who gave us an address and do not object, as listmonk takes them in."""
    given = _given(session)
    for some in _batches(cards):
        silent = objecting(session, marker, [card.author for card in some])
        for card in some:
            known = given.get(card.author.id)
            if known is None or card.author.id in silent or card.excluding:
                continue
            yield {
                "email": known.address,
                "name": card.author.name.lstrip("@"),
                "attributes": {
                    "brand": brand,
                    "source": card.author.site,
                    "side": card.candidate.side,
                    "state": card.candidate.state,
                    "consent": known.basis,
                    "consent_noted_at": known.noted_at,
                    "opted_out": False,
                },
            }


def _given(session: Session) -> dict[int | None, tables.Address]:
    """The addresses people gave us, by account; there are never many."""
    return {author.id: address for author, address in addresses.all_addresses(session)}


def _batches(cards: Iterable[Card]) -> Iterator[Sequence[Card]]:
    held: list[Card] = []
    for card in cards:
        held.append(card)
        if len(held) == AT_ONCE:
            yield held
            held = []
    if held:
        yield held
