"""A small house that may invite: a brand, a committee with a charter, and approved candidates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session

from community.inviting.inviting_rules import Desk
from community.links import Signer
from config.outgoing import MailSettings, WebSettings
from config.settings import RecruitingSettings, Settings
from store import tables
from store.tombstones import Marker

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SETTINGS = Settings(
    recruiting=RecruitingSettings(contact="Kim Wood, kim@lumen.example"),
    mail=MailSettings(
        sender="Lumen Coffee <voices@lumen.example>", postal_address="Lumen, 1 Mill Lane, Graz"
    ),
    web=WebSettings(public_url="https://voices.lumen.example"),
)


def desk(settings: Settings = SETTINGS) -> Desk:
    return Desk(settings, Marker(b"a key for tests"), Signer(b"a key for tests"))


def found_committee(session: Session) -> tables.Charter:
    """The brand Lumen Coffee, its committee, and its first charter."""
    brand = tables.BrandRow(name="Lumen Coffee", created_at=NOW)
    session.add(brand)
    session.flush()
    committee = tables.Committee(
        brand_id=brand.id or 0, name="the Lumen Table", made_by="Ann", made_at=NOW
    )
    session.add(committee)
    session.flush()
    return add_charter(session, committee.id or 0, 1)


def add_charter(session: Session, committee_id: int, version: int) -> tables.Charter:
    charter = tables.Charter(
        committee_id=committee_id,
        version=version,
        purpose="To tell Lumen what to change first, and to hear what became of it",
        hours_a_year=12,
        meetings_a_year=5,
        cadence="one day in person, a call every quarter",
        compensation="your travel, and coffee for the year",
        seniors=["the managing director", "the head of service"],
        answer_days=30,
        published_by="Ann",
        published_at=NOW,
    )
    session.add(charter)
    session.flush()
    return charter


def approve_somebody(
    session: Session,
    brand_id: int,
    name: str = "mara",
    *,
    side: str = "hate",
    address: str | None = None,
    **told: Any,
) -> tables.Candidate:
    """An approved candidate with two posts, and the address they gave, if any."""
    author = tables.Author(site="forum.example", key=name, name=name, first_seen=NOW, **told)
    source = tables.Source(
        kind="feed", address=f"https://{name}.example", name=f"forum of {name}", added_at=NOW
    )
    session.add_all([author, source])
    session.flush()
    posts = [
        tables.Post(
            source_id=source.id or 0,
            native_key=f"{name} {number}",
            key_level="guid",
            kind="post",
            author_id=author.id,
            url=f"https://forum.example/{name}/{number}",
            text=words,
            text_sha=words,
            at=NOW - timedelta(days=number),
            time_quality="given",
            first_seen=NOW,
        )
        for number, words in enumerate(["The lid leaks, every single morning.", "Still leaks."], 1)
    ]
    session.add_all(posts)
    session.flush()
    candidate = tables.Candidate(
        author_id=author.id or 0,
        brand_id=brand_id,
        side=side,
        listed=True,
        utility=0.5,
        evidence=[post.id or 0 for post in posts],
        language="en",
        state="approved",
        decided_by="Ann",
        decided_at=NOW,
        updated_at=NOW,
    )
    stance = tables.Stance(
        author_id=author.id or 0, brand_id=brand_id, n_posts=2, n_threads=2, mu=-0.6, sd=0.1,
        low=-0.8, high=-0.4, p_love=0.0, p_hate=0.9, p_torn=0.1, stance="hate", passion=0.5,
        constructive=0.5, weighed_at=NOW,
    )  # fmt: skip
    session.add_all([candidate, stance])
    session.flush()
    if address is not None:
        session.add(
            tables.Address(
                author_id=author.id or 0,
                address=address,
                basis="wrote it under their post",
                noted_by="Ann",
                noted_at=NOW,
            )
        )
        session.flush()
    return candidate
