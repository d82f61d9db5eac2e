"""Another wording of one draft, before anybody lets it go; what must be said stays said."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from community.history import add_note, clean, named
from community.inviting import templates
from community.inviting.asking import facts
from community.inviting.inviting_rules import Desk
from community.inviting.templates import REQUIRED
from config.errors import NotFoundError, RuleError
from store import invitations
from store.invitations import Letterhead

LONGEST_SUBJECT = 200
LONGEST_BODY = 20_000


def reword(
    session: Session,
    desk: Desk,
    invitation_id: int,
    *,
    subject: str,
    body: str,
    by: str,
    now: datetime,
) -> Letterhead:
    """Change the words of one draft; the template stays, and so do all other drafts.

    Raises RuleError once somebody let it go, for words that are empty or too long, or that no
    longer say what every invitation says (the template's REQUIRED, and the link of a reply).
    """
    head = _drafted(session, invitation_id)
    title, text = " ".join(clean(subject).split()), clean(body)
    if not (title and text):
        raise RuleError("An invitation needs a subject and words.", mend="Write both.")
    if len(title) > LONGEST_SUBJECT or len(text) > LONGEST_BODY:
        raise RuleError(
            "That is too long.",
            mend=f"Keep to {LONGEST_SUBJECT} characters of subject and {LONGEST_BODY} of text.",
        )
    if missing := _lost(session, desk, head, text):
        raise RuleError(
            f"It would no longer say {', '.join(missing)}.", mend="Put that back, word for word."
        )
    return _keep(session, head, title, text, by, now)


def as_the_template(
    session: Session, desk: Desk, invitation_id: int, *, by: str, now: datetime
) -> Letterhead:
    """Give a draft the template's words again, with what is so today. Raises as `reword`."""
    head = _drafted(session, invitation_id)
    subject, body = templates.fill(head.template, _facts(session, desk, head))
    return _keep(session, head, subject, body, by, now)


def _drafted(session: Session, invitation_id: int) -> Letterhead:
    head = invitations.lock(session, invitation_id)
    if head is None:
        raise NotFoundError(f"There is no invitation {invitation_id}.", mend="Look at the list.")
    if head.invitation.state != "drafted":
        raise RuleError(
            f"This invitation is {head.invitation.state}; its words stand.",
            mend="Only a draft is worded anew.",
        )
    return head


def _keep(
    session: Session, head: Letterhead, subject: str, body: str, by: str, now: datetime
) -> Letterhead:
    who, invitation = named(by), head.invitation
    if (invitation.subject, invitation.body) == (subject, body):
        raise RuleError("It says so already.", mend="Change something, or go on.")
    invitation.subject, invitation.body = subject, body
    session.add(invitation)
    add_note(session, head.candidate, who, now, note=f"worded invitation {invitation.id} anew")
    session.flush()
    return head


def _lost(session: Session, desk: Desk, head: Letterhead, text: str) -> list[str]:
    """What the draft says now, as every invitation must, and would say no longer.

    A fact that changed since it was drafted stands in neither text; it is asked for when the
    invitation is let go.
    """
    told, before = _facts(session, desk, head), head.invitation.body
    lost = []
    for what, names in REQUIRED.items():
        said = [told[name].strip() for name in sorted(names) if told[name].strip()]
        if any(one in before for one in said) and not any(one in text for one in said):
            lost.append(what)
    link = told["link"]
    if link in before and link not in text:
        lost.append("where to answer")
    return lost


def _facts(session: Session, desk: Desk, head: Letterhead) -> dict[str, str]:
    return facts(
        session,
        desk.settings,
        head.candidate,
        head.charter,
        sender=head.invitation.drafted_by,
        link=desk.link(head.invitation.nonce),
    )
