"""What came in: brands, sources, authors, posts and which brand a post is about."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.tables.columns import (
    belongs_to,
    json_field,
    not_negative,
    one_of,
    optional_time,
    refers_to,
    share,
    time_field,
)


class BrandRow(SQLModel, table=True):
    """A brand that posts can be about; what it is called stands in the settings, if anywhere.

    query_sha : fingerprint of the names posts were last matched with; another one means rematch
    """

    __tablename__ = "brand"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    query_sha: str | None = None
    created_at: datetime = time_field()


class Source(SQLModel, table=True):
    """One place where people talk, and where we stand with it.

    about_id     : every post of it is about this brand (a brand's own forum); else names decide
    cursor       : the source's own bookmark, written with the posts it stands behind
    body_sha     : of the last answer; an equal one is not parsed again
    queries_sha  : of the brands it was last looked at for; others mean asking anew, from the start
    failures     : failed looks in a row
    paused       : why it is not asked any more, in words; None = it is
    """

    __table_args__ = (
        UniqueConstraint("kind", "address", name="one_source_per_address"),
        not_negative("failures"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    address: str
    name: str = Field(unique=True)
    about_id: int | None = belongs_to("brand.id", nullable=True)
    cursor: dict[str, object] = json_field()
    etag: str | None = None
    last_modified: str | None = None
    validated_url: str | None = None
    body_sha: str | None = None
    queries_sha: str | None = None
    added_at: datetime = time_field()
    checked_at: datetime | None = optional_time()
    ok_at: datetime | None = optional_time()
    next_at: datetime | None = optional_time()
    failures: int = 0
    problem: str | None = None
    paused: str | None = None


class HostHold(SQLModel, table=True):
    """A host that asked us to wait."""

    __tablename__ = "host_hold"

    host: str = Field(primary_key=True)
    until: datetime = time_field()


class Person(SQLModel, table=True):
    """Accounts that a person of ours found to be one human being."""

    id: int | None = Field(default=None, primary_key=True)
    made_by: str
    made_at: datetime = time_field()


class Author(SQLModel, table=True):
    """An account on one site, called as its source calls it.

    site      : where the account lives; one Mastodon account read through two tags is one author
    person_id : whose account it is, where that was found out; most are nobody's but their own
    """

    __table_args__ = (UniqueConstraint("site", "key", name="one_author_per_account"),)

    id: int | None = Field(default=None, primary_key=True)
    site: str
    key: str
    name: str = Field(index=True)
    display_name: str | None = None
    url: str | None = None
    bio: str | None = None
    followers: int | None = None
    is_bot: bool = False
    is_staff: bool = False
    is_media: bool = False
    opted_out: bool = False
    person_id: int | None = refers_to("person.id")
    first_seen: datetime = time_field()


class Post(SQLModel, table=True):
    """One public post, in its author's own words.

    at       : created_at, or when we first saw it; orders everything
    text_sha : of all that a reader judges; another one means it was edited and is read again
    rating   : 0..1, the author's own stars; nps : 0..10, the author's own answer
    likes    : net approval where a site has votes, so it may be negative
    """

    __table_args__ = (
        UniqueConstraint("source_id", "native_key", name="one_post_per_key"),
        share("rating"),
        CheckConstraint("nps >= 0 AND nps <= 10", name="nps_is_0_to_10"),
        one_of("key_level", "guid", "link", "content"),
        one_of("kind", "post", "comment", "review", "survey", "article"),
        one_of("time_quality", "given", "missing", "clamped"),
        not_negative("reposts"),
        not_negative("replies"),
        Index("post_by_source_and_time", "source_id", "at"),
        Index("post_by_author_and_time", "author_id", "at"),
        Index("post_by_thread", "source_id", "thread_key", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = belongs_to("source.id")
    native_key: str
    key_level: str
    kind: str
    author_id: int | None = belongs_to("author.id", nullable=True)
    url: str | None = None
    title: str | None = None
    text: str
    text_sha: str
    language: str | None = None
    at: datetime = time_field(index=True)
    created_at: datetime | None = optional_time()
    time_quality: str
    edited_at: datetime | None = optional_time()
    thread_key: str | None = None
    parent_key: str | None = None
    rating: float | None = None
    nps: int | None = None
    is_repost: bool = False
    link_title: str | None = None
    quoted: str | None = None
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    first_seen: datetime = time_field()


class Mention(SQLModel, table=True):
    """A post is about a brand.

    how    : named (its words match), given (whoever brought it said so)
    others : how many other known brands it names
    """

    __table_args__ = (
        one_of("how", "named", "given"),
        not_negative("others"),
        Index("mention_by_brand", "brand_id", "post_id"),
    )

    post_id: int = belongs_to("post.id", primary=True)
    brand_id: int = belongs_to("brand.id", primary=True)
    how: str
    others: int = 0
