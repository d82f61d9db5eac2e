"""Goals: what a KPI shall reach, from a baseline frozen before the start, for both sides' good."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from community.history import clean, named
from config.errors import RuleError
from store import goals as goal_queries
from store import tables
from store.measurements import series

REVISABLE = ("title", "owner", "target", "stretch", "ends_at", "status_every")
_FOLDS = {
    "day": "%Y-%m-%d",
    "week": "%G-W%V",
    "month": "%Y-%m",
    "year": "%Y",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A goal as somebody proposes it; both benefits are asked for, so that neither is forgotten."""

    title: str
    kpi: str
    level: str
    direction: str
    owner: str
    benefit_customer: str
    benefit_company: str
    target: float
    starts_at: datetime
    ends_at: datetime
    stretch: float | None = None
    status_every: str = "month"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a goal stands.

    progress : (value - baseline)/(target - baseline); elapsed : share of its time gone, 0..1
    state    : waiting, unread, reached, stretch, on course, behind, missed
    sure     : the whole interval is on the side that `state` says
    """

    state: str
    sure: bool
    value: float | None
    low: float | None
    high: float | None
    n: int
    at: datetime | None
    progress: float | None
    elapsed: float


def set_goal(
    session: Session, brand_id: int, draft: Draft, actor: str, now: datetime
) -> tables.Goal:
    """Set a goal; its baseline is the KPI's newest measurement, frozen now and never changed.

    Raises RuleError for a start in the past, a KPI without a number yet, a benefit left out, or a
    target that is no improvement.
    """
    who = named(actor)
    _require_words(draft)
    if draft.starts_at < now:
        raise RuleError(
            "A goal starts in the future, so that its baseline is known before.",
            mend="Give a start of today or later.",
        )
    if draft.ends_at <= draft.starts_at:
        raise RuleError("The goal would end before it starts.", mend="Give a later end.")
    baseline = _baseline(session, brand_id, draft.kpi, now)
    _require_improvement(draft.direction, float(baseline["value"]), draft.target, draft.stretch)
    goal = tables.Goal(
        brand_id=brand_id,
        title=clean(draft.title),
        kpi=draft.kpi,
        level=draft.level,
        direction=draft.direction,
        owner=clean(draft.owner),
        benefit_customer=clean(draft.benefit_customer),
        benefit_company=clean(draft.benefit_company),
        baseline=baseline,
        target=draft.target,
        stretch=draft.stretch,
        status_every=draft.status_every,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        made_at=now,
    )
    session.add(goal)
    session.flush()
    _note(session, goal, who, "set", {}, _facts(goal), now)
    return goal


def revise(
    session: Session, goal: tables.Goal, actor: str, reason: str, now: datetime, **changed: Any
) -> tables.Goal:
    """Change what may be changed of a goal, with a reason; the baseline never.

    changed : of REVISABLE. Raises RuleError without a reason, for a closed goal, for anything else,
    or for a target that is no improvement.
    """
    _require_open(goal)
    if other := set(changed) - set(REVISABLE):
        raise RuleError(f"{', '.join(sorted(other))} cannot be changed.", mend="Set a new goal.")
    before = _facts(goal)
    for name, value in changed.items():
        setattr(goal, name, value)
    base = float(str(goal.baseline["value"]))
    _require_improvement(goal.direction, base, goal.target, goal.stretch)
    _note(session, goal, named(actor), _reason(reason), before, _facts(goal), now)
    return goal


def close(
    session: Session, goal: tables.Goal, actor: str, reason: str, now: datetime
) -> tables.Goal:
    """End a goal, reached or given up. Raises RuleError without a reason or if it is closed."""
    _require_open(goal)
    before = _facts(goal)
    goal.closed_at, goal.closed_why = now, _reason(reason)
    _note(session, goal, named(actor), f"closed: {goal.closed_why}", before, _facts(goal), now)
    return goal


def undo(session: Session, goal: tables.Goal, actor: str, now: datetime) -> tables.Goal:
    """Take the last change back; once more, the one before. Raises RuleError at its making."""
    standing: list[tables.GoalChange] = []
    for change in goal_queries.changes(session, goal.id or 0):
        if change.reason == "undone":
            standing.pop()
        else:
            standing.append(change)
    if len(standing) < 2:
        raise RuleError("Nothing was changed since the goal was set.", mend="Close it instead.")
    before = _facts(goal)
    for name, value in standing[-1].before.items():
        is_time = name.endswith("_at") and value is not None
        setattr(goal, name, datetime.fromisoformat(str(value)) if is_time else value)
    _note(session, goal, named(actor), "undone", before, _facts(goal), now)
    return goal


def standing(goal: tables.Goal, read: Sequence[tables.Measurement], now: datetime) -> Standing:
    """Where a goal stands by the newest measurement since its start; never surer than it is."""
    length = (goal.ends_at - goal.starts_at).total_seconds()
    elapsed = min(1.0, max(0.0, (now - goal.starts_at).total_seconds() / length))
    since = [m for m in read if goal.starts_at <= m.until <= now]
    newest = since[-1] if since else None
    if newest is None or newest.value is None:
        state = "waiting" if now < goal.starts_at else "unread"
        return Standing(
            state, False, None, None, None, newest.n if newest else 0, None, None, elapsed
        )
    base = float(str(goal.baseline["value"]))
    progress = (newest.value - base) / (goal.target - base)
    state, sure = _judged(goal, newest, progress, elapsed, over=now >= goal.ends_at)
    return Standing(
        state,
        sure,
        newest.value,
        newest.low,
        newest.high,
        newest.n,
        newest.until,
        progress,
        elapsed,
    )


def _judged(
    goal: tables.Goal, read: tables.Measurement, progress: float, elapsed: float, *, over: bool
) -> tuple[str, bool]:
    """The state, and whether the whole interval agrees with it."""
    value = read.value or 0.0
    for name, mark in (("stretch", goal.stretch), ("reached", goal.target)):
        if mark is not None and _beyond(goal, value, mark):
            worst = read.low if goal.direction == "up" else read.high
            return name, worst is not None and _beyond(goal, worst, mark)
    best = read.high if goal.direction == "up" else read.low
    sure = best is not None and not _beyond(goal, best, goal.target)
    if over:
        return "missed", sure
    return ("on course", False) if progress >= elapsed else ("behind", False)


def _beyond(goal: tables.Goal, value: float, mark: float) -> bool:
    return value >= mark if goal.direction == "up" else value <= mark


def by_period(
    read: Sequence[tables.Measurement], every: str
) -> list[tuple[str, tables.Measurement]]:
    """The last measurement of each day, week, month or year (UTC), oldest first."""
    kept = {m.until.astimezone(UTC).strftime(_FOLDS[every]): m for m in read}
    return list(kept.items())


def one_sided(goals: Collection[tables.Goal], kinds: Mapping[str, str]) -> str | None:
    """A warning where all goals lean on one kind of KPI; kinds : KPI -> subjective | objective."""
    present = {kinds[goal.kpi] for goal in goals if goal.kpi in kinds}
    if len(present) != 1:
        return None
    only = present.pop()
    other = "objective" if only == "subjective" else "subjective"
    return f"All goals rest on {only} KPIs; add one that is {other}, so that neither misleads you."


def read_of(session: Session, goal: tables.Goal) -> Sequence[tables.Measurement]:
    """Every measurement of the goal's KPI, oldest first."""
    return series(session, goal.brand_id, goal.kpi)


def _baseline(session: Session, brand_id: int, kpi: str, now: datetime) -> dict[str, Any]:
    read = [m for m in series(session, brand_id, kpi) if m.until <= now]
    if not read or read[-1].value is None:
        why = "it was never measured" if not read else f"it is {read[-1].note or 'too few'} so far"
        raise RuleError(
            f"{kpi} has no number to start from: {why}.",
            mend="Run soundingboard kpis; a goal needs a baseline.",
        )
    last = read[-1]
    return {
        "value": last.value,
        "low": last.low,
        "high": last.high,
        "n": last.n,
        "at": last.until.isoformat(),
        "frozen_at": now.isoformat(),
    }


def _require_words(draft: Draft) -> None:
    for name in ("title", "owner", "benefit_customer", "benefit_company"):
        if not clean(getattr(draft, name)):
            raise RuleError(
                f"A goal needs {name.replace('_', ' ')}.",
                mend="Say what the customer has of it, and what the company has.",
            )
    if draft.status_every not in _FOLDS:
        raise RuleError(
            f"There is no status every {draft.status_every!r}.",
            mend=f"Choose one of: {', '.join(_FOLDS)}.",
        )


def _require_improvement(
    direction: str, baseline: float, target: float, stretch: float | None
) -> None:
    sign = 1 if direction == "up" else -1
    if sign * (target - baseline) <= 0:
        raise RuleError(
            f"The target {target:g} is no improvement on the baseline {baseline:g}.",
            mend=f"The KPI shall go {direction}; give a target beyond the baseline.",
        )
    if stretch is not None and sign * (stretch - target) <= 0:
        raise RuleError("The stretch is no further than the target.", mend="Leave it out, or more.")


def _require_open(goal: tables.Goal) -> None:
    if goal.closed_at is not None:
        raise RuleError(f"The goal was closed: {goal.closed_why}.", mend="Undo that first.")


def _reason(reason: str) -> str:
    told = clean(reason)
    if not told:
        raise RuleError("A change of a goal needs a reason.", mend="Say why, with --reason.")
    return told


def _facts(goal: tables.Goal) -> dict[str, Any]:
    times = {"ends_at": goal.ends_at.isoformat()}
    closed = goal.closed_at.isoformat() if goal.closed_at else None
    rest = {n: getattr(goal, n) for n in REVISABLE if n != "ends_at"}
    return rest | times | {"closed_at": closed, "closed_why": goal.closed_why}


def _note(
    session: Session,
    goal: tables.Goal,
    actor: str,
    reason: str,
    before: dict[str, Any],
    after: dict[str, Any],
    now: datetime,
) -> None:
    session.add(
        tables.GoalChange(
            goal_id=goal.id or 0, actor=actor, reason=reason, before=before, after=after, at=now
        )
    )
    session.flush()
