"""What the tick does for who may come in: sightings written, what is over removed."""

from __future__ import annotations

from datetime import datetime, timedelta

from soundingboard.access.sightings import Sightings
from store import sign_ins, user_sessions
from store.session import Store

ATTEMPTS_KEPT = timedelta(days=1)
LINKS_KEPT = timedelta(days=30)
BROWSERS_KNOWN = timedelta(days=90)


def keep_up(store: Store, sightings: Sightings, now: datetime) -> None:
    """Write down who was seen; forget old attempts, spent links and browsers long not used."""
    sightings.write(store)
    with store.write() as session:
        sign_ins.remove_attempts(session, now - ATTEMPTS_KEPT)
        sign_ins.remove_links(session, now - LINKS_KEPT)
        user_sessions.remove_old(session, now - BROWSERS_KNOWN)
