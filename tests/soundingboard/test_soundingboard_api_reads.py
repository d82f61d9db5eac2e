"""What programs may read: behind a token, in pages, masked by role, and without a trace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from starlette.routing import Mount

from soundingboard.access import tokens
from soundingboard.web.api.lines import LINES
from soundingboard.wiring import Parts
from store import tables
from tests.fakes import NOW
from tests.programs import make_client, make_house, token_of

V1 = "/api/v1"
Header = dict[str, str]
READS = [line.path for line in LINES if line.scope == "read"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    parts = make_house(tmp_path_factory.mktemp("house"))
    yield parts
    parts.close()


@pytest.fixture(scope="module")
def client(house: Parts) -> TestClient:
    return make_client(house)


@pytest.fixture(scope="module")
def viewer(house: Parts) -> Header:
    return token_of(house, "viewer")


@pytest.fixture(scope="module")
def marketer(house: Parts) -> Header:
    return token_of(house, "marketer")


def filled(path: str) -> str:
    return path.replace("{number}", "1").replace("{name}", "vocal_love")


def routes_of(app: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, Mount):
            yield from routes_of(route.original_route.app, prefix + str(route.path))
        else:
            for method in set(route.methods or ()) - {"HEAD"}:
                yield method, f"{prefix}{route.path}"


def test_every_address_has_a_line_and_every_line_an_address(client: TestClient) -> None:
    lines = [(line.method, line.path) for line in LINES]
    assert len(lines) == len(set(lines))
    assert set(lines) <= set(routes_of(client.app))
    assert {path for _, path in routes_of(client.app) if path.startswith("/api/")} <= {
        line.path for line in LINES
    }


@pytest.mark.parametrize("path", READS)
def test_every_role_reads_and_nobody_without_a_token(
    path: str, client: TestClient, viewer: Header, marketer: Header
) -> None:
    answers = [client.get(filled(path), headers=who) for who in (viewer, marketer)]
    wanted = 404 if path.startswith(f"{V1}/invitations/") else 200
    assert [one.status_code for one in answers] == [wanted, wanted]
    refused = client.get(filled(path))
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")


def test_reading_writes_nothing_and_asks_no_more_for_a_longer_list(
    house: Parts, client: TestClient, viewer: Header
) -> None:
    said: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(house.store.engine, "before_cursor_execute", note)
    try:
        for path in READS:
            client.get(filled(path), headers=viewer)
        assert not [s for s in said if s.startswith(("INSERT", "UPDATE", "DELETE", "REPLACE"))]
        counted = []
        for limit in (1, 3):
            said.clear()
            for path in ("posts", "candidates", "authors", "review", "suggestions", "goals"):
                client.get(f"{V1}/{path}?limit={limit}", headers=viewer)
            counted.append(len(said))
    finally:
        event.remove(house.store.engine, "before_cursor_execute", note)
    assert counted[0] == counted[1]


def test_a_viewers_token_sees_nobodys_name_address_or_words_to_them(
    client: TestClient, viewer: Header, marketer: Header
) -> None:
    told = [client.get(filled(path), headers=viewer).text for path in READS]
    shown = "".join(told).casefold()
    for word in ("mara", "noor", "otto", "ida@mail.test", '"name":"ida"', "forum.example/"):
        assert word not in shown, word
    member = client.get(f"{V1}/members/1", headers=marketer).json()
    assert (member["name"], member["address"]) == ("Ida", "ida@mail.test")
    for path in ("authors?name=mara", "candidates?name=mara"):
        assert client.get(f"{V1}/{path}", headers=viewer).status_code == 403
        found = client.get(f"{V1}/{path}", headers=marketer).json()["items"]
        assert len(found) == 1


@pytest.mark.parametrize("path", ["posts", "authors", "candidates", "sources"])
def test_pages_show_everything_once(path: str, client: TestClient, viewer: Header) -> None:
    whole = client.get(f"{V1}/{path}", headers=viewer).json()
    found, address = [], f"{V1}/{path}?limit=1"
    while address:
        page = client.get(address, headers=viewer)
        found += page.json()["items"]
        assert (page.json()["next"] is None) == ("next" not in page.links)
        address = page.links.get("next", {}).get("url", "")
    assert found == whole["items"]
    assert whole["next"] is None


def test_a_cursor_of_another_list_is_none(client: TestClient, viewer: Header) -> None:
    cursor = client.get(f"{V1}/authors?limit=1", headers=viewer).json()["next"]
    for path in ("posts", "sources", "candidates"):
        told = client.get(f"{V1}/{path}", params={"cursor": cursor}, headers=viewer)
        assert told.status_code == 422
        assert told.headers["content-type"] == "application/problem+json"


def test_hostile_queries_are_refused_and_break_nothing(client: TestClient, viewer: Header) -> None:
    @settings(max_examples=15, deadline=None)
    @given(st.sampled_from(["posts", "candidates", "authors"]), st.text(max_size=60))
    def ask(path: str, words: str) -> None:
        words = words.encode("utf-8", "replace").decode()
        for name in ("cursor", "q", "since", "site", "state", "limit", "brand"):
            told = client.get(f"{V1}/{path}", params={name: words}, headers=viewer)
            assert told.status_code in (200, 404, 422), told.text

    ask()


def test_what_is_known_already_is_not_sent_again(client: TestClient, viewer: Header) -> None:
    first = client.get(f"{V1}/candidates", headers=viewer)
    again = client.get(
        f"{V1}/candidates", headers=viewer | {"If-None-Match": f'W/"x", {first.headers["etag"]}'}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_tokens_that_ended_or_lack_the_scope_open_nothing(house: Parts, client: TestClient) -> None:
    header = token_of(house, "admin", ["import"])
    told = client.get(f"{V1}/brands", headers=header)
    assert (told.status_code, 'scope="read"' in told.headers["www-authenticate"]) == (403, True)
    assert client.get("/metrics", headers=header).status_code == 403
    fresh = token_of(house, "admin", ["read"])
    with house.store.write() as session:
        number = max(one.id or 0 for one in session.exec(_tokens()).all())
        tokens.revoke(session, number, "test", NOW)
    assert client.get(f"{V1}/brands", headers=fresh).status_code == 401


def _tokens() -> Any:
    from sqlmodel import select

    return select(tables.ApiToken)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/", 404), ("GET", "/api/v2/x", 404), ("GET", "/api/v1/a%0Ab", 404),
     ("GET", "/api/v1/nothing", 404),
     ("PUT", "/api/v1/brands", 405), ("GET", "/api/v1/brands/0", 422),
     ("GET", "/api/v1/brands/99999999999999999999", 422), ("GET", "/api/v1/posts?q=%00", 422),
     ("POST", "/api/v1/events", 422), ("GET", "/api/v1/brands/", 404)],
)  # fmt: skip
def test_every_error_is_a_problem(
    method: str, path: str, status: int, client: TestClient, marketer: Header
) -> None:
    told = client.request(method, path, headers=marketer)
    assert told.headers["content-type"] == "application/problem+json"
    problem = told.json()
    assert (told.status_code, problem["status"]) == (status, status)
    assert set(problem) == {"type", "title", "status", "detail", "mend", "instance", "errors"}


def test_the_house_tells_how_it_stands(house: Parts, client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    told = client.get("/metrics", headers=token_of(house, "admin")).text
    assert "soundingboard_posts 6.0" in told
    assert 'soundingboard_outbox{state="pending"} 1.0' in told
    assert 'soundingboard_requests_total{method="GET",route="/healthz",status="200"}' in told
    assert 'route="/api/v1/brands/{number}"' in told
    assert "mara" not in told
