"""Queries of erasure: what hangs on an account, what may name it, and how it all goes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, delete, func, or_, select, update

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


def with_linked(session: Session, accounts: Sequence[tables.Author]) -> list[tables.Author]:
    """These accounts and every other one known to be the same person's, by id."""
    persons = {account.person_id for account in accounts if account.person_id is not None}
    found = {account.id: account for account in accounts}
    for some in chunks(sorted(persons)):
        query = select(tables.Author).where(col(tables.Author.person_id).in_(some))
        found.update((account.id, account) for account in session.exec(query))
    return [found[key] for key in sorted(found, key=lambda key: key or 0)]


class Told(NamedTuple):
    """What people told us of themselves, outside their posts."""

    addresses: set[str]
    names: set[str]
    words: list[str]


def told_by(session: Session, author_ids: Sequence[int]) -> Told:
    """The mail addresses, names and suggestions of these accounts."""
    told = Told(set(), set(), [])
    for some in chunks(author_ids):
        mailed = (
            select(tables.Address.address).where(col(tables.Address.author_id).in_(some)),
            select(tables.Member.address).where(col(tables.Member.author_id).in_(some)),
            select(tables.OutboxRow.receiver).where(
                col(tables.OutboxRow.author_id).in_(some), col(tables.OutboxRow.channel) == "mail"
            ),
            select(tables.Invitation.address)
            .join(tables.Offer, col(tables.Offer.id) == col(tables.Invitation.offer_id))
            .where(col(tables.Offer.author_id).in_(some)),
        )
        for query in mailed:
            told.addresses.update(address for address in session.exec(query) if address)
        for member in session.exec(
            select(tables.Member).where(col(tables.Member.author_id).in_(some))
        ):
            told.names.add(member.name)
            told.words.extend([member.motives] if member.motives else [])
    for suggestion in suggestions_of(session, author_ids, ()):
        told.words.extend([suggestion.title, suggestion.words])
    return told


def suggestions_of(
    session: Session, author_ids: Sequence[int], post_ids: Sequence[int]
) -> list[tables.Suggestion]:
    """What these accounts suggested, as members or in these posts, by id."""
    found: dict[int | None, tables.Suggestion] = {}
    for some in chunks(author_ids):
        seats = select(tables.Member.id).where(col(tables.Member.author_id).in_(some))
        theirs = or_(
            col(tables.Suggestion.author_id).in_(some), col(tables.Suggestion.member_id).in_(seats)
        )
        found.update((s.id, s) for s in session.exec(select(tables.Suggestion).where(theirs)))
    for few in chunks(post_ids):
        heard = select(tables.Suggestion).where(col(tables.Suggestion.post_id).in_(few))
        found.update((s.id, s) for s in session.exec(heard))
    return [found[key] for key in sorted(found, key=lambda key: key or 0)]


def steps_of(session: Session, suggestion_ids: Sequence[int]) -> Iterator[tables.SuggestionStep]:
    """Every step of these suggestions."""
    for some in chunks(suggestion_ids):
        query = select(tables.SuggestionStep)
        yield from session.exec(query.where(col(tables.SuggestionStep.suggestion_id).in_(some)))


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
    """Delete accounts with all that hangs on them, and persons that are left with none."""
    for some in chunks(author_ids):
        session.execute(delete(tables.Author).where(col(tables.Author.id).in_(some)))
    owned = select(tables.Author.person_id).where(col(tables.Author.person_id).is_not(None))
    session.execute(delete(tables.Person).where(col(tables.Person.id).not_in(owned)))


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
    for alert in session.exec(select(tables.Alert)):
        if post_ids.intersection(alert.posts):
            alert.posts = [post for post in alert.posts if post not in post_ids]
    for brand_id in sorted(brand_ids):
        drop_slates(session, brand_id)
    session.flush()


def all_digests(session: Session) -> Sequence[tables.Digest]:
    """Every digest we remember writing."""
    return session.exec(select(tables.Digest).order_by(col(tables.Digest.id))).all()


def profiles(session: Session) -> Sequence[tables.Author]:
    """Accounts that say something of themselves."""
    told = col(tables.Author.bio).is_not(None) | col(tables.Author.display_name).is_not(None)
    return session.exec(select(tables.Author).where(told)).all()


def all_rows(session: Session, table: type[SQLModel]) -> Iterator[Any]:
    """Every row of a table."""
    yield from session.exec(select(table).execution_options(yield_per=_PAGE))


def words_in(
    session: Session, table: type[SQLModel], columns: Collection[str]
) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """(primary key, {column: words}) of every row of a table, by primary key."""
    keys = list(table.__table__.primary_key)  # type: ignore[attr-defined]
    told = [getattr(table, name) for name in columns]
    rows = session.execute(select_columns(*keys, *told).order_by(*keys)).all()
    for row in rows:
        yield tuple(row[: len(keys)]), dict(zip(columns, row[len(keys) :], strict=True))


def rewrite(
    session: Session, table: type[SQLModel], key: Sequence[Any], words: Mapping[str, Any]
) -> None:
    """Replace columns of one row."""
    keys = list(table.__table__.primary_key)  # type: ignore[attr-defined]
    here = [column == value for column, value in zip(keys, key, strict=True)]
    session.execute(update(table).where(*here).values(**words))


def signers(session: Session, columns: Mapping[str, Collection[str]]) -> dict[str, int]:
    """How often each name signs something in these columns of these tables, without case."""
    found: dict[str, int] = {}
    for table_name, names in columns.items():
        table = SQLModel.metadata.tables[table_name]
        for name in names:
            query = select_columns(table.c[name], func.count()).group_by(table.c[name])
            for who, times in session.execute(query.where(table.c[name].is_not(None))):
                found[who.casefold()] = found.get(who.casefold(), 0) + times
    return found


def silent_sources(session: Session) -> Sequence[tables.Source]:
    """Sources of which no post is left."""
    speaking = select(tables.Post.source_id)
    return session.exec(select(tables.Source).where(col(tables.Source.id).not_in(speaking))).all()
