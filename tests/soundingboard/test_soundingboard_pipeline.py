"""The whole way over the demo's world: what comes out, and that a second time nothing is added."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from soundingboard.cards import candidate_cards, is_on_shortlist
from soundingboard.demo.run import Demo, collect_demo, open_demo, work_demo
from soundingboard.demo.server import DemoServer
from soundingboard.demo.world import TRUTH
from soundingboard.pipeline.propose import propose
from store.brands import get_brand
from store.candidates import cards
from store.session import open_store
from tests.fakes import FixedReader
from tests.killed_run import run_house

ROLES_NEVER_PROPOSED = {"staff", "rival", "bot", "spammer", "media", "minor", "coordinated"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo ran once."""
    made = tmp_path_factory.mktemp("demo")
    with open_demo(made, reader=FixedReader()) as demo:
        collect_demo(demo)
        work_demo(demo)
    return made


@pytest.fixture
def demo(folder: Path) -> Iterator[Demo]:
    with open_demo(folder, reader=FixedReader()) as opened:
        yield opened


def counted(demo: Demo, what: str) -> int:
    with demo.parts.store.read() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {what}")).scalar() or 0)


def test_the_demo_hears_four_hundred_posts_of_a_hundred_and_twenty_people(demo: Demo) -> None:
    assert counted(demo, "post") >= 400
    assert counted(demo, "author") >= 120


def test_a_second_run_adds_nothing(demo: Demo) -> None:
    before = {what: counted(demo, what) for what in ("post", "mention", "reading", "author")}
    reports = collect_demo(demo)
    work_demo(demo)
    assert demo.seen_before
    assert sum(report.counts.get("added", 0) for report in reports) == 0
    assert sum(report.counts.get("updated", 0) for report in reports) == 0
    assert {what: counted(demo, what) for what in before} == before


def test_whoever_must_not_be_invited_is_on_no_shortlist(demo: Demo) -> None:
    with demo.parts.store.read() as session:
        brand = get_brand(session, demo.brand)
        proposed = [
            card for card in cards(session, brand.id or 0, listed=None) if is_on_shortlist(card)
        ]
    assert len(proposed) > 6
    for card in proposed:
        assert TRUTH.get(card.author.name) not in ROLES_NEVER_PROPOSED, card.author.name


def test_every_candidate_opens_to_posts_with_the_model_that_read_them(demo: Demo) -> None:
    with demo.parts.store.read() as session:
        brand = get_brand(session, demo.brand)
        for person in candidate_cards(session, brand.id or 0):
            assert person["evidence"]
            assert all(post["reading"]["model"] for post in person["evidence"])


def test_whoever_declines_is_replaced(demo: Demo) -> None:
    slate = propose(demo.parts, demo.brand)
    gone = slate["members"][0]
    with demo.parts.store.write() as session:
        brand = get_brand(session, demo.brand)
        for card in cards(session, brand.id or 0, listed=None):
            if card.author.name == gone["author"]:
                session.get_one(type(card.candidate), card.candidate.id).state = "declined"
    again = propose(demo.parts, demo.brand)
    assert gone["author"] not in {member["author"] for member in again["members"]}
    assert len(again["members"]) == min(slate["seats"], again["pool"])


def test_the_digest_holds_no_markup_of_strangers_and_loads_nothing(folder: Path) -> None:
    (page,) = (folder / "digests").glob("*.html")
    tags = Tags()
    tags.feed(page.read_text(encoding="utf-8"))
    found = {tag for tag, _ in tags.found}
    assert {"script", "iframe", "img", "object", "embed", "form", "link"} & found == set()
    for tag, attributes in tags.found:
        assert not [name for name in attributes if name.startswith("on") or name == "src"], tag
        if tag == "a":
            assert re.match(r"https?://", attributes["href"] or "")


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_way_over_postgresql_ends_as_over_sqlite(tmp_path: Path, postgres_url: str) -> None:
    ends = []
    for name, url in (("sqlite", None), ("postgresql", postgres_url)):
        house = tmp_path / name
        house.mkdir()
        with DemoServer("evening") as server:
            run_house(house, server.port, url)
        ends.append(_end(url or f"sqlite:///{house / 'soundingboard.db'}"))
    assert ends[0] == ends[1]
    assert len(ends[0]["stances"]) > 100


def _end(url: str) -> dict[str, list[Any]]:
    store = open_store(url)
    with store.read() as session:
        posts = session.execute(text("SELECT native_key, text_sha FROM post"))
        stances = session.execute(
            text(
                "SELECT a.name, st.n_posts, st.stance FROM stance st"
                " JOIN author a ON a.id = st.author_id"
            )
        )
        found = {"posts": sorted(map(tuple, posts)), "stances": sorted(map(tuple, stances))}
    store.close()
    return found
