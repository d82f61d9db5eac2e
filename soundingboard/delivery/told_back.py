"""The words that tell people what became of a suggestion: as a letter, and for a person to post."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from community.letter import Letter
from soundingboard.delivery.letters import letter
from soundingboard.delivery.rendering import shortened
from store import tables

REPLY_CHARS = 480
"""A public reply fits where 500 characters are the most (Mastodon)."""


def to_member(
    suggestion: tables.Suggestion,
    member: tables.Member,
    *,
    own: bool,
    again: bool,
    post_url: str | None,
    own_page: str,
    footer: Sequence[str],
) -> Letter:
    """The letter to one member: what was suggested, what we decided and why, and what was done.

    own   : they proposed it; again : it corrects what we told them before
    own_page : where they find all their suggestions, the charter and what is held of them
    """
    subject = f"What became of your suggestion: {suggestion.title}"
    if not own:
        subject = f"What became of a suggestion: {suggestion.title}"
    paragraphs = [f"Dear {member.name},"]
    if again:
        paragraphs.append("This replaces what we wrote to you about it before.")
    paragraphs += _told(suggestion, own=own)
    paragraphs.append("Thank you for it." if own else "This is for you as one of the committee.")
    links = [("See what was done", suggestion.evidence)] if _is_link(suggestion) else []
    if post_url:
        links.append(("Read where it was suggested", post_url))
    links.append(("Your own page with us", own_page))
    safe = [(label, address) for label, address in links if address]
    return letter(subject, paragraphs, links=safe, footer=footer)


def plainly(suggestion: tables.Suggestion, *, own: bool) -> str:
    """The same, as words that a person of ours passes on."""
    return "\n\n".join(_told(suggestion, own=own))


def reply(suggestion: tables.Suggestion, called: str | None) -> str:
    """A short public answer to whoever suggested it, for a person of ours to post."""
    yes = suggestion.acted_at is not None
    decided = "We did it." if yes else "We decided not to do it."
    done = suggestion.evidence if yes else None
    rest = f"Why: {suggestion.decision_reason}" + (f" What was done: {done}" if done else "")
    thanks = f"{called}, thank you" if called else "Thank you"
    head = f"{thanks} for suggesting “{suggestion.title}”. {decided}"
    if len(head) + 1 + len(rest) <= REPLY_CHARS:
        return f"{head} {rest}"
    why = f"Why: {suggestion.decision_reason}"
    if done and len(head) + len(done) + 80 <= REPLY_CHARS:
        room = REPLY_CHARS - len(head) - len(done) - 20
        return f"{head} {shortened(why, room)} What was done: {done}"
    return f"{head} {shortened(rest, REPLY_CHARS - len(head) - 2)}"


def footer(committee: str, postal_address: str) -> list[str]:
    """Why they get it, and how to stop it."""
    return [
        f"You get this because you belong to {committee}, where every suggestion is answered.",
        "If you would rather not hear from us, answer with the word stop.",
        *([postal_address] if postal_address else []),
    ]


def _told(suggestion: tables.Suggestion, *, own: bool) -> list[str]:
    who = "You suggested" if own else "It was suggested"
    told = [f"{who} on {_day(suggestion.raised_at)}: “{suggestion.words}”"]
    yes = suggestion.acted_at is not None
    decided = "to do it" if yes else "not to do it"
    told.append(f"We decided on {_day(suggestion.decided_at)} {decided}.")
    told.append(f"Why: {suggestion.decision_reason}")
    if yes:
        told.append(f"What was done by {_day(suggestion.acted_at)}: {suggestion.evidence}")
    return told


def _is_link(suggestion: tables.Suggestion) -> bool:
    """Whether the evidence is one web address and nothing else, so that it may be a button."""
    shown = suggestion.evidence or ""
    return shown.startswith(("https://", "http://")) and not any(c.isspace() for c in shown)


def _day(moment: datetime | None) -> str:
    return f"{moment:%-d %B %Y}" if moment else "an unknown day"
