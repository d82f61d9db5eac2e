"""Suggestions: raised, owned, acknowledged, decided, acted on, and told; each step taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from community.history import clean, named
from community.suggesting.suggestion_readers import own_seat
from community.suggesting.suggestion_steps import (
    ALLOWED,
    PAST,
    move,
    record,
    refuse_stale,
    restored,
    standing,
    take_step,
)
from config.errors import RuleError
from store import suggestions as rows
from store import tables

TITLE_CHARS = 120


def raise_by_member(
    session: Session,
    committee: tables.Committee,
    member: tables.Member,
    actor: str,
    now: datetime,
    *,
    words: str,
    title: str | None = None,
) -> tables.Suggestion:
    """Write down what a member suggests; without a title its first words are the title.

    Raises RuleError for empty words, a closed committee, or somebody who is not its member now.
    """
    if member.committee_id != committee.id:
        raise RuleError(f"{member.name} is no member of {committee.name}.")
    if member.left_at is not None:
        raise RuleError(
            f"{member.name} has left {committee.name}.", mend="Raise it from a post instead."
        )
    return _raise(
        session,
        _open(session, committee),
        actor,
        now,
        words=words,
        title=title,
        member_id=member.id,
        author_id=member.author_id,
    )


def raise_from_post(
    session: Session,
    committee: tables.Committee,
    post: tables.Post,
    actor: str,
    now: datetime,
    *,
    words: str | None = None,
    title: str | None = None,
) -> tables.Suggestion:
    """Take up what somebody suggested in public; the link to their post is kept.

    words : what they suggest, as we understand it; None = the post itself

    Raises RuleError if it was taken up in this committee before, or the committee is closed.
    """
    held = _open(session, committee)
    before = rows.from_post(session, held.id or 0, post.id or 0)
    if before is not None:
        raise RuleError(
            f"This post was taken up already, as suggestion {before.id}: {before.title}",
            mend=f"See it with: soundingboard suggestion show {before.id}",
        )
    member = next(
        (seat.member for seat in rows.seats(session, held.id or 0) if _is_by(post, seat.member)),
        None,
    )
    return _raise(
        session,
        held,
        actor,
        now,
        words=clean(words) or clean(post.text) or clean(post.title),
        title=title or (None if clean(words) else post.title),
        member_id=member.id if member else None,
        author_id=post.author_id,
        post_id=post.id,
    )


def assign(
    session: Session,
    suggestion: tables.Suggestion,
    actor: str,
    now: datetime,
    *,
    owner: str,
    seen: int | None = None,
) -> tables.SuggestionStep:
    """Make somebody of ours its owner.

    seen : the version the person had before their eyes; None = the one of `suggestion`

    Raises RuleError for nobody, the same owner, out of order, or if somebody else was quicker.
    """
    who = clean(owner)
    if not who:
        raise RuleError("An owner needs a name.", mend="Say who takes care of it.")
    if who == suggestion.owner:
        raise RuleError(f"{who} owns it already.")
    return take_step(
        session, suggestion, "assign", actor, now, {"owner": who}, words=who, seen=seen
    )


def acknowledge(
    session: Session,
    suggestion: tables.Suggestion,
    actor: str,
    now: datetime,
    *,
    seen: int | None = None,
) -> tables.SuggestionStep:
    """Say that it arrived and is being looked at. Raises RuleError as `assign`, or unowned."""
    if suggestion.state == "raised" and not suggestion.owner:
        raise RuleError(
            "Nobody owns this suggestion yet.",
            mend=f"Say who does: soundingboard suggestion assign {suggestion.id} OWNER --by YOU",
        )
    changes = {"state": "acknowledged", "acknowledged_at": now}
    return take_step(session, suggestion, "acknowledge", actor, now, changes, seen=seen)


def accept(
    session: Session,
    suggestion: tables.Suggestion,
    actor: str,
    now: datetime,
    *,
    reason: str,
    seen: int | None = None,
) -> tables.SuggestionStep:
    """Decide to do it, and why. Raises RuleError as `assign`, or without a reason."""
    return _decide(session, suggestion, "accept", "accepted", actor, now, reason, seen)


def decline(
    session: Session,
    suggestion: tables.Suggestion,
    actor: str,
    now: datetime,
    *,
    reason: str,
    seen: int | None = None,
) -> tables.SuggestionStep:
    """Decide not to do it, and why; it is told all the same. Raises RuleError as `accept`."""
    return _decide(session, suggestion, "decline", "declined", actor, now, reason, seen)


def act(
    session: Session,
    suggestion: tables.Suggestion,
    actor: str,
    now: datetime,
    *,
    evidence: str,
    seen: int | None = None,
) -> tables.SuggestionStep:
    """Record what was done, shown by an address or in words. Raises RuleError without either."""
    shown = clean(evidence)
    if not shown:
        raise RuleError(
            "What was done needs evidence.", mend="Give an address, or say in words what was done."
        )
    changes = {"state": "acted", "evidence": shown, "acted_at": now}
    return take_step(session, suggestion, "act", actor, now, changes, words=shown, seen=seen)


def tell_proposer(
    session: Session,
    suggestion: tables.Suggestion,
    actor: str,
    now: datetime,
    *,
    how: str,
    nobody: bool = False,
    seen: int | None = None,
) -> tables.SuggestionStep:
    """Record that its proposer was told, and how; with `nobody`, that there is nobody to tell.

    Told nobody, it counts as not applicable: told_proposer_at stays empty though the step stands.
    Raises RuleError as `assign`, or if that was recorded already.
    """
    told = {} if nobody else {"told_proposer_at": now}
    return _tell(
        session, suggestion, "tell_proposer", "tell_committee", actor, now, told, how, seen
    )


def tell_committee(
    session: Session,
    suggestion: tables.Suggestion,
    actor: str,
    now: datetime,
    *,
    how: str,
    seen: int | None = None,
) -> tables.SuggestionStep:
    """Record that the whole committee was told, and how. Raises RuleError as `tell_proposer`."""
    told = {"told_committee_at": now}
    return _tell(
        session, suggestion, "tell_committee", "tell_proposer", actor, now, told, how, seen
    )


def note(
    session: Session, suggestion: tables.Suggestion, actor: str, now: datetime, *, words: str
) -> tables.SuggestionStep:
    """Write something down; it changes nothing and collides with nobody."""
    if not clean(words):
        raise RuleError("The note is empty.", mend="Write something, or leave it.")
    if rows.suggestion(session, suggestion.id or 0) is None:
        raise RuleError("The suggestion is gone.", mend="Its committee may have been deleted.")
    return record(session, suggestion, "note", actor, now, words=words)


def undo(
    session: Session,
    suggestion: tables.Suggestion,
    actor: str,
    now: datetime,
    *,
    seen: int | None = None,
) -> tables.SuggestionStep:
    """Take the last step back: the suggestion is again exactly as before it.

    Undone once more, the step before that one goes. Letters that no sender has picked up yet are
    withdrawn. Raises RuleError if nothing is left but the raising, or somebody else was quicker.
    """
    refuse_stale(session, suggestion, seen)
    held = standing(rows.steps(session, suggestion.id or 0))
    last = held[-1] if held else None
    if last is None or last.step == "raise":
        raise RuleError(
            "It was only raised so far, so there is nothing to take back.",
            mend="If it should not have been, decline it and say why.",
        )
    move(session, suggestion, restored(last.before))
    words = f"took back: {PAST[last.step]}"
    words += _withdraw(session, suggestion, last)
    return record(session, suggestion, "undo", actor, now, words=words)


def _raise(
    session: Session,
    committee: tables.Committee,
    actor: str,
    now: datetime,
    *,
    words: str,
    title: str | None,
    author_id: int | None,
    member_id: int | None,
    post_id: int | None = None,
) -> tables.Suggestion:
    who, told = named(actor), clean(words)
    if not told:
        raise RuleError("A suggestion needs words.", mend="Say what is suggested.")
    line = " ".join((clean(title) or told).split())
    short = line if len(line) <= TITLE_CHARS else line[: TITLE_CHARS - 1].rstrip() + "…"
    suggestion = tables.Suggestion(
        committee_id=committee.id or 0,
        author_id=author_id,
        member_id=member_id,
        post_id=post_id,
        title=short,
        words=told,
        raised_at=now,
    )
    session.add(suggestion)
    session.flush()
    record(session, suggestion, "raise", who, now)
    return suggestion


def _decide(
    session: Session,
    suggestion: tables.Suggestion,
    step: str,
    state: str,
    actor: str,
    now: datetime,
    reason: str,
    seen: int | None,
) -> tables.SuggestionStep:
    why = clean(reason)
    if not why:
        raise RuleError("A decision needs a reason.", mend="Its proposer will read it; say why.")
    changes = {"state": state, "decision_reason": why, "decided_at": now}
    return take_step(session, suggestion, step, actor, now, changes, words=why, seen=seen)


def _tell(
    session: Session,
    suggestion: tables.Suggestion,
    step: str,
    other: str,
    actor: str,
    now: datetime,
    told: Mapping[str, Any],
    how: str,
    seen: int | None,
) -> tables.SuggestionStep:
    done = {held.step for held in standing(rows.steps(session, suggestion.id or 0))}
    if suggestion.state in ALLOWED[step] and step in done:
        raise RuleError(f"It was {PAST[step]} already.")
    state = "reported" if other in done else suggestion.state
    changes = {**told, "state": state}
    return take_step(session, suggestion, step, actor, now, changes, words=how, seen=seen)


def _open(session: Session, committee: tables.Committee) -> tables.Committee:
    """The committee, held for this transaction so that a post is taken up once only."""
    held = rows.lock_committee(session, committee.id or 0)
    if held is None or held.closed_at is not None:
        raise RuleError(f"{committee.name} is closed.", mend="Raise it in a committee that meets.")
    return held


def _is_by(post: tables.Post, member: tables.Member) -> bool:
    return member.author_id == post.author_id and member.left_at is None


def _withdraw(
    session: Session, suggestion: tables.Suggestion, undone: tables.SuggestionStep
) -> str:
    """Take back the letters that tell what no longer holds, and say what became of them."""
    letters = {row.id or 0 for row in rows.letters(session, suggestion.id or 0)}
    own = own_seat(rows.seats(session, suggestion.committee_id), suggestion)
    theirs = rows.letters(session, suggestion.id or 0, own.member.id) if own else ()
    to_proposer = {row.id or 0 for row in theirs}
    if undone.step == "tell_proposer":
        letters = to_proposer
    elif undone.step == "tell_committee":
        letters -= to_proposer
    gone = rows.withdraw_letters(session, sorted(letters))
    left = len(letters) - gone
    told = f"; letters withdrawn: {gone}" if gone else ""
    return told + (f"; letters that a sender has already: {left}" if left else "")
