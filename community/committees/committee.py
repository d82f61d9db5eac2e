"""The committee and its charter: what it is for, what it asks and gives, and who agreed to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session

from community.committees import trail
from community.history import clean, named
from config.errors import NotFoundError, RuleError
from store import committee as committees
from store import members, tables
from store.trail import add_once, locked

HOURS_IN_A_YEAR = 8784
MOST = 366  # meetings a year, and days to answer in


@dataclass(frozen=True, slots=True)
class Terms:
    """What a charter says; the meanings are those of `tables.Charter`."""

    purpose: str
    hours_a_year: float
    meetings_a_year: int
    cadence: str
    compensation: str
    seniors: tuple[str, ...] = ()
    answer_days: int = 30

    @classmethod
    def of(cls, charter: tables.Charter) -> Terms:
        """What that charter says."""
        return cls(
            purpose=charter.purpose,
            hours_a_year=charter.hours_a_year,
            meetings_a_year=charter.meetings_a_year,
            cadence=charter.cadence,
            compensation=charter.compensation,
            seniors=tuple(charter.seniors),
            answer_days=charter.answer_days,
        )


def make(
    session: Session, *, brand_id: int, name: str, actor: str, now: datetime
) -> tables.Committee:
    """Make a committee of a brand. Raises RuleError if one of that name is there."""
    called, who = " ".join(clean(name).split()), named(actor)
    if not called:
        raise RuleError("A committee needs a name.", mend="Give it one people will recognise.")
    row = tables.Committee(brand_id=brand_id, name=called, made_by=who, made_at=now)
    taken = {one.name.casefold() for one in committees.all_committees(session)}
    if called.casefold() in taken or not add_once(session, row):
        raise RuleError(f"There is a committee {called!r} already.", mend="Choose another name.")
    trail.begin(session, row, "make", who, now, committee_id=row.id or 0)
    return row


def close(
    session: Session, committee_id: int, *, reason: str, actor: str, now: datetime
) -> tables.CommitteeStep:
    """Close a committee: nobody joins and nothing is called any more; all of it stays readable.

    Raises RuleError if it is closed already, or without a reason.
    """
    row = open_committee(session, committee_id)
    if not clean(reason):
        raise RuleError("Closing a committee needs a reason.", mend="Its members will ask.")
    return trail.change(
        session,
        row,
        {"closed_at": now},
        "close",
        actor,
        now,
        committee_id=committee_id,
        words=reason,
    )


def publish(
    session: Session, committee_id: int, terms: Terms, *, actor: str, now: datetime
) -> tables.Charter:
    """Publish the next version of a committee's charter; earlier ones stay as they were.

    Raises RuleError as `drafted` does.
    """
    row = drafted(session, committee_id, terms, actor=actor, now=now)
    session.add(row)
    session.flush()
    trail.begin(session, row, "publish", row.published_by, now, committee_id=committee_id)
    return row


def drafted(
    session: Session, committee_id: int, terms: Terms, *, actor: str, now: datetime
) -> tables.Charter:
    """The version that `publish` would add, to be read first; nothing is kept.

    Raises RuleError for a closed committee, terms that say too little, or no change.
    """
    open_committee(session, committee_id)
    told, who = _checked(terms), named(actor)
    before = committees.newest_charter(session, committee_id)
    if before is not None and Terms.of(before) == told:
        raise RuleError(
            f"Version {before.version} says the same already.", mend="Change something, or keep it."
        )
    return tables.Charter(
        committee_id=committee_id,
        version=before.version + 1 if before else 1,
        published_by=who,
        published_at=now,
        **{**asdict(told), "seniors": list(told.seniors)},
    )


def charter_of(session: Session, committee_id: int) -> tables.Charter:
    """The charter that holds now. Raises NotFoundError if none was published."""
    charter = committees.newest_charter(session, committee_id)
    if charter is None:
        raise NotFoundError(
            "This committee has no charter yet.",
            mend="Publish one: soundingboard committee charter --purpose … --by YOU",
        )
    return charter


def acknowledge(
    session: Session, member: tables.Member, charter: tables.Charter, *, actor: str, now: datetime
) -> None:
    """Remember that a member read a version of the charter; saying it twice changes nothing.

    Raises RuleError for a charter of another committee or a member who left.
    """
    if charter.committee_id != member.committee_id:
        raise RuleError("That charter is another committee's.")
    if member.left_at is not None:
        raise RuleError(f"{member.name} left.", mend="Let them join again first.")
    if (member.id or 0) in committees.acknowledged_at(session, charter.id or 0):
        return
    committees.add_acknowledgement(session, member.id or 0, charter.id or 0, now)
    trail.begin(
        session,
        charter,
        "acknowledge",
        actor,
        now,
        committee_id=member.committee_id,
        member_id=member.id,
    )


def not_acknowledged(session: Session, charter: tables.Charter) -> Sequence[tables.Member]:
    """Members on the committee who have not acknowledged this version, by name."""
    said = committees.acknowledged_at(session, charter.id or 0)
    sitting = members.members(session, charter.committee_id, door="committee", here=True)
    return [member for member in sitting if member.id not in said]


def open_committee(session: Session, committee_id: int) -> tables.Committee:
    """The committee, locked. Raises RuleError if it is closed, NotFoundError if it is gone."""
    row = locked(session, tables.Committee, committee_id)
    if row.closed_at is not None:
        raise RuleError(f"{row.name} was closed on {row.closed_at:%Y-%m-%d}.")
    return row


def _checked(terms: Terms) -> Terms:
    """The terms with clean words. Raises RuleError for what cannot be promised."""
    purpose = clean(terms.purpose)
    if not purpose:
        raise RuleError("A charter needs a purpose.", mend="Say what the committee is for.")
    hours = terms.hours_a_year
    if not (math.isfinite(hours) and 0 <= hours <= HOURS_IN_A_YEAR):
        raise RuleError(f"{hours:g} hours a year cannot be asked of anybody.")
    if not 0 <= terms.meetings_a_year <= MOST:
        raise RuleError(f"{terms.meetings_a_year} meetings a year cannot be held.")
    if not 1 <= terms.answer_days <= MOST:
        raise RuleError(
            f"A suggestion cannot be answered within {terms.answer_days} days.",
            mend=f"Promise 1 to {MOST} days.",
        )
    seniors = (" ".join(clean(one).split()) for one in terms.seniors)
    return Terms(
        purpose=purpose,
        hours_a_year=float(hours),
        meetings_a_year=terms.meetings_a_year,
        cadence=clean(terms.cadence),
        compensation=clean(terms.compensation),
        seniors=tuple(dict.fromkeys(one for one in seniors if one)),
        answer_days=terms.answer_days,
    )
