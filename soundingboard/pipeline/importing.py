"""Step 1, for files: take in an export somebody brings, row by row, as often as they like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from listener.record import RawPost, Reject
from listener.sources.file import read_file
from soundingboard.pipeline.arrivals import Intake
from soundingboard.pipeline.report import Progress, silent
from soundingboard.wiring import Parts
from store import brands as brand_queries
from store import sources as source_queries
from store import tables
from store.posts import Saved, save_posts

ROWS_AT_ONCE = 1000


@dataclass(slots=True)
class Imported:
    """What became of a file's rows.

    mapping : the column mapping it was read with, as given now or remembered
    """

    saved: Saved = field(default_factory=Saved)
    rejected: list[Reject] = field(default_factory=list)
    mapping: Mapping[str, str] = field(default_factory=dict)


def import_file(
    parts: Parts,
    path: Path,
    brand: str,
    *,
    mapping: Mapping[str, str] | None = None,
    name: str | None = None,
    progress: Progress = silent,
) -> Imported:
    """Take in a CSV, TSV or JSONL file; all its posts are about `brand`, which is made if need be.

    Every thousand rows are kept together, so a stop half way loses nothing and the same call goes
    on: importing anything twice changes nothing. A column mapping once given is remembered with
    the source (`name`, else the file's name) and used again.
    """
    label = name or path.name.removesuffix(".gz").rsplit(".", 1)[0]
    used = mapping or _remembered(parts, brand, label)
    done = Imported(mapping=used)
    batches = _batches(read_file(path, mapping=used, now=parts.clock.now()), ROWS_AT_ONCE)
    first = next(batches, [])  # a file that cannot be read leaves no source behind
    source = _source(parts, brand, label, used)
    intake = Intake(source, parts.brands().queries(), parts.clock.now())
    for some in chain([first], batches):
        posts = [record for record in some if isinstance(record, RawPost)]
        done.rejected += [record for record in some if isinstance(record, Reject)]
        arrivals = [arrival for post in posts if (arrival := intake.arrival(post))]
        with parts.store.write() as session:
            row = session.get_one(tables.Source, source.id)
            done.saved.add(save_posts(session, row, arrivals, parts.marker))
            row.ok_at = row.checked_at = intake.now
        progress("rows", done.saved.added + done.saved.updated + done.saved.unchanged, 0)
    return done


def _remembered(parts: Parts, brand: str, label: str) -> Mapping[str, str]:
    """The column mapping of the last import under that name."""
    with parts.store.read() as session:
        source = source_queries.find_source(session, "file", f"{brand}/{label}")
    kept = source.cursor.get("mapping") if source else None
    return kept if isinstance(kept, dict) else {}


def _source(parts: Parts, brand: str, label: str, mapping: Mapping[str, str]) -> tables.Source:
    """The file's source, made on its first import. Exports of one name are one source."""
    now = parts.clock.now()
    with parts.store.write() as session:
        row = brand_queries.make_brand(session, brand, now)
        address = f"{row.name}/{label}"
        source = source_queries.find_source(session, "file", address)
        if source is None:
            source = tables.Source(
                kind="file", address=address, name=address, about_id=row.id, added_at=now
            )
            source_queries.add_source(session, source)
        source.cursor = {"mapping": dict(mapping)} if mapping else {}
    return source


def _batches(records: Iterable[RawPost | Reject], size: int) -> Iterator[list[RawPost | Reject]]:
    walk = iter(records)
    while some := list(islice(walk, size)):
        yield some
