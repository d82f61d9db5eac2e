"""A forum's posts, read the same whether it tells of them in JSON or in RSS."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config.clock import PinnedClock
from config.errors import ConfigError, UnreadableError
from listener.parsing.feed import parse_feed
from listener.record import Parsed, RawPost
from listener.sources.discourse import HISTORY_PAGES, DiscourseSource

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://forum.example/posts.json"
SOURCE = DiscourseSource(PinnedClock(NOW))


def post(number: int = 9, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "username": "ann",
        "user_id": 3,
        "name": "",
        "created_at": "2026-11-20T10:00:00.000Z",
        "updated_at": "2026-11-21T10:00:00.000Z",
        "cooked": "<p>It broke.</p>",
        "post_type": 1,
        "post_number": 2,
        "topic_id": 5,
        "topic_slug": "help",
        "topic_title": "Help &amp; advice",
        "version": 1,
        "actions_summary": [{"id": 2, "count": 4}, {"id": 3, "count": 9}],
        **more,
    }


def read(*posts: Any, url: str = URL) -> Parsed:
    return SOURCE.parse(json.dumps({"latest_posts": posts}).encode(), {}, url)


def only(given: Any, url: str = URL) -> RawPost:
    (taken,) = read(given, url=url).posts
    return taken


def test_a_post_is_read_with_its_place_in_the_forum() -> None:
    taken = only(post())
    assert (taken.native_key, taken.kind, taken.likes) == ("9", "comment", 4)
    assert (taken.text, taken.title) == ("It broke.", "Help & advice")
    assert taken.url == "https://forum.example/t/help/5/2"
    assert taken.thread_key == "forum.example/t/5"
    assert taken.edited_at is None
    assert taken.author is not None
    assert (taken.author.key, taken.author.name, taken.author.is_staff) == ("3", "ann", False)


def test_the_first_post_of_a_topic_is_told_with_its_title() -> None:
    assert only(post(post_number=1)).text == "Help & advice\n\nIt broke."


def test_a_quote_is_somebody_elses_words() -> None:
    cooked = '<aside class="quote"><blockquote>Works.</blockquote></aside><p>No.</p>'
    taken = only(post(cooked=cooked))
    assert (taken.text, taken.quoted) == ("No.", "Works.")


def test_a_second_version_is_an_edit() -> None:
    assert only(post(version=2)).edited_at == datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.mark.parametrize("role", ["staff", "admin", "moderator"])
def test_whoever_runs_the_forum_is_staff(role: str) -> None:
    author = only(post(**{role: True})).author
    assert author is not None
    assert author.is_staff


@pytest.mark.parametrize("mark", [{"deleted_at": "2026-11-20"}, {"user_deleted": True}])
def test_what_was_deleted_is_gone(mark: dict[str, Any]) -> None:
    taken = only(post(**mark))
    assert (taken.native_key, taken.deleted, taken.text) == ("9", True, "")


def test_notes_of_the_forum_and_broken_records_are_counted_not_taken() -> None:
    parsed = read(post(8, post_type=3), "nonsense", {"id": "x"}, post(7))
    assert [taken.native_key for taken in parsed.posts] == ["7"]
    assert len(parsed.rejected) == 3


def test_a_forum_in_a_folder_is_asked_there() -> None:
    assert SOURCE.first("https://site.example/forum/", {}).url.endswith("/forum/posts.json")
    taken = only(post(), url="https://site.example/forum/posts.json?before=3")
    assert taken.url == "https://site.example/forum/t/help/5/2"


def test_a_topic_can_be_followed_alone() -> None:
    request = SOURCE.first("https://forum.example/t/help/5", {})
    assert request.url == "https://forum.example/t/help/5.json"
    body = json.dumps({"title": "Help", "post_stream": {"posts": [post(topic_title=None)]}})
    parsed = SOURCE.parse(body.encode(), {}, request.url)
    assert parsed.posts[0].title == parsed.title == "Help"
    assert SOURCE.following(parsed, request.url, {"newest_id": 1})[1] is None


def test_the_way_back_ends_at_the_newest_post_known_and_can_be_resumed() -> None:
    address = "https://forum.example/"
    cursor, request = SOURCE.following(read(post(90), post(80)), address, {"newest_id": 50})
    assert request is not None
    assert request.url == "https://forum.example/posts.json?before=79"
    assert SOURCE.first(address, cursor) == request  # a run that stops here goes on here

    cursor, request = SOURCE.following(read(post(79), post(48)), address, cursor)
    assert (cursor, request) == ({"newest_id": 90}, None)
    assert SOURCE.following(read(), address, cursor) == (cursor, None)


def test_the_first_visit_looks_into_history_and_no_further_than_said() -> None:
    newest, cursor, pages = 5000, {}, 0
    while pages < 100:
        posts = [post(number) for number in range(newest, newest - 50, -1)]
        cursor, request = SOURCE.following(read(*posts), "https://forum.example/", cursor)
        newest, pages = newest - 50, pages + 1
        if request is None:
            break
        assert request.url.endswith(f"?before={newest}")
    assert pages == HISTORY_PAGES
    assert cursor == {"newest_id": 5000}


@pytest.mark.parametrize(
    ("body", "url", "words"),
    [
        (b'{"errors": ["Log in."], "error_type": "not_logged_in"}', URL, "closed to visitors"),
        (b'{"errors": ["Slow down."]}', URL, "Slow down"),
        (b"<html>", "https://forum.example/login", "asks for a login"),
        (b"<!DOCTYPE html><html>", URL, "HTML page"),
        (b"[]", URL, "no list of posts"),
        (b"", URL, "not JSON"),
    ],
)
def test_a_closed_forum_says_so(body: bytes, url: str, words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        SOURCE.parse(body, {}, url)


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ConfigError):
        SOURCE.first("forum", {})


def as_rss(taken: RawPost, cooked: str) -> bytes:
    """The same post the way the forum's posts.rss tells of it."""
    link, title = taken.url or "", html.escape(taken.title or "")
    more = f'<p><a href="{link}">Vollst&auml;ndiges Thema lesen</a></p>'
    guid = f"forum.example-post-5-{link.rsplit('/', 1)[1]}"
    return (
        f"<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><item>"
        f"<title>{title}</title><dc:creator>ann</dc:creator><link>{link}</link>"
        f"<description><![CDATA[{cooked}\n{more}]]></description>"
        f"<guid isPermaLink='false'>{guid}</guid></item></channel></rss>"
    ).encode()


@pytest.mark.real
def test_recorded_posts_read_the_same_in_json_and_in_rss(shared: Path) -> None:
    compared = 0
    for path in sorted((shared / "recorded/discourse").rglob("*posts*.json")):
        document = json.loads(path.read_bytes())
        found = (document.get("post_stream") or {}).get("posts") or document.get("latest_posts")
        parsed = SOURCE.parse(path.read_bytes(), {}, URL)
        assert len(parsed.posts) + len(parsed.rejected) == len(found), path.name
        cooked = {str(one["id"]): one["cooked"] for one in found}
        for taken in parsed.posts:
            (other,) = parse_feed(as_rss(taken, cooked[taken.native_key]), {}, URL, now=NOW).posts
            assert (other.text, other.quoted) == (taken.text, taken.quoted), taken.url
            assert other.kind == taken.kind
            compared += 1
    assert compared > 100
