"""Every page of the program as somebody sees it: where it is, and who looks.

The addresses are the policy table's own. Each is shown at least once or named as a file, else
`pages` raises: a page that nobody looks at does not stay.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from config.clock import PinnedClock
from models.reading import Reader
from soundingboard.access import sessions, welcome
from soundingboard.access import users as user_rules
from soundingboard.demo.run import demo_settings, demo_settings_of
from soundingboard.demo.server import DemoServer
from soundingboard.demo.world import demo_brand
from soundingboard.inviting import desk_of
from soundingboard.personal_links import data_link, member_link
from soundingboard.unsubscribing import link as unsubscribe_link
from soundingboard.web.app import serve_pages
from soundingboard.web.policy import TABLE
from soundingboard.wiring import Parts
from store import tables
from store import users as user_rows

VISITS: tuple[str, ...] = (
    "/sign-in", "/welcome/{welcome}", "/programme/{brand}", "/privacy", "/badges/{serial}",
    "/member/{member_token}", "/my-data/{data_token}", "/my-data/{data_token}/erase",
    "/invitation/{invitation_token}", "/invitation/{door_token}", "/unsubscribe/{reader_token}",
    "/account", "/",
    "/recruits", "/recruits?side=hate&state=proposed&open=first", "/recruits/agreement",
    "/recruits/many?do=reject&side=hate&id={hater}.0", "/candidates/{lover}",
    "/compare?ids={lover},{hater}", "/slate", "/slate/audit", "/slate/waves",
    "/mentions", "/mentions?q=brakes", "/mentions/facets", "/posts/{post}", "/authors/{author}",
    "/timeline", "/themes", "/themes/{theme}", "/voice", "/sources",
    "/community", "/members", "/members/{member}", "/committees", "/committees?new=1",
    "/committees/{committee}", "/committees/{committee}?charter=1",
    "/committees/{committee}/history", "/meetings", "/meetings/new", "/meetings/{meeting}",
    "/meetings/{next_meeting}", "/pay", "/suggestions", "/suggestions/new",
    "/suggestions/{suggestion}", "/suggestions/{waiting_suggestion}",
    "/invitations", "/invitations/new", "/invitations/{invitation}",
    "/invitations/{drafted_invitation}", "/offers",
    "/review", "/review?item={post_item}", "/review/{merge_item}", "/review/{reading_item}",
    "/review/{flag_item}", "/review/bulk?id={post_item}.0&do=hide", "/labelling",
    "/kpis", "/kpis/love", "/goals", "/goals/new", "/goals/{goal}", "/resets", "/resets/{reset}",
    "/ledger", "/business-case",
    "/start", "/settings", "/settings/brands", "/settings/digest", "/settings/retention",
    "/settings/sources", "/settings/templates", "/settings/templates/invitation",
    "/settings/outbox", "/settings/users", "/settings/tokens", "/settings/grants",
    "/settings/audit",
)  # fmt: skip
"""What is visited in a house with something to show; {names} are found in it by `_found`."""

EMPTY_VISITS = (
    "/welcome/{first_link}", "/start", "/", "/recruits", "/slate", "/mentions", "/timeline",
    "/themes", "/voice", "/sources", "/community", "/members", "/committees", "/meetings", "/pay",
    "/suggestions", "/invitations", "/offers", "/review", "/labelling", "/kpis", "/goals",
    "/resets", "/ledger", "/business-case", "/settings",
)  # fmt: skip
"""What is visited in a house with nothing in it yet."""

NO_PAGES = re.compile(
    r"/static/|/favicon|/badges/key|/badges/{serial}\.|.*\.ics$|/api/|/calendar/|/healthz|/metrics"
    r"|/programme$"  # leads to the first brand's
)
"""What is asked for by programs, or only leads on."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page and who looks at it.

    line : its line in the policy table; role : None = nobody is signed in
    """

    path: str
    line: str
    role: str | None
    empty: bool = False

    @property
    def name(self) -> str:
        """A name for its picture."""
        path = re.sub(r"(?<=/)[\w-]{20,}[\w.-]*", "…", self.path)
        words = re.sub(r"\W+", "-", path).strip("-") or "today"
        return f"empty-{words}" if self.empty else words


@dataclass(frozen=True, slots=True)
class Served:
    """A house that is served on loopback."""

    parts: Parts
    origin: str
    empty: bool

    def cookie(self, role: str) -> dict[str, Any]:
        """The session cookie of somebody with this role, as browsers keep it."""
        now = self.parts.clock.now()
        with self.parts.store.write() as session:
            value = sessions.open_session(
                session, _user(session, role, now), agent="", device="", now=now
            )
        host = {"domain": "127.0.0.1", "path": "/", "secure": True, "httpOnly": True}
        return {"name": sessions.SESSION_COOKIE, "value": value, "sameSite": "Lax", **host}

    def pages(self) -> list[Page]:
        """Every page worth a look here. Raises LookupError if one of the table's has no visit."""
        visits = EMPTY_VISITS if self.empty else VISITS
        with self.parts.store.write() as session:
            found = _first_link(self, session) if self.empty else _found(self, session)
        there = [one for one in visits if set(re.findall(r"{(\w+)}", one)) <= set(found)]
        pages = [_page(one, found, empty=self.empty) for one in there]
        asked = {line.path for line in TABLE if line.method == "GET"}
        unseen = {path for path in asked if not NO_PAGES.match(path)} - {p.line for p in pages}
        if unseen and not self.empty:
            raise LookupError(f"nobody looks at {', '.join(sorted(unseen))}")
        return pages


@contextmanager
def served(
    folder: Path,
    at: datetime,
    *,
    empty: bool = False,
    reader: Reader | None = None,
    sites: DemoServer | None = None,
) -> Iterator[Served]:
    """Serve the house in that folder at a standing time; what it hears comes from `sites`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = demo_settings_of(demo_brand()) if empty else demo_settings(folder)
    if empty:
        settings = settings.model_copy(update={"brand": ()})
    web = settings.web.model_copy(
        update={"host": "127.0.0.1", "port": port, "public_url": f"http://127.0.0.1:{port}"}
    )
    parts = Parts(
        settings.model_copy(update={"web": web}),
        folder,
        PinnedClock(at),
        reader=reader,
        resolve=sites.resolve if sites else None,
        connect=sites.connect if sites else None,
    )
    with serve_pages(parts) as origin:
        yield Served(parts, origin, empty)
    parts.close()


def _user(session: Session, role: str, now: datetime) -> tables.User:
    """Somebody with that role, made when first asked for."""
    known = user_rows.by_address(session, f"{role}@wendlow.example")
    name = {"viewer": "Uma", "moderator": "Noor", "marketer": "Kim Arden", "admin": "Ada"}[role]
    return known or user_rules.add(
        session,
        name=name,
        address=f"{role}@wendlow.example",
        role=role,
        timezone="Europe/Berlin",
        by="the pictures",
        now=now,
    )


def _page(visit: str, found: dict[str, object], *, empty: bool) -> Page:
    path, named = visit.format(**found), visit.split("?")[0]
    bare = path.split("?")[0]
    matching = [line for line in TABLE if line.method == "GET" and _fits(line.path, named, bare)]
    if not matching:
        raise LookupError(f"{visit} is not in the policy table")
    line = min(matching, key=lambda line: line.path.count("{"))
    roles = ("marketer", "moderator", "admin")
    role = None if line.who.open else next(role for role in roles if role in line.who.roles)
    return Page(path, line.path, "admin" if empty and role else role, empty)


def _fits(line: str, named: str, path: str) -> bool:
    """A visit's {name} stands where the line has one; its other words may stand there too."""
    if line.count("/") != named.count("/"):
        return False
    pairs = zip(line.split("/"), named.split("/"), strict=True)
    return all(a == b or (a[:1] == "{" and a[-1:] == "}") for a, b in pairs)


def _first_link(house: Served, session: Session) -> dict[str, object]:
    return {"first_link": welcome.first_link(session, house.parts.clock.now())}


def _found(house: Served, session: Session) -> dict[str, object]:
    """What there is to look at: numbers of rows, and the ends of signed links."""
    seats = tables.Member
    lover, hater = (_best(session, side) for side in ("love", "hate"))
    member = _one(session, seats, col(seats.left_at).is_(None), col(seats.address).is_not(None))
    drafted = _one(session, tables.Invitation, tables.Invitation.state == "drafted")
    sent = _one(session, tables.Invitation, tables.Invitation.state == "sent")
    desk, parts, now = desk_of(house.parts), house.parts, house.parts.clock.now()
    user = _user(session, "viewer", now)
    return {
        **_numbers(session),
        "lover": lover.id,
        "hater": hater.id,
        "author": lover.author_id,
        "post": _one(session, tables.Post, tables.Post.author_id == lover.author_id).id,
        "member": member.id,
        "invitation": sent.id,
        "drafted_invitation": drafted.id,
        "serial": _one(session, tables.Badge).serial,
        "welcome": welcome.new_link(session, user.id or 0, "the pictures", now),
        "member_token": _end(member_link(parts, member.id or 0)),
        "data_token": _end(data_link(parts, member.author_id or 0)),
        "invitation_token": _end(desk.link(sent.nonce)),
        "door_token": _end(desk.link(sent.nonce, "committee")),
        "reader_token": _end(unsubscribe_link(parts, "uma@wendlow.example")),
    }


def _best(session: Session, side: str) -> tables.Candidate:
    """The most useful of a side nobody decided on yet."""
    one = tables.Candidate
    listed = select(one).where(one.side == side, one.state == "proposed", col(one.listed).is_(True))
    return session.exec(listed.order_by(col(one.utility).desc())).first() or _one(session, one)


def _numbers(session: Session) -> dict[str, object]:
    """The first of each kind; what this house has none of is not visited."""
    meeting, said, item = tables.Meeting, tables.Suggestion, tables.ReviewItem
    wanted: dict[str, tuple[Any, ...]] = {
        "brand": (tables.BrandRow,),
        "committee": (tables.Committee,),
        "theme": (tables.Theme,),
        "goal": (tables.Goal,),
        "reset": (tables.Reset,),
        "meeting": (meeting, col(meeting.held_at).is_not(None)),
        "next_meeting": (meeting, col(meeting.held_at).is_(None)),
        "suggestion": (said, said.state == "reported"),
        "waiting_suggestion": (said, said.state == "raised"),
        **{
            f"{kind}_item": (item, item.kind == kind, item.state == "open")
            for kind in ("post", "merge", "reading", "flag")
        },
    }
    rows = {name: _first(session, *asked) for name, asked in wanted.items()}
    return {name: row.id for name, row in rows.items() if row is not None}


def _first(session: Session, table: Any, *where: Any) -> Any:
    return session.exec(select(table).where(*where).order_by(table.id)).first()


def _one(session: Session, table: Any, *where: Any) -> Any:
    found = _first(session, table, *where)
    if found is None:
        raise LookupError(f"this house has no {table.__name__} to look at")
    return found


def _end(link: str) -> str:
    return link.rsplit("/", 1)[1]
