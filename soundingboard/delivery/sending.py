"""Takes messages from the outbox and hands them over; every step is written down as it happens."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from soundingboard.delivery.mime import freeze_mail
from soundingboard.delivery.smtp import Postman
from soundingboard.wiring import Parts
from store import dispatch, tables
from store.dispatch import Outcome

BATCH = 20
CLAIM_LEASE = timedelta(minutes=10)
GRACE = timedelta(minutes=1)

Tell = Callable[[tables.OutboxRow, str, str], None]
"""Called with each message whose fate is known: the message, its state, and why."""


class Desk:
    """One sender's hold on the outbox: claims, marks and settles, each in its own transaction."""

    def __init__(self, parts: Parts, tell: Tell) -> None:
        self._parts, self._tell = parts, tell
        self._name = f"{socket.gethostname()}/{os.getpid()}"
        mail = parts.settings.mail
        self._patience = timedelta(hours=mail.retry_hours)
        self._lease = timedelta(seconds=mail.timeout_s + mail.verdict_s) + GRACE

    def recover(self) -> int:
        """Look after what stopped senders left behind; how many messages."""
        with self._parts.store.write() as session:
            return dispatch.recover(session, self._parts.clock.now())

    def batches(
        self, channels: Sequence[str], freeze: dispatch.Freeze, size: int = BATCH
    ) -> Iterator[list[tables.OutboxRow]]:
        """Claimed messages, some at a time, until none is due."""
        while True:
            with self._parts.store.write() as session:
                rows = dispatch.claim(
                    session,
                    self._parts.marker,
                    freeze,
                    channels=channels,
                    by=self._name,
                    now=self._parts.clock.now(),
                    lease=CLAIM_LEASE,
                    limit=size,
                )
            if not rows:
                return
            for row in rows:
                if row.state != "claimed":
                    self._tell(row, row.state, row.problem or "")
            yield [row for row in rows if row.state == "claimed"]

    def may_go(self, row: tables.OutboxRow) -> bool:
        """Asked right before the first byte; False = nobody may send it now."""
        with self._parts.store.write() as session:
            return dispatch.begin_sending(
                session,
                self._parts.marker,
                row.id or 0,
                row.fence,
                now=self._parts.clock.now(),
                lease=self._lease,
            )

    def finish(self, row: tables.OutboxRow, outcome: Outcome) -> None:
        """Write down what came of it."""
        with self._parts.store.write() as session:
            held = dispatch.finish(
                session,
                row.id or 0,
                row.fence,
                outcome,
                now=self._parts.clock.now(),
                patience=self._patience,
            )
            now_is = session.get(tables.OutboxRow, row.id) if held else None
        if now_is is not None:
            self._tell(row, now_is.state, outcome.words)

    def refused(self, row: tables.OutboxRow) -> None:
        """`may_go` said no: withheld, erased, or somebody else's by now."""
        with self._parts.store.read() as session:
            now_is = session.get(tables.OutboxRow, row.id)
        if now_is is not None and now_is.state == "withheld":
            self._tell(row, now_is.state, now_is.problem or "")


def send_mails(parts: Parts, desk: Desk, postman: Postman) -> None:
    """Hand over every mail that is due, over one connection as long as it lasts.

    A server that cannot be reached is left alone until the next time.
    """
    mail = parts.settings.mail
    try:
        for rows in desk.batches(("mail",), lambda row: freeze_mail(row, mail, parts.clock.now())):
            for place, row in enumerate(rows):
                if (closed := postman.open()) is not None:
                    for waiting in rows[place:]:
                        desk.finish(waiting, closed)
                    return
                _one(desk, postman, row)
    finally:
        postman.close()


def _one(desk: Desk, postman: Postman, row: tables.OutboxRow) -> None:
    def hand_over() -> Outcome | None:
        return postman.hand_over(row.receiver, row.message or b"", lambda: desk.may_go(row))

    fresh = postman.is_fresh
    outcome = hand_over()
    if outcome is not None and _hung_up_meanwhile(outcome) and not fresh:
        outcome = postman.open() or hand_over()
    if outcome is None:
        desk.refused(row)
    else:
        desk.finish(row, outcome)


def _hung_up_meanwhile(outcome: Outcome) -> bool:
    """Whether the server only had enough of a connection that had carried a mail already."""
    return (outcome.phase, outcome.state) == ("mail", "retry") and outcome.code in (None, 421)
