"""A page somebody gives us leads to what can be listened to there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.parsing.discover import FeedLink, discover

URL = "https://site.example/blog/"


def urls(page: str, url: str = URL) -> list[str]:
    return [link.url for link in discover(page.encode(), url)]


def test_the_feeds_a_page_names_are_found_and_comments_come_last() -> None:
    page = """<head><link rel="alternate" type="application/rss+xml" title="Comments Feed"
    href="c/">
    <!-- <link rel="alternate" type="application/rss+xml" href="hidden"> -->
    <LINK REL='alternate' TYPE='application/atom+xml' TITLE='News &amp; more'
    HREF='../feed?a&amp;b'>
    <link rel=alternate type=application/feed+json href=/feed.json>
    <link rel="alternate" type="application/rss+xml" href="javascript:x">
    <link rel="alternate" hreflang="de" href="/de/"><link rel="stylesheet" type="text/css" href="s">
    <script>'<link rel="alternate" type="application/rss+xml" href="script">'</script>"""
    assert discover(page.encode(), URL) == [
        FeedLink("https://site.example/feed?a&b", "News & more", "feed"),
        FeedLink("https://site.example/feed.json", "", "feed"),
        FeedLink("https://site.example/blog/c/", "Comments Feed", "feed"),
    ]


def test_a_pages_own_base_counts() -> None:
    page = '<base href="https://other.example/x/"><link rel=feed type=text/xml href=f>'
    assert urls(page) == ["https://other.example/x/f"]


@pytest.mark.parametrize(
    ("url", "feed"),
    [
        (
            "https://www.youtube.com/channel/UCotwjyJnb-4KW7bmsOoLfkg/videos",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCotwjyJnb-4KW7bmsOoLfkg",
        ),
        ("https://old.reddit.com/r/coffee/", "https://www.reddit.com/r/coffee/new/.rss"),
        ("https://www.reddit.com/r/a+b", "https://www.reddit.com/r/a+b/new/.rss"),
    ],
)
def test_addresses_of_a_known_form_have_a_certain_feed(url: str, feed: str) -> None:
    assert urls("<html>", url)[0] == feed


def test_nothing_is_guessed_for_addresses_that_are_only_like_one() -> None:
    for url in ("https://www.youtube.com/@name", "https://reddit.com.evil.example/r/coffee", URL):
        assert urls("<html>", url) == []


def test_a_forum_and_a_tag_are_known_by_their_pages() -> None:
    forum = '<meta name="generator" content="Discourse 3.6.0 - https://github.com/discourse">'
    assert discover(forum.encode(), "https://forum.example/latest")[0] == FeedLink(
        "https://forum.example/posts.json", "Forum", "discourse"
    )
    tag = discover(b"<div id='mastodon'>", "https://social.example/tags/lumen")[0]
    assert (tag.url, tag.type) == ("https://social.example/tags/lumen", "mastodon")


@given(st.binary(max_size=200), st.text(max_size=40))
def test_no_page_and_no_address_make_it_fail(page: bytes, path: str) -> None:
    discover(b"<link rel=alternate type=text/xml href='" + page, f"https://site.example/{path}")


@pytest.mark.real
def test_recorded_pages_that_name_feeds_lead_to_them(shared: Path) -> None:
    pages = [
        path
        for path in sorted((shared / "recorded/feeds").rglob("*.html"))
        if b"application/rss+xml" in path.read_bytes()
    ]
    for path in pages:
        assert discover(path.read_bytes(), URL), path.name
