"""Which posts about a brand are asked for, and where a page of them ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from config.errors import RuleError

IDEA = 0.5
"""From here on a reading sees an idea in a post."""
LABELS = ("negative", "neutral", "positive", "abstained", "unread")
_DIGITS = 18


@dataclass(frozen=True, slots=True)
class MentionFilter:
    """Which posts; None (or no words) = whatever it is.

    words     : as in store.search
    label     : one of LABELS, as the newest model read the post
    site      : where its author's account lives; of nobody's posts the source's name
    language  : as read, else as told by its source
    since, until : half-open, aware UTC
    stance    : of its author towards the brand
    has_idea  : the reading sees an idea in it
    corrected : somebody of ours corrected its reading
    hidden    : a moderator hid it
    counted   : True = those that tallies count (store.tallies)
    """

    words: str = ""
    label: str | None = None
    site: str | None = None
    source_id: int | None = None
    language: str | None = None
    theme_id: int | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    author_id: int | None = None
    stance: str | None = None
    has_idea: bool | None = None
    corrected: bool | None = None
    hidden: bool | None = None
    counted: bool | None = None


class Cursor(NamedTuple):
    """Where a page ended: the next one holds what is older."""

    at: datetime
    post_id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.post_id}"


def read_cursor(text: str) -> Cursor:
    """The cursor that was written so. Raises RuleError."""
    at, _, post_id = text.partition("_")
    try:
        cursor = Cursor(datetime.fromisoformat(at), int(post_id))
    except ValueError:
        cursor = None
    if cursor is None or cursor.at.tzinfo is None or len(post_id) > _DIGITS:
        raise RuleError(
            "That is no place in this list.", mend="Start again from the top of the list."
        )
    return cursor
