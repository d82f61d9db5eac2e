"""A post mentions a brand when a reader would say it does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.brand import Brand
from listener.query import BrandQuery, Mention

LUMEN = Brand(
    name="Lumen",
    aliases=("Lumen Coffee", "ルーメン"),
    handles=("@lumencoffee",),
    products=("Café One", "C++ Maker"),
    competitors=("Brewly", "Bean & Co"),
    excluded=("lumen per watt", "lumens per watt"),
    domains=("lumen.example",),
)
QUERY = BrandQuery(LUMEN)
letters = st.text(alphabet=st.characters(categories=["Ll", "Lu"], max_codepoint=0x24F), min_size=1)


@pytest.mark.parametrize(
    ("text", "via"),
    [
        ("I love Lumen!", "name"),
        ("LUMEN's app, lumen’s app", "name"),
        ("two Lumens broke", "name"),
        ("my (lumen-coffee) is cold", "name"),
        ("the cafe one leaks", "name"),
        ("CAFÉ ONE leaks", "name"),
        ("昨日ルーメンを買った", "name"),
        ("my C++ Maker died", "name"),
        ("so #LumenCoffeeUK", "hashtag"),
        ("so #lumencoffee", "hashtag"),
        ("so #my_lumen_story", "hashtag"),
        ("昨日の#ルーメン最高", "hashtag"),
        ("so ＃Lumen", "hashtag"),
        ("hey @LumenCoffee fix it", "handle"),
        ("see https://shop.lumen.example/x?a=1", "domain"),
        ("see www.lumen.example.", "domain"),
    ],
)
def test_a_brand_is_recognised_in_all_its_forms(text: str, via: str) -> None:
    found = QUERY.match(text)
    assert found is not None
    assert found.via == via


@pytest.mark.parametrize(
    "text",
    [
        "volumen and luminous and lumenesque",
        "100 lumen per watt",
        "90 Lumens per Watt are fine",
        "#volumen #illumenate #LumenPerWatt",
        "@lumencoffee_fan wrote",
        "mail ann@lumencoffee now",
        "https://notlumen.example/ and https://lumen.example.org/",
        "https://other.example/lumen-review",
        "",
    ],
)
def test_what_only_looks_like_the_brand_is_not_it(text: str) -> None:
    assert QUERY.match(text) is None


def test_an_excluded_phrase_does_not_hide_a_true_mention() -> None:
    assert QUERY.match("100 lumen per watt, says Lumen Coffee") is not None


def test_titles_and_links_count_too() -> None:
    assert QUERY.match("it broke", title="Lumen again") == Mention("Lumen", "name")
    assert QUERY.match("it broke", urls=["https://lumen.example/a"]) is not None
    assert QUERY.match("it broke", urls=["javascript:lumen.example", "", "https://"]) is None


def test_competitors_named_beside_it_are_told() -> None:
    assert QUERY.others("Brewly and bean & co's are better, #BrewlyFan") == ("Brewly", "Bean & Co")
    assert QUERY.others("brewlyish https://brewly.example") == ()


@given(letters)
def test_a_word_of_its_own_is_found_and_a_part_of_a_word_is_not(name: str) -> None:
    query = BrandQuery(Brand(name=name))
    assert (
        query.match(f"x, {name.upper()}!") is not None or name.upper().casefold() != name.casefold()
    )
    assert query.match(f"{name}") is not None
    assert query.match(f"zq{name}zq") is None


@given(st.text(max_size=80), st.text(min_size=1, max_size=20).filter(str.strip))
def test_no_text_and_no_name_make_matching_fail(text: str, name: str) -> None:
    brand = Brand(
        name=name, handles=(name,), excluded=(name,), domains=(name,), competitors=(name,)
    )
    query = BrandQuery(brand)
    query.match(text, title=name, urls=[text])
    query.others(text)


@given(st.text(max_size=60))
def test_an_excluded_name_alone_is_never_a_mention(text: str) -> None:
    query = BrandQuery(Brand(name="Lumen", excluded=("Lumen",)))
    found = query.match(text)
    assert found is None or found.via != "name"
