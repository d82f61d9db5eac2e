"""Invitations as their pages show them: the funnel, and one with its very mail and its proof."""

from __future__ import annotations

import re
from typing import Any

from sqlmodel import Session

from community.inviting import consent
from community.inviting.asking import called
from community.inviting.invitations import found
from soundingboard.inviting import desk_of, letter_of
from soundingboard.wiring import Parts
from store import asked, invitations

DOORS = (*consent.LABELS,)
_LINK = re.compile(r"(/invitation/)[^\s<>\"]+")


def funnel(session: Session, brand_id: int) -> dict[str, Any]:
    """How many invitations reached each stage, and what was answered.

    silent : those that lapsed; waiting : sent, and the time to answer is not over
    """
    rows = asked.funnel(session, brand_id)

    def count(told: Any) -> int:
        return sum(one.number for one in rows if told(one))

    return {
        "drafted": count(lambda one: True),
        "approved": count(lambda one: one.approved),
        "sent": count(lambda one: one.sent),
        "answered": count(lambda one: one.answer is not None),
        "doors": {door: count(lambda one, door=door: one.answer == door) for door in DOORS},
        "silent": count(lambda one: one.state == "lapsed"),
        "waiting": count(lambda one: one.state == "sent"),
        "withdrawn": count(lambda one: one.state == "withdrawn"),
        "states": {
            state: count(lambda one, state=state: one.state == state)
            for state in ("drafted", "approved", "sent", "answered", "lapsed", "withdrawn")
        },
        "channels": {
            channel: count(lambda one, channel=channel: one.channel == channel)
            for channel in ("mail", "reply", "export")
        },
    }


def without_links(text: str) -> str:
    """The message without its signed links: whoever holds one can answer for its reader."""
    return _LINK.sub(r"\1…", text)


def invitation_facts(parts: Parts, session: Session, number: int) -> dict[str, Any]:
    """One invitation as its reader gets it, and word for word what was answered.

    Raises NotFoundError.
    """
    head = found(session, number)
    return {
        "head": head,
        "called": called(head.author),
        "text": without_links(letter_of(desk_of(parts), head).text),
        "body": without_links(head.invitation.body),
        "mail": invitations.outbox_state(session, number),
        "consents": [
            (one, consent.sha_of(one.words) == one.words_sha)
            for one in invitations.consents(session, number)
        ],
        "seat": invitations.seat_by(session, number),
    }
