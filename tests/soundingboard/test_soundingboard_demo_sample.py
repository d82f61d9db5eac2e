"""The demo's world holds what it promises, and its server plays the sites as real ones answer."""

from __future__ import annotations

import csv
import http.client
import json
import socket
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from config.clock import PinnedClock
from config.errors import CollectError
from config.settings import FetchSettings
from listener.fetch import Fetcher
from listener.record import Parsed, RawPost, Reject
from listener.sources import SOURCES as KINDS
from listener.sources.base import Cursor, Request, Source
from listener.sources.feed import FeedSource
from listener.sources.file import read_file
from soundingboard.demo import MOMENTS, NOW, SOURCES, TRUTH, DemoServer, demo_brand, write_reviews
from soundingboard.demo.cast import Line, read_people, read_reviews
from soundingboard.demo.world import page

MASTODON, TIMELINE = "rides.example", "/api/v1/timelines/tag/wendlow"
FORUM = "forum.wendlow.example"
FEEDS = [urlsplit(address) for kind, address, _ in SOURCES if kind == "feed"]
CAST = ("mastodon.toml", "forum.toml", "atom.toml", "press.toml", "comments.toml")


def all_lines() -> list[Line]:
    return [line for file in CAST for line in read_people(file)]


def body_of(host: str, path: str, moment: Any = "evening", **query: str) -> bytes:
    found = page(host, path, query, moment)
    assert found is not None
    return found[0]


def statuses(moment: Any = "evening") -> list[dict[str, Any]]:
    """The whole timeline, walked backwards along `rel=next`."""
    seen: list[dict[str, Any]] = []
    query = {"limit": "40"}
    while True:
        found = page(MASTODON, TIMELINE, query, moment)
        assert found is not None
        batch = json.loads(found[0])
        if not batch:
            return seen
        seen += batch
        following = found[1]["Link"].split(">")[0].removeprefix("<")
        query = dict(parse_qsl(urlsplit(following).query))


def forum_posts(moment: Any = "evening") -> list[dict[str, Any]]:
    """The whole forum, walked backwards with `before`."""
    seen: list[dict[str, Any]] = []
    query: dict[str, str] = {}
    while batch := json.loads(body_of(FORUM, "/posts.json", moment, **query))["latest_posts"]:
        seen += batch
        query = {"before": str(batch[-1]["id"] - 1)}
    return seen


def get(server: DemoServer, url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, 80)
    connection.sock = server.connect(server.resolve(parts.hostname, 80)[0], 80, 5.0)
    try:
        connection.request("GET", f"{parts.path or '/'}?{parts.query}", headers=headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


# --- the world ----------------------------------------------------------------------------------


def test_the_world_is_large_enough_and_lasts_a_year():
    times = [line.at for line in all_lines()] + [
        review.at for review in read_reviews("reviews.tsv")
    ]

    assert len(times) >= 400
    assert len(TRUTH) >= 120
    assert min(times) >= datetime(2025, 11, 25, tzinfo=UTC)
    assert max(times) <= MOMENTS["evening"] < NOW
    assert max(times) - min(times) > timedelta(days=350)


def test_every_part_is_cast():
    parts = Counter(TRUTH.values())

    assert parts["love"] >= 8
    assert parts["hate"] >= 8
    assert parts["torn"] >= 4
    assert min(parts["fan"], parts["ranter"]) >= 30
    assert parts["coordinated"] == 3
    for part in ("staff", "rival", "bot", "spammer", "media", "minor", "opted-out", "sharer"):
        assert parts[part], part


def test_lovers_and_haters_speak_in_several_threads_and_the_torn_four_times():
    roles = {line.person.handle: line.person.role for line in all_lines()}
    threads: dict[str, set[str]] = defaultdict(set)
    posts: Counter[str] = Counter()
    for line in all_lines():
        handle = line.person.handle
        posts[handle] += 1
        threads[handle].add(line.more.get("in") or line.more.get("on") or line.at.isoformat())

    for handle, role in roles.items():
        if role in ("love", "hate"):
            assert posts[handle] >= 3, handle
            assert len(threads[handle]) >= 2, handle
        if role == "torn":
            assert posts[handle] >= 4, handle
        if role in ("fan", "ranter"):
            assert posts[handle] <= 1, handle


def test_haters_with_ideas_are_many():
    full_of_ideas = {
        line.person.handle: line.person.role for line in all_lines() if line.person.ideas
    }

    assert list(full_of_ideas.values()).count("hate") >= 8
    assert len(full_of_ideas) >= 25


def test_an_author_keeps_to_one_site():
    by_file = [{line.person.handle for line in read_people(file)} for file in CAST]
    by_file.append({review.person.handle for review in read_reviews("reviews.tsv")})

    assert sum(map(len, by_file)) == len(set().union(*by_file)) == len(TRUTH)


def test_only_copies_on_purpose_share_a_text():
    texts = Counter(line.text for line in all_lines() if line.text)
    texts.update(review.text for review in read_reviews("reviews.tsv") if review.text)
    shared = {text for text, count in texts.items() if count > 1}
    roles = {line.person.role for line in all_lines() if line.text in shared}

    assert len(shared) == 3
    assert roles == {"coordinated", "media", "sharer"}


def test_two_languages_are_there_that_an_english_reader_must_leave_alone():
    foreign = [line for line in all_lines() if line.person.role == "foreign"]
    french = [line for line in foreign if line.person.more.get("lang") == "fr"]

    assert len(foreign) - len(french) >= 25
    assert len(french) >= 3


def test_hostile_markup_and_broken_text_are_served():
    status = json.dumps(statuses())
    feeds = b"".join(body_of(feed.netloc, feed.path) for feed in FEEDS)

    for piece in ("<script>", "onerror=", "javascript:", "\\u202e", "\\ud83d)"):
        assert piece in status, piece
    assert '"display_name": "Mal\\r\\nBcc' in status
    assert b"&#0;" in feeds
    assert b"&nbsp;" in feeds
    assert b'encoding="ISO-8859-1"' in feeds
    assert b"25:61:00" in feeds


def test_the_brand_is_invented_and_knows_its_staff_and_its_namesake():
    brand = demo_brand()

    assert brand.competitors == ("Vantero",)
    assert "Wendlow Street" in brand.excluded
    assert {TRUTH[name] for name in brand.staff if name in TRUTH} == {"staff"}
    assert all(urlsplit(address).netloc.endswith(".example") for _, address, _ in SOURCES)


# --- the sites ------------------------------------------------------------------------------------


def test_the_same_moment_is_the_same_bytes():
    for moment in MOMENTS:
        for feed in FEEDS:
            assert body_of(feed.netloc, feed.path, moment) == body_of(
                feed.netloc, feed.path, moment
            )
        assert statuses(moment) == statuses(moment)
        assert forum_posts(moment) == forum_posts(moment)


def test_the_timeline_walked_forward_is_the_timeline_walked_backward():
    forward: list[dict[str, Any]] = []
    last = "0"
    while batch := json.loads(body_of(MASTODON, TIMELINE, limit="40", min_id=last)):
        forward = batch + forward
        last = batch[0]["id"]

    assert forward == statuses()
    assert len({status["id"] for status in forward}) == len(forward) >= 120


def test_every_shown_status_carries_the_tag():
    shown = [status for status in statuses() if not status["reblog"]]

    assert all("wendlow" in status["content"].lower() for status in shown)


def test_the_forum_shows_every_post_once_in_windows_of_fifty_ids():
    posts = forum_posts()

    assert [post["id"] for post in posts] == sorted({post["id"] for post in posts}, reverse=True)
    assert len(posts) >= 120
    assert {post["username"] for post in posts if post["staff"]} == {"wendlow_tom", "ayla_w"}
    assert any('<aside class="quote' in post["cooked"] for post in posts)


def test_a_quoted_answer_quotes_what_was_said():
    by_place = {(post["topic_id"], post["post_number"]): post for post in forum_posts()}
    quoting = [line for line in read_people("forum.toml") if "quote" in line.more]

    assert len(quoting) >= 8
    for post in by_place.values():
        if "<aside" in post["cooked"]:
            quoted = post["raw"].split("]\n")[1].split("\n[/quote")[0]
            parent = by_place[post["topic_id"], post["reply_to_post_number"]]
            assert quoted.rstrip(".") in parent["raw"]


def test_between_morning_and_evening_one_status_is_edited_and_delivered_again():
    before = {status["id"]: status for status in statuses("morning")}
    edited = [status for status in statuses("evening") if status["edited_at"]]

    assert not any(status["edited_at"] for status in before.values())
    assert len(edited) == 2
    assert len({status["uri"] for status in edited}) == 1
    assert len({status["id"] for status in edited} - set(before)) == 1


def test_between_morning_and_evening_one_forum_post_and_one_entry_go():
    before, after = forum_posts("morning"), forum_posts("evening")
    gone = [post for post in after if post["deleted_at"]]
    feed = body_of("foldingfans.example", "/new/.rss")

    assert not any(post["deleted_at"] for post in before)
    assert [post["user_deleted"] for post in gone] == [True]
    assert gone[0] in json.loads(body_of(FORUM, "/posts.json"))["latest_posts"]
    assert feed.count(b"<at:deleted-entry") == 1
    assert b"<at:deleted-entry" not in body_of("foldingfans.example", "/new/.rss", "morning")


def test_a_handful_of_posts_is_new_in_the_evening_everywhere():
    assert len(statuses("evening")) - len(statuses("morning")) == 3
    assert len(forum_posts("evening")) - len(forum_posts("morning")) == 2
    for host, path in (
        ("foldingfans.example", "/new/.rss"),
        ("citycyclist.example", "/feed/"),
        ("citycyclist.example", "/comments/feed/"),
    ):
        assert body_of(host, path, "evening") != body_of(host, path, "morning")


def test_the_reviews_are_a_table_as_a_spreadsheet_saves_it(tmp_path: Path):
    path = write_reviews(tmp_path)
    body = path.read_bytes()
    rows = list(csv.reader(body.decode("utf-8-sig").splitlines(keepends=True), delimiter=";"))

    assert body.startswith(b"\xef\xbb\xbfResponse ID;")
    assert len(rows) >= 80
    assert any(row[6].startswith("=HYPERLINK(") for row in rows if len(row) == 7)
    assert any("\n" in cell for row in rows for cell in row)
    assert any(row[4] == "4,5" for row in rows if len(row) == 7)
    assert write_reviews(tmp_path).read_bytes() == body


# --- as the real sources hear it -----------------------------------------------------------------


def heard_in_feeds(moment: Any) -> list[RawPost]:
    posts: list[RawPost] = []
    for feed in FEEDS:
        found = page(feed.netloc, feed.path, {}, moment)
        assert found is not None
        headers = {name.lower(): value for name, value in found[1].items()}
        parsed = FeedSource(clock=PinnedClock(NOW)).parse(found[0], headers, feed.geturl())
        assert not parsed.rejected
        posts += parsed.posts
    return posts


def test_the_feed_source_hears_every_entry_and_knows_every_author():
    posts = heard_in_feeds("evening")
    written = sum(len(read_people(file)) for file in ("atom.toml", "press.toml", "comments.toml"))

    assert len(posts) == written
    assert {post.author.name for post in posts if post.author} <= set(TRUTH)
    assert {post.kind for post in posts} == {"article", "comment", "post"}
    assert all((post.kind == "article") == _is_media(post) for post in posts if not post.deleted)


def _is_media(post: RawPost) -> bool:
    return post.author is not None and TRUTH[post.author.name] == "media"


def test_no_feed_is_empty_at_any_moment():
    for moment in MOMENTS:
        assert {post.author.name for post in heard_in_feeds(moment) if post.author} >= {
            name for name, role in TRUTH.items() if role == "media" and "@" not in name
        }


def test_the_feed_source_hears_which_entry_was_taken_back():
    gone = [post.native_key for post in heard_in_feeds("evening") if post.deleted]

    assert len(gone) == 1
    assert gone[0] in {post.native_key for post in heard_in_feeds("morning") if not post.deleted}


def hear(source: Source, address: str, cursor: Cursor, moment: Any) -> tuple[list[Parsed], Cursor]:
    """One visit, page after page, as the collecting step makes it."""
    pages = []
    request: Request | None = source.first(address, cursor)
    while request:
        url = urlsplit(request.url)
        found = page(url.netloc, url.path, dict(parse_qsl(url.query)), moment)
        assert found is not None
        headers = {name.lower(): value for name, value in found[1].items()}
        parsed = source.parse(found[0], headers, request.url)
        cursor, request = source.following(parsed, address, cursor)
        pages.append(parsed)
    return pages, cursor


def heard_all_year(kind: str) -> list[Parsed]:
    """What a source hears that listens from the beginning and comes by at every moment."""
    address = next(address for known, address, _ in SOURCES if known == kind)
    pages: list[Parsed] = []
    cursor: Cursor = {}
    for moment in MOMENTS:
        more, cursor = hear(KINDS[kind], address, cursor, moment)
        pages += more
    return pages


def test_the_mastodon_source_hears_every_status_the_edit_and_whoever_hides():
    pages = heard_all_year("mastodon")
    posts = {post.native_key: post for parsed in pages for post in parsed.posts}
    hidden = [reject for parsed in pages for reject in parsed.rejected]
    people = {post.author.name: post.author for post in posts.values() if post.author}

    assert len(posts) + len(hidden) == len(read_people("mastodon.toml"))
    assert len(hidden) == 2
    assert [post.text.count("EDIT") for post in posts.values() if post.edited_at] == [1]
    assert set(people) == {
        name for name, role in TRUTH.items() if "@" in name and role != "opted-out"
    }
    assert [TRUTH[name] for name, person in people.items() if person.is_bot] == ["bot"]
    assert sum(post.is_repost for post in posts.values()) == 4
    assert all("wendlow" in post.text.lower() for post in posts.values())


def test_the_discourse_source_hears_every_post_the_staff_and_the_deletion():
    posts = [post for parsed in heard_all_year("discourse") for post in parsed.posts]
    people = {post.author.name: post.author for post in posts if post.author}
    gone = {post.native_key for post in posts if post.deleted}

    assert len({post.native_key for post in posts}) == len(read_people("forum.toml"))
    assert set(people) == {line.person.handle for line in read_people("forum.toml")}
    assert {TRUTH[name] for name, person in people.items() if person.is_staff} == {"staff"}
    assert len(gone) == 1
    assert all(not post.quoted or post.quoted not in post.text for post in posts)
    assert sum(bool(post.quoted) for post in posts) >= 8


def test_the_file_source_takes_every_review_and_says_which_lines_were_none(tmp_path: Path):
    rows = list(read_file(write_reviews(tmp_path), now=NOW))
    posts = [row for row in rows if isinstance(row, RawPost)]

    assert len(posts) == len(read_reviews("reviews.tsv"))
    assert [row.reason for row in rows if isinstance(row, Reject)][-1].startswith("3 cells")
    assert {post.author.name for post in posts if post.author} <= set(TRUTH)
    assert all(post.rating is not None and post.nps is not None for post in posts)
    assert posts[0].created_at == datetime(2025, 11, 25, 10, 2, tzinfo=UTC)


# --- the server -----------------------------------------------------------------------------------


def test_the_server_answers_every_source_for_its_host_and_knows_what_has_not_changed():
    with DemoServer() as server:
        for feed in FEEDS:
            status, headers, body = get(server, feed.geturl())
            assert (status, body) == (200, body_of(feed.netloc, feed.path, "morning"))
            again, _, nothing = get(server, feed.geturl(), **{"If-None-Match": headers["ETag"]})
            assert (again, nothing) == (304, b"")

        server.moment = "evening"
        status, _, body = get(server, f"http://{FORUM}/posts.json")
        assert (status, body) == (200, body_of(FORUM, "/posts.json"))


def test_the_server_has_robots_rules_and_no_other_pages():
    with DemoServer() as server:
        assert get(server, f"http://{MASTODON}/robots.txt")[0] == 200
        assert get(server, f"http://{MASTODON}/admin")[0] == 404


def test_the_server_stands_in_for_its_own_hosts_only():
    with DemoServer() as server:
        with pytest.raises(socket.gaierror):
            server.resolve("localhost", 80)
        with pytest.raises(socket.gaierror):
            server.resolve(FORUM, 22)
        with pytest.raises(ConnectionRefusedError):
            server.connect("127.0.0.1", server.port, 1.0)


def test_the_outbound_door_reaches_the_demo_with_its_gate_shut():
    with DemoServer() as server:
        door = Fetcher(
            FetchSettings(contact="demo@wendlow.example", host_gap_s=0.0),
            PinnedClock(NOW),
            resolve=server.resolve,
            connect=server.connect,
        )
        feed = FEEDS[0]
        first = door.fetch(Request(feed.geturl()))
        again = door.fetch(Request(feed.geturl()), validators=first.validators)

        assert first.body == body_of(feed.netloc, feed.path, "morning")
        assert again.not_modified
        with pytest.raises(CollectError):
            door.fetch(Request(f"http://127.0.0.1:{server.port}/feed/"))
