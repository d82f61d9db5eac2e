"""Who of ours may come in and what they did: users, sessions, tokens, grants, the audit log."""

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
    refers_to,
    time_field,
)

ROLES = ("viewer", "moderator", "marketer", "admin")


class User(SQLModel, table=True):
    """Somebody of ours who signs in.

    address       : how they sign in, a mail address, lower case
    password_hash : argon2id; None until they chose one by their link
    prefs         : what they set for themselves (theme, shortcuts, brand, skipped steps)
    """

    __tablename__ = "app_user"  # "user" is a reserved word in PostgreSQL
    __table_args__ = (one_of("role", *ROLES),)

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True)
    name: str = Field(unique=True)
    role: str
    timezone: str = "UTC"
    password_hash: str | None = None
    prefs: dict[str, object] = json_field()
    made_by: str
    made_at: datetime = time_field()
    disabled_at: datetime | None = optional_time()


class UserSession(SQLModel, table=True):
    """One browser that is signed in; its cookie is kept as a hash only.

    device : hash of the cookie that tells a browser that signed in before
    """

    __tablename__ = "user_session"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = belongs_to("app_user.id")
    token_sha: str = Field(unique=True)
    device: str
    agent: str = ""
    made_at: datetime = time_field()
    seen_at: datetime = time_field()
    ended_at: datetime | None = optional_time()


class SignInLink(SQLModel, table=True):
    """A link that lets its holder choose a password, once, and soon.

    user_id : whose; None = whoever opens it becomes the first admin
    """

    __tablename__ = "sign_in_link"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int | None = belongs_to("app_user.id", nullable=True)
    token_sha: str = Field(unique=True)
    made_by: str
    made_at: datetime = time_field()
    expires_at: datetime = time_field()
    used_at: datetime | None = optional_time()


class SignInAttempt(SQLModel, table=True):
    """One try to sign in, kept a day so that guessing gets slow.

    account, client : keyed hashes of the address typed and of where it came from
    device          : of a browser that signed in as this account before; None = unknown
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("sign_in_attempt_by_account", "account", "at"),
        Index("sign_in_attempt_by_client", "client", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account: str
    client: str
    device: str | None = None
    passed: bool
    at: datetime = time_field()


class ApiToken(SQLModel, table=True):
    """What a program signs in with; shown once, kept as a hash.

    prefix : its first characters, to know it again
    scopes : what it may do ("read", "write", "import", "metrics")
    """

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = belongs_to("app_user.id")
    name: str
    prefix: str
    token_sha: str = Field(unique=True)
    scopes: list[str] = json_list()
    made_at: datetime = time_field()
    expires_at: datetime | None = optional_time()
    revoked_at: datetime | None = optional_time()
    used_at: datetime | None = optional_time()


class Grant(SQLModel, table=True):
    """An address that opens one thing to whoever knows it, until it is revoked.

    subject : what it opens ("committee:3", "brand:1", "search:7")
    nonce   : signed into the address; the secret of an import hook is derived from it
    """

    __tablename__ = "access_grant"
    __table_args__ = (one_of("kind", "import_hook", "calendar", "feed"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: str
    name: str
    nonce: str = Field(unique=True)
    made_by: str
    made_at: datetime = time_field()
    revoked_at: datetime | None = optional_time()
    used_at: datetime | None = optional_time()


class SavedSearch(SQLModel, table=True):
    """A list with its filter, kept under a name.

    page  : which list ("recruits", "mentions"); query : its filter, as in the address
    shared : everybody of ours sees it, else only its owner
    """

    __tablename__ = "saved_search"
    __table_args__ = (
        UniqueConstraint("user_id", "page", "name", name="one_search_per_name"),
        one_of("page", "recruits", "mentions", "authors", "review", "suggestions"),
    )

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = belongs_to("app_user.id")
    page: str
    name: str
    query: str
    shared: bool = False
    made_at: datetime = time_field()


class Replay(SQLModel, table=True):
    """The answer a program got under an Idempotency-Key, given again to the same question.

    token_id, grant_id : who asked: a token's owner, or an import hook under its webhook-id
    status             : of the answer; None = it is being worked on since `at`
    """

    __table_args__ = (
        UniqueConstraint("token_id", "key_sha", name="one_answer_per_key"),
        UniqueConstraint("grant_id", "key_sha", name="one_answer_per_delivery"),
    )

    id: int | None = Field(default=None, primary_key=True)
    token_id: int | None = belongs_to("api_token.id", nullable=True)
    grant_id: int | None = belongs_to("access_grant.id", nullable=True)
    key_sha: str
    request_sha: str
    status: int | None = None
    answer: dict[str, object] = json_field()
    at: datetime = time_field(index=True)


class AuditEntry(SQLModel, table=True):
    """One thing somebody of ours did or looked at; only ever appended.

    number   : 1, 2, 3 … without a gap
    subject  : what it concerned ("author:12", "user:3"), never a person's name
    details  : columns and counts, never words about a person
    sha      : SHA-256 over the entry before and this one, so that a change shows
    """

    __tablename__ = "audit_entry"
    __table_args__ = (not_negative("number"),)

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = time_field(index=True)
    user_id: int | None = refers_to("app_user.id")
    actor: str
    action: str = Field(index=True)
    subject: str = Field(index=True)
    details: dict[str, object] = json_field()
    before_sha: str
    sha: str
