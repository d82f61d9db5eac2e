"""Every address, for everybody, by every method: who comes in is what the policy table says."""

from __future__ import annotations

import re
from itertools import cycle
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import ada_url
import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from config.errors import ConfigError
from soundingboard.access import tokens
from soundingboard.web import policy
from soundingboard.web.admission import admission
from soundingboard.web.api.lines import RULES as API_RULES
from soundingboard.web.paths import safe_path
from soundingboard.web.policy import TABLE, Line
from soundingboard.web.told import done
from tests.console import ORIGIN
from tests.doors import ROLES, Doors, doors
from tests.markup import Page, forms
from tests.programs import token_of

__all__ = ["doors"]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OURS = {"Sec-Fetch-Site": "same-origin"}
KEPT_BY_BROWSERS = ("/static/", "/favicon.ico", "/badges/")
ASKED_AGAIN = ("/api/", "/calendar/")
"""By its ETag, for nobody else."""
ASKED_ELSEWHERE = {("POST", "/sign-in"), ("POST", "/sign-out")}
"""A password is weighed there, and whoever signs out is shown the door."""

SECURED: dict[str, str | tuple[str, ...]] = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": ("no-referrer", "same-origin"),
}


def secured(answer: Response, what: object) -> Response:
    """The answer, if it tells browsers to load, frame, keep and pass on nothing of it."""
    for name, start in SECURED.items():
        assert answer.headers.get(name, "").startswith(start), (what, name)
    csp = answer.headers["Content-Security-Policy"]
    assert not {"'unsafe-inline'", "'unsafe-eval'"} & set(csp.replace(";", " ").split()), what
    path, kept = answer.request.url.path, answer.headers.get("Cache-Control", "")
    if not path.startswith(KEPT_BY_BROWSERS) or answer.status_code >= 400:
        assert "frame-ancestors 'none'" in csp, what
        known = path.startswith(ASKED_AGAIN) and kept == "private, no-cache"
        assert known or "no-store" in kept, (what, kept)
    assert answer.status_code < 500, (what, answer.text[:300])
    return answer


def is_shown_the_door(answer: Response, asked: str, method: str) -> bool:
    """Whether somebody unknown was sent to sign in, and from there back to where they wanted."""
    if answer.status_code != 303:
        return False
    place = urlsplit(answer.headers["location"])
    wanted = parse_qs(place.query).get("next", ["/"])[0]
    own = asked if method in ("GET", "HEAD") else "/"
    return (place.scheme, place.netloc, place.path) == ("", "", "/sign-in") and (
        wanted.partition("?")[0] == own
    )


def console_lines() -> list[Line]:
    return [line for line in TABLE if line.who.scope is None and not line.path.startswith("/api")]


@pytest.mark.parametrize("role", [None, *ROLES])
def test_who_is_let_in_is_exactly_who_the_table_names(doors: Doors, role: str | None) -> None:
    for line in console_lines():
        allowed = line.who.open or role in line.who.roles
        for there in (True, False) if "{" in line.path else (True,):
            heads = line.method == "GET" and (role == "admin" or not allowed)
            for method in (line.method, "HEAD") if heads else (line.method,):
                path = doors.address(line.path, there=there)
                what = (method, path, role)
                if (method, path) in ASKED_ELSEWHERE:
                    continue
                answer = secured(doors.ask(method, path, role, headers=OURS), what)
                if allowed:
                    assert answer.status_code not in (401, 403), what
                    assert not is_shown_the_door(answer, path, method), what
                    opened = (200, 303) if there else (200, 404, 409)
                    assert method == "POST" or answer.status_code in opened, what
                elif role is None:
                    assert is_shown_the_door(answer, path, method), what
                else:
                    assert answer.status_code == 403, what
                if method != "POST" or not allowed:
                    assert doors.written == [], what
                doors.anew()


def test_the_trace_sees_what_is_written(doors: Doors) -> None:
    doors.ask("POST", "/brand", "viewer", data={"brand": "1"}, headers=OURS)
    assert {words.split()[0] for words in doors.written} >= {"BEGIN", "UPDATE"}
    doors.anew()


def test_no_other_method_does_anything(doors: Doors) -> None:
    known, roles = {line.path for line in TABLE}, cycle(ROLES)
    for path in sorted(known | {"/nothing", "/recruits/1/2", "/api/v1/nothing"}):
        taken = {line.method for line in TABLE if line.path == path}
        taken |= {"HEAD"} if "GET" in taken else set()
        left = [method for method in METHODS if method not in taken]
        for role, asked in ((None, left), (next(roles), left[-2:])):
            for method in asked:
                what = (method, path, role)
                answer = secured(doors.ask(method, doors.address(path), role), what)
                closed = {401, 404, 405}
                if method in ("GET", "HEAD") and path in known:  # "export" is no /themes/{number}
                    closed |= {303, 403, 422}
                assert answer.status_code in closed, what
                assert doors.written == [], what


def test_a_token_opens_what_its_scope_and_its_owner_s_role_open(doors: Doors) -> None:
    held = {
        (role, scope): token_of(doors.parts, role, [scope])
        for role in ROLES
        for scope in sorted(tokens.ALLOWED[role])
    }
    doors.keep()
    for (method, path), line in API_RULES.items():
        if line.scope is None:
            continue
        asked = doors.address(path)
        for (role, scope), header in held.items():
            if scope != line.scope and role != "admin":
                continue
            what = (method, path, role, scope)
            answer = secured(doors.ask(method, asked, None, headers=header), what)
            if scope == line.scope and role in line.roles:
                assert answer.status_code not in (401, 403), what
            else:
                assert answer.status_code == 403, what
            if answer.status_code == 403 or method == "GET":
                assert doors.written == [], what
            doors.anew()
        unknown = {"Authorization": f"Bearer sb_{'x' * 43}"}
        for who, header in ((None, {}), (None, unknown), ("admin", OURS)):  # a cookie is no token
            answer = secured(doors.ask(method, asked, who, headers=header), (method, path))
            assert (answer.status_code, doors.written) == (401, []), (method, path)


FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://other.example.test"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "https://voices.example.test.evil.example"},
    {"Origin": "https://voices.example.test:444"},
    {"Origin": "http://["},
    {"Origin": ""},
)


def test_what_another_site_sends_does_nothing_anywhere(doors: Doors) -> None:
    some = cycle(FOREIGN)
    for line in TABLE:
        if line.method != "GET":
            path = doors.address(line.path)
            for foreign in FOREIGN if line.path == "/brand" else (next(some), next(some)):
                what = (line.path, foreign)
                answer = secured(doors.ask(line.method, path, "admin", headers=foreign), what)
                assert (answer.status_code, doors.written) == (403, []), what
    for own in (OURS, {"Origin": ORIGIN}, {"Sec-Fetch-Site": "none"}, {}):
        answer = doors.ask("POST", "/brand", "viewer", data={"brand": "1"}, headers=own)
        assert answer.status_code == 303, own
        doors.anew()


def test_an_address_nobody_wrote_a_line_for_stops_the_start(doors: Doors) -> None:
    gate = [Depends(admission(doors.parts))]
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, dependencies=gate)
    with pytest.raises(ConfigError, match="is only in the policy table"):
        policy.check(app)
    app.add_api_route("/stray", lambda: "secret", methods=["GET"])
    with pytest.raises(ConfigError, match="GET /stray has no line in the policy table"):
        policy.check(app)
    with TestClient(app, base_url=ORIGIN) as client:  # and if it started, it answers nobody
        assert client.get("/stray").status_code == 403


def stays(location: str, at: str = "/") -> bool:
    """Whether a browser that is on that page of ours stays with us."""
    found = ada_url.URL(location, base=ORIGIN + at)
    return (found.protocol, found.host) == ("https:", "voices.example.test")


CATCHES = (
    "//evil.example", "///evil.example", "////evil.example/", "/\\evil.example",
    "\\\\evil.example", "/\\/evil.example", "\\/evil.example", "/\t/evil.example",
    "\t//evil.example", " //evil.example", "/\n/evil.example", "/\r\n/evil.example",
    "/ /evil.example", "https:evil.example", "https:/evil.example", "https://evil.example",
    "HTTPS://evil.example", "//evil.example\\@voices.example.test",
    "https://voices.example.test@evil.example", "https://voices.example.test.evil.example",
    "//voices.example.test:443@evil.example/", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd", "blob:x", "",
    ".", "..", "../..", "evil.example", "/..//evil.example", "/.//evil.example",
    "/./\\evil.example", "/%2e%2e//evil.example", "/recruits/..//evil.example",
    "/\x00/evil.example", "/\x7f/evil.example", "/\u2028/evil.example", "//\uff0fevil.example",
    "/\uff0fevil.example", "/\u3000//evil.example", "//[::1]/", "//[", "https://[",
    "/x\r\nSet-Cookie: a=b", "/x%0d%0aLocation:%20//evil.example", "?next=//evil.example",
    "#//evil.example", "@evil.example", ";//evil.example", "/a:b@evil.example",
)  # fmt: skip


def check_redirects(doors: Doors, payloads: list[str]) -> None:
    """Whatever page is named to go to next, the answer leads nowhere but to a page of ours."""
    for payload in payloads:
        asked = (
            doors.ask("GET", "/sign-in", "viewer", params={"next": payload}).headers,
            doors.ask("POST", "/brand", "viewer", data={"brand": "1", "back": payload}).headers,
            done(doors.parts, payload, "Done").headers,
        )
        for told in asked:
            location = told["location"]
            assert location.startswith("/"), payload
            assert all(stays(location, at) for at in ("/", "/a/b?c#d")), (payload, location)
            assert "set-cookie: a" not in str(told).casefold(), payload
        door = Page(doors.ask("GET", "/sign-in", None, params={"next": payload}).text)
        (kept,) = [form.fields["next"] for form in door.forms if "next" in form.fields]
        assert stays(kept), payload
        assert stays(safe_path(payload)), payload
    doors.anew()


def test_no_page_named_to_go_on_to_leads_off_the_site(doors: Doors) -> None:
    check_redirects(doors, list(CATCHES))


@pytest.mark.real
def test_no_collected_redirect_leads_off_the_site(doors: Doors, shared: Path) -> None:
    folder = shared / "hostile" / "payloads-all-the-things" / "Open Redirect" / "Intruder"
    payloads = [
        line for file in sorted(folder.iterdir()) for line in file.read_text("utf-8").splitlines()
    ]
    assert len(payloads) >= 325
    check_redirects(doors, list(dict.fromkeys(payloads)))


def test_every_form_goes_back_to_a_page_of_ours(doors: Doors) -> None:
    """Each form of each page is sent with another page to go back to than it was given."""
    tried, catches = (
        set[str](),
        cycle(("//evil.example", "/\\evil.example", "https://evil.example")),
    )
    for line in console_lines():
        if line.method != "GET" or line.path.startswith(KEPT_BY_BROWSERS):
            continue
        for form in forms(doors.ask("GET", doors.address(line.path), "admin").text):
            for name in {"back", "next", "to"} & set(form.fields):
                kind = f"{re.sub('[0-9]+', '1', form.action.partition('?')[0])} {name}"
                if kind in tried:
                    continue
                tried.add(kind)
                sent = {**form.fields, name: next(catches)}
                answer = doors.ask("POST", form.action, "admin", data=sent, headers=OURS)
                doors.anew()
                secured(answer, form.action)
                assert stays(answer.headers.get("location", "/")), (form.action, sent)
                assert "evil.example" not in answer.headers.get("location", ""), form.action
                for _tag, told in Page(answer.text).elements:
                    for where in ("href", "action"):
                        assert stays(told.get(where, "/")), (form.action, told)
    assert len(tried) > 8, tried


def test_a_slash_too_many_leads_to_no_other_host(doors: Doors) -> None:
    for path in ("/recruits/", "/sign-in/", "/settings/users/", "//evil.example/recruits/"):
        answer = doors.ask("GET", path, "admin", headers={"Host": "evil.example"})
        assert "evil" not in answer.headers.get("location", ""), path
