"""A feed of any age and shape becomes posts; what is no feed is told apart from an empty one."""

from __future__ import annotations

import csv
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.clock import PinnedClock
from config.errors import ConfigError, UnreadableError
from listener.parsing.feed import parse_feed
from listener.record import Parsed, RawPost
from listener.sources.feed import FeedSource

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://site.example/feeds/all.xml"


def read(body: str | bytes, **more: int) -> Parsed:
    data = body.encode() if isinstance(body, str) else body
    return parse_feed(data, {}, URL, now=NOW, **more)


def rss(items: str, channel: str = "<title>The Daily</title><link>/</link>") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{channel}{items}</channel></rss>'


def atom(entries: str, feed: str = "<title>Forum</title>") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{feed}{entries}</feed>'


def only(parsed: Parsed) -> RawPost:
    (post,) = parsed.posts
    return post


def why(body: str | bytes) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(body)
    return caught.value.reason


def test_an_item_of_a_news_site_is_an_article_of_the_outlet() -> None:
    item = (
        "<item><title>Lumen &amp;amp; Co</title><link>/a</link><guid>7</guid>"
        "<pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate>"
        "<description>&lt;p&gt;They &lt;b&gt;grow&lt;/b&gt;.</description></item>"
    )
    post = only(read(rss(item)))
    assert post.text == "Lumen & Co\n\nThey grow."
    assert (post.native_key, post.key_level, post.url) == ("7", "guid", "https://site.example/a")
    assert post.created_at == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert post.kind == "article"
    assert post.author is not None
    assert post.author.is_media
    assert post.author.name == "The Daily"


def test_a_named_person_in_an_outlets_feed_stays_a_person() -> None:
    item = "<item><title>a</title><author>ann@site.example (Ann Lee)</author></item>"
    author = only(read(rss(item))).author
    assert author is not None
    assert (author.name, author.is_media) == ("Ann Lee", False)


def test_people_who_sign_with_the_same_page_stay_two_people() -> None:
    entry = (
        "<entry><id>{0}</id><title>{0}</title>"
        "<author><name>{0}</name><uri>{1}</uri></author></entry>"
    )
    site = "https://site.example/"
    for page in (site, site + "team"):
        both = read(atom(entry.format("Ann", page) + entry.format("Ben", page)))
        assert {post.author and post.author.key for post in both.posts} == {"Ann", "Ben"}
    alone = only(read(atom(entry.format("Ann", site + "ann")))).author
    assert alone is not None
    assert alone.key == "https://site.example/ann"


def test_a_guid_that_many_items_share_names_none_of_them() -> None:
    items = "".join(
        f"<item><guid>same</guid><link>https://x.example/{n}</link><title>{n}</title></item>"
        for n in range(10)
    )
    posts = read(rss(items)).posts
    assert len({post.native_key for post in posts}) == 10
    assert {post.key_level for post in posts} == {"link"}


def test_an_item_that_stands_twice_is_one_post_and_says_so() -> None:
    item = "<item><guid>1</guid><title>a</title></item>"
    parsed = read(rss(item + item))
    assert len(parsed.posts) == 1
    assert parsed.posts[0].key_level == "guid"
    assert len(parsed.rejected) == 1


def test_an_id_does_not_change_when_the_feed_moves() -> None:
    body = atom("<entry><id>t3_abc</id><title>a</title></entry>").encode()
    moved = parse_feed(body, {}, "https://elsewhere.example/x", now=NOW)
    assert only(moved).native_key == only(read(body)).native_key == "t3_abc"
    assert only(moved).url is None


def test_a_correction_is_an_edit_but_no_new_date() -> None:
    times = "<published>2026-11-01T10:00:00Z</published><updated>{}</updated>"
    entry = "<entry><id>1</id><title>a</title>{}</entry>"
    same = only(read(atom(entry.format(times.format("2026-11-01T10:00:30Z")))))
    later = only(read(atom(entry.format(times.format("2026-11-02T10:00:00Z")))))
    assert same.edited_at is None
    assert later.edited_at == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert later.created_at == same.created_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    alone = only(read(atom(entry.format("<updated>2026-11-02T10:00:00Z</updated>"))))
    assert (alone.created_at, alone.edited_at) == (later.edited_at, None)


@pytest.mark.parametrize(
    ("date", "quality"),
    [("24 Nov 2026 20:00 GMT", "clamped"), ("24 Nov 2126", "missing"), ("1764000000x", "missing")],
)
def test_a_date_that_cannot_be_true_is_marked(date: str, quality: str) -> None:
    post = only(read(rss(f"<item><title>a</title><pubDate>{date}</pubDate></item>")))
    assert post.time_quality == quality
    assert post.created_at == (NOW if quality == "clamped" else None)


def test_a_comment_answers_a_page_and_keeps_its_own_words() -> None:
    item = (
        "<item><title>Comment on Our news by Ann</title>"
        "<link>https://b.example/news/#comment-5</link><guid isPermaLink='false'>b#5</guid>"
        "<description>&gt; so good\nNo, bad.</description></item>"
    )
    post = only(read(rss(item)))
    assert (post.kind, post.text, post.quoted) == ("comment", "No, bad.", "so good")
    assert post.thread_key == "https://b.example/news/"


def test_a_mastodon_feed_names_its_people_by_their_addresses() -> None:
    link = "https://social.example/@ann/113"
    post = only(
        read(
            rss(f"<item><link>{link}</link><guid>{link}</guid><description>Hi</description></item>")
        )
    )
    assert post.author is not None
    assert (post.author.key, post.author.is_media) == ("ann@social.example", False)
    assert (post.text, post.title) == ("Hi", None)


def test_a_google_alert_is_the_outlets_article_behind_the_link() -> None:
    entry = (
        "<entry><id>tag:1</id><title type='html'>&lt;b&gt;Lumen&lt;/b&gt; wins</title><link "
        "href='https://www.google.com/url?url=https://news.example/a&amp;ct=ga'/><author><name/></author>"
        "<content type='html'>&lt;b&gt;Lumen&lt;/b&gt; won ...</content></entry>"
    )
    post = only(read(atom(entry, "<title>Google Alert - Lumen</title>")))
    assert (post.title, post.url) == ("Lumen wins", "https://news.example/a")
    assert post.author is not None
    assert (post.author.name, post.author.is_media) == ("news.example", True)


def test_stars_make_a_review_and_plain_text_is_preferred() -> None:
    entry = (
        "<entry xmlns:im='http://itunes.apple.com/rss'><id>9</id><title>Meh</title>"
        "<content type='text'>Too slow</content><im:rating>2</im:rating><content type='html'>"
        "&lt;table&gt;&lt;tr&gt;&lt;td&gt;Meh Too slow, and more&lt;/table&gt;</content></entry>"
    )
    post = only(read(atom(entry)))
    assert (post.kind, post.rating, post.text) == ("review", 0.25, "Meh\n\nToo slow")


def test_a_link_without_a_word_of_its_own_only_repeats_a_headline() -> None:
    feed = "<title>r/x</title><link href='https://www.reddit.com/r/x/'/>"
    link = "https://www.reddit.com/r/x/comments/abc/t/"
    signed = "<author><name>/u/ann</name></author>"
    entry = f"<entry><id>t3_abc</id><title>Headline</title>{signed}<link href='{link}'/></entry>"
    post = only(read(atom(entry, feed)))
    assert post.link_title == post.text == "Headline"
    assert post.thread_key == "t3_abc"


def test_what_the_feed_says_was_deleted_is_reported_as_gone() -> None:
    namespace = "http://purl.org/atompub/tombstones/1.0"
    gone = f'<at:deleted-entry xmlns:at="{namespace}" ref="tag:&amp;1" when="x"/>'
    body = atom("<entry><id>2</id><title>a</title></entry>" + gone)
    assert [(post.native_key, post.deleted) for post in read(body).posts] == [
        ("2", False),
        ("tag:&1", True),
    ]


def test_a_declared_language_is_kept_and_a_wish_to_be_left_alone_too() -> None:
    channel = "<title>x</title><language>de-DE</language><ttl>90</ttl>"
    parsed = read(rss("<item><title>a</title></item>", channel))
    assert parsed.posts[0].language == "de"
    assert parsed.min_wait_s == 5400


def test_only_the_newest_are_read_and_the_rest_is_counted() -> None:
    items = [
        f"<item><guid>{n}</guid><title>{n}</title><pubDate>2026-01-{n:02} 10:00</pubDate></item>"
        for n in range(1, 29)
    ]
    parsed = read(rss("".join(items)), max_posts=5)
    assert [post.native_key for post in parsed.posts] == ["24", "25", "26", "27", "28"]
    assert parsed.truncated == 23
    assert read(atom("")).truncated == 0


def test_an_empty_feed_is_a_feed() -> None:
    assert read(rss("")) == Parsed((), title="The Daily")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "empty"),
        ("<html><form><input type='password'></form></html>", "login page"),
        ("<!DOCTYPE html><html><title>Just a moment...</title>cloudflare", "Cloudflare"),
        ("<html><body>Welcome</body></html>", "HTML page"),
        ('{"a": 1}', "no JSON Feed"),
        ("<note/>", "<note>"),
        ("/etc/passwd", "neither"),
        ("http://127.0.0.1:9/", "neither"),
        ("<rss><channel><item", "broken feed"),
    ],
)
def test_what_is_no_feed_is_called_what_it_is(body: str, words: str) -> None:
    assert words in why(body)


def test_entities_of_its_own_make_a_document_unreadable() -> None:
    bomb = '<!DOCTYPE r [<!-- x --><!ENTITY a "b">]>' + rss("<item><title>&a;</title></item>")[21:]
    assert "entities" in why(bomb)
    assert "entities" in why(bomb.encode("utf-16"))


def test_ordinary_doctypes_and_the_letters_of_html_are_read() -> None:
    netscape = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://x.example/d">'
    )
    charset = (
        '<!DOCTYPE rss [<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml-lat1.ent"> %HTMLlat1;]>'
    )
    about_xml = rss("<item><title><![CDATA[How <!ENTITY works]]></title></item>")
    for doctype in (netscape, charset):
        assert (
            only(read(doctype + rss("<item><title>Caf&eacute;</title></item>")[21:])).title
            == "Café"
        )
    assert only(read(about_xml)).title is not None


@pytest.mark.parametrize(
    "broken",
    [
        rss("<item><title>a & b</title></item>"),
        rss("<item><title>a &#xD800; b</title></item>"),
        rss("<item><title>a \x00\x08 b</title></item>"),
        "junk before " + rss("<item><title>a b</title></item>"),
        rss("<item><title>a b</title></item>").removesuffix("</channel></rss>"),
        "<?xml?xml version='1.0' ??>\n<rss rss:version=2.0><rss:channel><rss:item><rss:title>a b"
        "</rss:title></rss:item></rss:channel></rss>",
    ],
)
def test_a_bent_feed_still_gives_its_posts(broken: str) -> None:
    title = only(read(broken)).title or ""
    assert title.startswith("a")
    assert title.endswith("b")


@pytest.mark.parametrize("encoding", ["utf-16", "cp1251", "koi8-r", "utf-8-sig"])
def test_a_feed_is_read_in_the_encoding_it_declares(encoding: str) -> None:
    prolog = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    body = prolog + rss("<item><title>Привет</title></item>")[21:]
    assert only(read(body.encode(encoding))).title == "Привет"


def test_the_source_asks_for_its_address_and_has_no_second_page() -> None:
    source = FeedSource(PinnedClock(NOW))
    assert source.first("https://site.example/feed", {}).url == "https://site.example/feed"
    parsed = source.parse(rss("").encode(), {}, URL)
    assert source.following(parsed, URL, {"a": 1}) == ({"a": 1}, None)
    with pytest.raises(ConfigError):
        source.first("ftp://site.example/feed", {})


@settings(deadline=None)
@given(st.data())
def test_no_damage_to_a_feed_lets_another_error_out(data: st.DataObject) -> None:
    body = bytearray(
        rss(
            "<item><guid>1</guid><title>a&amp;b</title><pubDate>1 Jan 2026</pubDate></item>"
        ).encode()
    )
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    with suppress(UnreadableError):
        read(bytes(body))


@pytest.mark.real
def test_every_recorded_feed_gives_the_same_posts_twice_and_nothing_but_our_errors(
    shared: Path,
) -> None:
    feeds = [path for path in sorted((shared / "recorded/feeds").rglob("*")) if path.is_file()]
    assert len(feeds) > 1000
    small = [path for path in feeds if path.stat().st_size < 100_000]
    unread = 0
    for path in small:
        body = path.read_bytes()
        try:
            keys = [post.native_key for post in parse_feed(body, {}, URL, now=NOW).posts]
        except UnreadableError:
            unread += 1
            continue
        again = parse_feed(body, {}, URL, now=NOW).posts
        assert [post.native_key for post in again] == keys, path
        assert len(set(keys)) == len(keys), path
    assert unread < len(small) / 3  # the expectations beside the feeds, and pages to discover from


@pytest.mark.real
def test_entries_are_counted_as_three_other_parsers_count_them(shared: Path) -> None:
    lines = (shared / "recorded/FEED_CONSENSUS.tsv").read_text(encoding="utf-8").splitlines()
    agreed = [row for row in csv.DictReader(lines, delimiter="\t") if row["agree"] == "1"]
    assert len(agreed) > 100
    for row in agreed:
        parsed = parse_feed((shared / "recorded" / row["file"]).read_bytes(), {}, URL, now=NOW)
        taken = len(parsed.posts) + parsed.truncated
        assert taken + len(parsed.rejected) == int(row["n_feedparser"]), row["file"]


@pytest.mark.real
def test_a_recorded_page_of_app_store_reviews_is_fifty_rated_reviews(shared: Path) -> None:
    body = (shared / "recorded/appstore/DayBySay_Reviewer/fixture_0.xml").read_bytes()
    posts = read(body).posts
    assert len(posts) == 50
    assert all(post.kind == "review" and post.rating is not None for post in posts)
    assert all(post.language == "ja" and post.key_level == "guid" for post in posts)
    assert not any("<table" in post.text for post in posts)


@pytest.mark.real
def test_every_bomb_of_others_is_refused(shared: Path) -> None:
    files = sorted((shared / "hostile/defusedxml/xmltestdata").iterdir())
    assert len(files) > 10
    for path in files:
        why(path.read_bytes())
