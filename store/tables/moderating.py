"""What waits for a moderator, who reported it, and the readings that people corrected."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.tables.columns import (
    belongs_to,
    json_field,
    not_negative,
    one_of,
    optional_time,
    refers_to,
    time_field,
)


class ReviewItem(SQLModel, table=True):
    """One thing a moderator decides; brought up again it is re-opened, never doubled.

    kind    : post (of our own community), merge (two accounts, one human being?),
              reading (somebody disagrees), flag (of a candidate)
    subject : what it is about, unique within its kind ("post:12", "merge:3:9")
    why     : what speaks for and against, shown to the moderator
    version : counts decisions and claims, so that two moderators never overwrite each other
    rank    : orders what waits at any moment; urgency less what it would have gained since 1970
    snoozed_until : not before then does an open item wait for anybody
    """

    __tablename__ = "review_item"
    __table_args__ = (
        UniqueConstraint("kind", "subject", name="one_item_per_subject"),
        one_of("kind", "post", "merge", "reading", "flag"),
        one_of("state", "open", "decided"),
        not_negative("version"),
        not_negative("reopened"),
        Index("review_item_by_rank", "brand_id", "state", "rank"),
        Index("review_item_by_age", "brand_id", "state", "opened_at"),
        Index("review_item_by_decision", "brand_id", "state", "decided_at"),
        Index("review_item_by_kind", "brand_id", "state", "kind", "rank"),
        Index("review_item_by_return", "brand_id", "state", "snoozed_until"),
        Index("review_item_by_claim", "brand_id", "state", "claimed_until"),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = belongs_to("brand.id")
    kind: str
    subject: str
    post_id: int | None = belongs_to("post.id", nullable=True)
    author_id: int | None = belongs_to("author.id", nullable=True)
    other_id: int | None = belongs_to("author.id", nullable=True)
    flag_id: int | None = belongs_to("flag.id", nullable=True)
    why: dict[str, object] = json_field()
    priority: float = 0.0
    rank: float = 0.0
    state: str = "open"
    version: int = 0
    reopened: int = 0
    opened_at: datetime = time_field()
    claimed_by: str | None = None
    claimed_until: datetime | None = optional_time()
    snoozed_until: datetime | None = optional_time()
    decision: str | None = None
    reason: str | None = None
    note: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = optional_time()


class Report(SQLModel, table=True):
    """Somebody brought a review item up; `upheld` is their track record once it was decided."""

    __table_args__ = (UniqueConstraint("item_id", "reporter", name="one_report_per_reporter"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = belongs_to("review_item.id")
    reporter: str
    reason: str
    words: str | None = None
    at: datetime = time_field()
    upheld: bool | None = None
    told_at: datetime | None = optional_time()


class ModerationStep(SQLModel, table=True):
    """One thing that happened to a review item; never changed, only taken back."""

    __tablename__ = "moderation_step"

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = belongs_to("review_item.id")
    step: str
    actor: str
    words: str | None = None
    before: dict[str, object] = json_field()
    at: datetime = time_field()


class Label(SQLModel, table=True):
    """What a person says a post feels towards a brand; the model is measured against it.

    sampled : drawn blind at random (it measures); False = corrected because it caught the eye
    """

    __table_args__ = (
        UniqueConstraint("post_id", "brand_id", "labelled_by", name="one_label_per_person"),
        one_of("label", "negative", "neutral", "positive"),
    )

    id: int | None = Field(default=None, primary_key=True)
    post_id: int = belongs_to("post.id")
    brand_id: int = belongs_to("brand.id")
    label: str
    sampled: bool = False
    text_sha: str
    item_id: int | None = refers_to("review_item.id")
    labelled_by: str
    labelled_at: datetime = time_field()
