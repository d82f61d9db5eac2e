"""A house as large as it may get: a million posts of a hundred thousand people, all invented.

    python -m bench.world --into /tmp/large --posts 1000000 --authors 100000

Two years of posts with a weekly season about one brand and four rivals, read by one model, with
themes, stances, candidates and a committee at work. The same seed makes the same house.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert
from sqlmodel import SQLModel

from bench import world_committee, world_words
from bench.invented import World
from store import tables, tallies
from store.session import Store, open_store

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS = 730
MODEL = "bench-1"
SHARES = (70, 10, 8, 7, 5)
LANGUAGES, SPOKEN = ("en", "de", "ja", "es", "fr"), (80, 8, 5, 4, 3)
SEASON = (1.0, 1.1, 1.1, 1.0, 0.9, 0.6, 0.7)
SIDES, LEANING = ("love", "hate", "torn", "undecided"), (10, 6, 4, 80)
TONE = {"love": (5, 15, 80), "hate": (80, 15, 5), "torn": (45, 10, 45), "undecided": (25, 45, 30)}
LABELS = ("negative", "neutral", "positive")
AT_ONCE = 20_000


def build(store: Store, posts: int, authors: int, seed: int = 7) -> World:
    """Fill an empty store. Rows are put in by the thousand; nothing is synced until the end."""
    world = World(posts, authors, random.Random(seed))  # noqa: S311 - nothing secret
    with store.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None  # noqa: S101 - a checked-out connection has one
        raw.execute("PRAGMA synchronous=OFF")  # outside of any transaction
        raw.execute("PRAGMA cache_size=-400000")
        _put(connection, tables.BrandRow, _brands())
        _put(connection, tables.Source, _sources())
        _put(connection, tables.Theme, _themes(world))
        _put(connection, tables.Author, _people(world))
        _put_posts(connection, world)
        for table, rows in world_committee.rows(world, NOW):
            _put(connection, table, rows)
    for brand_id in range(1, len(world_words.BRANDS) + 1):
        with store.write() as session:
            tallies.count_days(session, brand_id, tallies.every_day(session, brand_id))
    return world


def _put(connection: Connection, table: type[SQLModel], rows: Iterable[dict[str, Any]]) -> None:
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        connection.execute(insert(table), some)
    connection.commit()


def _brands() -> list[dict[str, Any]]:
    named = enumerate(world_words.BRANDS, start=1)
    return [{"id": n, "name": name, "created_at": NOW} for n, name in named]


def _sources() -> list[dict[str, Any]]:
    kinds = ("mastodon", "discourse", "feed", "feed", "feed", "feed", "file", "file")
    return [
        {"id": n, "kind": kind, "address": f"https://{n}.test", "name": site, "cursor": {},
         "added_at": NOW - timedelta(days=DAYS), "failures": 0, "checked_at": NOW, "ok_at": NOW,
         "next_at": NOW + timedelta(hours=1), "about_id": 1 if kind == "discourse" else None}
        for n, (kind, site) in enumerate(zip(kinds, world_words.SITES, strict=True), start=1)
    ]  # fmt: skip


def _themes(world: World) -> list[dict[str, Any]]:
    return [
        {"id": n, "brand_id": 1, "name": name, "terms": [name, f"{name}s"], "posts": [],
         "centre": b"\0" * 32, "model": MODEL, "size": world.posts // (40 + n),
         "love": world.authors // (300 + n), "hate": world.authors // (400 + n),
         "first_at": NOW - timedelta(days=DAYS), "last_at": NOW, "fitted_at": NOW}
        for n, name in enumerate(world_words.THEMES, start=1)
    ]  # fmt: skip


def _people(world: World) -> Iterator[dict[str, Any]]:
    draw = world.draw
    for n in range(1, world.authors + 1):
        world.side[n] = draw.choices(SIDES, LEANING)[0]
        name = f"{draw.choice(world_words.FIRST).lower()}{n}"
        yield {
            "id": n, "site": world_words.SITES[n % len(world_words.SITES)], "key": name,
            "name": name, "display_name": name.capitalize(), "url": f"https://x.test/@{name}",
            "bio": "I drink tea." if n % 3 == 0 else None, "followers": draw.randint(0, 5000),
            "is_bot": n % 400 == 0, "is_staff": n % 900 == 0, "is_media": n % 700 == 0,
            "opted_out": n % 1000 == 0, "first_seen": NOW - timedelta(days=DAYS),
        }  # fmt: skip


def _put_posts(connection: Connection, world: World) -> None:
    """Posts with mentions, readings and vectors, some thousand at a time, nearly by time."""
    moments = _moments(world)
    for start in range(0, world.posts, AT_ONCE):
        some = range(start, min(start + AT_ONCE, world.posts))
        rows = [_post(world, n + 1, moments[n]) for n in some]
        _put(connection, tables.Post, (row[0] for row in rows))
        about = [(post, brand_id, label) for post, brands, label in rows for brand_id in brands]
        _put(connection, tables.Mention, (
            {"post_id": post["id"], "brand_id": brand_id, "how": "named", "others": 0}
            for post, brand_id, _ in about
        ))  # fmt: skip
        _put(connection, tables.Reading, (_reading(world, *one) for one in about))
        _put(connection, tables.Vector, (
            {"post_id": post["id"], "brand_id": 1, "model": MODEL, "text_sha": post["text_sha"],
             "numbers": b"\0" * 32, "theme_id": world_words.theme_of(post["id"])}
            for post, brand_id, _ in about if brand_id == 1
        ))  # fmt: skip


def _moments(world: World) -> list[datetime]:
    """When each post was written: more on working days; most come in in order, some late."""
    draw, begin = world.draw, NOW - timedelta(days=DAYS)
    weights = [SEASON[(begin + timedelta(days=d)).weekday()] * (1 + d / DAYS) for d in range(DAYS)]
    days = sorted(draw.choices(range(DAYS), weights, k=world.posts))
    late = [day - min(day, 30) if draw.random() < 0.05 else day for day in days]
    return [begin + timedelta(days=day, seconds=draw.randrange(86_400)) for day in late]


def _post(world: World, n: int, at: datetime) -> tuple[dict[str, Any], list[int], str]:
    draw = world.draw
    author_id = 1 + int(world.authors * draw.random() ** 1.5) % world.authors
    brands = [draw.choices(range(1, 6), SHARES)[0]]
    if draw.random() < 0.05:
        brands = sorted({*brands, draw.randint(1, 5)})
    side = world.side[author_id] if brands[0] == 1 else "undecided"
    label = draw.choices(LABELS, TONE[side])[0]
    language = draw.choices(LANGUAGES, SPOKEN)[0]
    theme = world_words.THEMES[(world_words.theme_of(n) or 1) - 1]
    said = world_words.text(draw, world_words.BRANDS[brands[0] - 1], theme, label, language)
    if 1 in brands and len(world.said[author_id]) < 30:
        world.said[author_id].append(n)
    kinds = ("post", "comment", "review", "survey", "article")
    return {
        "id": n, "source_id": author_id % len(world_words.SITES) + 1, "native_key": f"k{n}",
        "key_level": "guid", "kind": draw.choices(kinds, (60, 25, 10, 3, 2))[0],
        "author_id": author_id, "url": f"https://x.test/{n}",
        "title": f"About the {theme}" if n % 5 == 0 else None, "text": said,
        "text_sha": hashlib.sha256(f"{n}".encode()).hexdigest(), "language": language, "at": at,
        "created_at": at, "time_quality": "given", "thread_key": f"t{n // 7}",
        "is_repost": n % 25 == 0, "likes": n % 50, "first_seen": at + timedelta(hours=1),
        "rating": draw.random() if n % 10 == 0 else None,
    }, brands, label  # fmt: skip


def _reading(world: World, post: dict[str, Any], brand_id: int, label: str) -> dict[str, Any]:
    silent = post["language"] in ("ja", "fr")
    sure = world.draw.uniform(0.5, 0.98)
    shares = {name: sure if name == label else (1 - sure) / 2 for name in LABELS}
    return {
        "post_id": post["id"], "brand_id": brand_id, "model": MODEL, "text_sha": post["text_sha"],
        "language": post["language"], "abstained": silent,
        "reason": f"language {post['language']}" if silent else None,
        **(dict.fromkeys(LABELS, 0.0) if silent else shares), "label": None if silent else label,
        "idea": world.draw.random() ** 4, "specificity": 0.5, "passion": world.draw.random(),
        "civility": 0.9, "advocacy": 0.1, "read_at": post["first_seen"] + timedelta(minutes=5),
    }  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--into", type=Path, required=True, help="an empty folder")
    asked.add_argument("--posts", type=int, default=1_000_000)
    asked.add_argument("--authors", type=int, default=100_000)
    told = asked.parse_args()
    told.into.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    store = open_store(f"sqlite:///{told.into / 'soundingboard.db'}")
    build(store, told.posts, told.authors)
    store.close()
    size = (told.into / "soundingboard.db").stat().st_size / 2**20
    print(f"{told.posts} posts in {time.perf_counter() - began:.0f} s, {size:.0f} MB")


if __name__ == "__main__":
    main()
