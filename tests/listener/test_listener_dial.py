"""The wire: one deadline for everything, no more bytes than the caps, no TLS but good TLS."""

from __future__ import annotations

import gzip
import itertools
import ssl
import threading
import time
import tracemalloc
import warnings
import zlib

import pytest

from config.clock import SystemClock
from config.errors import (
    CollectError,
    FetchFailedError,
    FetchTimeoutError,
    HttpStatusError,
    TooLargeError,
)
from config.settings import FetchSettings
from listener.fetch import Fetcher
from listener.sources.base import Request
from tests.badserver import Authority, BadServer, FakeDns, Switchboard, answer, raw, tls_of

PUBLIC, SILENT = "93.184.216.34", "1.1.1.1"
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def server():
    with BadServer() as server:
        yield server


def fetcher(server: BadServer, *, resolve=None, **settings: object) -> Fetcher:
    names = FakeDns({"home.example": [[PUBLIC]], "other.example": [[PUBLIC]]})
    return Fetcher(
        FetchSettings.model_validate({"host_gap_s": 0, "timeout_s": 5, **settings}),
        SystemClock(),
        resolve=resolve or names,
        connect=Switchboard({PUBLIC: server.port}),
    )


def slowly(*pieces: bytes):
    """The pieces, then the last of them for ever, one each 50 ms."""
    return lambda line: line.drip(itertools.chain(pieces, itertools.repeat(pieces[-1])), 0.05)


# --- the deadline ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        lambda line: line.closing.wait(),
        slowly(OK + b"X-Slow: ", b"a"),
        slowly(OK, b"X-Slow: a\r\n"),
        slowly(b"HTTP/1.1 100 Continue\r\n\r\n"),
        slowly(OK + b"Content-Length: 100000\r\n\r\n", b"a"),
        slowly(CHUNKED, b"1\r\na\r\n"),
        slowly(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 999)[:12], b""),
    ],
    ids=["silence", "header", "headers", "interim", "body", "chunks", "packed"],
)
def test_a_server_that_drips_costs_no_more_than_the_deadline(server, script):
    server.routes["/"] = script
    start = time.monotonic()

    with pytest.raises(FetchTimeoutError):
        fetcher(server, timeout_s=0.3).fetch(Request("http://home.example/"))

    assert time.monotonic() - start < 1.3


def test_a_refusal_whose_page_drips_is_still_a_refusal(server):
    server.routes["/"] = slowly(b"HTTP/1.1 403 X\r\nServer: cloudflare\r\n\r\n", b"a")

    with pytest.raises(HttpStatusError):
        fetcher(server, timeout_s=0.3).fetch(Request("http://home.example/"))


def test_redirects_share_one_deadline(server):
    def delay(line):
        line.closing.wait(0.15)
        raw(b"HTTP/1.1 302 X\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")(line)

    server.routes["/"] = delay

    with pytest.raises(FetchTimeoutError):
        fetcher(server, timeout_s=0.4, max_redirects=20).fetch(Request("http://home.example/"))

    assert server.requests["/"] <= 3


def test_a_resolver_that_hangs_costs_no_more_than_the_deadline(server):
    done = threading.Event()

    def hang(host: str, port: int) -> list[str]:
        done.wait(5)
        return [PUBLIC]

    try:
        with pytest.raises(FetchTimeoutError):
            fetcher(server, resolve=hang, timeout_s=0.3).fetch(Request("http://home.example/"))
    finally:
        done.set()
    assert server.connections == 0


def test_a_server_silent_in_the_middle_of_tls_costs_no_more_than_the_deadline(server):
    # It speaks no TLS and waits for a question that never ends.
    with pytest.raises(FetchTimeoutError):
        fetcher(server, timeout_s=0.3).fetch(Request("https://home.example/"))


def test_waiting_for_our_own_turn_is_not_held_against_the_server(server):
    def slow(line):
        line.closing.wait(0.3)
        answer(b"x")(line)

    server.routes["/"] = slow
    shared = fetcher(server, timeout_s=0.7)
    got: list[bytes] = []
    threads = [
        threading.Thread(
            target=lambda: got.append(shared.fetch(Request("http://home.example/")).body)
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert got == [b"x"] * 4


def test_many_slow_servers_at_once_delay_nobody_else(server):
    server.routes["/slow"] = slowly(OK, b"X: y\r\n")
    server.routes["/"] = answer(b"x")
    names = FakeDns({f"slow{i}.example": [[PUBLIC]] for i in range(40)} | {"a.example": [[PUBLIC]]})
    shared = fetcher(server, resolve=names, timeout_s=0.8)
    failed: list[CollectError] = []

    def ask(host: str) -> None:
        try:
            shared.fetch(Request(f"http://{host}/slow"))
        except FetchTimeoutError as error:
            failed.append(error)

    threads = [threading.Thread(target=ask, args=(f"slow{i}.example",)) for i in range(40)]
    for thread in threads:
        thread.start()
    quick = shared.fetch(Request("http://a.example/"))
    still_waiting = any(thread.is_alive() for thread in threads)
    for thread in threads:
        thread.join()

    assert quick.body == b"x"
    assert still_waiting
    assert len(failed) == 40


# --- the caps ----------------------------------------------------------------------------------


def bomb_of(megabyte: bytes, times: int) -> bytes:
    """A gzip of that megabyte again and again, made without ever holding what it unpacks to."""
    packer = zlib.compressobj(1, wbits=31)
    return b"".join([*(packer.compress(megabyte) for _ in range(times)), packer.flush()])


ZEROS = bytes(2**20)
PROSE = b"".join(b"Post %d: I love the new roast, really.\n" % i for i in range(2**15))[: 2**20]


@pytest.mark.parametrize("megabyte", [ZEROS, PROSE], ids=["zeros", "prose"])
def test_a_bomb_is_defused_and_needs_little_memory(server, megabyte):
    server.routes["/"] = answer(bomb_of(megabyte, 60), content_encoding="gzip")
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError):
            fetcher(server, max_wire_bytes=20 * 2**20).fetch(Request("http://home.example/"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 25 * 2**20


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", ", ".join(["gzip"] * 2000)])
def test_a_bomb_in_another_wrapping_is_not_even_opened(server, encoding):
    server.routes["/"] = answer(bomb_of(ZEROS, 8), content_encoding=encoding)

    with pytest.raises(FetchFailedError, match="did not ask for"):
        fetcher(server).fetch(Request("http://home.example/"))


@pytest.mark.parametrize("head", [OK + b"\r\n", CHUNKED], ids=["plain", "chunked"])
def test_an_endless_body_is_cut_at_the_cap(server, head):
    piece = b"a" * 65536
    piece = b"10000\r\n" + piece + b"\r\n" if head == CHUNKED else piece
    server.routes["/"] = lambda line: line.say(head, *itertools.repeat(piece, 2000))

    with pytest.raises(TooLargeError):
        fetcher(server, max_wire_bytes=300_000).fetch(Request("http://home.example/"))

    assert server.lines[0].sent < 20 * 2**20  # what the kernel took in meanwhile, not 125 MB


def test_endless_interim_answers_are_cut_too(server):
    flood = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 1000
    server.routes["/"] = lambda line: line.say(*itertools.repeat(flood, 2000))

    with pytest.raises(TooLargeError):
        fetcher(server).fetch(Request("http://home.example/"))


def test_an_announced_size_beyond_the_cap_is_not_read_at_all(server):
    server.routes["/"] = raw(OK + b"Content-Length: 99999999999\r\n\r\n", b"x" * 1000)

    with pytest.raises(TooLargeError, match="announced"):
        fetcher(server).fetch(Request("http://home.example/"))


def test_an_answer_as_large_as_allowed_is_taken(server):
    body = bytes(range(256)) * 1024
    server.routes["/"] = answer(body)

    got = fetcher(server, max_bytes=len(body), max_wire_bytes=len(body)).fetch(
        Request("http://home.example/")
    )

    assert got.body == body


# --- TLS ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


def ask_tls(context: ssl.SSLContext, monkeypatch, authority: Authority) -> bytes:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with BadServer({"/": answer(b"safe")}, tls=context) as server:
        return fetcher(server).fetch(Request("https://home.example/")).body


def test_a_certificate_for_the_name_asked_is_trusted_though_an_address_is_dialled(
    monkeypatch, authority
):
    context = tls_of(authority.twin("home.example"))
    asked_for: list[str] = []
    context.sni_callback = lambda _, name, __: asked_for.append(name)

    assert ask_tls(context, monkeypatch, authority) == b"safe"
    assert asked_for == ["home.example"]


@pytest.mark.parametrize(
    ("name", "twin", "reason"),
    [
        ("home.example", {"until": "20210101000000Z"}, "expired"),
        ("home.example", {"own": True}, "signed itself"),
        ("other.example", {}, "another name"),
    ],
)
def test_a_bad_certificate_is_refused_and_said_why(monkeypatch, authority, name, twin, reason):
    context = tls_of(authority.twin(name, **twin))

    with pytest.raises(FetchFailedError, match=reason) as caught:
        ask_tls(context, monkeypatch, authority)

    assert caught.value.mend


def test_an_authority_nobody_knows_is_refused(authority):
    with (
        BadServer(tls=tls_of(authority.twin("home.example"))) as server,
        pytest.raises(FetchFailedError, match="issuer nobody knows"),
    ):
        fetcher(server).fetch(Request("https://home.example/"))


def test_an_old_protocol_is_refused(monkeypatch, authority):
    context = tls_of(authority.twin("home.example"))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1

    with pytest.raises(FetchFailedError, match="safe connection"):
        ask_tls(context, monkeypatch, authority)


def test_a_server_that_speaks_no_tls_is_not_asked_without(server):
    server.routes["/"] = answer(b"x")

    with pytest.raises(CollectError):
        fetcher(server, timeout_s=0.5).fetch(Request("https://home.example/"))

    assert server.heard == []


def test_a_safe_site_cannot_send_us_to_an_unsafe_one(monkeypatch, authority):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    context = tls_of(authority.twin("home.example"))
    routes = {"/": answer(status=301, location="http://other.example/")}

    with (
        BadServer(routes, tls=context) as server,
        pytest.raises(CollectError, match="safe connection to an unsafe one"),
    ):
        fetcher(server).fetch(Request("https://home.example/"))
    assert server.connections == 1
