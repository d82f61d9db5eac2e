"""The public posts under a hashtag, with their authors' wishes respected."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config.clock import PinnedClock
from config.errors import ConfigError, UnreadableError
from listener.record import Parsed, RawPost
from listener.sources.mastodon import HISTORY_PAGES, MastodonSource

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://social.example/api/v1/timelines/tag/lumen?limit=40"
SOURCE = MastodonSource(PinnedClock(NOW))


def status(number: int = 1, account: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "uri": f"https://far.example/users/ann/statuses/{number}",
        "url": f"https://far.example/@ann/{number}",
        "created_at": "2026-11-20T10:00:00.000Z",
        "visibility": "public",
        "content": "<p>Bad <a href='x'>#<span>Lumen</span></a></p>",
        "account": {"acct": "ann@far.example", "username": "ann", **(account or {})},
        **more,
    }


def read(*statuses: Any, link: str = "") -> Parsed:
    return SOURCE.parse(json.dumps(statuses).encode(), {"link": link}, URL)


def only(*statuses: Any) -> RawPost:
    (post,) = read(*statuses).posts
    return post


def test_a_post_is_known_by_its_uri_whichever_server_tells_of_it() -> None:
    post = only(status(language="de-AT", favourites_count=3, edited_at="2026-11-21T10:00:00Z"))
    assert post.native_key == "https://far.example/users/ann/statuses/1"
    assert (post.text, post.language, post.likes, post.reposts) == ("Bad #Lumen", "de", 3, None)
    assert post.created_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert post.edited_at == datetime(2026, 11, 21, 10, tzinfo=UTC)


def test_a_local_account_gets_the_name_the_whole_world_calls_it_by() -> None:
    author = only(status(account={"acct": "Bob", "bot": True, "indexable": False})).author
    assert author is not None
    assert (author.key, author.name) == ("bob@social.example", "Bob@social.example")
    assert author.is_bot
    assert author.opted_out


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (status(account={"noindex": True}), "not to be indexed"),
        (status(visibility="unlisted"), "not public"),
        (status(account={"acct": ""}), "without a name"),
        (status(uri=None, url=None), "identifies"),
        ("nonsense", "not a post"),
        ({}, "not a post"),
    ],
)
def test_what_is_not_for_us_is_left_out_and_counted(given: Any, reason: str) -> None:
    parsed = read(given, status(2))
    assert [post.native_key[-1] for post in parsed.posts] == ["2"]
    assert reason in parsed.rejected[0].reason


def test_a_boost_is_passed_on_and_no_opinion() -> None:
    post = only(status(5, content="", reblog=status(4)))
    assert post.is_repost
    assert post.text == "Bad #Lumen"


def test_a_warning_belongs_to_the_text_and_a_quoted_post_does_not() -> None:
    post = only(status(spoiler_text="Rant", quote={"quoted_status": status(content="<p>Good</p>")}))
    assert (post.text, post.quoted) == ("Rant\n\nBad #Lumen", "Good")


def test_an_answer_shares_the_thread_of_what_it_answers() -> None:
    first, answer = read(status(1), status(2, in_reply_to_id="1")).posts
    assert first.thread_key == answer.thread_key == answer.parent_key
    assert (first.kind, answer.kind) == ("post", "comment")


@pytest.mark.parametrize(
    "address",
    [
        "https://social.example/tags/lumen",
        "https://social.example/tags/lumen.rss",
        "https://social.example/api/v1/timelines/tag/lumen",
        "https://social.example/api/v1/timelines/tag/lumen?any[]=x",
    ],
)
def test_a_tags_address_is_understood_in_all_its_forms(address: str) -> None:
    assert SOURCE.first(address, {}).url == URL


def test_other_addresses_are_refused_with_advice() -> None:
    for address in ("https://social.example/@ann", "lumen", ""):
        with pytest.raises(ConfigError, match="SERVER/tags"):
            SOURCE.first(address, {})


ADDRESS = "https://social.example/tags/lumen"


def test_the_walk_goes_forward_from_the_newest_known_post() -> None:
    cursor = {"min_id": "7"}
    assert SOURCE.first(ADDRESS, cursor).url == f"{URL}&min_id=7"
    newer = f'<{URL}&max_id=8>; rel="next", <{URL}&min_id=9>; rel="prev"'
    cursor, request = SOURCE.following(read(status(9), status(8), link=newer), ADDRESS, cursor)
    assert cursor == {"min_id": "9"}
    assert request is not None
    assert request.url == f"{URL}&min_id=9"
    assert SOURCE.following(read(), ADDRESS, cursor) == (cursor, None)


def test_the_first_visit_walks_back_into_history_and_no_further_than_said() -> None:
    older = f'<{URL}&max_id=3>; rel="next", <{URL}&min_id=7>; rel="prev"'
    cursor, request = SOURCE.following(read(status(7), status(3), link=older), ADDRESS, {})
    pages = 0
    while request is not None and "max_id" in request.url and pages < 100:
        assert SOURCE.first(ADDRESS, cursor) == request  # a run that stops here goes on here
        answer = SOURCE.parse(json.dumps([status(2)]).encode(), {"link": older}, request.url)
        cursor, request = SOURCE.following(answer, ADDRESS, cursor)
        pages += 1
    assert pages == HISTORY_PAGES
    assert cursor == {"min_id": "7"}
    assert request == SOURCE.first(ADDRESS, cursor)  # what came in while we looked back


def test_a_link_to_another_server_is_not_followed() -> None:
    away = read(status(9), link='<https://evil.example/x>; rel="prev"')
    assert SOURCE.following(away, URL, {"min_id": "1"})[1] is None


def test_an_error_of_the_server_is_told() -> None:
    with pytest.raises(UnreadableError, match="requires an authenticated user"):
        SOURCE.parse(b'{"error": "This method requires an authenticated user"}', {}, URL)
    with pytest.raises(UnreadableError):
        SOURCE.parse(b"<html>", {}, URL)


@pytest.mark.real
def test_every_recorded_list_of_posts_is_read_and_every_one_accounted_for(shared: Path) -> None:
    posts = 0
    for path in sorted((shared / "recorded/mastodon").rglob("*.json")):
        if path.name.endswith(".meta.json"):
            continue
        try:
            found = json.loads(path.read_bytes())
        except ValueError:
            continue
        if not isinstance(found, list) or not found or "content" not in found[0]:
            continue
        told = path.with_name(path.name.replace(".json", ".meta.json"))
        answer = json.loads(told.read_text()) if told.exists() else {}
        url = answer.get("request", {}).get("url", URL)
        headers = answer.get("response", {}).get("headers", {})
        parsed = SOURCE.parse(path.read_bytes(), headers, url)
        assert len(parsed.posts) + len(parsed.rejected) == len(found), path.name
        assert all("@" in post.author.name for post in parsed.posts if post.author)
        assert not any("<p>" in post.text for post in parsed.posts)
        posts += len(parsed.posts)
    assert posts > 100
