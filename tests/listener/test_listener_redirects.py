"""Where the door lets itself be sent: redirects, names, addresses, and who hears a secret."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from config.clock import SystemClock
from config.errors import ConfigError, FetchFailedError, FetchRefusedError
from config.settings import FetchSettings
from listener.fetch import Fetcher
from tests.badserver import BadServer, answer, raw, redirect
from tests.listener.outside import AWAY, HOME, INSIDE, World, failing


@pytest.fixture
def world():
    with BadServer() as server:
        yield World(server)


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ((301, 308), True),
        ((301, 302), False),
        ((303, 301), False),
        ((307, 308), False),
    ],
)
def test_only_a_wholly_permanent_move_is_called_one(world, statuses, moved):
    world.routes["/a"] = redirect("/b", statuses[0])
    world.routes["/b"] = redirect("http://away.example/c", statuses[1])
    world.routes["/c"] = answer(b"x")

    got = world.fetch("http://home.example/a")

    assert got.url == "http://away.example/c"
    assert got.moved_to == (got.url if moved else None)


def test_a_redirect_loop_ends_after_the_hops_allowed(world):
    world.routes["/"] = redirect("/")

    error = failing(world, "http://home.example/", FetchFailedError, max_redirects=5)

    assert "more than 5 times" in error.reason
    assert world.server.requests["/"] == 6


@pytest.mark.parametrize(
    "script",
    [
        answer(status=302),
        redirect(""),
        raw(b"HTTP/1.1 302 X\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"),
        redirect("/a b"),
        redirect("//user:pw@away.example/"),
        redirect("http://away.example\\@home.example/"),
        redirect("file:///etc/passwd"),
        redirect("gopher://home.example/"),
        redirect("http://home.example:6379/"),
        redirect("http://[::1"),
        redirect("http://127.0.0.1/"),
        redirect("http://2130706433/"),
        redirect("http://[::ffff:10.0.0.7]/"),
        redirect("http://inside.example/"),
        redirect("http://mixed.example/"),
    ],
)
def test_an_odd_redirect_is_refused_and_nothing_else_is_dialled(world, script):
    world.routes["/"] = script

    failing(world, "http://home.example/")

    assert world.board.dialled == [(HOME, 80)]
    assert world.server.connections == 1


def test_a_redirect_inside_says_where_it_led(world):
    world.routes["/"] = redirect("http://inside.example/admin?session=s3cret")

    error = failing(world, "http://home.example/", FetchRefusedError)

    assert error.url == "http://home.example/"
    assert "sent us on to http://inside.example/admin, which points to" in error.reason
    assert "s3cret" not in str(error)


@pytest.mark.parametrize(("encoding", "path"), [("utf-8", "/gr%C3%B6n"), ("latin-1", "/gr%F6n")])
def test_a_location_that_is_not_escaped_is_followed_as_its_bytes_say(world, encoding, path):
    head = "HTTP/1.1 301 X\r\nLocation: /grön\r\nContent-Length: 0\r\n\r\n"
    world.routes["/"] = raw(head.encode(encoding))
    world.routes[path] = answer(b"x")

    assert world.fetch("http://home.example/").url == f"http://home.example{path}"


# --- names and addresses -----------------------------------------------------------------------


@pytest.mark.parametrize("host", ["inside.example", "mixed.example", "127.0.0.1", "[::1]"])
def test_a_private_address_is_never_dialled(world, host):
    failing(world, f"http://{host}/", FetchRefusedError)

    assert world.board.dialled == []


def test_each_hop_is_resolved_once_and_what_was_checked_is_what_is_dialled(world):
    world.routes["/"] = redirect("/again")
    world.routes["/again"] = answer(b"secrets")

    failing(world, "http://rebinding.example/", FetchRefusedError)

    assert world.names.asked == ["rebinding.example", "rebinding.example"]
    assert world.board.dialled == [(HOME, 80)]


def test_every_address_of_a_name_is_tried(world):
    world.routes["/"] = answer(b"x")

    assert world.fetch("http://lame.example/").body == b"x"
    assert world.board.dialled == [("1.1.1.1", 80), (AWAY, 80)]


@pytest.mark.parametrize(
    "host", ["nowhere.example", "unknown.example", "xn--", "a" * 64 + ".example"]
)
def test_a_name_without_a_server_is_said_to_be_one(world, host):
    assert "no server" in failing(world, f"http://{host}/", FetchFailedError).reason


def test_a_host_that_does_not_answer_is_said_to_be_silent(world):
    world.names.answers |= {"silent.example": [["1.1.1.1"]]}

    assert "does not answer" in failing(world, "http://silent.example/", FetchFailedError).reason


def test_a_private_server_the_operator_listed_is_asked(world):
    world.routes["/"] = answer(b"x")

    got = world.fetch("http://inside.example:8080/", allow_private=("inside.example:8080",))

    assert got.body == b"x"
    assert world.server.heard[0].headers["host"] == "inside.example:8080"
    assert world.board.dialled == [(INSIDE, 8080)]


# --- secrets -----------------------------------------------------------------------------------

SECRETS = {"http://home.example": "Bearer s3cret", "http://away.example": "Bearer other"}


def test_credentials_go_to_their_own_origin_only(world):
    world.routes["/"] = answer(b"x")

    world.fetch("http://home.example/", credentials=SECRETS)
    world.fetch("http://lame.example/", credentials=SECRETS)

    said = [heard.headers.get("authorization") for heard in world.server.heard]
    assert said == ["Bearer s3cret", None]


def test_nothing_secret_follows_a_redirect_to_another_origin_nor_comes_back_with_it(world):
    world.routes["/"] = redirect("/same")
    world.routes["/same"] = redirect("http://away.example/")
    world.server.routes["/back"] = answer(b"x")
    away = redirect("http://home.example/back")
    world.routes["/"] = lambda line: (
        away if line.heard.headers["host"] == "away.example" else redirect("/same")
    )(line)

    world.fetch(
        "http://home.example/", {"X-Api-Key": "k3y", "Accept": "text/xml"}, credentials=SECRETS
    )

    said = [heard.headers for heard in world.server.heard]
    assert [heard.path for heard in world.server.heard] == ["/", "/same", "/", "/back"]
    assert [h.get("authorization") for h in said] == ["Bearer s3cret"] * 2 + [None] * 2
    assert [h.get("x-api-key") for h in said] == ["k3y"] * 2 + [None] * 2
    assert [h["accept"] for h in said] == ["text/xml"] * 4


def test_away_from_home_stays_away_however_often_the_other_site_redirects(world):
    world.routes["/"] = redirect("http://away.example/one")
    world.routes["/one"] = redirect("/two")
    world.routes["/two"] = answer(b"x")

    world.fetch("http://home.example/", {"X-Api-Key": "k3y"}, credentials=SECRETS)

    told = [heard.headers.keys() & {"x-api-key", "authorization"} for heard in world.server.heard]
    assert told == [{"x-api-key", "authorization"}, set(), set()]


def test_a_credential_for_no_origin_is_named_without_telling_it():
    settings = FetchSettings(credentials={"https://a<b.example": SecretStr("s3cret")})

    with pytest.raises(ConfigError, match="credentials") as caught:
        Fetcher(settings, SystemClock())

    assert "s3cret" not in str(caught.value)


def test_a_source_cannot_forge_our_own_headers(world):
    world.routes["/"] = answer(b"x")

    world.fetch("http://home.example/", {"Host": "evil", "ACCEPT-ENCODING": "br", "X": "1"})

    said = world.server.heard[0].headers
    assert (said["host"], said["accept-encoding"]) == ("home.example", "gzip")


def test_a_header_that_cannot_be_sent_is_our_error_not_a_crash(world):
    with pytest.raises(FetchFailedError, match="header"):
        world.fetch("http://home.example/", {"X-Odd": "a\r\nX-Evil: 1"})
