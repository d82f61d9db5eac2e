"""Step 1: ask every source what is new and keep it, each answer whole or not at all."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.errors import CollectError, RateLimitedError, SourceGoneError
from listener.fetch import Fetched, Validators
from listener.record import Parsed
from listener.sources import SOURCES
from listener.sources.base import Cursor, Request, Source
from soundingboard.brands import Brands
from soundingboard.pipeline.arrivals import Intake
from soundingboard.pipeline.report import Progress, Report, silent
from soundingboard.wiring import Parts
from store import sources as source_queries
from store import tables
from store.posts import Saved, expire_posts, save_posts

AT_ONCE = 8
LONGEST_PAUSE = timedelta(hours=24)


def collect(parts: Parts, progress: Progress = silent, *, only_due: bool = False) -> Report:
    """Ask every source (or only those whose time has come); one that fails never stops the next.

    Counts: added, updated, unchanged, removed, suppressed, off topic, rejected, truncated, and
    expired: posts kept longer than the retention allows, deleted.
    """
    report = Report("collect")
    now = parts.clock.now()
    with parts.store.read() as session:
        sources = [
            source
            for source in source_queries.fetched_sources(session)
            if not only_due or source.next_at is None or source.next_at <= now
        ]
    brands = parts.brands()
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        running = {pool.submit(_collect_one, parts, source, brands): source for source in sources}
        for done, future in enumerate(as_completed(running), start=1):
            source = running[future]
            _count(report, source, future.result())
            progress(source.name, done, len(sources))
    kept = timedelta(days=parts.settings.privacy.text_days)
    with parts.store.write() as session:
        source_queries.save_holds(session, parts.pace.holds())
        report.count("expired", expire_posts(session, now - kept))
    return report


@dataclass(slots=True)
class _Visit:
    """What one visit to one source gave."""

    saved: Saved
    off_topic: int = 0
    rejected: int = 0
    truncated: int = 0
    problem: str | None = None


def _count(report: Report, source: tables.Source, visit: _Visit) -> None:
    saved = visit.saved
    for what, number in (
        ("added", saved.added),
        ("updated", saved.updated),
        ("unchanged", saved.unchanged),
        ("removed", saved.removed),
        ("suppressed", saved.suppressed),
        ("off topic", visit.off_topic),
        ("rejected", visit.rejected),
        ("truncated", visit.truncated),
    ):
        report.count(what, number)
    if visit.problem:
        report.failed[source.name] = visit.problem


def _collect_one(parts: Parts, source: tables.Source, brands: Brands) -> _Visit:
    visit = _Visit(Saved())
    try:
        _read_pages(parts, source, brands, visit)
    except CollectError as error:
        visit.problem = str(error)
        _note_failure(parts, source, error)
    return visit


def _read_pages(parts: Parts, source: tables.Source, brands: Brands, visit: _Visit) -> None:
    """Read page after page; each is saved with its cursor before the next is asked for."""
    kind = SOURCES[source.kind]
    looks_anew = source.queries_sha != brands.sha
    cursor: Cursor = {} if looks_anew else source.cursor
    validators = None if looks_anew else _validators(source)
    request: Request | None = kind.first(source.address, cursor)
    for page in range(parts.settings.listen.max_pages):
        if request is None:
            break
        fetched = parts.fetcher.fetch(request, validators=validators if page == 0 else None)
        sha = hashlib.sha256(fetched.body).hexdigest()
        if fetched.not_modified or (page == 0 and not looks_anew and sha == source.body_sha):
            _save_page(parts, source, brands, fetched, None, cursor, None, visit)
            return
        parsed = _parse(parts, kind, fetched)
        cursor, request = kind.following(parsed, source.address, cursor)
        _save_page(
            parts, source, brands, fetched if page == 0 else None, parsed, cursor, sha, visit
        )


def _validators(source: tables.Source) -> Validators | None:
    if source.validated_url is None:
        return None
    return Validators(source.validated_url, source.etag, source.last_modified)


def _parse(parts: Parts, kind: Source, fetched: Fetched) -> Parsed:
    if kind.in_worker:
        return parts.worker.parse(kind.kind, fetched.body, fetched.headers, fetched.url)
    return kind.parse(fetched.body, fetched.headers, fetched.url)


def _save_page(
    parts: Parts,
    source: tables.Source,
    brands: Brands,
    fetched: Fetched | None,
    parsed: Parsed | None,
    cursor: Cursor,
    sha: str | None,
    visit: _Visit,
) -> None:
    """Keep a page's posts, the cursor behind them and the validators in one transaction.

    fetched : the first page's answer, whose validators and waiting wish are kept
    parsed  : None where nothing had changed since the last look
    """
    now = parts.clock.now()
    intake = Intake(source, brands.queries(), now)
    arrivals = [intake.arrival(raw) for raw in parsed.posts] if parsed else []
    kept = [arrival for arrival in arrivals if arrival]
    with parts.store.write() as session:
        row = session.get_one(tables.Source, source.id)
        saved = save_posts(session, row, kept, parts.marker)
        row.cursor = dict(cursor)
        row.queries_sha = brands.sha
        row.checked_at = row.ok_at = now
        row.failures, row.problem = 0, None
        if fetched is not None:
            row.next_at = _next_look(parts, now, fetched, parsed)
            if parsed is not None:
                row.body_sha = sha
                _keep_validators(row, fetched.validators)
    visit.saved.add(saved)
    visit.off_topic += len(arrivals) - len(kept)
    if parsed:
        visit.rejected += len(parsed.rejected)
        visit.truncated += parsed.truncated


def _keep_validators(row: tables.Source, validators: Validators | None) -> None:
    row.validated_url = validators.url if validators else None
    row.etag = validators.etag if validators else None
    row.last_modified = validators.last_modified if validators else None


def _next_look(parts: Parts, now: datetime, fetched: Fetched, parsed: Parsed | None) -> datetime:
    """Our usual pause, or the server's wish if that is longer."""
    usual = timedelta(minutes=parts.settings.listen.check_every_min)
    wishes = [fetched.wait_s or 0.0, (parsed.min_wait_s if parsed else None) or 0.0]
    return now + min(LONGEST_PAUSE, max(usual, *(timedelta(seconds=wish) for wish in wishes)))


def _note_failure(parts: Parts, source: tables.Source, error: CollectError) -> None:
    """Remember what went wrong; ask less and less often, and never again after a 410."""
    now = parts.clock.now()
    usual = timedelta(minutes=parts.settings.listen.check_every_min)
    with parts.store.write() as session:
        row = session.get_one(tables.Source, source.id)
        row.checked_at = now
        row.failures += 1
        row.problem = str(error)
        row.next_at = now + min(LONGEST_PAUSE, usual * 2 ** min(row.failures, 10))
        if isinstance(error, RateLimitedError):
            row.next_at = error.retry_at
        if isinstance(error, SourceGoneError):
            row.paused = "410 Gone: the source says it is closed for ever"
