"""The outbound door towards servers that answer: bodies, conditions, statuses, broken transfers."""

from __future__ import annotations

import gzip
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import (
    CollectError,
    FetchFailedError,
    HttpStatusError,
    RateLimitedError,
    SourceGoneError,
)
from listener.fetch import Validators
from listener.sources.base import Request
from tests.badserver import BadServer, answer, raw, redirect
from tests.listener.outside import HOME, NOW, World, failing

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def world():
    with BadServer() as server:
        yield World(server)


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
