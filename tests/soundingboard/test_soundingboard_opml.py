"""Lists of feeds: what is taken, what is said of the rest, and that a round trip loses nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import RuleError
from soundingboard.opml import preview, written
from store import tables
from tests.fakes import NOW

LIST = b"""<?xml version="1.0"?><opml version="2.0"><head/><body>
<outline text="News"><outline type="rss" text="One" xmlUrl="https://one.example/feed"/>
<outline title="Again" xmlUrl="https://one.example/feed"/></outline>
<outline text="Known" XMLURL="https://known.example/rss"/>
<outline text="Bad" xmlUrl="javascript:alert(1)"/><outline text="A folder"/></body></opml>"""


def test_every_feed_is_told_with_what_becomes_of_it() -> None:
    lines = preview(LIST, {"https://known.example/rss"})
    assert [(line.name, line.state) for line in lines] == [
        ("One", "new"),
        ("Again", "twice"),
        ("Known", "known"),
        ("Bad", "unusable"),
    ]
    assert all(line.problem for line in lines[1:])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        b"<html><body/></html>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><opml><body><outline xmlUrl="&a;"/></body></opml>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><opml/>',
        b"\xff\xfe\x00bad",
    ],
)
def test_what_is_no_opml_is_refused_in_plain_words(data: bytes) -> None:
    with pytest.raises(RuleError, match="OPML"):
        preview(data, ())


def test_more_feeds_than_one_list_may_hold_are_refused() -> None:
    many = b"".join(b'<outline xmlUrl="https://a.example/%d"/>' % i for i in range(2001))
    with pytest.raises(RuleError, match="2000"):
        preview(b"<opml><body>" + many + b"</body></opml>", ())


@given(st.lists(st.text(max_size=60), max_size=5))
def test_a_list_given_out_is_read_back_whole(names: list[str]) -> None:
    sources = [
        tables.Source(kind="feed", address=f"https://f{i}.example/x?a=1&b=2", name=n, added_at=NOW)
        for i, n in enumerate(names)
    ]
    lines = preview(written(sources), ())
    assert [line.address for line in lines] == [source.address for source in sources]
    assert all(line.state == "new" for line in lines)
