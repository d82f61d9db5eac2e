"""Every error Sounding Board raises on purpose.

SoundingBoardError               never raised itself; carries what went wrong and what to do
├── ConfigError            exit 3  the operator can fix it: a setting is wrong
├── NotFoundError          exit 4  no such brand, author, source or post
├── RuleError              exit 5  a rule forbids the step (do-not-contact, version conflict)
├── CollectError           exit 6  one source failed; the others go on
│   ├── FetchRefusedError          the gate: address, port, scheme or redirect is not allowed
│   ├── FetchTimeoutError          the total deadline passed
│   ├── FetchFailedError           no connection, broken TLS, broken transfer
│   ├── HttpStatusError            an answer came, but not a good one
│   │   ├── SourceGoneError        410: never ask again
│   │   └── RateLimitedError       429 or 503 with a time to come back
│   ├── TooLargeError              more bytes than the cap, on the wire or unpacked
│   └── UnreadableError            bytes came, but nothing could be read from them
├── ModelError             exit 7  a model's file is missing, damaged or not allowed
├── StoreError             exit 8  the database is locked, damaged, full or of another version
└── DeliveryError          exit 9  a message could not be handed over
"""

from __future__ import annotations

from datetime import datetime


class SoundingBoardError(Exception):
    """Base of all our errors: `problem` says what is wrong, `mend` what to do about it."""

    exit_code = 1

    def __init__(self, problem: str, *, mend: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.problem} {self.mend}".rstrip()


class ConfigError(SoundingBoardError):
    """A setting is wrong; `line` is where it stands in `file` (1-based), when that is known."""

    exit_code = 3

    def __init__(
        self, problem: str, *, mend: str = "", file: str | None = None, line: int | None = None
    ) -> None:
        where = "" if file is None else f"{file}: " if line is None else f"{file}, line {line}: "
        super().__init__(where + problem, mend=mend)
        self.file, self.line = file, line


class NotFoundError(SoundingBoardError):
    """What was asked for is not in the database."""

    exit_code = 4


class RuleError(SoundingBoardError):
    """A rule of the house forbids this step."""

    exit_code = 5


class CollectError(SoundingBoardError):
    """One source could not be collected; the cause is chained. `url` is what was asked for."""

    exit_code = 6

    def __init__(self, url: str, reason: str, *, mend: str = "") -> None:
        super().__init__(f"{url}: {reason}{'.' if mend else ''}", mend=mend)
        self.url, self.reason = url, reason


class FetchRefusedError(CollectError):
    """Our own gate refused the address before, or while, dialling it."""


class FetchTimeoutError(CollectError):
    """The total deadline passed before the whole answer was here."""


class FetchFailedError(CollectError):
    """No whole answer came: connection, TLS or transfer broke."""


class HttpStatusError(CollectError):
    """The server answered with a status that is not a success."""

    def __init__(self, url: str, status: int, reason: str, *, mend: str = "") -> None:
        super().__init__(url, reason, mend=mend)
        self.status = status


class SourceGoneError(HttpStatusError):
    """410 Gone: the only status that means for ever."""


class RateLimitedError(HttpStatusError):
    """The server asked us to wait; `retry_at` is aware UTC, already clamped."""

    def __init__(self, url: str, status: int, retry_at: datetime) -> None:
        super().__init__(
            url,
            status,
            f"asked us to wait until {retry_at:%Y-%m-%d %H:%M} UTC",
            mend="Nothing to do: we come back by ourselves.",
        )
        self.retry_at = retry_at


class TooLargeError(CollectError):
    """The answer is larger than we read; nothing of it was kept."""


class UnreadableError(CollectError):
    """Bytes came, but not one record could be read from them."""


class ModelError(SoundingBoardError):
    """A model cannot be used; posts wait as unread until it can."""

    exit_code = 7


class StoreError(SoundingBoardError):
    """The database cannot be used as asked; nothing was changed."""

    exit_code = 8


class DeliveryError(SoundingBoardError):
    """A message could not be handed over; the outbox says where it stands."""

    exit_code = 9
