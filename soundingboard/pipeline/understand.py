"""Step 2: read every post that has not been read as it stands now, and find what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from config.brand import Brand
from models.reading import Question, Reading, Vectors
from models.themes import theme_text
from soundingboard.brands import Brands
from soundingboard.pipeline.arrivals import mentions_of
from soundingboard.pipeline.report import Progress, Report, silent
from soundingboard.pipeline.said import own_words
from soundingboard.pipeline.theming import find_and_name_themes
from soundingboard.wiring import Parts
from store import brands as brand_queries
from store import posts as post_queries
from store import readings as reading_queries
from store import tables

POSTS_AT_ONCE = 256


def understand(parts: Parts, progress: Progress = silent) -> Report:
    """Read what is unread, brand by brand; a stop loses at most the posts being read.

    Counts: rematched, read, abstained, themes.
    """
    report = Report("understand")
    brands = parts.brands()
    _rematch(parts, brands, report)
    for brand_id, brand in brands.by_id.items():
        if _read_brand(parts, brand_id, brand, report, progress) or report.counts.get("rematched"):
            find_and_name_themes(parts, brand_id, brand, report)
    return report


def _read_brand(
    parts: Parts, brand_id: int, brand: Brand, report: Report, progress: Progress
) -> int:
    model = parts.reader.model_id
    with parts.store.read() as session:
        total = reading_queries.count_unread(session, brand_id, model)
    done = 0
    while True:
        with parts.store.read() as session:
            posts = reading_queries.unread(session, brand_id, model, limit=POSTS_AT_ONCE)
        if not posts:
            return done
        done += len(posts)
        _read_batch(parts, brand_id, brand, posts, report)
        progress(f"reading about {brand.name}", done, max(done, total))


def _read_batch(
    parts: Parts, brand_id: int, brand: Brand, posts: Sequence[tables.Post], report: Report
) -> None:
    """Read some posts, then keep readings and vectors in one transaction."""
    texts = [own_words(post) for post in posts]
    questions = [
        Question(text, brand.name, post.language) for text, post in zip(texts, posts, strict=True)
    ]
    readings = parts.reader.read(questions)
    vectors = parts.reader.embed([theme_text(text, brand.names) for text in texts])
    now = parts.clock.now()
    with parts.store.write() as session:
        reading_queries.save_readings(
            session,
            [
                _reading_row(post, brand_id, reading) | {"read_at": now}
                for post, reading in zip(posts, readings, strict=True)
            ],
            _vector_rows(posts, brand_id, parts.reader.model_id, vectors),
        )
    report.count("read", len(posts))
    report.count("abstained", sum(reading.abstained for reading in readings))


def _reading_row(post: tables.Post, brand_id: int, reading: Reading) -> dict[str, Any]:
    return asdict(reading) | {
        "post_id": post.id,
        "brand_id": brand_id,
        "text_sha": post.text_sha,
    }


def _vector_rows(
    posts: Sequence[tables.Post], brand_id: int, model: str, vectors: Vectors
) -> list[dict[str, Any]]:
    return [
        {
            "post_id": post.id,
            "brand_id": brand_id,
            "model": model,
            "text_sha": post.text_sha,
            "numbers": vector.astype(np.dtype("<f2")).tobytes(),
            "theme_id": None,
        }
        for post, vector in zip(posts, vectors, strict=True)
    ]


def _rematch(parts: Parts, brands: Brands, report: Report) -> None:
    """Where a brand's names changed, decide anew which kept posts name it."""
    with parts.store.read() as session:
        known = {row.id: row.query_sha for row in brand_queries.all_brands(session)}
    shas = {i: Brands({i: brand}).sha for i, brand in brands.by_id.items()}
    changed = [i for i, sha in shas.items() if known.get(i) != sha]
    if not changed:
        return
    queries = brands.queries()
    found: dict[int, list[tuple[int, int]]] = {brand_id: [] for brand_id in changed}
    after = 0
    while True:
        with parts.store.read() as session:
            posts = post_queries.all_texts(session, after=after, limit=2000)
        if not posts:
            break
        after = posts[-1].id or after
        for post in posts:
            for brand_id, _, others in mentions_of(post.text, post.title, post.url, queries):
                if brand_id in found:
                    found[brand_id].append((post.id or 0, others))
    with parts.store.write() as session:
        for brand_id in changed:
            post_queries.name_brand(session, brand_id, found[brand_id])
            post_queries.set_query_sha(session, brand_id, shas[brand_id])
            report.count("rematched", len(found[brand_id]))
