"""Badges of members: issued on their wish, revoked with a reason."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from community.committees import badges as rules
from community.committees.seal import Seal
from soundingboard.access import audit
from soundingboard.web.community.place import Number
from soundingboard.web.community.undoing import undo_path
from soundingboard.web.house import House
from soundingboard.web.reader import reader_of
from soundingboard.web.told import done
from soundingboard.wiring import secret_key
from store import tables, trail

Text = Annotated[str, Form(max_length=500)]


routes = APIRouter()
"""`/members/{number}/badge` and the revocation of one."""


@routes.post("/members/{number}/badge")
def issue(parts: House, request: Request, number: Number, named: Text = "") -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        made = rules.issue(
            session, number, seal=Seal(secret_key(parts.settings, parts.folder)),
            public_url=parts.settings.web.public_url,
            actor=reader.name, now=now, show_name=named == "yes",
        )  # fmt: skip
        member = session.get_one(tables.Member, number)
        subject = f"author:{member.author_id}"
        audit.note(session, reader, "badge_issued", subject, now, named=named == "yes")
        said = f"A badge is issued, serial {made.serial}"
    return done(parts, f"/members/{number}", said)


@routes.post("/members/{number}/badges/{serial}/revoke")
def revoke(
    parts: House, request: Request, number: Number, serial: str, reason: Text = ""
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        badge = rules.find(session, serial)
        member = session.get_one(tables.Member, badge.member_id)
        before = trail.newest(session, member.committee_id)
        rules.revoke(session, serial, reason=reason, actor=reader.name, now=now)
        audit.note(session, reader, "badge_revoked", f"author:{member.author_id}", now)
        undo = undo_path(session, member.committee_id, before)
    return done(parts, f"/members/{number}", "The badge is revoked", undo=undo)
