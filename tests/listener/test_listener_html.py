"""HTML becomes what its author wrote, in time that grows with its length only."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.parsing.html import Prose, read_html, read_line, split_quotes, titled
from listener.parsing.markup import Tag, cut


@pytest.mark.parametrize(
    ("markup", "own"),
    [
        ("<p>Broken <b>again</b>.</p><p>Sigh.</p>", "Broken again.\n\nSigh."),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>x<li>y</ul>", "x\ny"),
        ("a &amp; b &lt;3 &nbsp; c", "a & b <3 c"),
        ("I <3 it, 4 < 5", "I <3 it, 4 < 5"),
        ("<script>alert(1)</script>ok<style>p{}</style>", "ok"),
        ("ok<script>never closed", "ok"),
        ("<a title='1 > 0'>link</a>", "link"),
        ("<p>so <img class='emoji' alt='😡' src=x> </p><img alt='a cat'>", "so 😡"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("x<!-- hidden -->y", "xy"),
        ("half a <b", "half a"),
        ("", ""),
    ],
)
def test_text_is_what_a_reader_sees(markup: str, own: str) -> None:
    assert read_html(markup).own == own


def test_quotes_are_kept_apart_from_the_answer() -> None:
    markup = (
        '<aside class="quote no-group"><div class="title">Bob:</div>'
        "<blockquote><p>It works.</p></blockquote></aside><p>It does not.</p><p>&gt; really?</p>"
    )
    assert read_html(markup) == Prose("It does not.", "It works.\n\nreally?")


def test_a_face_is_not_a_quote() -> None:
    assert split_quotes(">:( no\n>_< no\n>3 weeks no\n> yes\n>>too").quoted == "yes\ntoo"


def test_link_previews_are_not_the_authors_words() -> None:
    assert read_html('<aside class="onebox"><h3>Headline</h3></aside><p>Hm.</p>').own == "Hm."


def test_what_reddit_puts_below_a_post_is_left_out() -> None:
    by = '&#32; submitted by &#32; <a href="x"> /u/ann </a> <br/> <a>[link]</a> <a>[comments]</a>'
    post = f'<!-- SC_OFF --><div class="md"><p>Hi</p></div><!-- SC_ON --> {by}'
    assert read_html(post).own == "Hi"
    assert read_html(by).own == ""


def test_a_title_loses_its_markup_even_when_it_is_encoded_twice() -> None:
    assert read_line("The <b>Lumen</b> &amp;amp; Co\n review") == "The Lumen & Co review"


def test_a_title_the_text_begins_with_is_not_said_twice() -> None:
    assert titled("Hello wor…", "Hello world, again") == "Hello world, again"
    assert titled("Hello", "Something") == "Hello\n\nSomething"
    assert titled("Hello", "") == "Hello"


def test_attributes_are_read_as_a_browser_reads_them() -> None:
    (tag,) = cut("<A HREF='x?a&amp;b' class=\"u v\" checked href=second>")
    assert isinstance(tag, Tag)
    assert tag.attributes == {"href": "x?a&b", "class": "u v", "checked": ""}


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 60_000,
        "<blockquote>" * 40_000,
        "<svg>" * 60_000,
        "<!--" * 80_000,
        "<" * 200_000,
        '<a ="' * 40_000,
        "<a ='" * 40_000,
        "<a " + "b" * 300_000,
        "<p>\n" * 60_000,
        "submitted by /u/a " * 20_000,
        "> " * 100_000,
        "</aside>" * 20_000 + "<div>" * 20_000 + "</aside>" * 20_000,
    ],
)
def test_no_markup_takes_long(markup: str) -> None:
    began = time.process_time()
    read_html(markup)
    assert time.process_time() - began < 5  # half a second; the rest is for slow machines


@given(st.text(alphabet="<>/!-=\"' abpq&;#\n", max_size=200))
def test_no_markup_makes_reading_fail(markup: str) -> None:
    read_html(markup)
    for piece in cut(markup):
        if isinstance(piece, Tag):
            assert all(isinstance(value, str) for value in piece.attributes.values())


@given(st.text(alphabet=st.characters(blacklist_characters="<>&", categories=["L", "N"])))
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert read_html(f"<p>{text}</p>").own == text
