"""Full text over posts: a person's plain words become a condition that is always safe."""

from __future__ import annotations

import re
import string
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, and_, column, not_, or_, table
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func

from store import tables

MANY = 10_000
"""Words found in more posts than this are looked for among the newest posts first."""
SIGNS_WITHIN = 50_000
"""Signs (an emoji, a %) are in no index; they are sought in this many posts taken in last."""
SCRUB = (
    "INSERT INTO post_words (post_words) VALUES ('optimize')",
    "INSERT INTO post_grams (post_grams) VALUES ('optimize')",
)
"""Merge the words of deleted posts away (SQLite; its secure-delete came with 3.42 and makes files
that older ones cannot read)."""
SETTLE = (
    "INSERT INTO post_words (post_words, rank) VALUES ('merge', :pages)",
    "INSERT INTO post_grams (post_grams, rank) VALUES ('merge', :pages)",
)
"""The same a few pages at a time; every day, as posts go every day."""
_LONGEST = 500
_MOST_TERMS = 20

_PIECE = re.compile(r'(-?)"([^"]*)"?(\*?)|(\S+)')
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
# Thai, Lao, Burmese, Khmer, kana, Han and Hangul; the migration knows the same ranges
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff]"
)
_SPACES = str.maketrans(string.punctuation, " " * len(string.punctuation))

_WORDS = table("post_words", column("rowid"), column("post_words"))
_GRAMS = table("post_gram_terms", column("term"), column("doc"))


class Term(NamedTuple):
    """One thing to look for.

    how : word (whole words in a row), unspaced (a piece of a script that parts no words), sign
    """

    text: str
    excluded: bool
    prefix: bool
    how: Literal["word", "unspaced", "sign"]


def parse(words: str) -> list[Term]:
    """What a person typed, term by term; "a phrase", -without, start*.

    Only the first 500 characters and 20 terms are looked at. Punctuation within a word parts it:
    C++ finds c. What has no letter or digit (an emoji, %) is looked for as it is.
    """
    clean = "".join(c if c.isprintable() else " " for c in words[:_LONGEST]).translate(_QUOTES)
    clean = clean.encode("utf-8", "ignore").decode()
    found = [_term(match) for match in _PIECE.finditer(clean)]
    return [term for term in found if term is not None][:_MOST_TERMS]


def _term(match: re.Match[str]) -> Term | None:
    minus, phrase, star, plain = match.groups()
    if plain is not None:
        minus, phrase = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
        star = "*" if phrase.endswith("*") else ""
        phrase = phrase.rstrip("*")
    text = phrase.strip()
    if not text.strip("-"):
        return None
    how: Literal["word", "unspaced", "sign"] = "sign"
    if any(c.isalnum() for c in text):
        how = "unspaced" if _UNSPACED.search(text) else "word"
    return Term(text, bool(minus), bool(star), how)


def terms(words: str) -> tuple[str, ...]:
    """What to mark where a post is quoted: everything looked for, not what is excluded."""
    return tuple(term.text for term in parse(words) if not term.excluded)


def matches(session: Session, words: str, least_id: int = 0) -> ColumnElement[bool] | None:
    """The condition on `tables.Post` that every term holds; None if there is nothing to look for.

    least_id : posts of smaller ids are out of the question (SQLite then lists fewer)

    Words are compared without case, on SQLite without accents too.
    """
    found = parse(words)
    if not found:
        return None
    sqlite = session.get_bind().dialect.name == "sqlite"
    plain = [term for term in found if term.how == "word"]
    holds = _words_sqlite(plain, least_id) if sqlite else [_word_postgresql(t) for t in plain]
    for term in found:
        if term.how == "unspaced":
            here = _unspaced_sqlite(session, term) if sqlite else _literally(term)
        elif term.how == "sign":
            here = and_(_taken_in_lately(), _literally(term))
        else:
            continue
        holds.append(not_(here) if term.excluded else here)
    return and_(*holds)


def are_rare(session: Session, words: str) -> bool:
    """Whether what is looked for is in so few posts that all of them can be listed."""
    sought = [term for term in parse(words) if not term.excluded]
    plain = [term for term in sought if term.how == "word"]
    if session.get_bind().dialect.name != "sqlite":
        here = select_columns(col(tables.Post.id)).where(*map(_word_postgresql, plain))
        return bool(plain) and is_few(session, here)
    wanted, _ = _queries(plain)
    listed = [_rows(wanted, 0)] if wanted else []
    listed += [_grams(term) for term in sought if term.how == "unspaced"]
    return any(is_few(session, rows) for rows in listed)


def _words_sqlite(plain: list[Term], least_id: int) -> list[ColumnElement[bool]]:
    wanted, barred = _queries(plain)
    holds: list[ColumnElement[bool]] = []
    if wanted:
        holds.append(col(tables.Post.id).in_(_rows(wanted, least_id)))
    if barred:
        holds.append(col(tables.Post.id).not_in(_rows(barred, least_id)))
    return holds


def _queries(plain: list[Term]) -> tuple[str | None, str | None]:
    """What must be there and what must not, in the language of FTS5."""
    wanted = " AND ".join(_quoted(term) for term in plain if not term.excluded)
    barred = " OR ".join(_quoted(term) for term in plain if term.excluded)
    return wanted or None, barred or None


def _rows(query: str, least_id: int) -> Any:
    match = _WORDS.c.post_words.op("MATCH", is_comparison=True)(query)
    rows = select_columns(_WORDS.c.rowid).where(match)
    return rows.where(_WORDS.c.rowid >= least_id) if least_id else rows


def _quoted(term: Term) -> str:
    doubled = term.text.replace('"', " ")
    return f'"{doubled}"{"*" if term.prefix else ""}'


def is_few(session: Session, rows: Any, most: int = MANY) -> bool:
    """Whether a query finds so little that listing it all is cheaper than asking post by post."""
    some = rows.limit(most + 1).subquery()
    found: int = session.execute(select_columns(func.count()).select_from(some)).scalar_one()
    return found <= most


def _unspaced_sqlite(session: Session, term: Term) -> ColumnElement[bool]:
    """The first three characters by the index of trigrams, then the whole piece in the text."""
    rows = _grams(term)
    if not is_few(session, rows):
        return _literally(term)
    return and_(col(tables.Post.id).in_(rows), _literally(term))


def _grams(term: Term) -> Any:
    start = _UNSPACED.search(term.text)
    assert start is not None  # noqa: S101 - that is what made the term unspaced
    gram = term.text[start.start() :][:3].casefold()
    return select_columns(_GRAMS.c.doc).where(
        _GRAMS.c.term >= gram, _GRAMS.c.term < f"{gram}\U0010ffff"
    )


def _literally(term: Term) -> ColumnElement[bool]:
    return or_(
        col(tables.Post.text).icontains(term.text, autoescape=True),
        func.coalesce(col(tables.Post.title), "").icontains(term.text, autoescape=True),
    )


def _taken_in_lately() -> ColumnElement[bool]:
    newest = select_columns(func.max(col(tables.Post.id))).correlate(None).scalar_subquery()
    return col(tables.Post.id) > newest - SIGNS_WITHIN


def _word_postgresql(term: Term) -> ColumnElement[bool]:
    """The same expression as the index of the migration, so that it is used."""
    pieces = term.text.translate(_SPACES).split()
    if term.prefix and pieces:
        quoted = [f"'{piece.replace(chr(39), ' ')}'" for piece in pieces]
        query = func.to_tsquery("simple", " <-> ".join(quoted) + ":*")
    else:
        query = func.phraseto_tsquery("simple", " ".join(pieces))
    here = func.post_words(col(tables.Post.title), col(tables.Post.text)).op(
        "@@", is_comparison=True
    )(query)
    return not_(here) if term.excluded else here
