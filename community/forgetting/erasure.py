"""Forgetting a person: what they wrote, what others kept of it, and every place that names them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from community.forgetting.blanking import blank_messages
from community.forgetting.covered import SAID
from community.forgetting.redaction import (
    Case,
    coined,
    is_copy,
    redact_post,
    redact_profile,
    redact_suggestions,
    redact_themes,
    redact_words,
)
from community.forgetting.traces import MANY, Traces, names_of, ordinary, shared_runs
from community.forgetting.written_files import delete_files, files_of, naming, naming_digests
from store import erasure, replays, tables
from store.brands import all_brands
from store.session import Store
from store.sources import remove_source
from store.tombstones import Marker, bury
from store.withholding import marks_of

_ACTING = ("actor", "owner", "assignee", "contact")
SIGNED = {
    table: tuple(c for c in columns if c in _ACTING or c.endswith("_by"))
    for table, columns in SAID.items()
}
"""Where people of ours stand by what they did: a name that often stands there is theirs."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased; nothing in it tells of whom.

    posts     : by the accounts; copies : of their posts, by others
    redacted  : rows of others in which a name or a quotation was replaced
    messages  : that spoke of them: withheld if they waited, emptied if they had left
    listening : sources still asked, as others speak there too, whose own address names them
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
    messages: int = 0
    suggestions: int = 0
    listening: int = 0


def forget(
    store: Store,
    marker: Marker,
    authors: Sequence[tables.Author],
    now: datetime,
    files: Sequence[Path],
) -> Erasure:
    """Erase accounts, and all others known to be the same person's, and keep them out for good.

    files : exports and the like that may name them; those that do are deleted, and so are digests

    The database changes in one transaction; then freed pages and the log are overwritten. Only
    keyed marks stay: the accounts are never taken in again, their mail addresses never written to,
    and their names and words are withheld when others bring them in. Running it again after a
    failure finishes what was left. Raises StoreError if a file cannot be deleted (then the database
    was not touched) or the database is in use.
    """
    with store.read() as session:
        case = _open_case(session, authors)
        digests = erasure.all_digests(session)
    named = naming(case.traces, files) | naming_digests(case, digests)
    delete_files(named)
    with store.write() as session:
        report = _erase(session, marker, authors, now, named)
    store.scour()
    return report


def persons_accounts(session: Session, authors: Sequence[tables.Author]) -> list[tables.Author]:
    """The accounts that `forget` erases with these: all that are known to be the same person's."""
    return erasure.with_linked(session, erasure.same_accounts(session, authors))


def _open_case(session: Session, authors: Sequence[tables.Author]) -> Case:
    accounts = persons_accounts(session, authors)
    ids = [account.id for account in accounts if account.id is not None]
    posts = erasure.posts_of(session, ids)
    told = erasure.told_by(session, ids)
    names = names_of([*authors, *accounts]) | told.addresses
    names |= {name.strip() for name in told.names if " " in name.strip()}
    own = [w for p in posts if not p.is_repost for w in (p.text, p.title) if w] + told.words
    links = {post.url for post in posts if post.url} | {a.url for a in accounts if a.url}
    traces = Traces(
        names,
        own,
        _ordinary(session, names, set(ids)),
        links=links,
        common=shared_runs(own, _unrelated(session, names, own, set(ids))),
    )
    mailed = frozenset(address.strip().casefold() for address in told.addresses)
    case = Case(accounts, posts, traces, mailed)
    themes = erasure.all_rows(session, tables.Theme)
    return replace(case, coined=coined(case, themes, _by_others(session, set(ids))))


def _ordinary(session: Session, names: Collection[str], ids: Collection[int]) -> set[str]:
    """Those of the names that are words to others, or that of somebody of ours."""
    texts = ((post.author_id, post.text) for post in _by_others(session, ids))
    plain = ordinary(names, texts, [brand.name for brand in all_brands(session)])
    signing = erasure.signers(session, SIGNED)
    return plain | {who for who, times in signing.items() if times >= MANY}


def _unrelated(
    session: Session, names: Collection[str], own: Iterable[str], ids: Collection[int]
) -> Iterator[tuple[int | None, str]]:
    """What others said without naming them, copying them or passing them on."""
    near = Traces(names, own, ())
    for post in _by_others(session, ids):
        if not (post.is_repost or near.names_them(post.text) or near.repeats(post.text)):
            yield post.author_id, post.text


def _by_others(session: Session, ids: Collection[int]) -> Iterator[tables.Post]:
    return (post for post in erasure.every_post(session) if post.author_id not in ids)


def _erase(
    session: Session,
    marker: Marker,
    authors: Sequence[tables.Author],
    now: datetime,
    named: Collection[Path],
) -> Erasure:
    """Everything that one transaction holds."""
    case = _open_case(session, authors)
    _bury(session, marker, case, authors, now)
    others = list(_by_others(session, set(case.ids)))
    copies = [post for post in others if is_copy(case, post)]
    gone = [*case.posts, *copies]
    gone_ids = {post.id for post in gone if post.id is not None}
    readings = erasure.count_readings(session, sorted(gone_ids))
    brands = erasure.brands_of(session, case.ids, sorted(gone_ids))
    kept = [post for post in others if post.id not in gone_ids]
    redacted = sum(redact_post(case, marker, post) for post in kept)
    redacted += sum(redact_profile(case, author) for author in erasure.profiles(session))
    suggestions = redact_suggestions(session, case, sorted(gone_ids))
    erasure.drop_references(session, brands | _showing(session, case), gone_ids)
    session.expunge_all()  # what goes now must not be written again
    erasure.drop_posts(session, marker, gone, now)
    erasure.drop_accounts(session, case.ids)
    replays.forget_all(session)  # any answer kept for a program may tell of them
    return Erasure(
        accounts=len(case.accounts),
        posts=len(case.posts),
        copies=len(copies),
        readings=readings,
        messages=blank_messages(session, case),
        themes=redact_themes(session, case),
        redacted=redacted + redact_words(session, case),
        digests=_forget_digests(session, named),
        sources=_forget_sources(session, case),
        files=tuple(sorted(named)),
        suggestions=suggestions,
        listening=_listening(session, case),
    )


def _bury(
    session: Session,
    marker: Marker,
    case: Case,
    authors: Sequence[tables.Author],
    now: datetime,
) -> None:
    """Leave the keyed marks by which they are known again."""
    accounts = {marker.account(a.site, a.key) for a in (*authors, *case.accounts)}
    bury(session, accounts, "erased", now)
    bury(session, accounts, "do_not_contact", now)
    bury(session, {marker.address(address) for address in case.addresses}, "do_not_contact", now)
    traces = case.traces
    bury(session, marks_of(marker, traces.names, traces.telling, traces.pieces), "name", now)


def _forget_digests(session: Session, named: Collection[Path]) -> int:
    """Forget the digests whose files are gone, now or since a run that broke off."""
    gone = [
        digest
        for digest in erasure.all_digests(session)
        if (files := files_of(digest)) & set(named) or not any(path.exists() for path in files)
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


def _showing(session: Session, case: Case) -> set[int]:
    """The brands of which a proposed slate names them."""
    slates = erasure.all_rows(session, tables.Slate)
    return {s.brand_id for s in slates if case.traces.speaks_of(json.dumps(s.result))}


def _listening(session: Session, case: Case) -> int:
    """Look again from the start where the bookmark names them; how many addresses name them."""
    named = 0
    for source in erasure.all_rows(session, tables.Source):
        bookmark = f"{source.cursor} {source.etag} {source.last_modified} {source.validated_url}"
        if case.traces.names_them(bookmark):
            source.cursor = {}
            source.etag = source.last_modified = source.validated_url = None
        named += case.traces.names_them(source.address)
    return named
