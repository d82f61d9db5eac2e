"""What reporters and authors are told of a decision; nothing here is sent by itself."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from community.history import named
from community.moderating import rulings
from store import moderation as queue_queries
from store import tables

_ABOUT = {
    "post": "the post you reported",
    "merge": "the two accounts you brought up",
    "reading": "the reading you disagreed with",
    "flag": "the flag you questioned",
}
_VERDICT = {True: "You were right.", False: "We see it differently.", None: "Nobody can tell."}


def to_reporter(item: tables.ReviewItem, report: tables.Report) -> str:
    """What a colleague who brought an item up is told.

    >>> item = tables.ReviewItem(id=7, kind="post", decision="keep", reason="within_rules")
    >>> to_reporter(item, tables.Report(upheld=False)).splitlines()[0]
    'No. 7, the post you reported: keep (it stays as it is).'
    """
    what = f"No. {item.id}, {_ABOUT[item.kind]}"
    if item.decision is None:
        return f"{what}: nobody decided yet."
    meaning = rulings.DECISIONS[item.kind][item.decision]
    why = rulings.REASONS[item.kind].get(item.reason or "", "")
    lines = [
        f"{what}: {item.decision} ({meaning}).",
        f"{_VERDICT[report.upheld]} Why: {why}{f'. {item.note}' if item.note else '.'}",
    ]
    if item.state == "open":
        lines.append("It was opened again and waits for another decision.")
    return "\n".join(lines)


def to_author(
    item: tables.ReviewItem, post: tables.Post, author: tables.Author | None, brand: str
) -> str | None:
    """A reply for a human to post, to the author of a post that was hidden or escalated.

    None where the author has nothing to be told: the post was kept, or nobody is named. What a
    moderator noted for colleagues, and who reported it, are never in it.
    """
    if item.kind != "post" or item.decision not in ("hide", "escalate") or author is None:
        return None
    why = rulings.REASONS["post"].get(item.reason or "", "")
    reason = f"because it {why}" if item.reason != "other" else "after looking at it closely"
    done = (
        f"We no longer count it among what people say about {brand}."
        if item.decision == "hide"
        else "A senior colleague will look at it."
    )
    return (
        f"Hello {author.name}, a moderator of {brand} set your post of {post.at:%d %B %Y} aside "
        f"{reason}. {done} If you think that is wrong, answer here: a colleague who did not decide "
        "will look again."
    )


def untold(session: Session, reporter: str, now: datetime) -> list[tuple[tables.ReviewItem, str]]:
    """What a reporter was not told yet, oldest first; from now on it counts as told."""
    news = []
    for report, item in reversed(queue_queries.reports_by(session, named(reporter))):
        if item.state == "decided" and report.told_at is None:
            news.append((item, to_reporter(item, report)))
            queue_queries.set_report(session, report, told_at=now)
    return news
