"""What people of ours do to a source: ask it at once, leave it alone, ask it again."""

from __future__ import annotations

from sqlmodel import Session

from community.history import named
from config.errors import RuleError
from store import tables


def look_now(session: Session, source: tables.Source) -> None:
    """Make a source due, so that the next run asks it. Raises RuleError where none would."""
    _refuse_file(source)
    if source.paused:
        raise RuleError(f"{source.name} is paused.", mend="Resume it first.")
    source.next_at = None
    session.add(source)


def pause(session: Session, source: tables.Source, actor: str) -> None:
    """Ask a source no more until somebody resumes it. Raises RuleError if it is paused already."""
    _refuse_file(source)
    if source.paused:
        raise RuleError(f"{source.name} is paused already.", mend=f"Why: {source.paused}.")
    source.paused = f"paused by {named(actor)}"
    session.add(source)


def resume(session: Session, source: tables.Source) -> None:
    """Ask a source again that was paused or failed, at the next run."""
    source.paused = source.problem = source.next_at = None
    source.failures = 0
    session.add(source)


def _refuse_file(source: tables.Source) -> None:
    if source.kind == "file":
        raise RuleError(
            f"{source.name} is a file that was brought to us.", mend="Import a newer one."
        )
