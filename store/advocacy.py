"""Queries about advocacy: who recommends the brand, and how willingly, by their own answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from store import tables
from store.counted import Counted
from store.moderation import hidden_posts
from store.upsert import chunks


class Answer(NamedTuple):
    """How likely somebody is to recommend the brand, 0 to 10.

    person : their first account; None where the source names nobody
    """

    person: int | None
    score: int


class Spoken(NamedTuple):
    """A person's own public post about the brand, and what the model says of it.

    person   : their first account
    positive : probability of praise, 0..1; advocacy : it recommends the brand, 0..1
    """

    person: int
    at: datetime
    positive: float
    advocacy: float
    text: str


def spoken_between(
    session: Session,
    brand_id: int,
    model: str,
    people: Iterable[int],
    counted: Counted,
    since: datetime,
    until: datetime,
) -> list[Spoken]:
    """What these people posted in public, `since` included, `until` not, oldest first.

    Left out: survey answers, which nobody else sees; reposts, articles, posts without a day, what
    a moderator hid, and posts edited after they were read.
    """
    hidden = hidden_posts(session, brand_id)
    found: list[Spoken] = []
    for some in chunks(sorted(counted.accounts(frozenset(people)))):
        for post, reading in session.exec(_public(brand_id, model, some, since, until)):
            person = counted.whose(post.author_id)
            if person is not None and post.id not in hidden:
                told = f"{post.title or ''}\n{post.text}".strip()
                found.append(Spoken(person, post.at, reading.positive, reading.advocacy, told))
    return sorted(found)


def _public(
    brand_id: int, model: str, accounts: Sequence[int], since: datetime, until: datetime
) -> Any:
    post, reading, mention = tables.Post, tables.Reading, tables.Mention
    return (
        select(post, reading)
        .join(reading, col(reading.post_id) == col(post.id))
        .join(mention, (col(mention.post_id) == col(post.id)) & (col(mention.brand_id) == brand_id))
        .where(
            col(post.author_id).in_(accounts),
            col(reading.brand_id) == brand_id,
            col(reading.model) == model,
            col(reading.text_sha) == col(post.text_sha),
            col(reading.abstained).is_(False),
            col(post.at) >= since,
            col(post.at) < until,
            col(post.is_repost).is_(False),
            col(post.kind).not_in(("article", "survey")),
            col(post.time_quality) != "missing",
        )
    )


def paid_until(
    session: Session, brand_id: int, counted: Counted, until: datetime
) -> frozenset[int]:
    """Members who had been paid anything by us before `until`."""
    owed, member, committee = tables.Compensation, tables.Member, tables.Committee
    query = (
        select(member.author_id)
        .join(owed, col(owed.member_id) == col(member.id))
        .join(committee, col(committee.id) == col(member.committee_id))
        .where(col(committee.brand_id) == brand_id, col(owed.settled_at) < until)
    )
    people = (counted.whose(author_id) for author_id in session.exec(query))
    return frozenset(one for one in people if one is not None)


class Frozen(NamedTuple):
    """How somebody stood when we asked them, kept unchanged since."""

    person: int
    at: datetime
    mu: float
    p_hate: float
    n_posts: int


def frozen_until(
    session: Session, brand_id: int, counted: Counted, until: datetime
) -> list[Frozen]:
    """The first baseline of everybody invited before `until`, or taken in without a letter."""
    asked, offer, member = tables.Invitation, tables.Offer, tables.Member
    sent = (
        select(offer.author_id, asked.baseline)
        .join(offer, col(offer.id) == col(asked.offer_id))
        .where(
            col(offer.brand_id) == brand_id,
            col(asked.sent_at) < until,
            col(asked.state) != "withdrawn",
        )
    )
    seated = (
        select(member.author_id, member.baseline)
        .join(tables.Committee, col(tables.Committee.id) == col(member.committee_id))
        .where(col(tables.Committee.brand_id) == brand_id, col(member.joined_at) < until)
    )
    found: dict[int, Frozen] = {}
    for author_id, told in [*session.exec(sent), *session.exec(seated)]:
        person = counted.whose(author_id)
        one = None if person is None else _frozen(person, told)
        if one is not None and one.at < until:
            found[one.person] = min(one, found.get(one.person, one), key=lambda row: row.at)
    return [found[person] for person in sorted(found)]


def _frozen(person: int, told: Any) -> Frozen | None:
    """None for somebody who was never weighed."""
    if not told or told.get("mu") is None or not told.get("frozen_at"):
        return None
    at = datetime.fromisoformat(told["frozen_at"])
    return Frozen(person, at, told["mu"], told["p_hate"], told["n_posts"])


def approached(session: Session, brand_id: int, counted: Counted) -> frozenset[int]:
    """Everybody we ever made an offer or gave a seat, whatever became of it."""
    offer, member = tables.Offer, tables.Member
    seated = (
        select(member.author_id)
        .join(tables.Committee, col(tables.Committee.id) == col(member.committee_id))
        .where(col(tables.Committee.brand_id) == brand_id)
    )
    offered = select(offer.author_id).where(col(offer.brand_id) == brand_id)
    people = (counted.whose(one) for one in [*session.exec(offered), *session.exec(seated)])
    return frozenset(one for one in people if one is not None)


def answers_between(
    session: Session, brand_id: int, counted: Counted, since: datetime, until: datetime
) -> list[Answer]:
    """The newest answer of each person, `since` included, `until` not; staff and bots left out.

    Answers without an account are all there, for nobody knows whose they are.
    """
    post, mention = tables.Post, tables.Mention
    query = (
        select(post.author_id, post.nps)
        .join(mention, col(mention.post_id) == col(post.id))
        .where(
            col(mention.brand_id) == brand_id,
            col(post.nps).is_not(None),
            col(post.at) >= since,
            col(post.at) < until,
            col(post.is_repost).is_(False),
        )
        .order_by(col(post.at), col(post.id))
    )
    newest: dict[int, Answer] = {}
    nameless: list[Answer] = []
    for author_id, score in session.exec(query):
        person = counted.whose(author_id)
        if score is None or (person is None and author_id is not None):
            continue
        if person is None:
            nameless.append(Answer(None, score))
        else:
            newest[person] = Answer(person, score)
    return [*nameless, *(newest[person] for person in sorted(newest))]
