"""Queries of erasure: what hangs on an account, what may name it, and how it all goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, func, select

from store import tables
from store.candidates import drop_slates
from store.posts import all_texts, delete_posts
from store.tombstones import Marker, bury
from store.upsert import chunks

_PAGE = 1000


def same_accounts(session: Session, authors: Sequence[tables.Author]) -> list[tables.Author]:
    """The rows of these accounts as they stand now; an account we never saw is left out."""
    found: list[tables.Author] = []
    for author in authors:
        query = select(tables.Author).where(
            col(tables.Author.site) == author.site, col(tables.Author.key) == author.key
        )
        found += session.exec(query).all()
    return found


def posts_of(session: Session, author_ids: Sequence[int]) -> list[tables.Post]:
    """Everything these accounts posted."""
    found: list[tables.Post] = []
    for some in chunks(author_ids):
        found += session.exec(select(tables.Post).where(col(tables.Post.author_id).in_(some)))
    return found


def every_post(session: Session) -> Iterator[tables.Post]:
    """All posts, a page at a time."""
    after = 0
    while page := all_texts(session, after=after, limit=_PAGE):
        yield from page
        after = page[-1].id or 0


def count_readings(session: Session, post_ids: Sequence[int]) -> int:
    """How many readings hang on these posts."""
    query = select(func.count()).select_from(tables.Reading)
    return sum(
        session.exec(query.where(col(tables.Reading.post_id).in_(some))).one()
        for some in chunks(post_ids)
    )


def brands_of(session: Session, author_ids: Sequence[int], post_ids: Sequence[int]) -> set[int]:
    """The brands whose lists may show these accounts or posts."""
    found = set(
        session.exec(
            select(tables.Candidate.brand_id).where(col(tables.Candidate.author_id).in_(author_ids))
        )
    )
    for some in chunks(post_ids):
        query = select(tables.Mention.brand_id).where(col(tables.Mention.post_id).in_(some))
        found.update(session.exec(query.distinct()))
    return found


def drop_accounts(session: Session, author_ids: Sequence[int]) -> None:
    """Delete accounts with their stances, candidacies, decisions and flags."""
    for some in chunks(author_ids):
        session.execute(delete(tables.Author).where(col(tables.Author.id).in_(some)))


def drop_posts(
    session: Session, marker: Marker, posts: Sequence[tables.Post], now: datetime
) -> None:
    """Delete posts with all that hangs on them, so that their sources cannot bring them back."""
    places = {s.id: f"{s.kind} {s.address}" for s in session.exec(select(tables.Source))}
    bury(session, {marker.post(places[p.source_id], p.native_key) for p in posts}, "deleted", now)
    delete_posts(session, [post.id for post in posts if post.id is not None])


def drop_references(session: Session, brand_ids: set[int], post_ids: set[int]) -> None:
    """Take deleted posts out of the lists that show posts, and forget slates of these brands."""
    for theme in session.exec(select(tables.Theme)):
        if post_ids.intersection(theme.posts):
            theme.posts = [post for post in theme.posts if post not in post_ids]
    for candidate in session.exec(select(tables.Candidate)):
        if post_ids.intersection(candidate.evidence):
            candidate.evidence = [post for post in candidate.evidence if post not in post_ids]
    for brand_id in sorted(brand_ids):
        drop_slates(session, brand_id)


def all_digests(session: Session) -> Sequence[tables.Digest]:
    """Every digest we remember writing."""
    return session.exec(select(tables.Digest).order_by(col(tables.Digest.id))).all()


def profiles(session: Session) -> Sequence[tables.Author]:
    """Accounts that say something of themselves."""
    told = col(tables.Author.bio).is_not(None) | col(tables.Author.display_name).is_not(None)
    return session.exec(select(tables.Author).where(told)).all()


def written_by_people(session: Session) -> Iterator[tables.Flag | tables.Decision | tables.Theme]:
    """Rows with free words that may name somebody."""
    yield from session.exec(select(tables.Flag))
    yield from session.exec(select(tables.Decision))
    yield from session.exec(select(tables.Theme))


def silent_sources(session: Session) -> Sequence[tables.Source]:
    """Sources of which no post is left."""
    speaking = select(tables.Post.source_id)
    return session.exec(select(tables.Source).where(col(tables.Source.id).not_in(speaking))).all()
