"""Joins what an invitation says with how it looks and how it leaves."""

from __future__ import annotations

import csv
import json
import logging
from dataclasses import dataclass
from email.utils import parseaddr
from io import StringIO
from pathlib import Path

from sqlmodel import Session

from community.inviting import consent, invitations
from community.inviting.asking import called
from community.inviting.inviting_rules import Desk
from community.letter import Letter
from config.errors import RuleError, SoundingBoardError
from config.files import write_whole
from soundingboard.delivery.letters import letter
from soundingboard.wiring import Parts
from store import invitations as queries
from store import outbox
from store.invitations import Letterhead

COLUMNS = ("email", "name", "attributes")
"""The columns that listmonk imports."""

Row = tuple[str, str, str]

log = logging.getLogger("soundingboard.inviting")


def desk_of(parts: Parts) -> Desk:
    """What inviting works with."""
    return Desk(parts.settings, parts.marker, parts.signer)


def letter_of(desk: Desk, head: Letterhead) -> Letter:
    """An invitation as its reader gets it: its words, the four doors, and the small print."""
    invitation = head.invitation
    return letter(
        invitation.subject,
        [part for part in invitation.body.split("\n\n") if part.strip()],
        links=[
            (label, desk.link(invitation.nonce, door)) for door, label in consent.LABELS.items()
        ],
        footer=[
            f"You get this once, because {head.invitation.drafted_by} of {head.brand.name} "
            "decided to write to you.",
            "Opening a link changes nothing; you answer by a button on its page.",
        ],
    )


def send(parts: Parts, invitation_id: int, *, by: str) -> Letterhead:
    """A person's click: what goes by mail is put into the outbox in the same transaction.

    A reply is let go too, and waits for a person to post it. Raises RuleError as
    `community.inviting.invitations.let_go` does.
    """
    desk, now = desk_of(parts), parts.clock.now()
    with parts.store.write() as session:
        head = invitations.let_go(session, desk, invitation_id, by=by, now=now)
        if head.invitation.channel == "mail":
            _post(session, desk, head)
    return head


def _post(session: Session, desk: Desk, head: Letterhead) -> None:
    invitation, rendered = head.invitation, letter_of(desk, head)
    never = desk.link(invitation.nonce, "never")
    made = outbox.enqueue(
        session,
        key=queries.mail_key(invitation.id or 0),
        channel="mail",
        kind="invitation",
        receiver=invitation.address or "",
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        author_id=head.author.id,
        approved_by=invitation.approved_by,
        headers={
            "List-Unsubscribe": f"<{never}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        domain=parseaddr(desk.settings.mail.sender)[1].rpartition("@")[2],
        now=invitation.approved_at or invitation.drafted_at,
    )
    if made is None:
        raise RuleError("This invitation was put into the outbox before.")


def reply_text(head: Letterhead) -> str:
    """What a person posts. Raises RuleError before somebody let it go, and for a mail."""
    invitation = head.invitation
    if invitation.channel != "reply":
        raise RuleError("This invitation is not a reply; it goes by mail.")
    if invitation.approved_by is None:
        raise RuleError(
            "Nobody let this reply go yet.",
            mend=f"First: soundingboard invitation send {invitation.id} --by YOU",
        )
    if invitation.state not in ("approved", "sent"):
        raise RuleError(f"This invitation is {invitation.state}; do not post it.")
    return invitation.body


@dataclass(frozen=True, slots=True)
class Exported:
    """What went into a file for a mailing tool; `refused` names whom it left out, and why."""

    path: Path
    count: int
    refused: dict[str, str]


def export(parts: Parts, brand_id: int, path: Path, *, by: str) -> Exported:
    """Hand every drafted mail of a brand to a mailing tool, as a file that listmonk imports.

    A person's click like `send`, with the same checks for each; whom a check stops stays out and
    stays drafted. The rows change only once the file is whole. Raises RuleError for a file that
    is there already, or if nobody is left.
    """
    if path.exists():
        raise RuleError(f"{path} is there already.", mend="Give another name, or move it away.")
    rows, made = list[Row](), False
    try:
        with parts.store.write() as session:
            refused = _hand_over(session, parts, brand_id, by, rows)
            if not rows:
                raise RuleError(
                    "There is nobody to export.",
                    mend=_first(refused) or "Draft invitations to people who gave you an address.",
                )
            made = _write(path, rows)
    except BaseException:
        if made:
            path.unlink(missing_ok=True)
        raise
    log.info("%s exported %d invitations to %s", by, len(rows), path)
    return Exported(path, len(rows), refused)


def _hand_over(
    session: Session, parts: Parts, brand_id: int, by: str, rows: list[Row]
) -> dict[str, str]:
    """Let every drafted mail go into `rows`; whom a check stopped, by name, and why."""
    desk, now, refused = desk_of(parts), parts.clock.now(), dict[str, str]()
    for head in queries.listed(session, brand_id, state="drafted"):
        if head.invitation.channel != "mail":
            continue
        number = head.invitation.id or 0
        try:
            with session.begin_nested():
                gone = invitations.let_go(session, desk, number, by=by, now=now)
                invitations.exported(session, number, by=by, now=now)
        except SoundingBoardError as error:
            refused[head.author.name] = error.problem
            continue
        rows.append(_row(desk, gone))
    return refused


def _row(desk: Desk, head: Letterhead) -> Row:
    """Address, name and attributes; a name never begins like a spreadsheet's formula."""
    invitation = head.invitation
    attributes = {
        "brand": head.brand.name,
        "committee": head.committee.name,
        "subject": invitation.subject,
        "body": invitation.body,
        "contact": head.offer.contact,
        "link": desk.link(invitation.nonce),
        **{door: desk.link(invitation.nonce, door) for door in consent.LABELS},
    }
    name = called(head.author).lstrip("=+-@\t\r ")
    return invitation.address or "", name, json.dumps(attributes, ensure_ascii=False)


def _write(path: Path, rows: list[Row]) -> bool:
    """Write the file whole; True, so that it goes again if the commit after it fails."""
    stream = StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    write_whole(path, stream.getvalue())
    return True


def _first(refused: dict[str, str]) -> str:
    return "; ".join(f"{name}: {why}" for name, why in list(refused.items())[:3])
