"""Who may do what: one table of every address, read by the router, the docs and the test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount

from config.errors import ConfigError
from soundingboard.web.api.lines import API_LINES
from store.tables.access import ROLES


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a line lets in.

    roles : of those signed in; scope : of a token; open : nobody has to sign in
    """

    words: str
    roles: frozenset[str] = frozenset()
    scope: str | None = None
    open: bool = False


PUBLIC = Who("everybody", open=True)
SIGNED = Who("whoever holds a signed link", open=True)
READERS = Who("everybody of ours", frozenset(ROLES))
STAFF = Who("moderators, marketers and admins", frozenset(ROLES) - {"viewer"})
MODERATORS = Who("moderators and admins", frozenset({"moderator", "admin"}))
MARKETERS = Who("marketers and admins", frozenset({"marketer", "admin"}))
ADMINS = Who("admins", frozenset({"admin"}))


def token(scope: str) -> Who:
    """A program with a token of this scope."""
    return Who(f"a token with the scope {scope}", scope=scope)


@dataclass(frozen=True, slots=True)
class Line:
    """One address with one method, and whom it lets in; HEAD goes with GET."""

    method: str
    path: str
    who: Who


def _lines(who: Who, *asked: str) -> list[Line]:
    """Lines from "GET POST /path"."""
    return [
        Line(method, words.split()[-1], who) for words in asked for method in words.split()[:-1]
    ]


TABLE: tuple[Line, ...] = (
    # what everybody may see
    *_lines(PUBLIC, "GET /static/{name:path}", "GET /favicon.ico"),
    *_lines(PUBLIC, "GET /badges/key", "GET /badges/{serial}.json", "GET /badges/{serial}.svg"),
    *_lines(PUBLIC, "GET /badges/{serial}"),
    *_lines(PUBLIC, "GET /programme", "GET /programme/{number}", "GET /privacy"),
    # what a signed link opens
    *_lines(SIGNED, "GET /member/{token}", "POST /member/{token}/charter"),
    *_lines(SIGNED, "POST /member/{token}/meetings/{number}", "POST /member/{token}/suggestions"),
    *_lines(SIGNED, "POST /member/{token}/leave"),
    *_lines(SIGNED, "GET /my-data/{token}", "POST /my-data/{token}/copy"),
    *_lines(SIGNED, "POST /my-data/{token}/correct", "POST /my-data/{token}/object"),
    *_lines(SIGNED, "POST /my-data/{token}/allow", "GET POST /my-data/{token}/erase"),
    *_lines(SIGNED, "GET POST /invitation/{token}", "GET POST /unsubscribe/{token}"),
    # signing in, one's own account
    *_lines(PUBLIC, "GET POST /sign-in", "POST /sign-out"),
    *_lines(SIGNED, "GET POST /welcome/{token}"),
    *_lines(READERS, "GET POST /account", "POST /account/password", "POST /account/others"),
    # today
    *_lines(READERS, "GET /", "POST /brand"),
    # recruits and slate
    *_lines(READERS, "GET /recruits", "POST /searches", "POST /searches/restore"),
    *_lines(READERS, "POST /searches/{search_id}/remove"),
    *_lines(STAFF, "GET POST /recruits/many", "POST /recruits/many/undo"),
    *_lines(STAFF, "GET /recruits/agreement", "GET POST /compare"),
    *_lines(STAFF, "GET /candidates/{candidate_id}", "POST /candidates/{candidate_id}/dossier"),
    *_lines(STAFF, "POST /candidates/{candidate_id}/change"),
    *_lines(STAFF, "POST /candidates/{candidate_id}/print"),
    *_lines(MARKETERS, "POST /recruits/export"),
    *_lines(READERS, "GET /slate", "GET /slate/audit"),
    *_lines(MARKETERS, "GET /slate/waves", "POST /slate/propose", "POST /slate/seats"),
    *_lines(MARKETERS, "POST /slate/seats/{author}/free", "POST /slate/try", "POST /slate/export"),
    # listening
    *_lines(READERS, "GET /mentions", "GET /mentions/facets", "GET /posts/{number}"),
    *_lines(READERS, "GET /timeline", "GET /themes", "GET /themes/{number}", "GET /voice"),
    *_lines(READERS, "GET /sources", "POST /themes/export", "POST /voice/export"),
    *_lines(READERS, "POST /sources/export"),
    *_lines(STAFF, "GET POST /authors/{number}", "POST /posts/{number}/correct"),
    *_lines(STAFF, "POST /posts/{number}/correct/undo", "POST /posts/{number}/report"),
    *_lines(STAFF, "POST /alerts/{number}/seen", "POST /alerts/{number}/unseen"),
    *_lines(MARKETERS, "POST /mentions/export", "POST /posts/{number}/suggest"),
    *_lines(MARKETERS, "POST /timeline/events", "POST /timeline/events/{number}"),
    *_lines(MARKETERS, "POST /timeline/events/{number}/remove", "POST /timeline/restore"),
    *_lines(MARKETERS, "POST /themes/{number}/name", "POST /themes/{number}/name/undo"),
    *_lines(MARKETERS, "POST /sources", "POST /sources/{number}/look"),
    *_lines(MARKETERS, "POST /sources/{number}/pause", "POST /sources/{number}/resume"),
    *_lines(ADMINS, "POST /sources/{number}/remove"),
    # community
    *_lines(READERS, "GET /community", "GET /members", "GET /members/{number}"),
    *_lines(READERS, "POST /members/{number}/open", "GET /committees", "GET /committees/{number}"),
    *_lines(READERS, "GET /committees/{number}/history", "GET /meetings", "GET /meetings/{number}"),
    *_lines(READERS, "GET /meetings/{number}/calendar.ics", "GET /pay", "GET /suggestions"),
    *_lines(READERS, "GET /suggestions/{number}", "GET /invitations", "GET /offers"),
    *_lines(READERS, "GET /invitations/{number}", "POST /invitations/{number}/open"),
    *_lines(MARKETERS, "POST /members", "POST /members/export", "POST /members/{number}/note"),
    *_lines(MARKETERS, "POST /members/{number}/renew", "POST /members/{number}/leave"),
    *_lines(MARKETERS, "POST /members/{number}/rejoin", "POST /members/{number}/thank"),
    *_lines(MARKETERS, "POST /members/{number}/badge", "POST /pay", "POST /pay/export"),
    *_lines(MARKETERS, "POST /members/{number}/badges/{serial}/revoke"),
    *_lines(MARKETERS, "POST /pay/{entry}/settle", "POST /pay/{entry}/cancel"),
    *_lines(MARKETERS, "POST /committees", "POST /committees/{number}/charter"),
    *_lines(MARKETERS, "POST /committees/{number}/acknowledge", "POST /committees/{number}/close"),
    *_lines(MARKETERS, "POST /committees/{number}/history/export"),
    *_lines(MARKETERS, "POST /committees/{number}/steps/{step}/undo"),
    *_lines(MARKETERS, "GET /meetings/new", "POST /meetings", "POST /meetings/export"),
    *_lines(MARKETERS, "POST /meetings/{number}/reschedule", "POST /meetings/{number}/cancel"),
    *_lines(MARKETERS, "POST /meetings/{number}/hold", "POST /meetings/{number}/minutes"),
    *_lines(MARKETERS, "POST /meetings/{number}/ask"),
    *_lines(MARKETERS, "POST /meetings/{number}/people/{person}/answer"),
    *_lines(MARKETERS, "POST /meetings/{number}/people/{person}/came"),
    *_lines(MARKETERS, "GET /suggestions/new", "POST /suggestions", "POST /suggestions/export"),
    *_lines(MARKETERS, "POST /suggestions/{number}/assign", "POST /suggestions/{number}/accept"),
    *_lines(MARKETERS, "POST /suggestions/{number}/acknowledge", "POST /suggestions/{number}/act"),
    *_lines(MARKETERS, "POST /suggestions/{number}/decline", "POST /suggestions/{number}/tell"),
    *_lines(MARKETERS, "POST /suggestions/{number}/note", "POST /suggestions/{number}/undo"),
    *_lines(MARKETERS, "GET /invitations/new", "POST /invitations", "POST /invitations/export"),
    *_lines(MARKETERS, "POST /invitations/{number}/words", "POST /invitations/{number}/template"),
    *_lines(MARKETERS, "POST /invitations/{number}/send", "POST /invitations/{number}/posted"),
    *_lines(MARKETERS, "POST /invitations/{number}/withdraw", "POST /offers/export"),
    # review
    *_lines(MODERATORS, "GET /review", "GET /review/{item_id}", "POST /review/next"),
    *_lines(MODERATORS, "GET POST /review/bulk", "POST /review/undo", "POST /review/export"),
    *_lines(MODERATORS, "POST /review/{item_id}/open", "POST /review/{item_id}/claim"),
    *_lines(MODERATORS, "POST /review/{item_id}/release", "POST /review/{item_id}/decide"),
    *_lines(MODERATORS, "POST /review/{item_id}/snooze", "POST /review/{item_id}/wake"),
    *_lines(MODERATORS, "POST /review/{item_id}/undo", "POST /review/{item_id}/told"),
    *_lines(MODERATORS, "GET /labelling", "POST /labelling/{post_id}", "POST /labelling/undo"),
    *_lines(MODERATORS, "POST /labelling/export"),
    # kpis and goals
    *_lines(READERS, "GET /kpis", "GET /kpis/{name}", "POST /kpis/export"),
    *_lines(READERS, "GET /goals", "GET /goals/{number}", "GET /resets", "GET /resets/{number}"),
    *_lines(READERS, "GET /ledger", "GET /business-case", "POST /business-case/export"),
    *_lines(MARKETERS, "POST /kpis/measure", "GET POST /goals/new", "POST /goals/{number}/revise"),
    *_lines(MARKETERS, "POST /goals/{number}/close", "POST /goals/{number}/undo"),
    *_lines(
        MARKETERS,
        "POST /resets/plan",
        "POST /resets/{number}/move",
        "POST /resets/{number}/begin",
        "POST /resets/{number}/conclude",
        "POST /resets/{number}/reconsider",
        "POST /resets/{number}/decide",
        "POST /resets/{number}/undecide",
        "POST /resets/{number}/finish",
    ),
    *_lines(MARKETERS, "POST /ledger", "POST /ledger/{number}/cancel", "POST /ledger/export"),
    *_lines(MARKETERS, "POST /ledger/{number}/restore"),
    # settings
    *_lines(ADMINS, "GET /start", "POST /start/skip", "POST /start/source", "POST /start/listen"),
    *_lines(ADMINS, "POST /start/committee", "POST /start/demo", "POST /start/demo/remove"),
    *_lines(READERS, "GET /settings"),
    *_lines(ADMINS, "GET POST /settings/brands", "GET POST /settings/digest"),
    *_lines(ADMINS, "POST /settings/digest/recipients"),
    *_lines(ADMINS, "POST /settings/digest/recipients/{mark}/drop"),
    *_lines(ADMINS, "GET POST /settings/retention"),
    *_lines(ADMINS, "GET POST /settings/grants", "POST /settings/grants/{number}/revoke"),
    *_lines(MARKETERS, "GET /settings/sources", "POST /settings/sources/import"),
    *_lines(MARKETERS, "POST /settings/sources/take", "POST /settings/sources/export"),
    *_lines(MARKETERS, "GET /settings/templates", "GET POST /settings/templates/{kind}"),
    *_lines(MARKETERS, "GET /settings/outbox", "POST /settings/outbox/{number}/again"),
    *_lines(MARKETERS, "POST /settings/outbox/{number}/settle"),
    *_lines(ADMINS, "GET POST /settings/users", "POST /settings/users/{user_id}/link"),
    *_lines(ADMINS, "POST /settings/users/{user_id}/role", "POST /settings/users/{user_id}/enable"),
    *_lines(ADMINS, "POST /settings/users/{user_id}/disable"),
    *_lines(READERS, "GET POST /settings/tokens", "POST /settings/tokens/{token_id}/revoke"),
    *_lines(ADMINS, "GET /settings/audit", "POST /settings/audit/check"),
    *_lines(ADMINS, "POST /settings/audit/export"),
    # programs
    *(Line(method, path, token(scope) if scope else PUBLIC) for method, path, scope in API_LINES),
)
"""Every address there is. One that is missing here stops the start of the program."""


def check(app: FastAPI) -> None:
    """Raises ConfigError for an address the table does not know, or one that nothing answers."""
    there = set(asked(app.routes))
    known = {(line.method, line.path) for line in TABLE}
    if len(known) != len(TABLE):
        raise ConfigError("The policy table names an address twice.", mend="Keep one of them.")
    for what, missing in (("has no line in", there - known), ("is only in", known - there)):
        if missing:
            listed = ", ".join(sorted(f"{method} {path}" for method, path in missing))
            raise ConfigError(
                f"{listed} {what} the policy table.", mend="Mend soundingboard/web/policy.py."
            )


def asked(routes: Sequence[BaseRoute], prefix: str = "") -> Iterable[tuple[str, str]]:
    """(method, path) of everything the program answers; HEAD goes with GET."""
    for route in iter_route_contexts(routes):
        if isinstance(route.original_route, Mount):
            yield from asked(route.original_route.routes, f"{prefix}{route.path}")
            continue
        methods = set(route.methods or ()) - {"HEAD"}
        for method in sorted(methods) or ["ANY"]:
            yield method, f"{prefix}{route.path}"


RULES = {(line.method, line.path): line.who for line in TABLE}
