"""When sessions and tokens were last used: noted in memory and written by the tick."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from soundingboard.access.sessions import sha
from store import tokens, user_sessions
from store.session import Store

SESSIONS_APART = timedelta(minutes=10)
TOKENS_APART = timedelta(hours=1)


class Sightings:
    """What was used since the last writing; a crash loses some minutes of it, nothing else."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[str, datetime] = {}
        self._tokens: dict[int, datetime] = {}

    def of_session(self, token: str, now: datetime) -> None:
        """Note that the browser with this cookie is being used."""
        with self._lock:
            self._sessions[sha(token)] = now

    def of_token(self, token_id: int, now: datetime) -> None:
        """Note that a program used its token."""
        with self._lock:
            self._tokens[token_id] = now

    def write(self, store: Store) -> int:
        """Write down what was noted, where that is news; how many rows changed."""
        with self._lock:
            sessions, self._sessions = self._sessions, {}
            used, self._tokens = self._tokens, {}
        if not sessions and not used:
            return 0
        with store.write() as session:
            seen = [
                user_sessions.touch(session, token_sha, at, SESSIONS_APART)
                for token_sha, at in sessions.items()
            ]
            seen += [tokens.touch(session, key, at, TOKENS_APART) for key, at in used.items()]
        return sum(seen)
