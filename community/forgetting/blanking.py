"""Messages that name somebody erased: not sent if they still wait, emptied if they left."""

from __future__ import annotations

import json

from sqlmodel import Session

from community.forgetting.redaction import Case, spoken
from store import erasure, tables
from store.withholding import GONE

WAITING = ("pending", "retry", "claimed", "failed")
WHY = "it spoke of somebody who was erased since"


def blank_messages(session: Session, case: Case) -> int:
    """Empty every message that speaks of them; returns how many.

    The row stays, so that nothing is sent twice. One that has not left is withheld, and whoever
    held it can change nothing more; one that is on its way stays what it is.
    """
    blanked = 0
    for row in erasure.all_rows(session, tables.OutboxRow):
        if row.text == GONE or not _speaks(case, row):
            continue
        row.subject = row.text = GONE
        row.html, row.message, row.payload, row.headers = None, None, {}, {}
        if row.state in WAITING:
            row.state, row.problem, row.fence = "withheld", WHY, row.fence + 1
            row.claimed_by = row.claimed_until = row.next_at = None
        blanked += 1
    session.flush()
    return blanked


def _speaks(case: Case, row: tables.OutboxRow) -> bool:
    if row.receiver.strip().casefold() in case.addresses:
        return True
    extra = json.dumps([row.payload, row.headers], ensure_ascii=False)
    ours = row.author_id is None  # digests and the like, which show the names of themes
    if ours and not case.coined.isdisjoint(spoken(f"{row.subject} {row.text} {extra}")):
        return True
    return any(
        case.traces.speaks_of(told) for told in (row.subject, row.text, row.html, extra) if told
    )
