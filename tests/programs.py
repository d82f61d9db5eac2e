"""A small house that programs ask: one of everything, a token for every role, a client."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from config.clock import PinnedClock
from config.outgoing import HookSettings
from config.settings import Settings
from soundingboard.access import tokens
from soundingboard.web.app import make_app
from soundingboard.wiring import Parts
from store import tables
from store.outbox import enqueue
from store.pages import page
from tests.console import make_user
from tests.fakes import NOW, make_parts
from tests.inviting import SETTINGS, approve_somebody, found_committee
from tests.promised import add_member

DATABASE = "soundingboard.db"
SECRET = "whsec_c291bmRpbmcgYm9hcmQgdGVzdCBzZWNyZXQgMTIz"
HOOK = HookSettings(name="crm", kind="webhook", url="https://crm.example/in", secret=SECRET)  # type: ignore[arg-type]


def make_house(folder: Path) -> Parts:
    """A house in an empty folder with one of everything that can be asked for."""
    parts = make_parts(folder, settings=_settings())
    with parts.store.write() as session:
        charter = found_committee(session)
        committee = session.get_one(tables.Committee, charter.committee_id)
        people = [
            approve_somebody(session, committee.brand_id, name, display_name=name.title())
            for name in ("mara", "noor", "otto")
        ]
        for candidate in people[1:]:
            candidate.state, candidate.decided_by, candidate.decided_at = "proposed", None, None
        member = add_member(session, committee, "Ida", address="ida@mail.test")
        session.add_all(_programme(committee, member, people[0]))
        enqueue(
            session, key="alert/1/webhook/crm", channel="webhook", kind="alert", receiver="crm",
            subject="a spike", text="more than usual", payload={}, now=NOW,
        )  # fmt: skip
        session.flush()
        _mention_all(session, committee.brand_id)
    return parts


@dataclass(frozen=True)
class Running:
    """A house with its client; `anew` puts everything back as it was made."""

    parts: Parts
    client: TestClient
    kept: Path

    def anew(self) -> None:
        self.parts.store.engine.dispose()
        for end in ("-wal", "-shm"):
            (self.parts.folder / f"{DATABASE}{end}").unlink(missing_ok=True)
        shutil.copy(self.kept / DATABASE, self.parts.folder / DATABASE)
        self.parts.clock = PinnedClock(NOW)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A house that was made once, and served once, for all tests of a file."""
    folder, kept = tmp_path_factory.mktemp("house"), tmp_path_factory.mktemp("kept")
    parts = make_house(folder)
    parts.store.engine.dispose()  # with the last connection its log goes into the file
    shutil.copy(folder / DATABASE, kept / DATABASE)
    yield Running(parts, make_client(parts), kept)
    parts.close()


def _settings() -> Settings:
    return SETTINGS.model_copy(update={"hook": (HOOK,)})


def _programme(
    committee: tables.Committee, member: tables.Member, candidate: tables.Candidate
) -> list[object]:
    brand = committee.brand_id
    return [
        tables.Suggestion(
            committee_id=committee.id or 0, member_id=member.id, author_id=member.author_id,
            title="a better lid", words="a better lid, please", raised_at=NOW - timedelta(days=3),
        ),
        tables.Meeting(
            committee_id=committee.id or 0, uid="m1@lumen.example", kind="meeting",
            title="First call", starts_at=NOW + timedelta(days=9),
            ends_at=NOW + timedelta(days=9, hours=1), timezone="Europe/Vienna", place="online",
            agenda=["Ida speaks of the lid"], called_by="Ann", called_at=NOW,
        ),
        tables.ReviewItem(
            brand_id=brand, kind="post", subject=f"post:{candidate.evidence[0]}",
            post_id=candidate.evidence[0], author_id=candidate.author_id,
            why={"cues": {"report": "somebody reported it"}}, opened_at=NOW,
        ),
        tables.Measurement(
            brand_id=brand, kpi="vocal_love", unit="share", since=NOW - timedelta(days=90),
            until=NOW, value=0.4, low=0.3, high=0.5, numerator=40, denominator=100, n=100,
        ),
        tables.Goal(
            brand_id=brand, title="More love", kpi="vocal_love", level="strategic",
            direction="up", owner="Ann", benefit_customer="better lids", benefit_company="sales",
            baseline={"value": 0.4, "low": 0.3, "high": 0.5, "n": 100}, target=0.6,
            starts_at=NOW, ends_at=NOW + timedelta(days=90), made_at=NOW,
        ),
        tables.ContextEvent(
            brand_id=brand, kind="launch", title="A new lid", starts_at=NOW, noted_by="Ann",
            noted_at=NOW,
        ),
        tables.Alert(
            brand_id=brand, series="negative", day="2026-02-28", count=40, people=30,
            expected=4.0, p=1e-9, posts=candidate.evidence, raised_at=NOW,
        ),
        tables.Slate(brand_id=brand, seats=2, made_at=NOW, result=_slate(candidate)),
    ]  # fmt: skip


def _slate(candidate: tables.Candidate) -> dict[str, object]:
    seated = {
        "author": "mara", "author_id": candidate.author_id, "source": "forum.example",
        "side": "hate",
    }  # fmt: skip
    seat = {
        **seated, "utility": 0.5, "state": "approved", "locked": False, "drawn": False,
        "reasons": ["says why"], "without": {"loss": 0.1, "enters": [], "leaves": []},
    }  # fmt: skip
    return {
        "pool": 3, "members": [seat], "reserves": [seated], "unmet": [], "themes_covered": [],
        "quotas": [{"quota": "hate", "low": 1, "high": None, "seated": 1, "pool": 3}],
        "objective": 0.5, "gap": None,
    }  # fmt: skip


def _mention_all(session: Session, brand: int) -> None:
    """Every post is about the brand, and no source is called like an account."""
    for post in page(session, tables.Post, 1000):
        session.add(tables.Mention(post_id=post.id or 0, brand_id=brand, how="named"))
    for source in page(session, tables.Source, 1000):
        source.name, source.address = f"forum {source.id}", f"https://forum{source.id}.example"


def make_client(parts: Parts) -> TestClient:
    """A client of the whole application, which shows faults as answers."""
    return TestClient(make_app(parts), raise_server_exceptions=False, follow_redirects=False)


def token_of(parts: Parts, role: str, scopes: Collection[str] | None = None) -> dict[str, str]:
    """The header of a program whose token belongs to somebody of this role."""
    user = make_user(parts, role)
    with parts.store.write() as session:
        wanted = scopes or tokens.ALLOWED[role]
        _, words = tokens.make(
            session, user, "test", wanted, days=None, by="test", now=parts.clock.now()
        )
    return {"Authorization": f"Bearer {words}"}
