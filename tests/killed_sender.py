"""One sender in a process of its own, made to be killed while it hands mails over."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from config.clock import PinnedClock
from config.outgoing import MailSettings
from config.settings import Settings
from soundingboard.pipeline.deliver import deliver
from soundingboard.wiring import Parts


def sender_parts(
    folder: Path, port: int, at: datetime, *, wait_s: float = 0.3, database_url: str | None = None
) -> Parts:
    """A house at that time whose mails go to the loopback `port`; wait_s : how long for answers."""
    mail = MailSettings(
        host="127.0.0.1",
        port=port,
        security="none",
        sender="voices@lumen.example",
        timeout_s=wait_s,
        verdict_s=wait_s,
        retry_hours=240,
    )
    turned = {"database_url": database_url} if database_url else {}
    return Parts(Settings(mail=mail, **turned), folder, PinnedClock(at))


def run_sender(
    folder: Path, port: int, at: datetime, wait_s: float = 0.3, database_url: str | None = None
) -> None:
    """Send everything that is due at that time."""
    parts = sender_parts(folder, port, at, wait_s=wait_s, database_url=database_url)
    deliver(parts)
    parts.close()
