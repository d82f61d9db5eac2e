"""JSON Feed 1 and 1.1, and JSON that only looks like it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config.errors import UnreadableError
from listener.parsing.feed import parse_feed
from listener.parsing.strict_json import MAX_DEPTH, read_json
from listener.record import Parsed

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://site.example/feed.json"


def read(*items: Any, **feed: Any) -> Parsed:
    document = {"version": "https://jsonfeed.org/version/1.1", "items": items, **feed}
    return parse_feed(json.dumps(document).encode(), {}, URL, now=NOW)


def test_an_item_is_read_with_all_it_says() -> None:
    (post,) = read(
        {
            "id": 7,
            "url": "/a",
            "title": "Hi",
            "content_html": "<p>Own</p><blockquote>theirs</blockquote>",
            "date_published": "2026-11-01T10:00:00+01:00",
            "date_modified": "2026-11-02T10:00:00Z",
            "authors": [{"name": "Ann", "url": "https://ann.example/about"}],
            "language": "de-AT",
        }
    ).posts
    assert (post.native_key, post.url) == ("7", "https://site.example/a")
    assert (post.text, post.quoted, post.language) == ("Hi\n\nOwn", "theirs", "de")
    assert post.created_at == datetime(2026, 11, 1, 9, tzinfo=UTC)
    assert post.edited_at == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert post.author is not None
    assert (post.author.name, post.author.is_media) == ("Ann", False)


def test_the_feeds_author_signs_what_names_nobody() -> None:
    (post,) = read({"id": "1", "content_text": "a"}, title="Blog", author={"name": "Ann"}).posts
    assert post.author is not None
    assert post.author.name == "Ann"


def test_one_bad_item_never_drops_its_siblings() -> None:
    parsed = read("nonsense", None, {"id": "1", "content_text": "ok"}, {"id": [], "title": {}})
    assert [post.text for post in parsed.posts] == ["ok"]
    assert len(parsed.rejected) == 3


@pytest.mark.parametrize("body", [b"null", b"[]", b"{}", b'{"items": []}', b'{"version": NaN}'])
def test_other_json_is_no_feed(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse_feed(body, {}, URL, now=NOW)


def test_depth_has_an_end() -> None:
    read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, URL)
    for depth in (MAX_DEPTH + 1, 200_000):
        with pytest.raises(UnreadableError, match="nested"):
            read_json(b"[" * depth + b"]" * depth, URL)


@pytest.mark.real
def test_no_document_of_the_json_test_suite_lets_another_error_out(shared: Path) -> None:
    files = sorted((shared / "hostile/jsontestsuite/test_parsing").glob("*.json"))
    assert len(files) > 300
    for path in files:
        body = path.read_bytes()
        try:
            read_json(body, URL)
        except UnreadableError:
            assert not path.name.startswith("y_"), path.name
        with pytest.raises(UnreadableError):
            parse_feed(body, {}, URL, now=NOW)
