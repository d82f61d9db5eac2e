"""The offer registry: nobody is asked two things at once, or again too soon, whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from community.history import clean, named
from config.errors import RuleError
from store import offers, tables


def make(
    session: Session,
    candidate: tables.Candidate,
    *,
    campaign: str,
    contact: str,
    by: str,
    now: datetime,
    ask_again_days: int,
) -> tables.Offer:
    """Open the one offer to a candidate's person, across campaigns, colleagues and accounts.

    ask_again_days : they are asked at most once in this time; withdrawn before it left is not asked

    Raises RuleError saying who asked, when and for what, where they were asked already.
    """
    who = named(by)
    accounts, key = held_person(session, candidate.author_id)
    refuse_second(session, accounts, key)
    since = now - timedelta(days=ask_again_days)
    last = offers.asked_since(session, ids_of(accounts), key, since)
    if last is not None:
        earlier, at = last
        raise RuleError(
            f"They were asked on {at:%Y-%m-%d}, by {earlier.made_by}, for {earlier.campaign}.",
            mend=f"Nobody is asked twice within {ask_again_days} days; "
            f"wait until {at + timedelta(days=ask_again_days):%Y-%m-%d}.",
        )
    offer = tables.Offer(
        author_id=candidate.author_id,
        brand_id=candidate.brand_id,
        person_key=key,
        campaign=clean(campaign),
        contact=clean(contact),
        made_by=who,
        made_at=now,
    )
    if not offers.add_offer(session, offer):
        refuse_second(session, accounts, key)
        raise RuleError("Somebody else asked them at this moment.", mend="Look at their offer.")
    return offer


def held_person(session: Session, author_id: int) -> tuple[list[tables.Author], str]:
    """Every account of a person and the key of their offers, held until the transaction ends.

    Raises RuleError if the account is gone.
    """
    accounts = offers.lock_accounts(session, author_id)
    if not accounts:
        raise RuleError("The account is gone.", mend="They may have been erased meanwhile.")
    first = accounts[0]
    key = f"author:{first.id}" if first.person_id is None else f"person:{first.person_id}"
    return accounts, key


def refuse_second(
    session: Session, accounts: Sequence[tables.Author], key: str, *, own: int | None = None
) -> None:
    """Raises RuleError if anybody but the offer `own` has an open offer to this person."""
    others = [o for o in offers.open_offers(session, ids_of(accounts), key) if o.id != own]
    if others:
        offer = others[0]
        raise RuleError(
            f"{offer.made_by} asked them on {offer.made_at:%Y-%m-%d}, for {offer.campaign}, "
            "and that offer is open.",
            mend="Wait for their answer, or withdraw it: soundingboard invitation list",
        )


def close(session: Session, offer: tables.Offer, state: str, now: datetime) -> None:
    """An offer was accepted, declined, withdrawn, or has lapsed; the row stays."""
    offer.state, offer.closed_at = state, now
    session.add(offer)
    session.flush()


def ids_of(accounts: Sequence[tables.Author]) -> list[int]:
    """The ids of these accounts."""
    return [account.id for account in accounts if account.id is not None]
