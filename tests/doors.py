"""The whole program with something real behind every address, and how to ask all of it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import event, text

from config.clock import PinnedClock
from config.loading import load
from soundingboard import grants, personal_links, unsubscribing
from soundingboard.access import sessions, welcome
from soundingboard.demo import world
from soundingboard.inviting import desk_of
from soundingboard.pipeline.propose import propose
from soundingboard.web.app import make_app
from soundingboard.web.policy import TABLE, Line
from soundingboard.wiring import Parts
from store import tables
from store.outbox import enqueue
from tests.console import ORIGIN, cookie_of, make_user
from tests.fakes import FixedReader
from tests.programs import token_of

NOW = world.NOW
ROLES = ("viewer", "moderator", "marketer", "admin")
PARAMETER = re.compile(r"\{[^}]+\}")
WRITES = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|BEGIN IMMEDIATE|LOCK)\b", re.IGNORECASE
)
DATABASE = "soundingboard.db"

Fill = Callable[[Parts], object]


class Idle:
    """Errands that are written down and never run: a page starts them, and that is all."""

    last = None

    def __init__(self) -> None:
        self.started: list[str] = []

    def start(self, name: str, work: object, now: object) -> None:
        self.started.append(name)


def _row(table: str, column: str = "id", where: str = "1 = 1") -> Fill:
    def first(parts: Parts) -> object:
        query = f"SELECT {column} FROM {table} WHERE {where} ORDER BY 1"
        with parts.store.read() as session:
            found = session.execute(text(query)).scalar()
        assert found is not None, query
        return found

    return first


def _last(address: str) -> str:
    return address.rsplit("/", 1)[-1]


def _invitation(parts: Parts) -> str:
    nonce = str(_row("invitation", "nonce", "state = 'sent'")(parts))
    return _last(desk_of(parts).link(nonce, "committee"))


def _welcome(parts: Parts) -> str:
    spare = make_user(parts, "viewer", "Spare")
    with parts.store.write() as session:
        return welcome.new_link(session, spare.id or 0, "test", NOW)


def _calendar(parts: Parts) -> str:
    committee = int(str(_row("committee")(parts)))
    with parts.store.write() as session:
        grant = grants.make(session, grants.CALENDAR, committee, "phone", by="test", now=NOW)
        return _last(grants.address(parts, grant)).removesuffix(".ics")


def _recipient(parts: Parts) -> str:
    return parts.marker.address(parts.settings.digest.recipient[0].address)


BEHIND: dict[str, Fill] = {
    "static/{name:path}": lambda _: "console.css",
    "programme/{number}": _row("brand"),
    "brands/{number}": _row("brand"),
    "badges/{serial}": _row("badge", "serial"),
    "member/{token}": lambda p: _last(personal_links.member_link(p, int(str(_row("member")(p))))),
    "my-data/{token}": lambda p: personal_links.data_token(p, int(str(_row("author")(p)))),
    "invitation/{token}": _invitation,
    "unsubscribe/{token}": lambda p: _last(unsubscribing.link(p, "reader@post.example")),
    "welcome/{token}": _welcome,
    "calendar/{token}": _calendar,
    "import/{grant}": _row("access_grant"),
    "grants/{number}": _row("access_grant"),
    "searches/{search_id}": _row("saved_search"),
    "candidates/{candidate_id}": _row("candidate", where="listed"),
    "candidates/{number}": _row("candidate", where="listed"),
    "seats/{author}": _row("candidate", "author_id", "listed"),
    "slates/{number}": _row("slate"),
    "posts/{number}": _row("post"),
    "authors/{number}": _row("author"),
    "alerts/{number}": _row("alert"),
    "events/{number}": _row("context_event"),
    "themes/{number}": _row("theme"),
    "sources/{number}": _row("source"),
    "members/{number}": _row("badge", "member_id"),
    "committees/{number}": _row("committee"),
    "steps/{step}": _row("committee_step"),
    "meetings/{number}": _row("meeting"),
    "people/{person}": _row("attendance"),
    "suggestions/{number}": _row("suggestion"),
    "invitations/{number}": _row("invitation"),
    "pay/{entry}": _row("compensation"),
    "review/{item_id}": _row("review_item"),
    "review/{number}": _row("review_item"),
    "labelling/{post_id}": _row("label", "post_id"),
    "kpis/{name}": _row("measurement", "kpi"),
    "goals/{number}": _row("goal"),
    "resets/{number}": _row("reset"),
    "ledger/{number}": _row("ledger_entry"),
    "recipients/{mark}": _recipient,
    "templates/{kind}": lambda _: "invitation",
    "outbox/{number}": _row("outbox"),
    "deliveries/{number}": _row("outbox", where="channel = 'webhook'"),
    "users/{user_id}": _row("app_user", where="name = 'Spare'"),
    "tokens/{token_id}": _row("api_token"),
}
"""What stands behind each parameter, by the word before it."""


ASKED = {"/recruits/many": "do=reject", "/compare": "ids=1,3"}
"""What a page needs to be asked for."""


def _furnish(parts: Parts) -> None:
    """What the demo has none of."""
    file = parts.folder / "soundingboard.toml"
    file.write_text(
        f'{file.read_text("utf-8")}\n[web]\npublic_url = "{ORIGIN}"\n'
        '\n[[digest.recipient]]\naddress = "reader@post.example"\n',
        encoding="utf-8",
    )
    parts.settings = load(parts.folder, {}).settings
    parts.errands = Idle()  # type: ignore[assignment]
    make_user(parts, "viewer", "Spare")
    admin = make_user(parts, "admin")
    with parts.store.write() as session:
        grants.make(session, grants.IMPORT_HOOK, 1, "shop", by="test", now=NOW)
        session.add_all(
            [
                tables.SavedSearch(
                    user_id=admin.id or 0, page="recruits", name="haters", query="side=hate",
                    shared=True, made_at=NOW,
                ),
                tables.Alert(
                    brand_id=1, series="negative", day="2026-02-28", count=40, people=30,
                    expected=4.0, p=1e-9, posts=[1, 2], raised_at=NOW - timedelta(days=2),
                ),
            ]
        )  # fmt: skip
        enqueue(
            session, key="alert/1/webhook/crm", channel="webhook", kind="alert", receiver="crm",
            subject="a spike", text="more than usual", payload={}, now=NOW,
        )  # fmt: skip
    token_of(parts, "viewer", ["read"])
    propose(parts, parts.settings.brand[0].name)


@dataclass
class Doors:
    """The program, what stands behind its addresses, and everything it wrote while asked."""

    parts: Parts
    app: FastAPI
    client: TestClient
    behind: dict[str, str]
    kept: bytes
    written: list[str] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)

    def address(self, path: str, *, there: bool = True) -> str:
        """The path with its parameters filled: by what is there, or by what is not."""
        steps = path.split("/")
        for at, step in enumerate(steps):
            if found := PARAMETER.search(step):
                real = self.behind[f"{path.split('/')[at - 1]}/{found.group()}"]
                put = real if there else "999999" if real.isdecimal() else "none"
                steps[at] = step.replace(found.group(), put)
        return "/".join(steps)

    def ask(self, method: str, path: str, role: str | None, **more: Any) -> Response:
        """Ask as somebody with that role, or as nobody; what was written is in `written`."""
        self.written.clear()
        self.client.cookies.clear()
        if (path in ASKED and method in ("GET", "HEAD")) or path == "/compare":
            path = f"{path}?{ASKED[path]}"
        headers = dict(more.pop("headers", {}))
        if role is not None:
            headers["Cookie"] = f"{sessions.SESSION_COOKIE}={self.cookies[role]}"
        return self.client.request(method, path, headers=headers, **more)

    def keep(self) -> None:
        """From now on, this is what everything is put back to."""
        self.parts.store.engine.dispose()
        self.kept = (self.parts.folder / DATABASE).read_bytes()

    def anew(self) -> None:
        """Put everything back as it was made, if the last request changed anything."""
        if self.written:
            self.parts.store.engine.dispose()
            for end in ("-wal", "-shm"):
                (self.parts.folder / f"{DATABASE}{end}").unlink(missing_ok=True)
            (self.parts.folder / DATABASE).write_bytes(self.kept)


@contextmanager
def open_doors(folder: Path, demo_house: Path) -> Iterator[Doors]:
    """The demo's house in a folder of its own, furnished, with a client that follows nothing."""
    shutil.copytree(demo_house, folder, dirs_exist_ok=True)
    parts = Parts(load(folder, {}).settings, folder, PinnedClock(NOW), reader=FixedReader())
    _furnish(parts)
    app = make_app(parts)
    behind = {word: str(fill(parts)) for word, fill in BEHIND.items()}
    cookies = {role: cookie_of(parts, role) for role in ROLES}
    parts.store.engine.dispose()  # with the last connection its log goes into the file
    client = TestClient(app, base_url=ORIGIN, follow_redirects=False, raise_server_exceptions=False)
    with client:
        made = Doors(parts, app, client, behind, (folder / DATABASE).read_bytes(), cookies=cookies)

        def note(_c: Any, _u: Any, statement: str, *_more: Any) -> None:
            if WRITES.match(statement):
                made.written.append(statement)

        event.listen(parts.store.engine, "before_cursor_execute", note)
        yield made
    parts.close()


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory, demo_house: Path) -> Iterator[Doors]:
    """The program with something real behind every address, made once for a file."""
    with open_doors(tmp_path_factory.mktemp("doors"), demo_house) as made:
        yield made


def lines(*methods: str) -> list[Line]:
    """The lines of the policy table with one of these methods."""
    return [line for line in TABLE if line.method in methods]
