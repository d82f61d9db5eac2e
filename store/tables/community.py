"""Whom we might invite: candidates, decisions, flags, slates, and what must never come back."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
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

STAGES = (
    "proposed",
    "shortlisted",
    "approved",
    "invited",
    "accepted",
    "declined",
    "silent",
    "rejected",
    "deferred",
)
STAKEHOLDERS = (
    "client",
    "sales_consultant",
    "management",
    "supplier",
    "partner",
    "agent",
    "influencer",
    "regulator",
)


class Candidate(SQLModel, table=True):
    """One author proposed for one brand's committee; a person decides.

    listed   : on the recruit list now; False = watched, or fallen out; listed_at : first time
    why_not  : what keeps them off the list, in words
    version  : counts decisions, so that two reviewers never overwrite each other
    assignee : who of ours takes care of them, by due_at
    claimed_by, claimed_at, claimed_until : who is deciding just now; nobody else may meanwhile
    """

    __table_args__ = (
        UniqueConstraint("author_id", "brand_id", name="one_candidate_per_author"),
        one_of("side", "love", "hate", "torn"),
        one_of("state", *STAGES),
        share("utility"),
        not_negative("version"),
        Index("candidate_by_usefulness", "brand_id", "listed", "side", "utility"),
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
    assignee: str | None = None
    due_at: datetime | None = optional_time()
    claimed_by: str | None = None
    claimed_at: datetime | None = optional_time()
    claimed_until: datetime | None = optional_time()
    updated_at: datetime = time_field()


class Decision(SQLModel, table=True):
    """What was said or done of a candidate; never changed, only answered by another one.

    before, after : the candidate's state; of `assign` the assignee
    """

    __table_args__ = (
        one_of(
            "action",
            "shortlist",
            "approve",
            "invite",
            "accept",
            "decline",
            "silence",
            "reject",
            "defer",
            "reopen",
            "note",
            "assign",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    candidate_id: int = belongs_to("candidate.id")
    action: str
    reason: str | None = None
    note: str | None = None
    actor: str
    before: str
    after: str
    at: datetime = time_field()


class Verdict(SQLModel, table=True):
    """What one reviewer would do, said before they see what the other said."""

    __table_args__ = (
        UniqueConstraint("candidate_id", "reviewer", name="one_verdict_per_reviewer"),
        one_of("verdict", "approve", "reject", "defer"),
    )

    id: int | None = Field(default=None, primary_key=True)
    candidate_id: int = belongs_to("candidate.id")
    reviewer: str
    verdict: str
    note: str | None = None
    at: datetime = time_field()


class Look(SQLModel, table=True):
    """Somebody of ours opened a candidate's dossier."""

    id: int | None = Field(default=None, primary_key=True)
    candidate_id: int = belongs_to("candidate.id")
    looked_by: str
    at: datetime = time_field()


class Stakeholder(SQLModel, table=True):
    """What an author is to the brand, from a day on; several at once are allowed."""

    __table_args__ = (
        UniqueConstraint("author_id", "brand_id", "kind", name="one_stakeholder_of_a_kind"),
        one_of("kind", *STAKEHOLDERS),
    )

    id: int | None = Field(default=None, primary_key=True)
    author_id: int = belongs_to("author.id")
    brand_id: int = belongs_to("brand.id")
    kind: str
    said_by: str
    since: datetime = time_field()
    until: datetime | None = optional_time()


class SeatChoice(SQLModel, table=True):
    """A person's word on one seat of the slate: lock (they sit) or bar (they do not)."""

    __table_args__ = (
        UniqueConstraint("author_id", "brand_id", name="one_seat_choice_per_author"),
        one_of("choice", "lock", "bar"),
    )

    id: int | None = Field(default=None, primary_key=True)
    author_id: int = belongs_to("author.id")
    brand_id: int = belongs_to("brand.id")
    choice: str
    reason: str | None = None
    chosen_by: str
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

    kind : do_not_contact (an account or a mail address), erased (an account), deleted (a post),
           unsubscribed (a mail address, from digests), name (of an erased account)
    """

    __table_args__ = (
        one_of("kind", "do_not_contact", "erased", "deleted", "unsubscribed", "name"),
    )

    mark: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    at: datetime = time_field()
