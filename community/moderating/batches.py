"""Many review items at once: each by the rules of one, those that fail counted with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from community.moderating import moderation, snoozing
from config.errors import NotFoundError, RuleError, SoundingBoardError
from store import moderation as queue_queries
from store import tables

Act = Callable[[Session, tables.ReviewItem], tables.ModerationStep]


@dataclass(slots=True)
class Batch:
    """What became of many items: the steps that were taken, and why others were not."""

    steps: list[int] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)

    @property
    def why_not(self) -> list[tuple[str, int]]:
        """Reason -> items it held back, the most frequent first."""
        return Counter(why for _, why in self.refused).most_common()

    def add(self, other: Batch) -> None:
        """Count another part of the same batch in."""
        self.steps += other.steps
        self.refused += other.refused


def each(session: Session, numbers: Iterable[int], act: Act) -> Batch:
    """Do the same to these items, each wholly or not at all."""
    batch = Batch()
    for number in numbers:
        try:
            with session.begin_nested():
                step = act(session, moderation.one_item(session, number))
        except (RuleError, NotFoundError) as error:
            batch.refused.append((number, _reason(error)))
        else:
            batch.steps.append(step.id or 0)
    return batch


def take_back(session: Session, steps: Sequence[int], actor: str, now: datetime) -> Batch:
    """Take these steps back, the newest first, as far as they are still the last word."""
    batch = Batch()
    for step in sorted(queue_queries.steps_by_id(session, steps), key=lambda one: -(one.id or 0)):

        def act(
            session: Session, item: tables.ReviewItem, step: tables.ModerationStep = step
        ) -> tables.ModerationStep:
            return _take_back(session, item, step, actor, now)

        batch.add(each(session, [step.item_id], act))
    return batch


def _take_back(
    session: Session,
    item: tables.ReviewItem,
    step: tables.ModerationStep,
    actor: str,
    now: datetime,
) -> tables.ModerationStep:
    happened = queue_queries.steps(session, item.id or 0)
    if step.step == "snoozed" and not any(
        one.step in ("snoozed", "woken") for one in happened if (one.id or 0) > (step.id or 0)
    ):
        return snoozing.wake(session, item, actor, now)
    held = moderation.standing(happened)
    if step.step != "decided" or not held or held[-1].id != step.id:
        raise RuleError("It was taken back or decided anew since.")
    return moderation.undo(session, item, actor, now)


def _reason(error: SoundingBoardError) -> str:
    return error.problem.rstrip(".")
