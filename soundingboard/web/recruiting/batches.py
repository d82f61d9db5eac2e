"""Decisions on many candidates at once: each by the rules, all taken back by one undo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from community.candidates import assignments, recruiting
from community.history import standing
from config.errors import NotFoundError, RuleError
from soundingboard.access import audit
from soundingboard.web.reader import Reader
from soundingboard.web.recruiting.deciding import WITH_REASON, Case, Told, change
from soundingboard.wiring import Parts
from store import batches, candidates, recruits, tables
from store.recruits import RecruitFilter
from store.upsert import chunks

MOST = 500
"""Candidates in one batch: nobody stands behind more decisions made at one moment."""
AT_ONCE = 50
"""Candidates in one transaction, so that collection never waits long."""
ACTIONS = {
    "shortlist": ("Put on the shortlist", "on the shortlist"),
    "defer": ("Put off", "put off"),
    "reject": ("Turn down", "turned down"),
    "assign": ("Give into somebody's care", "assigned"),
}
"""What may be done to many: on its button, and as it is told afterwards."""


@dataclass
class Outcome:
    """How a batch went.

    changed : candidates that were; left : the others, counted by why
    """

    changed: int = 0
    left: Counter[str] = field(default_factory=Counter)

    def in_words(self, done: str) -> str:
        """Counted, with the most frequent reason why somebody was left out."""
        told = f"{self.changed} {done}"
        if not self.left:
            return told
        why, _ = self.left.most_common(1)[0]
        return f"{told}; {self.left.total()} left as they were ({why.rstrip('.')})"


def matching(session: Session, brand_id: int, wanted: RecruitFilter) -> list[int]:
    """The ids of the best MOST candidates that match, best first."""
    found: list[int] = []
    place = None
    while len(found) < MOST:
        some = recruits.recruits(session, brand_id, wanted, after=place, limit=200)
        found += [card.candidate.id or 0 for card in some]
        if len(some) < 200:
            break
        place = recruits.place_of(some[-1])
    return found[:MOST]


def decide(
    parts: Parts,
    reader: Reader,
    brand_id: int,
    chosen: Mapping[int, int | None],
    form: Mapping[str, str],
    now: datetime,
) -> Outcome:
    """Do one thing to all of them, each by the rules; `now` is what the undo finds them by.

    chosen : candidate id -> the version that was on the page, None = whichever there is
    form   : do = one of ACTIONS; reason, note, to, due as for one candidate
    """
    require(form)
    action = form["do"]

    def act(session: Session, candidate: tables.Candidate) -> Told:
        seen = chosen[candidate.id or 0]
        version = str(candidate.version if seen is None else seen)
        filled = {**form, "action": action, "version": version}
        case = Case(session, parts, reader, candidate, filled, now)
        return change(case, "assign" if action == "assign" else "decide")

    return _each(parts, reader, brand_id, list(chosen), act, now)


def require(form: Mapping[str, str]) -> None:
    """Raise RuleError for what would be refused for every single one of them."""
    action = form.get("do", "")
    if action not in ACTIONS:
        raise RuleError(f"{action!r} is nothing we do to many.", mend="Use the page's buttons.")
    if action not in WITH_REASON:
        return
    if form.get("reason") not in WITH_REASON[action]:
        raise RuleError("A reason is missing.", mend="Choose one; it is kept with each of them.")
    if form["reason"] == "other" and not form.get("note", "").strip():
        raise RuleError("Another reason needs a note.", mend="Say in the note which.")


def undo(parts: Parts, reader: Reader, brand_id: int, at: datetime) -> Outcome:
    """Take back what the reader did to many at that moment, where nothing came after it."""
    with parts.store.read() as session:
        found = batches.decided_at(session, brand_id, reader.name, at)
        made = {candidate.id or 0: decision for candidate, decision in found}
    now = parts.clock.now()

    def act(session: Session, candidate: tables.Candidate) -> Told:
        return _take_back(session, candidate, made[candidate.id or 0], reader.name, now)

    return _each(parts, reader, brand_id, list(made), act, now)


def _take_back(
    session: Session,
    candidate: tables.Candidate,
    made: tables.Decision,
    by: str,
    now: datetime,
) -> Told:
    if made.action == "assign":
        if assignments.in_words(candidate.assignee, candidate.due_at) != made.after:
            raise RuleError("Somebody assigned them anew meanwhile.")
        to, due = assignments.from_words(made.before)
        due = due if due and due > now else None
        assignments.assign(session, candidate, by, now, to=to, due=due)
        return Told("candidate_assigned", "", None, {})
    held = standing(candidates.decisions(session, candidate.id or 0))
    if not held or held[-1].id != made.id:
        raise RuleError("Something was decided since.")
    recruiting.reopen(session, candidate, by, now)
    return Told("candidate_reopened", "", None, {"after": made.before})


def _each(
    parts: Parts,
    reader: Reader,
    brand_id: int,
    ids: Sequence[int],
    act: Callable[[Session, tables.Candidate], Told],
    now: datetime,
) -> Outcome:
    outcome = Outcome()
    for some in chunks(ids[:MOST], AT_ONCE):
        with parts.store.write() as session:
            known = batches.some_candidates(session, brand_id, some)
            told = []
            for number in some:
                try:
                    with session.begin_nested():
                        if number not in known:
                            raise NotFoundError("They are gone.")
                        told.append((known[number][0].author_id, act(session, known[number][0])))
                except (RuleError, NotFoundError) as error:
                    outcome.left[error.problem] += 1
            _log(session, reader, told, now)
            outcome.changed += len(told)
    return outcome


def _log(session: Session, reader: Reader, told: Iterable[tuple[int, Told]], now: datetime) -> None:
    for author_id, one in told:
        audit.note(
            session, reader, one.code, f"author:{author_id}", now, together=True, **one.counts
        )
