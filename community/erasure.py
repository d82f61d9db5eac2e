"""Forgetting a person: what they wrote, what others kept of it, and every place that names them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from community.redaction import Case, is_copy, redact_post, redact_profile, redact_remarks
from community.traces import Traces, names_of, ordinary
from config.errors import StoreError
from store import erasure, tables
from store.brands import all_brands
from store.session import Store
from store.sources import remove_source
from store.tombstones import Marker, bury


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased; nothing in it tells of whom.

    posts    : by the accounts; copies : of their posts, by others
    redacted : rows of others in which a name or a quotation was replaced
    """

    accounts: int
    posts: int
    copies: int
    readings: int
    redacted: int
    themes: int
    digests: int
    sources: int
    files: tuple[Path, ...]


def forget(
    store: Store,
    marker: Marker,
    authors: Sequence[tables.Author],
    now: datetime,
    files: Sequence[Path],
) -> Erasure:
    """Erase accounts for good and keep out what comes in of them again.

    files : exports and the like that may name them; those that do are deleted, and so are digests

    The database changes in one transaction; then freed pages and the log are overwritten. Only
    keyed marks stay: the accounts are never taken in again, and never contacted. Running it again
    after a failure finishes what was left. Raises StoreError if a file cannot be deleted (then the
    database was not touched) or the database is in use.
    """
    with store.read() as session:
        case = _open_case(session, authors)
        digests = erasure.all_digests(session)
    named = _naming(case, files) | _naming_digests(case, digests)
    _delete_files(named)
    with store.write() as session:
        report = _erase(session, marker, authors, now, named)
    store.scour()
    return report


def _open_case(session: Session, authors: Sequence[tables.Author]) -> Case:
    accounts = erasure.same_accounts(session, authors)
    ids = {account.id for account in accounts if account.id is not None}
    posts = erasure.posts_of(session, sorted(ids))
    names = names_of([*authors, *accounts])
    staying = (
        (post.author_id, post.text)
        for post in erasure.every_post(session)
        if post.author_id not in ids
    )
    plain = ordinary(names, staying, [brand.name for brand in all_brands(session)])
    own = (words for p in posts if not p.is_repost for words in (p.text, p.title) if words)
    return Case(accounts, posts, Traces(names, own, plain))


def _erase(
    session: Session,
    marker: Marker,
    authors: Sequence[tables.Author],
    now: datetime,
    named: Collection[Path],
) -> Erasure:
    """Everything that one transaction holds."""
    case = _open_case(session, authors)
    marks = {marker.account(a.site, a.key) for a in (*authors, *case.accounts)}
    bury(session, marks, "erased", now)
    bury(session, marks, "do_not_contact", now)
    others = [p for p in erasure.every_post(session) if p.author_id not in set(case.ids)]
    copies = [post for post in others if is_copy(case, post)]
    gone = [*case.posts, *copies]
    gone_ids = {post.id for post in gone if post.id is not None}
    readings = erasure.count_readings(session, sorted(gone_ids))
    brands = erasure.brands_of(session, case.ids, sorted(gone_ids))
    kept = [post for post in others if post.id not in gone_ids]
    redacted = sum(redact_post(case, marker, post) for post in kept)
    redacted += sum(redact_profile(case, author) for author in erasure.profiles(session))
    erasure.drop_references(session, brands, gone_ids)
    erasure.drop_posts(session, marker, gone, now)
    erasure.drop_accounts(session, case.ids)
    themes, remarks = redact_remarks(case, erasure.written_by_people(session))
    return Erasure(
        accounts=len(case.accounts),
        posts=len(case.posts),
        copies=len(copies),
        readings=readings,
        redacted=redacted + remarks,
        themes=themes,
        digests=_forget_digests(session, named),
        sources=_forget_sources(session, case),
        files=tuple(sorted(named)),
    )


def _forget_digests(session: Session, named: Collection[Path]) -> int:
    """Forget the digests whose files are gone, now or since a run that broke off."""
    gone = [
        digest
        for digest in erasure.all_digests(session)
        if (files := _files_of(digest)) & set(named) or not any(path.exists() for path in files)
    ]
    for digest in gone:
        session.delete(digest)
    return len(gone)


def _forget_sources(session: Session, case: Case) -> int:
    """Stop listening where only they spoke and the address itself names them."""
    theirs = {post.source_id for post in case.posts}
    silent = [source for source in erasure.silent_sources(session) if source.id in theirs]
    named = [s for s in silent if case.traces.names_them(f"{s.address} {s.name}")]
    for source in named:
        remove_source(session, source)
    return len(named)


def _naming(case: Case, files: Sequence[Path]) -> set[Path]:
    """Which of these files tell of them; the missing tell nothing."""
    named: set[Path] = set()
    for path in files:
        try:
            content = path.read_bytes().decode("utf-8", errors="replace")
        except (FileNotFoundError, IsADirectoryError):
            continue
        except OSError as error:
            raise _undeletable(path, error) from error
        if case.traces.in_file(content):
            named.add(path)
    return named


def _naming_digests(case: Case, digests: Sequence[tables.Digest]) -> set[Path]:
    """Both files of every digest of which either tells of them."""
    pairs = [_files_of(digest) for digest in digests]
    return {path for pair in pairs if _naming(case, sorted(pair)) for path in pair}


def _files_of(digest: tables.Digest) -> set[Path]:
    return {Path(digest.html_path), Path(digest.text_path)}


def _delete_files(paths: Collection[Path]) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _undeletable(path, error) from error


def _undeletable(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"{path} may name the person and cannot be deleted ({error.strerror}).",
        mend="Give us the right to read and delete it and run this again.",
    )
