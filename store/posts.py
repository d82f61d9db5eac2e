"""Posts come in here, once each, and are counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel, col, delete, func, select, update

from store import tables
from store.tally_due import touch
from store.tombstones import Marker, buried, bury
from store.upsert import chunks, insert_new
from store.withholding import withhold

_TAKEN_OVER = (
    # what an edit may change; the date stays as first told, whatever a feed's clock says later
    "author_id", "kind", "url", "title", "text", "text_sha", "language", "edited_at",
    "thread_key", "parent_key", "rating", "nps", "is_repost", "link_title", "quoted",
)  # fmt: skip
_COUNTERS = ("likes", "reposts", "replies")  # change all the time and are no edit


@dataclass(frozen=True, slots=True)
class Arrival:
    """A post on its way in: rows without ids, and whether its source says it is gone.

    mentions : (brand id, how, others named) for each brand it is about
    """

    post: tables.Post
    author: tables.Author | None
    mentions: tuple[tuple[int, str, int], ...] = ()
    deleted: bool = False


@dataclass(slots=True)
class Saved:
    """What became of some arrivals; every one is counted once."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    suppressed: int = 0

    def add(self, other: Saved) -> None:
        """Count another batch in."""
        for name in ("added", "updated", "unchanged", "removed", "suppressed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class _Batch:
    """Arrivals that may come in, with what is there already."""

    arrivals: list[Arrival]
    known: dict[str, tables.Post] = field(default_factory=dict)
    author_ids: dict[tuple[str, str], int] = field(default_factory=dict)


def save_posts(
    session: Session, source: tables.Source, arrivals: Sequence[Arrival], marker: Marker
) -> Saved:
    """Take the arrivals in: new ones are added, edited ones updated, deleted ones buried.

    Saving the same arrivals again changes nothing. An account that was erased, or a post that was
    deleted, does not come back (counted as suppressed).
    """
    saved = Saved()
    batch = _Batch(_admitted(session, source, arrivals, marker, saved))
    batch.known = _known(session, source, [arrival.post.native_key for arrival in batch.arrivals])
    _remove(session, source, batch, marker, saved)
    batch.author_ids = _save_authors(session, [a.author for a in batch.arrivals if a.author])
    _insert(session, source, batch, saved)
    _update(session, batch, saved)
    return saved


def _admitted(
    session: Session,
    source: tables.Source,
    arrivals: Sequence[Arrival],
    marker: Marker,
    saved: Saved,
) -> list[Arrival]:
    """The arrivals nobody buried, one per key (the last one told wins), without erased names."""
    by_key = {arrival.post.native_key: arrival for arrival in arrivals}
    saved.unchanged += len(arrivals) - len(by_key)
    marks = {
        key: {marker.post(_place(source), key)}
        | ({marker.account(a.author.site, a.author.key)} if a.author else set())
        for key, a in by_key.items()
    }
    gone = buried(session, {mark for some in marks.values() for mark in some}, "erased", "deleted")
    admitted = [arrival for key, arrival in by_key.items() if not marks[key] & gone]
    admitted = _without_erased(session, source, admitted, marker)
    saved.suppressed += len(by_key) - len(admitted)
    return admitted


def _without_erased(
    session: Session, source: tables.Source, arrivals: Sequence[Arrival], marker: Marker
) -> list[Arrival]:
    """The arrivals with erased people's names and words replaced, but those that say no more.

    What is told to be gone is always let through; a key that names somebody is withheld as well,
    so what was buried under the key that took its place is left out here.
    """
    authors = [arrival.author for arrival in arrivals if arrival.author]
    told = [arrival.post.native_key for arrival in arrivals]
    theirs = withhold(session, marker, [arrival.post for arrival in arrivals], authors)
    kept = [a for place, a in enumerate(arrivals) if a.deleted or place not in theirs]
    known = set(told)
    changed = {key for a in kept if (key := a.post.native_key) not in known}
    gone = buried(session, {marker.post(_place(source), key) for key in changed}, "deleted")
    if not gone:
        return kept
    return [a for a in kept if marker.post(_place(source), a.post.native_key) not in gone]


def _place(source: tables.Source) -> str:
    return f"{source.kind} {source.address}"


def _known(session: Session, source: tables.Source, keys: Sequence[str]) -> dict[str, tables.Post]:
    found: dict[str, tables.Post] = {}
    for some in chunks(keys):
        rows = session.exec(
            select(tables.Post).where(
                col(tables.Post.source_id) == source.id, col(tables.Post.native_key).in_(some)
            )
        )
        found.update((row.native_key, row) for row in rows)
    return found


def _remove(
    session: Session, source: tables.Source, batch: _Batch, marker: Marker, saved: Saved
) -> None:
    """Bury what its source says is gone, whether or not it ever was here."""
    gone = [arrival for arrival in batch.arrivals if arrival.deleted]
    if not gone:
        return
    batch.arrivals = [arrival for arrival in batch.arrivals if not arrival.deleted]
    keys = [arrival.post.native_key for arrival in gone]
    here = [batch.known.pop(key) for key in keys if key in batch.known]
    delete_posts(session, [row.id for row in here if row.id is not None])
    newest = max(arrival.post.first_seen for arrival in gone)
    bury(session, {marker.post(_place(source), key) for key in keys}, "deleted", newest)
    saved.removed += len(here)
    saved.suppressed += len(gone) - len(here)


def _save_authors(session: Session, authors: Iterable[tables.Author]) -> dict[tuple[str, str], int]:
    """Ids of these accounts; new ones are made, changed profiles taken over."""
    told = {(author.site, author.key): author for author in authors}
    rows = [_columns(author) for author in told.values()]
    insert_new(session, tables.Author, rows, key=("site", "key"))
    ids: dict[tuple[str, str], int] = {}
    for some in chunks(sorted({author.key for author in told.values()})):
        for row in session.exec(select(tables.Author).where(col(tables.Author.key).in_(some))):
            author = told.get((row.site, row.key))
            if author is None or row.id is None:
                continue
            ids[row.site, row.key] = row.id
            for name, value in _columns(author).items():
                if name != "first_seen" and value is not None and getattr(row, name) != value:
                    setattr(row, name, value)
    session.flush()
    return ids


def _insert(session: Session, source: tables.Source, batch: _Batch, saved: Saved) -> None:
    new = [a for a in batch.arrivals if a.post.native_key not in batch.known]
    rows = [
        _columns(a.post) | {"source_id": source.id, "author_id": _author_id(batch, a)} for a in new
    ]
    insert_new(session, tables.Post, rows, key=("source_id", "native_key"))
    ids = {
        key: row.id
        for key, row in _known(session, source, [a.post.native_key for a in new]).items()
    }
    _save_mentions(session, [(ids[a.post.native_key], a) for a in new])
    saved.added += len(new)


def _update(session: Session, batch: _Batch, saved: Saved) -> None:
    edited = [
        row.id or 0
        for arrival in batch.arrivals
        if (row := batch.known.get(arrival.post.native_key))
        and row.text_sha != arrival.post.text_sha
    ]
    touch(session, edited)  # an edit may move a post to another day, or to other brands
    for arrival in batch.arrivals:
        row = batch.known.get(arrival.post.native_key)
        if row is None:
            continue
        for name in _COUNTERS:
            if getattr(arrival.post, name) is not None:
                setattr(row, name, getattr(arrival.post, name))
        if row.text_sha == arrival.post.text_sha:
            saved.unchanged += 1
            continue
        for name in _TAKEN_OVER:
            setattr(row, name, getattr(arrival.post, name))
        row.author_id = _author_id(batch, arrival)
        if row.time_quality == "given" and arrival.post.kind in ("review", "survey"):
            row.created_at, row.at = arrival.post.created_at, arrival.post.at
        session.execute(delete(tables.Mention).where(col(tables.Mention.post_id) == row.id))
        _save_mentions(session, [(row.id, arrival)])
        saved.updated += 1
    session.flush()
    touch(session, edited)


def _author_id(batch: _Batch, arrival: Arrival) -> int | None:
    author = arrival.author
    return None if author is None else batch.author_ids[author.site, author.key]


def _save_mentions(session: Session, arrivals: Sequence[tuple[int | None, Arrival]]) -> None:
    rows = [
        {"post_id": post_id, "brand_id": brand_id, "how": how, "others": others}
        for post_id, arrival in arrivals
        for brand_id, how, others in arrival.mentions
    ]
    insert_new(session, tables.Mention, rows, key=("post_id", "brand_id"))


def _columns(row: SQLModel) -> dict[str, Any]:
    return row.model_dump(exclude={"id"})


def delete_posts(session: Session, post_ids: Sequence[int]) -> None:
    """Delete posts with all that was said of them, and the accounts that are left with none."""
    authors: set[int] = set()
    touch(session, post_ids)
    for some in chunks(post_ids):
        ids = col(tables.Post.id).in_(some)
        authors.update(a for a in session.exec(select(tables.Post.author_id).where(ids)) if a)
        session.execute(delete(tables.Post).where(ids))
    for few in chunks(sorted(authors)):
        speaking = select(tables.Post.author_id).where(col(tables.Post.author_id).in_(few))
        session.execute(
            delete(tables.Author).where(
                col(tables.Author.id).in_(few), col(tables.Author.id).not_in(speaking)
            )
        )


def expire_posts(session: Session, taken_in_before: datetime) -> int:
    """Delete posts we took in before that moment; returns how many."""
    old = session.exec(
        select(tables.Post.id).where(col(tables.Post.first_seen) < taken_in_before)
    ).all()
    delete_posts(session, [post_id for post_id in old if post_id is not None])
    return len(old)


def posts_by_id(session: Session, ids: Sequence[int]) -> dict[int, tables.Post]:
    """These posts by id; the missing are left out."""
    found: dict[int, tables.Post] = {}
    for some in chunks(sorted(set(ids))):
        for post in session.exec(select(tables.Post).where(col(tables.Post.id).in_(some))):
            found[post.id or 0] = post
    return found


def count_posts(session: Session) -> int:
    """How many posts are kept."""
    return session.exec(select(func.count()).select_from(tables.Post)).one()


def all_texts(session: Session, *, after: int, limit: int) -> Sequence[tables.Post]:
    """Posts with an id above `after`, in order of id: for work that walks all of them."""
    query = select(tables.Post).where(col(tables.Post.id) > after).order_by(col(tables.Post.id))
    return session.exec(query.limit(limit)).all()


def name_brand(session: Session, brand_id: int, found: Sequence[tuple[int, int]]) -> None:
    """Replace the mentions by name of a brand: (post id, others named) of all that name it now."""
    named = select(tables.Mention.post_id).where(
        col(tables.Mention.brand_id) == brand_id, col(tables.Mention.how) == "named"
    )
    touch(session, session.exec(named).all())
    session.execute(
        delete(tables.Mention).where(
            col(tables.Mention.brand_id) == brand_id, col(tables.Mention.how) == "named"
        )
    )
    rows = [
        {"post_id": post_id, "brand_id": brand_id, "how": "named", "others": others}
        for post_id, others in found
    ]
    insert_new(session, tables.Mention, rows, key=("post_id", "brand_id"))
    touch(session, [post_id for post_id, _ in found])


def set_query_sha(session: Session, brand_id: int, sha: str) -> None:
    """Remember with which names a brand was last matched."""
    session.execute(
        update(tables.BrandRow).where(col(tables.BrandRow.id) == brand_id).values(query_sha=sha)
    )
