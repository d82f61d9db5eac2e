"""One page has one address, one post one key, however it was found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.identity import canonical_url, content_key, native_key, unwrapped, web_link


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("HTTP://Example.test:80/a#top", "https://example.test/a"),
        (
            "https://www.example.test/a?utm_source=x&b=2&a=1&fbclid=y",
            "https://example.test/a?a=1&b=2",
        ),
        ("https://m.example.test/a/amp/", "https://example.test/a"),
        ("https://www.google.com/amp/s/news.test/x.html", "https://news.test/x.html"),
        ("https://news-test.cdn.ampproject.org/c/s/news.test/x", "https://news.test/x"),
        ("https://user:secret@example.test/", "https://example.test/"),
        ("https://example.test:8443", "https://example.test:8443/"),
        ("https://m.test/x", "https://m.test/x"),
        ("mailto:ann@example.test", None),
        ("not a link", None),
    ],
)
def test_a_page_has_one_address(link: str, address: str | None) -> None:
    assert canonical_url(link) == address


@given(st.text(max_size=60), st.text(max_size=20))
def test_a_canonical_address_stays_what_it_is(path: str, query: str) -> None:
    address = canonical_url(f"https://example.test/{path}?{query}")
    assert address is None or canonical_url(address) == address


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "", None, "ftp://x/y"])
def test_only_web_addresses_are_links(link: str | None) -> None:
    assert web_link(link, "https://example.test/") is None


def test_links_are_resolved_against_their_page() -> None:
    assert web_link("../b", "https://example.test/c/d") == "https://example.test/b"
    assert web_link("//other.test/b", "https://example.test/") == "https://other.test/b"


def test_a_click_counters_link_is_unwrapped() -> None:
    link = "https://www.google.com/url?rct=j&sa=t&url=https://news.test/a%3Fb%3D1&ct=ga"
    assert unwrapped(link) == "https://news.test/a?b=1"
    assert unwrapped("https://www.google.com/url?url=javascript:x").startswith("https://www.goo")


def test_the_best_rung_that_is_unlike_all_others_names_a_post() -> None:
    link = "https://example.test/a"
    assert native_key("g", link, "c") == ("g", "guid")
    assert native_key("g", link, "c", repeated=frozenset({"g"})) == (link, "link")
    assert native_key("g", link, "c", repeated=frozenset({"g", link})) == ("c", "content")
    assert native_key(None, None, "c") == ("c", "content")


@given(st.text(), st.text())
def test_content_keys_tell_title_from_text(title: str, text: str) -> None:
    assert content_key(title, text, None) == content_key(f" {title} ", text, None)
    assert content_key(f"{title}x", text, None) != content_key(title, f"x{text}", None)
