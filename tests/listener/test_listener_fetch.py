"""The outbound door towards servers that answer: bodies, statuses, redirects, secrets."""

from __future__ import annotations

import gzip
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from config.clock import SystemClock
from config.errors import (
    CollectError,
    ConfigError,
    FetchFailedError,
    FetchRefusedError,
    HttpStatusError,
    RateLimitedError,
    SourceGoneError,
)
from config.settings import FetchSettings
from listener.fetch import Fetcher, Validators
from listener.pace import Pace
from listener.sources.base import Request
from tests.badserver import BadServer, FakeDns, Switchboard, answer, raw, redirect

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OK = b"HTTP/1.1 200 OK\r\n"
HOME, AWAY, INSIDE = "93.184.216.34", "8.8.8.8", "10.0.0.7"


class StandingClock(SystemClock):
    """A wall clock that stands still; deadlines run, and nobody waits."""

    def now(self) -> datetime:
        return NOW

    def sleep(self, seconds: float) -> None:
        raise AssertionError(f"waited {seconds} s")


class World:
    """home.example and away.example on one bad server, inside.example in a private network."""

    def __init__(self, server: BadServer) -> None:
        self.server, self.routes = server, server.routes
        self.names = FakeDns(
            {
                "home.example": [[HOME]],
                "away.example": [[AWAY]],
                "inside.example": [[INSIDE]],
                "mixed.example": [[HOME, INSIDE]],
                "rebinding.example": [[HOME], [INSIDE]],
                "lame.example": [["1.1.1.1", AWAY, HOME]],
                "nowhere.example": [[]],
            }
        )
        self.board = Switchboard({HOME: server.port, AWAY: server.port, INSIDE: server.port})
        self.pace = Pace(0.0, StandingClock())

    def fetcher(self, **settings: object) -> Fetcher:
        chosen = FetchSettings.model_validate({"host_gap_s": 0, "timeout_s": 5, **settings})
        return Fetcher(
            chosen, StandingClock(), pace=self.pace, resolve=self.names, connect=self.board
        )

    def fetch(self, url: str, headers: dict[str, str] | None = None, **settings: object):
        return self.fetcher(**settings).fetch(Request(url, headers or {}))


@pytest.fixture
def world():
    with BadServer() as server:
        yield World(server)


def failing(world: World, url: str, kind: type[CollectError] = CollectError, **settings: object):
    with pytest.raises(kind) as caught:
        world.fetch(url, **settings)
    assert type(caught.value) is kind or kind is CollectError
    assert caught.value.reason
    assert caught.value.mend
    return caught.value


def test_an_answer_arrives_whole_with_its_headers_and_its_address(world):
    world.routes["/feed?q=1"] = answer(
        b"<rss/>", content_type="text/xml", cache_control="max-age=9"
    )

    got = world.fetch("http://HOME.example/feed?q=1#top")

    assert (got.url, got.status, got.body) == ("http://home.example/feed?q=1", 200, b"<rss/>")
    assert got.headers["content-type"] == "text/xml"
    assert (got.not_modified, got.moved_to, got.wait_s) == (False, None, 9.0)
    assert world.board.dialled == [(HOME, 80)]


def test_we_say_who_we_are_and_ask_for_gzip_only(world):
    world.routes["/"] = answer(b"x")

    world.fetch("http://home.example/", {"Accept": "text/xml"}, contact="mailto:cac@lumen.example")

    said = world.server.heard[0].headers
    assert said["user-agent"].startswith("soundingboard/")
    assert said["user-agent"].endswith(" (+mailto:cac@lumen.example)")
    assert said["accept-encoding"] == "gzip"
    assert said["accept"] == "text/xml"
    assert said["host"] == "home.example"
    assert "cookie" not in said


def test_a_contact_in_any_script_goes_out_as_far_as_a_header_can_say_it(world):
    world.routes["/"] = answer(b"x")

    world.fetch("http://home.example/", contact="büro@x.example")

    assert world.server.heard[0].headers["user-agent"].endswith(" (+bro@x.example)")


def test_a_packed_answer_is_unpacked(world):
    world.routes["/"] = answer(gzip.compress(b"hello" * 999), content_encoding="gzip")

    got = world.fetch("http://home.example/")

    assert got.body == b"hello" * 999
    assert "content-encoding" not in got.headers


def test_an_empty_answer_is_an_answer(world):
    world.routes["/"] = answer(b"")
    world.routes["/204"] = raw(b"HTTP/1.1 204 No Content\r\n\r\n")
    world.routes["/gzip"] = answer(b"", content_encoding="gzip")

    for path in ("/", "/204", "/gzip"):
        assert world.fetch(f"http://home.example{path}").body == b""


# --- conditional questions ---------------------------------------------------------------------


def test_validators_are_kept_and_echoed_verbatim(world):
    world.routes["/"] = answer(b"x", etag='W/"a-ÿ,b"', last_modified="yesterday")
    first = world.fetch("http://home.example").validators
    world.routes["/"] = answer(status=304, etag='"c"')

    second = world.fetcher().fetch(Request("http://home.example"), validators=first)

    assert first.url == "http://home.example"
    said = world.server.heard[1].headers
    assert said["if-modified-since"] == "yesterday"
    assert said["if-none-match"] == first.etag
    assert (second.not_modified, second.body, second.status) == (True, b"", 304)
    assert second.validators == Validators("http://home.example", '"c"', "yesterday")


def test_validators_of_another_address_are_not_sent(world):
    world.routes["/"] = answer(b"x")
    other = Validators("http://home.example/other", '"a"', None)

    world.fetcher().fetch(Request("http://home.example/"), validators=other)

    assert "if-none-match" not in world.server.heard[0].headers


def test_validators_of_where_a_redirect_ends_are_sent_there_and_not_before(world):
    world.routes["/old"] = redirect("http://away.example/new")
    world.routes["/new"] = answer(b"x", etag='"1"')
    first = world.fetch("http://home.example/old").validators
    world.routes["/new"] = answer(status=304)

    second = world.fetcher().fetch(Request("http://home.example/old"), validators=first)

    assert first == Validators("http://away.example/new", '"1"', None)
    assert second.not_modified
    assert ["if-none-match" in heard.headers for heard in world.server.heard[2:]] == [False, True]


def test_not_modified_without_a_condition_is_no_answer(world):
    world.routes["/"] = answer(status=304)

    assert failing(world, "http://home.example/", HttpStatusError).status == 304


def test_a_monstrous_validator_is_not_kept(world):
    world.routes["/"] = answer(b"x", etag='"' + "x" * 5000 + '"')

    assert world.fetch("http://home.example/").validators is None


# --- statuses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "status", [400, 401, 403, 404, 418, 451, 500, 502, 503, 599, 206, 300, 999]
)
def test_a_bad_status_is_named_with_something_to_do(world, status):
    world.routes["/"] = answer(b"<h1>secret page</h1>", status=status)

    error = failing(world, "http://home.example/", HttpStatusError)

    assert error.status == status
    assert str(status) in error.reason
    assert "secret" not in str(error)


def test_gone_means_gone(world):
    world.routes["/"] = answer(status=410)

    assert failing(world, "http://home.example/", SourceGoneError).status == 410


@pytest.mark.parametrize("status", [429, 503, 403])
def test_a_host_that_asks_us_to_wait_is_not_asked_again_before(world, status):
    world.routes["/"] = answer(status=status, retry_after="3600")

    error = failing(world, "http://home.example/", RateLimitedError)
    again = failing(world, "http://home.example/other", RateLimitedError)

    assert (error.status, error.retry_at) == (status, NOW + timedelta(hours=1))
    assert again.retry_at == error.retry_at
    assert world.server.connections == 1
    assert world.pace.holds() == {"home.example": NOW + timedelta(hours=1)}


@pytest.mark.parametrize(
    ("wish", "pause"),
    [
        ("0", timedelta(minutes=1)),
        ("-1", timedelta(minutes=1)),
        ("Sun, 01 Mar 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(hours=24)),
        ("when the cows come home", timedelta(minutes=15)),
    ],
)
def test_the_time_to_come_back_is_understood_and_clamped(world, wish, pause):
    world.routes["/"] = answer(status=503, retry_after=wish)

    assert failing(world, "http://home.example/", RateLimitedError).retry_at == NOW + pause


def test_too_many_requests_without_a_time_holds_the_host_a_while(world):
    world.routes["/"] = answer(status=429)

    error = failing(world, "http://home.example/", RateLimitedError)

    assert error.retry_at == NOW + timedelta(minutes=15)


def test_unavailable_without_a_time_holds_nobody(world):
    world.routes["/"] = answer(status=503)

    failing(world, "http://home.example/", HttpStatusError)

    assert world.pace.holds() == {}


@pytest.mark.parametrize(
    "script",
    [
        answer(b"<title>Just a moment...</title>", status=403, cf_mitigated="challenge"),
        answer(b"", status=200, cf_mitigated="challenge"),
        answer(b"<script src='/cdn-cgi/challenge-platform/x'>", status=503, server="cloudflare"),
        answer(
            gzip.compress(b"window._cf_chl_opt={}"),
            status=403,
            server="cloudflare",
            content_encoding="gzip",
        ),
    ],
)
def test_a_cloudflare_challenge_is_named(world, script):
    world.routes["/"] = script

    assert "Cloudflare challenge" in failing(world, "http://home.example/", HttpStatusError).reason


def test_an_honest_refusal_behind_cloudflare_is_not_called_a_challenge(world):
    world.routes["/"] = answer(b"no", status=403, server="cloudflare")
    world.routes["/cut"] = raw(
        b"HTTP/1.1 403 No\r\nServer: cloudflare\r\nContent-Length: 99\r\n\r\nno"
    )

    for path in ("/", "/cut"):
        error = failing(world, f"http://home.example{path}", HttpStatusError)
        assert "does not let us in" in error.reason


# --- redirects ---------------------------------------------------------------------------------


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
    world.names.answers |= {"127.0.0.1": [["127.0.0.1"]], "::1": [["::1"]]}

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


# --- broken transfers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        raw(),
        raw(b"<html>HTTP 0.9 says hello</html>"),
        raw(b"HTTP/1.1 abc\r\n\r\n"),
        raw(b"\x16\x03\x01\x02\x00"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\nodd"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nodd!"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello"),
        raw(b"HTTP/1.1 200 OK\r\ns3cret header\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\n" + b"X: s3cret\r\n" * 20_000 + b"\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nX: " + b"s3cret" * 900_000 + b"\r\n\r\n"),
        answer(gzip.compress(b"hello" * 99)[:-5], content_encoding="gzip"),
        answer(b"not packed at all", content_encoding="gzip"),
        answer(b"\x8b\x00\x80\x03", content_encoding="br"),
        answer(gzip.compress(gzip.compress(b"x")), content_encoding="gzip, gzip"),
    ],
)
def test_a_broken_answer_is_a_failure_and_never_half_taken(world, script):
    world.routes["/"] = script

    error = failing(world, "http://home.example/", FetchFailedError)

    assert "s3cret" not in f"{error!r} {error} {error.__cause__}"


def test_two_encodings_in_two_headers_are_refused_too(world):
    world.routes["/"] = raw(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\nxx"
    )

    failing(world, "http://home.example/", FetchFailedError)


def test_interim_answers_and_bytes_behind_the_answer_are_passed_over(world):
    world.routes["/"] = raw(
        b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx and more"
    )

    assert world.fetch("http://home.example/").body == b"x"


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(
        [b"", OK, OK + b"Content-Encoding: gzip\r\n\r\n", b"HTTP/1.1 302 X\r\nLocation: "]
    ),
    st.binary(max_size=60),
)
def test_whatever_bytes_come_the_worst_is_one_failed_source(beginning, rest):
    with BadServer({"/": raw(beginning, rest)}) as server, suppress(CollectError):
        World(server).fetch("http://home.example/")


# --- threads -----------------------------------------------------------------------------------


def test_threads_share_one_fetcher_and_no_host_hears_two_at_once(world):
    talking: list[int] = []
    most: list[int] = []

    def busy(line):
        talking.append(1)
        most.append(len(talking))
        line.closing.wait(0.01)
        talking.pop()
        answer(b"x")(line)

    world.routes["/"] = busy
    fetcher = world.fetcher()
    threads = [
        threading.Thread(target=fetcher.fetch, args=(Request("http://home.example/"),))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1] * 6


def test_a_fetcher_is_a_context_and_leaves_no_connection_open(world):
    world.routes["/"] = answer(b"x")

    with world.fetcher() as fetcher:
        fetcher.fetch(Request("http://home.example/"))
        assert world.board.made[0].fileno() == -1
