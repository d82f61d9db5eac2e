"""Step 6: what changed since the last digest, as files and, reader by reader, as mails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from config.files import write_whole
from config.outgoing import RecipientSettings
from soundingboard import unsubscribing
from soundingboard.delivery.mime import freeze_mail
from soundingboard.delivery.rendering import render_html, render_text
from soundingboard.delivery.webhooks import announce
from soundingboard.digest_view import Window, digest_view
from soundingboard.pipeline.report import Progress, Report, silent
from soundingboard.schedule import due_at, what_is_due
from soundingboard.wiring import Parts
from store import digests as digest_queries
from store import occurrences, tables
from store.outbox import enqueue, message_id
from store.tombstones import buried

JOB = "digest"
FIRST_WINDOW = timedelta(days=1)
"""What the very first digest looks back on."""


def digest(
    parts: Parts,
    progress: Progress = silent,
    *,
    folder: Path | None = None,
    day: date | None = None,
) -> Report:
    """Write a day's digest of every brand to a folder; the same day again replaces its files.

    day : a local day; None = today, up to now. Beside it, as .eml, what each reader would get.
    Counts: written, previews.
    """
    report = Report("digest")
    zone = ZoneInfo(parts.settings.digest.timezone)
    today = parts.clock.now().astimezone(zone).date()
    window = _window_of_day(parts, day or today, zone)
    target = (folder or parts.folder / parts.settings.digest.folder).resolve()
    html_path, text_path = target / f"{day or today}.html", target / f"{day or today}.txt"
    view = _addressed(digest_view(parts, window), None, None)
    write_whole(html_path, render_html("digest.html.j2", view, zone))
    write_whole(text_path, render_text("digest.txt.j2", view, zone))
    with parts.store.write() as session:
        digest_queries.save_digest(
            session,
            str(day or today),
            str(zone),
            window.since,
            window.until,
            (str(html_path), str(text_path)),
        )
        if day is None:
            _announce(parts, session, today, view)
    report.count("written")
    progress("digest", 1, 1)
    return report


def preview(
    parts: Parts, recipients: Sequence[RecipientSettings], folder: Path, day: date | None = None
) -> list[Path]:
    """Write the mail each reader would get as .eml; nothing is sent or written down."""
    paths = []
    for recipient in recipients:
        zone = _zone(parts, recipient)
        local = day or parts.clock.now().astimezone(zone).date()
        row = _row(parts, recipient, _window_of_day(parts, local, zone), local)
        path = folder / f"{local}-{recipient.address}.eml"
        write_whole(path, freeze_mail(row, parts.settings.mail, parts.clock.now()))
        paths.append(path)
    return paths


def mail_digests(
    parts: Parts,
    progress: Progress = silent,
    *,
    recipients: Sequence[RecipientSettings] | None = None,
    at_once: bool = False,
) -> Report:
    """Put the digest of every reader whose hour has come into the outbox: one per local day.

    recipients : None = all of the settings; at_once : today's now, whatever the hour
    Counts: queued, quiet, missed, unsubscribed.
    """
    report = Report(JOB)
    readers = parts.settings.digest.recipient if recipients is None else recipients
    for done, recipient in enumerate(readers, start=1):
        _deal_with(parts, recipient, report, at_once=at_once)
        progress("digests", done, len(readers))
    return report


def digest_of_day(parts: Parts, day: date) -> tables.Digest | None:
    """The digest written for that local day, if there is one."""
    with parts.store.read() as session:
        return digest_queries.get_digest(session, str(day), parts.settings.digest.timezone)


def is_due(parts: Parts) -> bool:
    """Whether anybody's digest hour has come: the folder's or a reader's."""
    settings, now = parts.settings.digest, parts.clock.now()
    local = now.astimezone(ZoneInfo(settings.timezone))
    if local.hour >= settings.hour and digest_of_day(parts, local.date()) is None:
        return True
    with parts.store.read() as session:
        lasts = {r.address: occurrences.last(session, JOB, r.address) for r in settings.recipient}
    return any(
        what_is_due(
            now,
            settings.hour if r.hour is None else r.hour,
            _zone(parts, r),
            date.fromisoformat(last.day) if (last := lasts[r.address]) else None,
        ).day
        for r in settings.recipient
    )


def _announce(parts: Parts, session: Session, day: date, view: dict[str, Any]) -> None:
    """Tell the chats and hooks how the day looks, and what is late; names stay in the house."""
    now, settings = parts.clock.now(), parts.settings
    words = " ".join(f"{brand['name']}: {brand['summary']}" for brand in view["brands"])
    facts = {"day": str(day), "brands": [b["name"] for b in view["brands"]]}
    if not view["quiet"]:
        announce(session, settings, "digest", f"digest/{day}", view["subject"], words, facts, now)
    late = [
        promise["words"]
        for brand in view["brands"]
        for promise in dict(brand["sections"])["overdue"]["shown"]
    ]
    if late:
        subject = f"{len(late)} {'promise' if len(late) == 1 else 'promises'} overdue"
        told = {"day": str(day), "count": len(late)}
        announce(session, settings, "overdue", f"overdue/{day}", subject, subject + ".", told, now)


def _deal_with(
    parts: Parts, recipient: RecipientSettings, report: Report, *, at_once: bool
) -> None:
    """Whatever is due for one reader: each missed day is written down, the due one is told."""
    now, zone = parts.clock.now(), _zone(parts, recipient)
    with parts.store.read() as session:
        last = occurrences.last(session, JOB, recipient.address)
        told = occurrences.last_told(session, JOB, recipient.address)
    last_day = date.fromisoformat(last.day) if last else None
    hour = parts.settings.digest.hour if recipient.hour is None else recipient.hour
    due = what_is_due(now, hour, zone, last_day)
    today = now.astimezone(zone).date()
    day = today if at_once and (last_day is None or today > last_day) else due.day
    since = told.until if told else now - FIRST_WINDOW
    for gone in due.missed:
        if gone != day:
            row = _occurrence(recipient, gone, zone, "missed", Window(since, since), now)
            row.reason = "we were not running at its hour"
            with parts.store.write() as session:
                report.count("missed", int(occurrences.take(session, row)))
    if day is not None:
        _tell(parts, recipient, day, Window(since, now), report, told)


def _tell(
    parts: Parts,
    recipient: RecipientSettings,
    day: date,
    window: Window,
    report: Report,
    told: tables.Occurrence | None,
) -> None:
    """Write the occurrence and its mail down in one transaction; of several at once one does."""
    row = _row(parts, recipient, window, day)
    quiet = row.payload["quiet"]
    silence = told is not None and told.reason == "quiet"
    state = "skipped" if quiet and silence else "done"
    found = _occurrence(recipient, day, _zone(parts, recipient), state, window, parts.clock.now())
    found.reason = "quiet" if quiet else None
    with parts.store.write() as session:
        mark = parts.marker.address(recipient.address)
        gone = bool(buried(session, {mark}, "unsubscribed"))
        if gone:
            found.state, found.reason = "skipped", "unsubscribed"
        if not occurrences.take(session, found):
            return
        if found.state == "done":
            enqueue(
                session,
                key=row.key,
                channel="mail",
                kind=row.kind,
                receiver=row.receiver,
                subject=row.subject,
                text=row.text,
                html=row.html,
                headers=row.headers,
                now=parts.clock.now(),
                domain=_domain(parts),
            )
    report.count("unsubscribed" if gone else "quiet" if state == "skipped" else "queued")


def _row(parts: Parts, recipient: RecipientSettings, window: Window, day: date) -> tables.OutboxRow:
    """The mail of one reader and day, as it goes into the outbox; `payload["quiet"]` says whether
    there is anything in it."""
    zone = _zone(parts, recipient)
    view = digest_view(parts, window, role=recipient.role, brands=recipient.brands)
    view = _addressed(view, recipient.name, unsubscribing.link(parts, recipient.address))
    key = f"digest/{day}/{recipient.address}"
    return tables.OutboxRow(
        key=key,
        channel="mail",
        kind="digest",
        receiver=recipient.address,
        subject=view["subject"],
        text=render_text("digest.txt.j2", view, zone),
        html=render_html("digest.html.j2", view, zone),
        headers=unsubscribing.headers(parts, recipient.address),
        message_id=message_id(key, _domain(parts)),
        payload={"quiet": view["quiet"]},
        made_at=parts.clock.now(),
    )


def _addressed(view: dict[str, Any], name: str | None, unsubscribe: str | None) -> dict[str, Any]:
    return view | {"greeting": f"Hello {name}," if name else "", "unsubscribe": unsubscribe}


def _window_of_day(parts: Parts, day: date, zone: ZoneInfo) -> Window:
    """From the last digest before that day to the day's hour, or now if that is to come."""
    now, hour = parts.clock.now(), parts.settings.digest.hour
    with parts.store.read() as session:
        last = digest_queries.last_before(session, str(day), str(zone))
        written = digest_queries.get_digest(session, str(day), str(zone))
    today = now.astimezone(zone).date()
    if day < today:
        until = written.until if written else min(now, due_at(day, hour, zone))
    else:
        until = now
    return Window(min(last.until, until) if last else until - FIRST_WINDOW, until)


def _occurrence(
    recipient: RecipientSettings,
    day: date,
    zone: ZoneInfo,
    state: str,
    window: Window,
    now: datetime,
) -> tables.Occurrence:
    return tables.Occurrence(
        job=JOB,
        subject=recipient.address,
        day=day.isoformat(),
        timezone=str(zone),
        state=state,
        since=window.since,
        until=window.until,
        at=now,
    )


def _zone(parts: Parts, recipient: RecipientSettings) -> ZoneInfo:
    return ZoneInfo(recipient.timezone or parts.settings.digest.timezone)


def _domain(parts: Parts) -> str:
    """The domain of our own mails' identity: the sender's."""
    return parseaddr(parts.settings.mail.sender)[1].rpartition("@")[2] or "soundingboard.invalid"
