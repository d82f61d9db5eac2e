"""The outbound door, telling: the same gate and limits, once, and honest about what it knows."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest

from config.errors import CollectError, FetchFailedError, FetchRefusedError, RateLimitedError
from tests.badserver import BadServer, Line, Script, answer, raw, redirect
from tests.listener.outside import NOW, World

HOOK = "http://home.example/hook?key=1"


@pytest.fixture
def world():
    with BadServer() as server:
        yield World(server)


def keeping(bodies: list[bytes], script: Script) -> Script:
    """Reads the whole body of the question before it is answered."""

    def read(line: Line) -> None:
        body = line.begun
        while len(body) < int(line.heard.headers["content-length"]):
            body += line.wire.recv(65536)
        bodies.append(body)
        script(line)

    return read


def test_the_body_arrives_whole_and_the_status_comes_back(world):
    got = []
    world.routes["/hook?key=1"] = keeping(got, answer(b"ok"))
    body = b'{"text": "hello"}' * 9999

    posted = world.fetcher().post(HOOK, body, {"Content-Type": "application/json"})

    assert (posted.status, posted.retry_at, posted.words) == (200, None, "")
    assert got == [body]
    said = world.server.heard[0].headers
    assert said["content-type"] == "application/json"
    assert said["user-agent"].startswith("soundingboard/")
    assert said["content-length"] == str(len(body))


@pytest.mark.parametrize("status", [201, 400, 404, 410, 500, 503])
def test_every_status_is_an_answer_with_its_first_words(world, status):
    world.routes["/hook?key=1"] = answer(b"no such channel", status=status)

    posted = world.fetcher().post(HOOK, b"{}", {})

    assert posted.status == status
    assert posted.words == ("" if status == 201 else "no such channel")


def test_no_redirect_is_followed(world):
    world.routes["/hook?key=1"] = redirect("http://away.example/")

    assert world.fetcher().post(HOOK, b"{}", {}).status == 302
    assert world.server.connections == 1


def test_a_host_that_asks_to_wait_is_held_and_not_asked_again(world):
    world.routes["/hook?key=1"] = answer(status=429, retry_after="120")
    fetcher = world.fetcher()

    posted = fetcher.post(HOOK, b"{}", {})

    assert posted.retry_at == NOW + timedelta(seconds=120)
    with pytest.raises(RateLimitedError):
        fetcher.post(HOOK, b"{}", {})
    assert world.server.connections == 1


@pytest.mark.parametrize("script", [raw(), raw(b"HTTP/1.1 20"), raw(b"nonsense\r\n\r\n")])
def test_told_but_not_answered_is_not_known(world, script):
    world.routes["/hook?key=1"] = script

    assert world.fetcher().post(HOOK, b"{}", {}).status is None
    assert world.server.connections == 1


def test_a_server_that_never_answers_ends_at_the_deadline(world):
    world.routes["/hook?key=1"] = lambda line: line.closing.wait(5)

    assert world.fetcher(timeout_s=0.3).post(HOOK, b"{}", {}).status is None


def test_what_never_left_is_raised(world):
    world.board.lines = {}
    with pytest.raises(FetchFailedError):
        world.fetcher().post(HOOK, b"{}", {})


def test_a_line_on_which_no_safe_connection_comes_about_is_raised(world):
    with pytest.raises(CollectError):
        world.fetcher(timeout_s=0.3).post("https://home.example/", b"{}", {})


@pytest.mark.parametrize("url", ["http://inside.example/", "http://mixed.example/", "file:///etc"])
def test_the_gate_is_the_same(world, url):
    with pytest.raises(FetchRefusedError):
        world.fetcher().post(url, b"{}", {})
    assert world.server.connections == 0


def test_an_endless_answer_is_not_read_to_its_end(world):
    def endless(line: Line) -> None:
        line.say(b"HTTP/1.1 500 No\r\n\r\n")
        line.wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        line.drip((b"x" * 65536 for _ in range(1000)), every_s=0)

    world.routes["/hook?key=1"] = endless

    posted = world.fetcher().post(HOOK, b"{}", {})

    assert posted.status == 500
    assert len(posted.words) <= 16 * 1024
    assert world.server.lines[0].sent < 20 * 2**20
