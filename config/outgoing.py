"""Settings of what leaves the house: mail, the digest and its readers, pages, hooks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, field_validator

from config import checks
from config.group import Group


class WebSettings(Group):
    """Where the pages are that links in mails lead to."""

    public_url: Annotated[str, AfterValidator(checks.web_address)] = Field(
        default="http://127.0.0.1:8400",
        description="How readers reach us, as in https://voices.example.com.",
    )
    host: str = Field(default="127.0.0.1", description="Address the pages are served on.")
    port: int = Field(default=8400, ge=1, le=65535, description="Port the pages are served on.")
    behind_proxy: bool = Field(
        default=False,
        description="Believe the last X-Forwarded-For, which your proxy adds.",
    )


class MailSettings(Group):
    """How mail leaves; without a host none does, and it waits in the outbox."""

    host: str = Field(default="", description="SMTP server; empty = mail waits in the outbox.")
    port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="starttls, tls, or none (only on this machine)."
    )
    user: str = Field(default="", description="Login, if it asks for one.")
    password: SecretStr | None = Field(default=None, description="Its password.")
    sender: Annotated[str, AfterValidator(checks.mailbox)] = Field(
        default="", description='Who mails come from, as in "Lumen <voices@example.com>".'
    )
    reply_to: Annotated[str, AfterValidator(checks.mailbox)] = Field(
        default="", description="Where answers go; empty = the sender."
    )
    postal_address: str = Field(
        default="", description="Your postal address; without one nobody outside is invited."
    )
    timeout_s: float = Field(
        default=60.0, gt=0, le=600, description="Longest wait for the server, seconds."
    )
    verdict_s: float = Field(
        default=600.0,
        gt=0,
        le=3600,
        description="Longest wait for its verdict on a whole mail, seconds (RFC 5321: 600).",
    )
    retry_hours: float = Field(
        default=24.0, gt=0, le=240, description="A mail put off is tried again so long, hours."
    )

    _empty_is_none = field_validator("password")(checks.given)


class HookSettings(Group):
    """A chat channel or a program of yours that is told too."""

    name: str = Field(min_length=1, max_length=60, description="What you call it.")
    kind: Literal["slack", "teams", "discord", "webhook"] = Field(
        description="slack, teams, discord, or webhook (signed, standardwebhooks.com)."
    )
    url: SecretStr = Field(description="Its address; whoever knows it can post there.")
    secret: SecretStr | None = Field(
        default=None, description="Signs what a webhook is told, as whsec_…"
    )
    events: tuple[Literal["digest", "alert", "overdue"], ...] = Field(
        default=("digest", "alert"), description="What it is told: digest, alert, overdue."
    )


class RecipientSettings(Group):
    """One reader of the daily digest."""

    address: Annotated[str, AfterValidator(checks.mail_address)] = Field(
        description="Where it goes."
    )
    name: str = Field(default="", description="Whom it greets.")
    role: Literal["marketer", "moderator", "executive"] = Field(
        default="marketer", description="marketer, moderator or executive: what it leads with."
    )
    hour: int | None = Field(
        default=None, ge=0, le=23, description="Local hour; empty = that of [digest]."
    )
    timezone: Annotated[str, AfterValidator(checks.zone)] | None = Field(
        default=None, description="IANA zone; empty = that of [digest]."
    )
    brands: tuple[str, ...] = Field(default=(), description="Which brands; empty = all.")


class DigestSettings(Group):
    """The daily digest."""

    folder: Path = Field(default=Path("digests"), description="Where digests are written.")
    hour: int = Field(default=7, ge=0, le=23, description="Local hour of the digest.")
    timezone: Annotated[str, AfterValidator(checks.zone)] = Field(
        default="UTC", description="IANA zone of the digest's readers."
    )
    recipient: tuple[RecipientSettings, ...] = Field(
        default=(), description="Who gets it by mail; one block [[digest.recipient]] for each."
    )

    @field_validator("recipient")
    @classmethod
    def _unlike_addresses(
        cls, recipients: tuple[RecipientSettings, ...]
    ) -> tuple[RecipientSettings, ...]:
        checks.no_address_twice([recipient.address for recipient in recipients])
        return recipients
