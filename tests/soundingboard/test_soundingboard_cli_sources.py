"""`source …`, `collect` and `run`: places are found, asked once, kept, and told how they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.badserver import BadServer, answer
from tests.soundingboard.conftest import CommandLine

FEED = b"""<?xml version="1.0"?>
<rss version="2.0"><channel><title>Coffee talk</title>
<item><guid>1</guid><title>On Lumen</title><description>I love Lumen</description>
<author>a@x.test (anna)</author><pubDate>Sun, 01 Feb 2026 10:00:00 GMT</pubDate></item>
<item><guid>2</guid><title>Weather</title><description>It rains</description></item>
</channel></rss>"""
PAGE = (
    b"<html><head><title>Coffee</title>"
    b'<link rel="alternate" type="application/rss+xml" href="/comments.xml" title="Comments">'
    b'<link rel="alternate" type="application/rss+xml" href="/feed.xml" title="Posts">'
    b"</head><body>Hello</body></html>"
)


@pytest.fixture
def site() -> Iterator[BadServer]:
    xml = {"content_type": "application/rss+xml"}
    with BadServer(
        {
            "/feed.xml": answer(FEED, **xml),
            "/page": answer(PAGE, content_type="text/html"),
            "/bare": answer(b"<html><body>no feed</body></html>", content_type="text/html"),
            "/broken.xml": answer(b"", status=500),
        }
    ) as server:
        yield server


@pytest.fixture
def online(command: CommandLine, site: BadServer) -> CommandLine:
    """The command line with leave to ask the site on this machine."""
    command.environ |= {
        "SOUNDINGBOARD_FETCH__ALLOW_PRIVATE": f"127.0.0.1:{site.port}",
        "SOUNDINGBOARD_FETCH__HOST_GAP_S": "0",
    }
    return command


def url(site: BadServer, path: str) -> str:
    return f"http://127.0.0.1:{site.port}{path}"


def test_a_feed_is_asked_once_and_kept_under_its_title(
    online: CommandLine, site: BadServer
) -> None:
    added = online.json("source", "add", url(site, "/feed.xml"))

    assert (added["name"], added["kind"], added["posts"]) == ("Coffee talk", "feed", 2)
    (listed,) = online.json("source", "list")
    assert (listed["name"], listed["why"], listed["problem"]) == (
        "Coffee talk", "never asked yet", None,
    )  # fmt: skip


def test_a_web_page_leads_to_its_feed_of_posts(online: CommandLine, site: BadServer) -> None:
    result = online("source", "add", url(site, "/page"))

    assert result.exit_code == 0
    assert f"Took {url(site, '/feed.xml')}" in result.stderr
    assert online.json("source", "list")[0]["address"] == url(site, "/feed.xml")


@pytest.mark.parametrize("path", ["/bare", "/broken.xml", "/nowhere"])
def test_what_cannot_be_read_is_refused_with_the_reason(
    online: CommandLine, site: BadServer, path: str
) -> None:
    result = online("source", "add", url(site, path))

    assert result.exit_code == 6
    assert path in result.stderr
    assert online.json("source", "list") == []


def test_unchecked_takes_it_all_the_same(online: CommandLine, site: BadServer) -> None:
    result = online("source", "add", url(site, "/nowhere"), "--unchecked", "--name", "Later")

    assert result.exit_code == 0
    assert site.connections == 0
    assert [source["name"] for source in online.json("source", "list")] == ["Later"]


def test_the_same_address_is_refused_the_second_time(online: CommandLine, site: BadServer) -> None:
    online("source", "add", url(site, "/feed.xml"))

    again = online("source", "add", url(site, "/feed.xml"))

    assert again.exit_code == 5
    assert "Coffee talk" in again.stderr


def test_collecting_keeps_what_names_the_brand(online: CommandLine, site: BadServer) -> None:
    (online.folder / "soundingboard.toml").write_text('[[brand]]\nname = "Lumen"\n')
    online("source", "add", url(site, "/feed.xml"))

    done = online.json("collect")

    assert (done["added"], done["off topic"], done["failed"]) == (1, 1, {})
    (source,) = online.json("source", "list")
    assert source["last_ok"] == "2026-03-01T12:00:00+00:00"
    assert source["next_check"] > source["last_ok"]


def test_one_failed_source_is_shown_and_only_strict_makes_it_an_error(
    online: CommandLine, site: BadServer
) -> None:
    online("source", "add", url(site, "/broken.xml"), "--unchecked", "--name", "Broken")

    loose, strict = online("collect"), online("collect", "--strict")

    assert (loose.exit_code, strict.exit_code) == (0, 6)
    assert "Broken failed" in loose.stderr
    assert online.json("source", "list")[0]["failures"] == 2


def test_resume_asks_a_failed_source_again(online: CommandLine, site: BadServer) -> None:
    online("source", "add", url(site, "/broken.xml"), "--unchecked", "--name", "Broken")
    online("collect")

    assert online("source", "resume", "Broken").exit_code == 0

    (source,) = online.json("source", "list")
    assert (source["problem"], source["failures"]) == (None, 0)


def test_remove_asks_first_and_takes_the_posts_along(online: CommandLine, site: BadServer) -> None:
    online("source", "add", url(site, "/feed.xml"), "--about", "Lumen")
    online("collect")

    kept = online("source", "remove", "Coffee talk", input="n\n")
    gone = online("source", "remove", "Coffee talk", "--yes")

    assert (kept.exit_code, gone.exit_code) == (1, 0)
    assert online("stances", "--brand", "Lumen").exit_code == 4


def test_an_unknown_source_is_not_found(command: CommandLine) -> None:
    assert command("source", "remove", "Nowhere", "--yes").exit_code == 4


def test_run_does_every_step_once(imported: CommandLine) -> None:
    steps = imported.json("run")["steps"]

    assert [step["step"] for step in steps] == [
        "collect", "understand", "weigh", "recruit", "moderate", "tally", "alert", "measure",
        "digest",
    ]  # fmt: skip
    assert steps[1]["read"] == 8
    assert all(step["failed"] == {} for step in steps)


def test_run_in_an_empty_house_is_no_error(command: CommandLine) -> None:
    assert command("run", "--strict").exit_code == 0


def test_a_digest_goes_where_it_is_sent(imported: CommandLine) -> None:
    imported("run")
    out = imported.folder / "elsewhere"

    assert imported("digest", "--out", str(out)).exit_code == 0
    assert {path.suffix for path in out.iterdir()} == {".html", ".txt"}
