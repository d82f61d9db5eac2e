"""What a reader does with a candidate: one change each, and the change that takes it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlmodel import Session

from community.candidates import (
    assignments,
    claims,
    recruiting,
    seats,
    stakeholders,
    verdicts,
)
from community.history import add_note
from config.errors import NotFoundError, RuleError
from soundingboard.web.reader import Reader
from soundingboard.wiring import Parts
from store import flags, tables
from store.seats import seat_choice

DECISIONS = {
    "shortlist": "Put {} on the shortlist",
    "approve": "Approved {}",
    "reject": "Turned {} down",
    "defer": "Put {} off",
    "reopen": "Took the last decision on {} back",
}
"""What may be decided, and how it is told afterwards."""
WITH_REASON = {"reject": recruiting.REJECT_REASONS, "defer": recruiting.DEFER_REASONS}
LONGEST_NOTE = 4000
LONGEST_REASON = 500
"""Characters of a reason that an undo says again: it stands in an address."""


class Told(NamedTuple):
    """What was done, in words with a place for the name, and what takes it back.

    code   : for the audit log
    undo   : fields of the form that undoes it; None = nothing does, or the page itself
    counts : what the log may know besides, codes and numbers only
    """

    code: str
    words: str
    undo: Mapping[str, str] | None
    counts: Mapping[str, object]


@dataclass(frozen=True)
class Case:
    """One candidate in a write transaction, the reader who acts, and what they filled in."""

    session: Session
    parts: Parts
    reader: Reader
    candidate: tables.Candidate
    form: Mapping[str, str]
    now: datetime

    @property
    def by(self) -> str:
        return self.reader.name

    def word(self, name: str) -> str:
        """What stands in a field, trimmed."""
        return self.form.get(name, "").strip()[:LONGEST_NOTE]

    def seen(self) -> int:
        """The version the page was made with. Raises RuleError without one."""
        version = self.word("version")
        if not (version.isascii() and version.isdecimal()) or len(version) > 9:
            raise RuleError(
                "The page did not say what it showed.", mend="Open the candidate again."
            )
        return int(version)


def change(case: Case, what: str) -> Told:
    """Do what was asked, as the command line would. Raises RuleError as the rules do."""
    if what not in CHANGES:
        raise RuleError("That is nothing we do with a candidate.", mend="Use the page's buttons.")
    return CHANGES[what](case)


def _decide(case: Case) -> Told:
    action = case.word("action")
    if action not in DECISIONS:
        raise RuleError(f"{action!r} is no decision.", mend="Use the page's buttons.")
    told: dict[str, Any] = {"note": case.word("note") or None, "seen": case.seen()}
    if action in WITH_REASON:
        told["reason"] = case.word("reason")
    if action == "approve":
        told["second_reviewer"] = case.parts.settings.recruiting.second_reviewer
    made = getattr(recruiting, action)(case.session, case.candidate, case.by, case.now, **told)
    counts = {"before": made.before, "after": made.after, "reason": made.reason}
    if action == "reopen":
        return Told("candidate_reopened", f"{DECISIONS[action]}: {made.after}", None, counts)
    undo = {"change": "decide", "action": "reopen", "version": str(told["seen"] + 1)}
    return Told(f"candidate_{made.after}", DECISIONS[action], undo, counts)


def _note(case: Case) -> Told:
    add_note(case.session, case.candidate, case.by, case.now, note=case.word("note"))
    return Told("candidate_noted", "Noted of {}", None, {"length": len(case.word("note"))})


def _assign(case: Case) -> Told:
    to = case.word("to") or None
    before = case.candidate.assignee, case.candidate.due_at
    assignments.assign(
        case.session,
        case.candidate,
        case.by,
        case.now,
        to=to,
        due=_end_of(case.word("due"), case.reader.zone),
        note=case.word("note") or None,
    )
    words = (
        "{} is in the care of " + to.replace("{", "").replace("}", "")
        if to
        else ("Nobody takes care of {} now")
    )
    due = before[1] if before[1] is not None and before[1] > case.now else None
    undo = {"change": "assign", "to": before[0] or "", "due": due.isoformat() if due else ""}
    return Told("candidate_assigned", words, undo, {"to_somebody": to is not None})


def _claim(case: Case) -> Told:
    minutes = case.parts.settings.recruiting.claim_min
    claims.claim(case.session, case.candidate, case.by, case.now, minutes)
    words = f"Others wait {minutes} minutes while you decide on {{}}"
    return Told("candidate_claimed", words, {"change": "release"}, {"minutes": minutes})


def _release(case: Case) -> Told:
    claims.release(case.session, case.candidate, case.by, case.now)
    return Told("candidate_released", "Others may decide on {} again", {"change": "claim"}, {})


def _verdict(case: Case) -> Told:
    said = case.word("verdict")
    note = case.word("note") or None
    verdicts.give(case.session, case.candidate, case.by, said, case.now, note=note)
    undo = {"change": "unverdict"}
    return Told("verdict_given", "Your verdict on {} is kept", undo, {"verdict": said})


def _unverdict(case: Case) -> Told:
    verdicts.take_back(case.session, case.candidate, case.by, case.now)
    return Told("verdict_taken_back", "Your verdict on {} is taken back", None, {})


def _stakeholder(case: Case) -> Told:
    kind = case.word("kind")
    since = _start_of(case.word("since"), case.reader.zone)
    pair = case.candidate.author_id, case.candidate.brand_id
    stakeholders.add(case.session, *pair, kind, case.by, case.now, since=since)
    words = f"{{}} is {stakeholders.KINDS[kind]}"
    undo = {"change": "unstakeholder", "kind": kind}
    return Told("stakeholder_added", words, undo, {"kind": kind})


def _unstakeholder(case: Case) -> Told:
    kind = case.word("kind")
    pair = case.candidate.author_id, case.candidate.brand_id
    stakeholders.end(case.session, *pair, kind, case.by, case.now)
    words = f"{{}} is not {stakeholders.KINDS[kind]} any more"
    undo = {"change": "stakeholder", "kind": kind}
    return Told("stakeholder_ended", words, undo, {"kind": kind})


def _override(case: Case) -> Told:
    flag = _flag(case)
    recruiting.override_flag(case.session, flag, case.by, case.word("reason"), case.now)
    undo = {"change": "restore", "kind": flag.kind}
    return Told("flag_overridden", "That flag of {} does not hold", undo, {"kind": flag.kind})


def _restore(case: Case) -> Told:
    flag = _flag(case)
    why, reason = flag.override_reason or "", case.word("reason") or None
    recruiting.restore_flag(case.session, flag, case.by, case.now, reason=reason)
    undo = {"change": "override", "kind": flag.kind, "reason": why[:LONGEST_REASON]}
    return Told("flag_restored", "That flag of {} holds again", undo, {"kind": flag.kind})


def _seat(case: Case) -> Told:
    choice = case.word("choice")
    if choice not in ("lock", "bar"):
        raise RuleError(f"{choice!r} is nothing a seat can be.", mend="Keep it, or bar it.")
    keep = seats.lock if choice == "lock" else seats.bar
    keep(case.session, case.candidate, case.by, case.now, reason=case.word("reason"))
    words = "A seat is kept for {}" if choice == "lock" else "{} is kept off the slate"
    return Told(f"seat_{choice}", words, {"change": "free"}, {})


def _free(case: Case) -> Told:
    pair = case.candidate.author_id, case.candidate.brand_id
    standing = seat_choice(case.session, *pair)
    reason = (standing.reason or "") if standing else ""
    choice = seats.free(
        case.session, case.candidate, case.by, case.now, reason=case.word("reason") or None
    )
    undo = {"change": "seat", "choice": choice, "reason": reason[:LONGEST_REASON]}
    return Told("seat_free", "The slate decides on {} again", undo, {})


CHANGES: Mapping[str, Callable[[Case], Told]] = {
    "decide": _decide,
    "note": _note,
    "assign": _assign,
    "claim": _claim,
    "release": _release,
    "verdict": _verdict,
    "unverdict": _unverdict,
    "stakeholder": _stakeholder,
    "unstakeholder": _unstakeholder,
    "override": _override,
    "restore": _restore,
    "seat": _seat,
    "free": _free,
}
"""Every change there is, by the word its form sends."""


def _flag(case: Case) -> tables.Flag:
    kind, pair = case.word("kind"), (case.candidate.author_id, case.candidate.brand_id)
    for flag in flags.flags_against(case.session, *pair):
        if flag.kind == kind:
            return flag
    raise NotFoundError("They have no such flag.", mend="It may have been lifted meanwhile.")


def _end_of(text: str, zone: ZoneInfo) -> datetime | None:
    """The end of a day in the reader's zone, or a whole moment as an undo brings it."""
    return _moment(text, zone, time(23, 59))


def _start_of(text: str, zone: ZoneInfo) -> datetime | None:
    return _moment(text, zone, time(0, 0))


def _moment(text: str, zone: ZoneInfo, at: time) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        if len(text) <= len("2026-03-01"):
            found = datetime.combine(found.date(), at)
        return found if found.tzinfo else found.replace(tzinfo=zone)
    except ValueError as error:
        raise RuleError(f"{text!r} is no day.", mend="Write it as 2026-03-01.") from error
