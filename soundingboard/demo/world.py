"""What the demo's sites answer at a moment, and what the demo needs to know of its world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal

from config.brand import Brand
from soundingboard.demo.cast import Role, read_people, read_reviews
from soundingboard.demo.shapes import atom, discourse, mastodon, rss
from soundingboard.demo.shapes.reviews import write_reviews

__all__ = [
    "MOMENTS",
    "NOW",
    "SOURCES",
    "TRUTH",
    "Moment",
    "demo_brand",
    "page",
    "write_reviews",
]

Moment = Literal["beginning", "morning", "evening"]
Page = tuple[bytes, dict[str, str]]

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)

MOMENTS: Mapping[Moment, datetime] = MappingProxyType(
    {
        "beginning": datetime(2026, 1, 1, 12, 0, tzinfo=UTC),
        "morning": datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
        "evening": datetime(2026, 11, 20, 23, 0, tzinfo=UTC),
    }
)
"""The sites show what was said, edited and deleted until then.

A first visit to a timeline or a forum reads one page, as it should; whoever listens from the
beginning on hears the whole year on the second."""

SOURCES: tuple[tuple[str, str, str], ...] = (
    ("feed", f"http://{rss.CITYCYCLIST}/feed/", "City Cyclist"),
    ("feed", f"http://{rss.CITYCYCLIST}/comments/feed/", "City Cyclist comments"),
    ("feed", f"http://{rss.WHEELWIRE}/rss", "Wheelwire"),
    ("feed", f"http://{rss.GAZETTE}/news.rss", "Harrowmere Gazette"),
    ("feed", f"http://{atom.HOST}{atom.PATH}", "Folding Fans"),
    ("mastodon", f"http://{mastodon.HOST}/tags/wendlow", "rides.example #wendlow"),
    ("discourse", f"http://{discourse.HOST}", "Wendlow riders' forum"),
)
"""Kind, address and name of each source the server plays; the reviews lie in a file."""

_CAST_FILES = ("mastodon.toml", "forum.toml", "atom.toml", "press.toml", "comments.toml")

_SITES: Mapping[tuple[str, str], Callable[[datetime, Mapping[str, str]], Page]] = {
    (mastodon.HOST, mastodon.PATH): mastodon.timeline,
    (discourse.HOST, "/posts.json"): discourse.latest_posts,
    (atom.HOST, atom.PATH): lambda until, _: atom.community_feed(until),
    (rss.CITYCYCLIST, "/feed/"): lambda until, _: rss.press(until, rss.CITYCYCLIST),
    (rss.CITYCYCLIST, "/comments/feed/"): lambda until, _: rss.comments(until),
    (rss.WHEELWIRE, "/rss"): lambda until, _: rss.press(until, rss.WHEELWIRE),
    (rss.GAZETTE, "/news.rss"): lambda until, _: rss.press(until, rss.GAZETTE),
}

HOSTS = frozenset(host for host, _ in _SITES)


def page(host: str, path: str, query: Mapping[str, str], moment: Moment) -> Page | None:
    """Body and headers of one page at that moment, always the same bytes; None: no such page."""
    site = _SITES.get((host, path))
    return site(MOMENTS[moment], query) if site else None


def demo_brand() -> Brand:
    """The invented brand the demo listens for."""
    return Brand(
        name="Wendlow",
        aliases=("Wendlow Bikes", "WendlowBikes"),
        handles=("wendlowbikes", "wendlow_care"),
        products=("Wendlow Dash", "Wendlow Cargo", "Wendlow Ride"),
        competitors=("Vantero",),
        excluded=("Wendlow Street",),
        staff=("petra_parts", "wendlowbikes"),
        domains=("wendlow.example",),
    )


def _truth() -> dict[str, Role]:
    parts = {review.person.handle: review.person.role for review in read_reviews("reviews.tsv")}
    for file in _CAST_FILES:
        for line in read_people(file):
            handle = line.person.handle
            name = mastodon.full_name(handle) if file == "mastodon.toml" else handle
            parts[name] = line.person.role
    return parts


TRUTH: Mapping[str, Role] = MappingProxyType(_truth())
"""The part each author plays, by the name the source calls them (unique over all sites).

Accounts of a Mastodon server carry its host, as they do once they are heard."""
