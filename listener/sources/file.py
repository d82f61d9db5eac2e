"""An export somebody brings (CSV, TSV, JSON lines, packed or not): its rows as posts."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from config.errors import UnreadableError
from listener.parsing.cells import count_of, moment, number_of, rating, score_of
from listener.parsing.layout import Layout, read_cells, tell_layout
from listener.parsing.opening import open_text
from listener.record import Kind, RawAuthor, RawPost, Reject

_REPOST = re.compile(r"RT @\w+:? ")
_ROUNDED_ID = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_].*)?")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_NOBODY = frozenset(
    ("anonymous", "anonym", "anon", "n/a", "na", "none", "null", "nan", "-", "unknown", "[deleted]")
)


def detect(path: Path, mapping: Mapping[str, str] | None, now: datetime) -> Layout:
    """What the file would be read as; to be shown, and kept as its `mapping()`.

    Raises UnreadableError if there is nothing to read, ConfigError if `mapping` (field -> column,
    as well as rating_max and date_order) names what is not there.
    """
    return tell_layout(open_text(path), mapping or {})


def read_file(
    path: Path, *, mapping: Mapping[str, str] | None = None, now: datetime
) -> Iterator[RawPost | Reject]:
    """Every row as a post, or as a Reject with its line (1-based, the header is 1) and the reason.

    The same file gives the same posts every time. The file is read line by line and never held
    whole (a JSON array is, up to 64 MiB). Raises as `detect`, at once; later only TooLargeError.
    """
    layout = detect(path, mapping, now)
    return _posts(layout, now)


def _posts(layout: Layout, now: datetime) -> Iterator[RawPost | Reject]:
    maker = _Maker(layout, now)
    line = 1
    try:
        for record in read_cells(layout, layout.opened.lines()):
            if isinstance(record, Reject):
                line = record.line
                yield record
            else:
                line, cells = record
                yield maker.post(line, cells)
    except UnreadableError as error:
        # What came before is good and may be in a batch that is not kept yet.
        yield Reject(line + 1, error.reason)


@dataclass(slots=True)
class _Maker:
    """Makes posts of one file's cells, and knows which it has made."""

    layout: Layout
    now: datetime
    seen: dict[int, tuple[int, int]] = field(default_factory=dict)  # key -> line, content
    alike: Counter[str] = field(default_factory=Counter)

    def post(self, line: int, raw: Mapping[str, str]) -> RawPost | Reject:
        cells = {name: cell.strip() for name, cell in raw.items()}
        stars, nps = self._rating(cells), score_of(cells["nps"]) if cells.get("nps") else None
        text = raw.get("text", "") if cells.get("text") else ""
        if not text and stars is None and nps is None:
            return Reject(line, _why_nothing(cells))
        if _HALF_CHARACTER.search(cells.get("id", "") + cells.get("author", "")):
            return Reject(line, "its id or author holds half a character")
        author, created_at = self._author(cells), self._created_at(cells)
        identity = (author and author.key, cells.get("created_at"), text, stars, nps)
        given_key = self._given_key(cells, "id")
        key = given_key or self._content_key(author, created_at, cells, identity)
        if earlier := self._repeated(line, key, hash(identity)):
            return Reject(line, earlier)
        return RawPost(
            native_key=key,
            key_level="guid" if given_key else "content",
            text=text,
            author=author,
            kind=_kind(cells, stars, nps),
            url=_web_address(cells.get("url")),
            title=cells.get("title") or cells.get("product") or None,
            language=_language(cells.get("language")),
            created_at=created_at,
            time_quality="given" if created_at else "missing",
            thread_key=self._given_key(cells, "thread"),
            parent_key=self._given_key(cells, "parent"),
            rating=stars,
            nps=nps,
            is_repost=_REPOST.match(text) is not None,
            likes=_count(cells.get("likes")),
            reposts=_count(cells.get("reposts")),
            replies=_count(cells.get("replies")),
        )

    def _rating(self, cells: Mapping[str, str]) -> float | None:
        cell = cells.get("rating", "")
        if not cell:
            return None
        scale, given_max = self.layout.scale, cells.get("rating_max")
        top = number_of(given_max) if given_max else None
        if top and top[0] > 0:
            scale = (0.0 if top[0] > 10 or (scale and scale[0] == 0) else 1.0, top[0])
        return rating(cell, scale)

    def _author(self, cells: Mapping[str, str]) -> RawAuthor | None:
        """None where nobody is named: such a post counts for the brand, but nobody is weighed."""
        name = cells.get("author", "").removeprefix("@").strip()
        account = cells.get("author_id", "") or name
        if not account or name.casefold() in _NOBODY:
            return None
        return RawAuthor(
            key=self._on_site(cells, account),
            name=name or account,
            display_name=cells.get("display_name") or None,
            followers=_count(cells.get("followers")),
        )

    def _created_at(self, cells: Mapping[str, str]) -> datetime | None:
        cell = cells.get("created_at", "")
        return moment(cell, self.layout.date_order, self.now) if cell else None

    def _given_key(self, cells: Mapping[str, str], name: str) -> str | None:
        """What the file calls the post; a number a spreadsheet has rounded calls nothing."""
        key = cells.get(name, "")
        return self._on_site(cells, key) if key and not _ROUNDED_ID.fullmatch(key) else None

    def _on_site(self, cells: Mapping[str, str], key: str) -> str:
        """Ids of two sites in one file are kept apart."""
        site = cells.get("site", "").casefold()
        return f"{site}/{key}" if site else key

    def _content_key(
        self,
        author: RawAuthor | None,
        created_at: datetime | None,
        cells: Mapping[str, str],
        identity: tuple[object, ...],
    ) -> str:
        """SHA-256 over author, time and normalised text; where there is no text, over the scores.

        Answers nobody signed may be alike and still be several people's: they are counted off.
        """
        when = created_at.isoformat() if created_at else cells.get("created_at", "")
        words = unicodedata.normalize("NFKC", cells.get("text", "")).casefold().split()
        scores = "" if words else f"{identity[-2]}/{identity[-1]}"
        told = "\x1f".join((author.key if author else "", when, " ".join(words), scores))
        digest = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
        if author is not None:
            return digest
        self.alike[digest] += 1
        return digest if self.alike[digest] == 1 else f"{digest}-{self.alike[digest]}"

    def _repeated(self, line: int, key: str, content: int) -> str | None:
        """Why a row is not taken again, if its key was in this file before."""
        earlier_line, earlier = self.seen.setdefault(hash(key), (line, content))
        if earlier_line == line:
            return None
        if earlier == content:
            return f"the same as line {earlier_line}"
        return f"line {earlier_line} already has the id {key[:80]!r}, with other content"


def _why_nothing(cells: Mapping[str, str]) -> str:
    for name in ("rating", "nps"):
        if cells.get(name):
            return f"no text, and its {name} {cells[name][:40]!r} is none that can be given"
    return "neither text nor rating nor score"


def _kind(cells: Mapping[str, str], stars: float | None, nps: int | None) -> Kind:
    if nps is not None:
        return "survey"
    if stars is not None:
        return "review"
    return "comment" if cells.get("parent") else "post"


def _count(cell: str | None) -> int | None:
    return count_of(cell) if cell else None


def _web_address(cell: str | None) -> str | None:
    return cell if cell and cell.lower().startswith(("https://", "http://")) else None


def _language(cell: str | None) -> str | None:
    match = _LANGUAGE.fullmatch(cell or "")
    return match[1].lower() if match else None
