"""Members: how somebody joins, how long they stay, who looks after them, and how they leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from community.committees import trail
from community.committees.badges import revoke_all
from community.committees.committee import acknowledge, open_committee
from community.history import clean, named
from config.errors import NotFoundError, RuleError
from store import members, tables
from store.trail import add_once, locked

DOORS = ("committee", "community")
LEFT = "left the committee"
MOVED = "moved to the lighter community"


def join(
    session: Session,
    *,
    committee_id: int,
    author_id: int,
    door: str,
    name: str,
    address: str | None,
    invitation_id: int | None,
    now: datetime,
    actor: str | None = None,
) -> tables.Member:
    """Take somebody in who said yes; their baseline is frozen as they stood when invited.

    Joining again changes the door, and brings back who had left; nobody sits twice, and the
    baseline stays. Whoever comes to the committee by an invitation acknowledged the charter that
    was attached to it. `actor` is who of ours wrote it down; None = they answered themselves.

    Raises RuleError for staff, an unknown door or a closed committee.
    """
    committee = open_committee(session, committee_id)
    author = session.get(tables.Author, author_id)
    if author is None:
        raise NotFoundError("There is no such account.", mend="It may be erased.")
    if author.is_staff:
        raise RuleError(
            f"{author.name} works for the brand.", mend="Staff sit in, but are no members."
        )
    if door not in DOORS:
        raise RuleError(f"There is no door {door!r}.", mend=f"Doors: {', '.join(DOORS)}.")
    invitation = session.get(tables.Invitation, invitation_id) if invitation_id else None
    seat = members.seat_of(session, committee_id, author_id, lock=True)
    called = " ".join(clean(name).split()) or author.name
    told = {"door": door, "name": called, "address": clean(address) or None}
    who = called if actor is None else named(actor)
    if seat is not None:
        _come_again(session, seat, told, invitation_id, who, now)
    else:
        baseline = _baseline(session, invitation, author_id, committee.brand_id, now)
        seat = _sit_down(session, committee_id, author_id, told, invitation_id, baseline, who, now)
    _agree(session, seat, invitation, who, now)
    return seat


def freeze(session: Session, author_id: int, brand_id: int, now: datetime) -> dict[str, Any]:
    """How an author stands to a brand now, to be kept unchanged.

    mu, sd, p_love, p_hate, stance, n_posts as in `tables.Stance`, and frozen_at (ISO); of somebody
    who was never weighed the numbers are None, n_posts is 0 and the stance is undecided.
    """
    stance = members.stance_of(session, author_id, brand_id)
    names = ("mu", "sd", "p_love", "p_hate")
    return {
        **{name: getattr(stance, name) if stance else None for name in names},
        "stance": stance.stance if stance else "undecided",
        "n_posts": stance.n_posts if stance else 0,
        "frozen_at": now.isoformat(),
    }


def renew(
    session: Session, member_id: int, *, actor: str, now: datetime, until: datetime | None = None
) -> tables.Member:
    """Give a member another term: one more year, or until then.

    A term that is not over is made longer; one that is over begins anew today. Raises RuleError
    for somebody who left, or an end that does not come after the present one and today.
    """
    member = _sitting(session, member_id)
    ended = member.term_until is not None and member.term_until <= now
    start = now if ended or member.term_until is None else member.term_until
    end = until or year_after(start)
    if end <= start:
        raise RuleError(
            f"A term to {end:%Y-%m-%d} would be no longer than it is.",
            mend=f"Give a day after {start:%Y-%m-%d}.",
        )
    changes = {"term_until": end, **({"term_from": now} if ended else {})}
    return _change(session, member, changes, "renew", actor, now)


def look_after(
    session: Session,
    member_id: int,
    *,
    actor: str,
    now: datetime,
    owner: str | None = None,
    motives: str | None = None,
    address: str | None = None,
) -> tables.Member:
    """Note who of ours answers a member, why they came, or where mail reaches them.

    None leaves as it is, empty words clear. Raises RuleError if nothing is said.
    """
    member = locked(session, tables.Member, member_id)
    said = {"owner": owner, "motives": motives, "address": address}
    changes = {name: clean(words) or None for name, words in said.items() if words is not None}
    if not changes:
        raise RuleError("Nothing was said.", mend="Give an owner, motives or an address.")
    return _change(session, member, changes, "look_after", actor, now)


def leave(
    session: Session, member_id: int, *, reason: str, actor: str, now: datetime
) -> tables.Member:
    """Let a member go; their badge is revoked with it. Raises RuleError if they left already."""
    member = _sitting(session, member_id)
    changes = {"left_at": now, "left_why": clean(reason) or "no reason given"}
    step = _stepped(session, member, changes, "leave", actor, now)
    revoke_all(session, member, LEFT, now, cause=step)
    return member


def rejoin(
    session: Session, member_id: int, *, actor: str, now: datetime, until: datetime | None = None
) -> tables.Member:
    """Take somebody who left back, with a new term; a new badge is theirs on their wish.

    To take back a leaving that was a mistake, undo its step instead: then the badge stands again.
    Raises RuleError if they never left.
    """
    member = locked(session, tables.Member, member_id)
    open_committee(session, member.committee_id)
    if member.left_at is None:
        raise RuleError(f"{member.name} is here.")
    if until is not None and until <= now:
        raise RuleError("A term cannot end before it begins.", mend="Give a day to come.")
    return _change(session, member, _new_term(now, until), "rejoin", actor, now)


def thank(session: Session, member_id: int, *, actor: str, now: datetime) -> tables.Member:
    """Note that somebody who left was thanked. Raises RuleError if they are here or were."""
    member = locked(session, tables.Member, member_id)
    if member.left_at is None:
        raise RuleError(
            f"{member.name} is still here.", mend="The thanks recorded here are those of an exit."
        )
    if member.thanked_at is not None:
        raise RuleError(f"{member.thanked_by} thanked {member.name} already.")
    changes = {"thanked_at": now, "thanked_by": named(actor)}
    return _change(session, member, changes, "thank", actor, now)


def rotation(
    session: Session, committee_id: int, *, now: datetime, days: int = 60
) -> Sequence[tables.Member]:
    """Members whose term is over or ends within so many days, soonest first."""
    return members.members(session, committee_id, here=True, term_before=now + timedelta(days=days))


def to_thank(session: Session, committee_id: int) -> Sequence[tables.Member]:
    """Members who left and were not thanked, by name."""
    gone = members.members(session, committee_id, here=False)
    return [member for member in gone if member.thanked_at is None]


def year_after(day: datetime) -> datetime:
    """The same day of the next year; of 29 February, the 28th.

    >>> from datetime import UTC
    >>> year_after(datetime(2028, 2, 29, tzinfo=UTC)).date().isoformat()
    '2029-02-28'
    """
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap else day.day)


def _sit_down(
    session: Session,
    committee_id: int,
    author_id: int,
    told: dict[str, Any],
    invitation_id: int | None,
    baseline: dict[str, Any],
    who: str,
    now: datetime,
) -> tables.Member:
    seat = tables.Member(
        committee_id=committee_id,
        author_id=author_id,
        invitation_id=invitation_id,
        baseline=baseline,
        joined_at=now,
        term_from=now,
        term_until=year_after(now),
        **told,
    )
    if not add_once(session, seat):
        raise RuleError("They were taken in this very moment.", mend="Look at them again.")
    trail.begin(session, seat, "join", who, now, committee_id=committee_id, member_id=seat.id)
    return seat


def _come_again(
    session: Session,
    seat: tables.Member,
    told: dict[str, Any],
    invitation_id: int | None,
    who: str,
    now: datetime,
) -> None:
    """Take over what they said this time; whoever had left is back."""
    fresh = {**told, "address": told["address"] or seat.address}
    fresh["invitation_id"] = invitation_id or seat.invitation_id
    if seat.left_at is not None:
        fresh |= _new_term(now, None)
    changes = {name: value for name, value in fresh.items() if getattr(seat, name) != value}
    if not changes:
        return
    what = "rejoin" if "left_at" in changes else "move"
    step = _stepped(session, seat, changes, what, who, now)
    if changes.get("door") == "community":
        revoke_all(session, seat, MOVED, now, cause=step)


def _new_term(now: datetime, until: datetime | None) -> dict[str, Any]:
    return {
        "left_at": None,
        "left_why": None,
        "thanked_at": None,
        "thanked_by": None,
        "term_from": now,
        "term_until": until or year_after(now),
    }


def _baseline(
    session: Session,
    invitation: tables.Invitation | None,
    author_id: int,
    brand_id: int,
    now: datetime,
) -> dict[str, Any]:
    """How they stood when invited: as kept then, else as far as it is known.

    A stance not weighed again since the invitation went out is still the one of that day.
    """
    if invitation is not None and invitation.baseline:
        return dict(invitation.baseline)
    sent = invitation.sent_at if invitation else None
    stance = members.stance_of(session, author_id, brand_id)
    unmoved = sent is not None and (stance is None or stance.weighed_at <= sent)
    return freeze(session, author_id, brand_id, sent if sent is not None and unmoved else now)


def _agree(
    session: Session,
    seat: tables.Member,
    invitation: tables.Invitation | None,
    who: str,
    now: datetime,
) -> None:
    if invitation is None or seat.door != "committee":
        return
    charter = session.get(tables.Charter, invitation.charter_id)
    if charter is not None and charter.committee_id == seat.committee_id:
        acknowledge(session, seat, charter, actor=who, now=now)


def _sitting(session: Session, member_id: int) -> tables.Member:
    member = locked(session, tables.Member, member_id)
    if member.left_at is not None:
        raise RuleError(
            f"{member.name} left on {member.left_at:%Y-%m-%d}.",
            mend="Take them back first: soundingboard member rejoin.",
        )
    return member


def _change(
    session: Session,
    member: tables.Member,
    changes: dict[str, Any],
    step: str,
    actor: str,
    now: datetime,
) -> tables.Member:
    _stepped(session, member, changes, step, actor, now)
    return member


def _stepped(
    session: Session,
    member: tables.Member,
    changes: dict[str, Any],
    step: str,
    actor: str,
    now: datetime,
) -> tables.CommitteeStep:
    return trail.change(
        session,
        member,
        changes,
        step,
        actor,
        now,
        committee_id=member.committee_id,
        member_id=member.id,
    )
