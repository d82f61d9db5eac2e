"""Step 7: what waits in the outbox leaves: never twice, never silently missing."""

from __future__ import annotations

import ssl

from config.errors import ConfigError
from soundingboard.delivery.sending import Desk, send_mails
from soundingboard.delivery.smtp import Postman
from soundingboard.delivery.webhooks import send_hooks
from soundingboard.pipeline.report import Progress, Report, silent
from soundingboard.wiring import Parts
from store import outbox as outbox_queries
from store import tables


def deliver(
    parts: Parts, progress: Progress = silent, *, tls: ssl.SSLContext | None = None
) -> Report:
    """Send every message that is due; where there is no mail server, mails wait and it is said.

    Counts: sent, put off, failed, uncertain, withheld. Failed and uncertain ones are named.

    tls : how a mail server's certificate is checked; None = against this machine's authorities
    """
    report = Report("deliver")
    desk = Desk(parts, lambda *fate: _tell(report, progress, *fate))
    if left := desk.recover():
        report.count("taken over from a stopped sender", left)
    if not parts.settings.mail.host:
        _say_mails_wait(parts, report)
    else:
        try:
            postman = Postman(parts.settings.mail, parts.clock, tls=tls)
        except ConfigError as error:
            report.failed["mail"] = str(error)
        else:
            send_mails(parts, desk, postman)
    send_hooks(parts, desk)
    return report


def _tell(report: Report, progress: Progress, row: tables.OutboxRow, state: str, why: str) -> None:
    report.count("put off" if state == "retry" else state)
    if state in outbox_queries.TROUBLED:
        report.failed[f"message {row.id} to {row.receiver}"] = f"{state}: {why}"
    progress("messages", sum(report.counts.values()), 0)


def _say_mails_wait(parts: Parts, report: Report) -> None:
    with parts.store.read() as session:
        waiting = outbox_queries.count_due(session, "mail", parts.clock.now())
    if waiting:
        report.count("waiting until mail.host is set", waiting)
