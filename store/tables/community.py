"""Whom we might invite: candidates, decisions, flags, slates, and what must never come back."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from store.tables.columns import (
    belongs_to,
    json_field,
    json_list,
    not_negative,
    one_of,
    optional_time,
    share,
    time_field,
)


class Candidate(SQLModel, table=True):
    """One author proposed for one brand's committee; a person decides.

    listed  : on the recruit list now; False = watched, or fallen out; listed_at : first time
    why_not : what keeps them off the list, in words
    version : counts decisions, so that two reviewers never overwrite each other
    """

    __table_args__ = (
        UniqueConstraint("author_id", "brand_id", name="one_candidate_per_author"),
        one_of("side", "love", "hate", "torn"),
        one_of("state", "proposed", "approved", "rejected", "deferred", "declined"),
        share("utility"),
        not_negative("version"),
    )

    id: int | None = Field(default=None, primary_key=True)
    author_id: int = belongs_to("author.id")
    brand_id: int = belongs_to("brand.id")
    side: str
    listed: bool
    listed_at: datetime | None = optional_time()
    why_not: list[str] = json_list()
    utility: float
    parts: dict[str, float] = json_field()
    themes: list[int] = json_list()
    evidence: list[int] = json_list()
    language: str | None = None
    state: str = "proposed"
    version: int = 0
    decided_by: str | None = None
    decided_at: datetime | None = optional_time()
    updated_at: datetime = time_field()


class Decision(SQLModel, table=True):
    """What a person said of a candidate; never changed, only answered by another one."""

    __table_args__ = (one_of("action", "approve", "reject", "defer", "decline", "note", "reopen"),)

    id: int | None = Field(default=None, primary_key=True)
    candidate_id: int = belongs_to("candidate.id")
    action: str
    reason: str | None = None
    note: str | None = None
    actor: str
    before: str
    after: str
    at: datetime = time_field()


class Flag(SQLModel, table=True):
    """A reason to look twice before inviting somebody; a person may override it."""

    __table_args__ = (
        UniqueConstraint("author_id", "brand_id", "kind", name="one_flag_of_a_kind"),
        one_of("strength", "strong", "weak"),
    )

    id: int | None = Field(default=None, primary_key=True)
    author_id: int = belongs_to("author.id")
    brand_id: int = belongs_to("brand.id")
    kind: str
    strength: str
    excludes: bool
    evidence: str
    raised_at: datetime = time_field()
    overridden_by: str | None = None
    overridden_at: datetime | None = optional_time()
    override_reason: str | None = None


class Slate(SQLModel, table=True):
    """A proposed committee, kept as it was shown."""

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = belongs_to("brand.id")
    seats: int
    made_at: datetime = time_field()
    result: dict[str, object] = json_field()


class Tombstone(SQLModel, table=True):
    """A keyed hash of what must not come back, and nothing else of it.

    kind : do_not_contact (an account), erased (an account), deleted (a post)
    """

    __table_args__ = (one_of("kind", "do_not_contact", "erased", "deleted"),)

    mark: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    at: datetime = time_field()
