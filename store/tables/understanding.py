"""What was understood: readings, vectors, themes and stances."""

from datetime import datetime

from sqlalchemy import JSON, Index, LargeBinary
from sqlmodel import Column, Field, SQLModel

from store.tables.columns import (
    belongs_to,
    json_list,
    not_negative,
    one_of,
    optional_time,
    share,
    time_field,
)


class Reading(SQLModel, table=True):
    """What one model says of one post towards one brand (meanings: models/reading.py).

    text_sha : of the text that was read; an edited post no longer matches and is read again
    """

    __table_args__ = (
        *(
            share(name)
            for name in (
                "negative",
                "neutral",
                "positive",
                "idea",
                "specificity",
                "passion",
                "civility",
                "advocacy",
            )
        ),
        one_of("label", "negative", "neutral", "positive"),
        Index("reading_by_brand_and_model", "brand_id", "model", "read_at"),
    )

    post_id: int = belongs_to("post.id", primary=True)
    brand_id: int = belongs_to("brand.id", primary=True)
    model: str = Field(primary_key=True)
    text_sha: str
    language: str | None = None
    abstained: bool
    reason: str | None = None
    negative: float
    neutral: float
    positive: float
    label: str | None = None
    idea: float
    specificity: float
    passion: float
    civility: float
    advocacy: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})
    read_at: datetime = time_field()


class Vector(SQLModel, table=True):
    """A post's place among all posts: a unit vector of float16, little endian."""

    __table_args__ = (Index("vector_by_theme", "theme_id", "post_id"),)

    post_id: int = belongs_to("post.id", primary=True)
    brand_id: int = belongs_to("brand.id", primary=True)
    model: str
    text_sha: str
    numbers: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    theme_id: int | None = Field(default=None, foreign_key="theme.id", ondelete="SET NULL")


class Theme(SQLModel, table=True):
    """What posts of both sides are about; its id stays while its centre does.

    named_by  : who gave it its name by hand; None = named by its words
    weeks     : posts in each of the last twelve weeks before fitted_at, the oldest first
    fitted_at : when its centre was last found; until the next time posts are only assigned
    """

    __table_args__ = (not_negative("size"), not_negative("love"), not_negative("hate"))

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = belongs_to("brand.id")
    name: str
    named_by: str | None = None
    terms: list[str] = json_list()
    posts: list[int] = json_list()
    weeks: list[int] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]")
    )
    centre: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    model: str
    size: int = 0
    love: int = 0
    hate: int = 0
    first_at: datetime = time_field()
    last_at: datetime = time_field()
    fitted_at: datetime = time_field()
    retired_at: datetime | None = optional_time()


class Stance(SQLModel, table=True):
    """How an author stands to a brand, as last weighed (meanings: models/stance.py)."""

    __table_args__ = (
        *(share(name) for name in ("p_love", "p_hate", "p_torn")),
        one_of("stance", "love", "hate", "torn", "undecided"),
        not_negative("n_posts"),
        not_negative("n_threads"),
    )

    author_id: int = belongs_to("author.id", primary=True)
    brand_id: int = belongs_to("brand.id", primary=True)
    n_posts: int
    n_threads: int
    mu: float
    sd: float
    low: float
    high: float
    p_love: float
    p_hate: float
    p_torn: float
    stance: str
    passion: float
    constructive: float
    first_at: datetime | None = optional_time()
    last_at: datetime | None = optional_time()
    weighed_at: datetime = time_field()
