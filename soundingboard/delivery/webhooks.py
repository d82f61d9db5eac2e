"""Tells chat channels and the operator's own programs, through the one outbound door."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session
from standardwebhooks.webhooks import Webhook

from config.errors import CollectError, FetchRefusedError, RateLimitedError
from config.outgoing import HookSettings
from config.settings import Settings
from listener.fetch import Posted
from soundingboard.delivery.chat import freeze_chat
from soundingboard.delivery.sending import Desk
from soundingboard.wiring import Parts
from store import outbox as outbox_queries
from store import tables
from store.dispatch import Outcome

CHANNELS = ("slack", "teams", "discord", "webhook")
SLACK_GAP_S = 1.0
WORDS = 200
GONE = 410

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")


def announce(
    session: Session,
    settings: Settings,
    event: Literal["digest", "alert", "overdue"],
    key: str,
    subject: str,
    text: str,
    payload: Mapping[str, Any],
    now: datetime,
) -> int:
    """Put one message for every hook that wants this event into the outbox; how many were new.

    payload : plain JSON, told to webhooks as it is; its "link" is shown in chats
    A hook whose address once said that it is gone for good is left out until it gets another one.
    """
    made = 0
    for hook in settings.hook:
        if event not in hook.events or is_gone(session, hook):
            continue
        row = outbox_queries.enqueue(
            session,
            key=f"{key}/{hook.kind}/{hook.name}",
            channel=hook.kind,
            kind=event,
            receiver=hook.name,
            subject=subject,
            text=text,
            payload=payload,
            now=now,
        )
        made += row is not None
    return made


def is_gone(session: Session, hook: HookSettings) -> bool:
    """Whether this hook's present address once said that it is gone for good."""
    return outbox_queries.was_told(session, hook.kind, hook.name, GONE, _mark(hook))


def send_hooks(parts: Parts, desk: Desk) -> None:
    """Tell every hook what is due."""
    last_slack = float("-inf")
    for rows in desk.batches(CHANNELS, freeze_hook):
        for row in rows:
            if row.channel == "slack":
                wait_s = last_slack + SLACK_GAP_S - parts.clock.monotonic()
                parts.clock.sleep(max(wait_s, 0.0))
            _one(parts, desk, row)
            if row.channel == "slack":
                last_slack = parts.clock.monotonic()


def freeze_hook(row: tables.OutboxRow) -> bytes:
    """The very bytes a hook is told."""
    if row.channel != "webhook":
        return freeze_chat(row)
    told = {
        "type": f"soundingboard.{row.kind}",
        "timestamp": row.made_at.isoformat(),
        "data": {"subject": row.subject, "text": row.text, **row.payload},
    }
    return json.dumps(told).encode("ascii")


def signed(hook: HookSettings, row: tables.OutboxRow, now: datetime) -> dict[str, str]:
    """The header lines of a webhook, the same id at every attempt (standardwebhooks.com).

    Raises ValueError if its secret is none.
    """
    name = f"msg_{hashlib.sha256(row.key.encode()).hexdigest()[:32]}"
    lines = {"webhook-id": name, "webhook-timestamp": str(int(now.timestamp()))}
    if hook.secret is not None:
        body = (row.message or b"").decode("ascii")
        signer = Webhook(hook.secret.get_secret_value())
        lines["webhook-signature"] = signer.sign(name, now, body)
    return lines


def _one(parts: Parts, desk: Desk, row: tables.OutboxRow) -> None:
    hook = next(
        (h for h in parts.settings.hook if (h.kind, h.name) == (row.channel, row.receiver)), None
    )
    if hook is None:
        words = f"the settings name no {row.channel} hook called {row.receiver!r}"
        desk.finish(row, Outcome("failed", "settings", words))
        return
    with parts.store.read() as session:
        gone = is_gone(session, hook)
    if gone:
        desk.finish(row, Outcome("failed", "settings", "its address said that it is gone for good"))
        return
    headers = {"content-type": "application/json"}
    try:
        if row.channel == "webhook":
            headers |= signed(hook, row, parts.clock.now())
    except (ValueError, RuntimeError):
        words = "its secret is none; it looks like whsec_ and letters after it"
        desk.finish(row, Outcome("failed", "settings", words))
        return
    if not desk.may_go(row):
        desk.refused(row)
        return
    desk.finish(row, _told(parts, hook, row, headers))


def _told(
    parts: Parts, hook: HookSettings, row: tables.OutboxRow, headers: Mapping[str, str]
) -> Outcome:
    try:
        posted = parts.fetcher.post(hook.url.get_secret_value(), row.message or b"", headers)
    except RateLimitedError as error:
        words = "its host asked us to wait"
        return Outcome("retry", "connect", words, retry_at=error.retry_at)
    except FetchRefusedError as error:  # never the error itself: the address in it is a secret
        return Outcome("failed", "connect", error.reason)
    except CollectError as error:
        return Outcome("retry", "connect", error.reason)
    return _meaning(hook, posted)


def _meaning(hook: HookSettings, posted: Posted) -> Outcome:
    """What an answer means. A webhook's receiver knows repeats by their id, a chat does not."""
    may_repeat = hook.kind == "webhook"
    status = posted.status
    if status is None:
        words = "it was told, but gave no answer"
        return Outcome("retry" if may_repeat else "uncertain", "verdict", words)
    if 200 <= status < 300:
        return Outcome("sent", "verdict", "", status)
    words = f"HTTP {status} {_UNSAFE.sub(' ', posted.words).strip()}"[:WORDS]
    if status == GONE:
        return Outcome("failed", "verdict", f"gone for good (HTTP 410) {_mark(hook)}", status)
    if may_repeat or status in (408, 425, 429, 503):
        return Outcome("retry", "verdict", words, status, posted.retry_at)
    if status >= 500:  # it may have been shown before something broke
        return Outcome("uncertain", "verdict", words, status)
    return Outcome("failed", "verdict", words, status)


def _mark(hook: HookSettings) -> str:
    """Tells one address from another without telling it."""
    return hashlib.sha256(hook.url.get_secret_value().encode()).hexdigest()[:12]
