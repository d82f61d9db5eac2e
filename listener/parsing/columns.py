"""Which column of a stranger's table is which field of a post, by what the columns are called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from config.errors import ConfigError

# Field -> what its column may be called, the likeliest first; written as `plain` writes them.
_CALLED: Mapping[str, str] = {
    "text": "text, full text, verbatim, comment, comments, review, review text, review body, body,"
    " content, message, feedback, tweet, tweet text, post, post text, status, caption,"
    " comment text, comment body, selftext, open text, open feedback, customer feedback,"
    " feedback text, answer,"
    " response, response text, opinion, remark, remarks, note, notes, description, words,"
    " kommentar, bewertungstext, nachricht, commentaire, avis, comentario, commento",
    "title": "title, subject, headline, review title, summary, post title, heading, betreff, titel",
    "id": "id, post id, tweet id, review id, response id, comment id, message id, status id, guid,"
    " uuid, id str, external id, native key, record id, submission id, entry id, survey id,"
    " ticket id, row id, key",
    "author": "author, username, user name, user, handle, screen name, author name,"
    " author username, author handle, account, reviewer, reviewer name, respondent,"
    " respondent name, customer,"
    " customer name, user screen name, from, from user, by, name, nickname, nick, login, profile,"
    " profile name, member, person, full name, autor, nutzer, email, e mail, email address",
    "author_id": "author id, user id, author key, reviewer id, respondent id, customer id,"
    " account id, member id, profile id, from id, did",
    "display_name": "display name, full name, author display name, real name, name",
    "followers": "followers, followers count, follower count, user followers, author followers,"
    " user followers count",
    "created_at": "created at, created, date, time, timestamp, datetime, date time, submitted at,"
    " submitted, submission date, submission time, tweet created, tweet created at, published,"
    " published at, posted, posted at, post date, review date, response date, responded at,"
    " recorded date, completed at, completion time, end date, start date, created time,"
    " created utc, creation date, date created, date posted, tweet timestamp, at, when, sent,"
    " sent at, pub date, date utc, updated at, updated, datum, fecha",
    "rating": "rating, stars, star rating, review rating, star, overall, overall rating, score,"
    " review score, rate, grade, csat, csat score, satisfaction, sterne, note sur 5, bewertung",
    "rating_max": "rating max, max rating, rating scale, out of, scale, best rating",
    "nps": "nps, nps score, net promoter score, nps rating, ltr, likelihood to recommend,"
    " likelihood, recommend score, recommendation score",
    "url": "url, link, permalink, post url, tweet url, review url, href, uri, web address",
    "language": "language, lang, locale, language code, lang code, sprache",
    "thread": "thread, thread id, thread key, conversation id, conversation, discussion id,"
    " topic id",
    "parent": "parent id, parent, parent key, in reply to, in reply to id, in reply to status id,"
    " in reply to tweet id, reply to, reply to id",
    "likes": "likes, like count, likes count, favorites, favourites, favorite count,"
    " favourites count, favorites count, upvotes, ups, helpful, helpful votes, thumbs up",
    "reposts": "reposts, repost count, retweets, retweet count, shares, share count, reblogs,"
    " reblogs count, boosts",
    "replies": "replies, reply count, replies count, comment count, comments count, num comments",
    "product": "product, product name, item, item name, product title, model",
    "site": "source, site, platform, network, channel",
}
FIELDS = tuple(_CALLED)

# What else can be said in a mapping: a value instead of a column.
DECLARATIONS = {"date_order": "dmy or mdy", "rating_max": "a number, as in 5"}

_INSIDE_AN_AUTHOR: Mapping[str, str] = {
    **dict.fromkeys(("name", "username", "user name", "handle", "screen name", "acct"), "author"),
    **dict.fromkeys(("login", "nick", "nickname", "title"), "author"),
    **dict.fromkeys(("id", "id str", "key", "did", "uuid"), "author_id"),
    **dict.fromkeys(("display name", "full name"), "display_name"),
    **dict.fromkeys(("followers", "followers count", "follower count"), "followers"),
}
_AUTHORS = frozenset(("author", "user", "from", "account", "reviewer", "customer", "respondent"))
# Objects that only hold a post's own fields.
_WRAPPERS = frozenset(
    (
        *("public metrics", "metrics", "engagement", "counts", "statistics"),
        *("review", "reviews", "post", "tweet", "comment"),
        *("data", "fields", "attributes", "properties"),
    )
)

# Survey tools put the whole question in the header; each is asked of the headers left over.
_QUESTIONS = (
    ("nps", re.compile(r"how likely|recommend|weiterempfehl|recommanderiez|recomendar")),
    ("text", re.compile(r"(reason|why).*(score|rating|answer)|comment|feedback|in your own words")),
    ("text", re.compile(r"improve|tell us|suggestion|what (do|did) you|main reason|verbatim")),
    ("rating", re.compile(r"how (satisfied|would you rate)|\bstars?\b|satisfaction")),
)


def plain(header: str) -> str:
    """A header without case, punctuation and camel humps.

    >>> plain(" Review-Text* "), plain("createdAt"), plain("author.name")
    ('review text', 'created at', 'author.name')
    """
    text = unicodedata.normalize("NFKC", header[:300])
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold()
    return " ".join(re.sub(r"[^\w.]|_|(?<!\w)\.|\.(?!\w)", " ", text).split())


_FIELD_OF = {
    name.strip(): (field, rank)
    for field, names in reversed(list(_CALLED.items()))
    for rank, name in enumerate(names.split(","))
}


def assign(headers: Sequence[str], mapping: Mapping[str, str], file: str) -> dict[str, str]:
    """Field -> column, by the mapping first, then by what the columns are called.

    Raises ConfigError for a field that is none, or a column that is not there.
    """
    chosen = _told(headers, mapping, file)
    for field, column in _called(headers).items():
        if field not in chosen and column not in chosen.values():
            chosen[field] = column
    _ask_questions(headers, chosen)
    if "author" not in chosen and "author_id" in chosen:
        chosen["author"] = chosen.pop("author_id")
    if "author" not in chosen and "display_name" in chosen:
        chosen["author"] = chosen.pop("display_name")
    return chosen


def is_known(header: str) -> bool:
    """Whether a header is called as some field is."""
    return _field_called(plain(header)) is not None


def _told(headers: Sequence[str], mapping: Mapping[str, str], file: str) -> dict[str, str]:
    told: dict[str, str] = {}
    by_plain = {plain(header): header for header in reversed(headers)}
    for field, column in mapping.items():
        if field not in _CALLED and field not in DECLARATIONS:
            raise ConfigError(
                f"{file}: a post has no field {field!r}.",
                mend=f"Fields are {', '.join((*FIELDS, 'date_order'))}.",
            )
        found = column if column in headers else by_plain.get(plain(column))
        if found is not None and field in _CALLED:
            told[field] = found
        elif field not in DECLARATIONS:
            raise ConfigError(
                f"{file}: there is no column {column!r} for {field}.",
                mend=f"Columns are {named(headers)}.",
            )
        elif not _is_declaration(field, column):
            raise ConfigError(
                f"{file}: {field} cannot be {column!r}.", mend=f"Write {DECLARATIONS[field]}."
            )
    return told


def _is_declaration(field: str, value: str) -> bool:
    if field == "date_order":
        return value in ("dmy", "mdy")
    return re.fullmatch(r"\d{1,4}(\.\d+)?", value) is not None and float(value) > 0


def _called(headers: Sequence[str]) -> dict[str, str]:
    """The best column of each field; one column may be several fields' best."""
    best: dict[str, tuple[int, str]] = {}
    for header in headers:
        if (known := _field_called(plain(header))) and (
            known[0] not in best or known[1] < best[known[0]][0]
        ):
            best[known[0]] = (known[1], header)
    chosen = {field: header for field, (_, header) in best.items()}
    names = {plain(header): header for header in headers}
    if "display_name" not in chosen and "name" in names and chosen.get("author") != names["name"]:
        chosen["display_name"] = names["name"]
    return chosen


def _field_called(name: str) -> tuple[str, int] | None:
    """The field a plain header names, and how unlikely (0 = it can be nothing else)."""
    if name in _FIELD_OF:
        return _FIELD_OF[name]
    outer, _, inner = name.partition(".")
    outer, inner = outer.strip(), inner.strip()
    if outer in _AUTHORS and inner in _INSIDE_AN_AUTHOR:
        rank = list(_INSIDE_AN_AUTHOR).index(inner)
        # The name people know an account by outranks what it calls itself.
        return _INSIDE_AN_AUTHOR[inner], rank + (50 if inner in ("name", "title") else 0)
    return _FIELD_OF.get(inner) if outer in _WRAPPERS else None


def _ask_questions(headers: Sequence[str], chosen: dict[str, str]) -> None:
    for field, asked in _QUESTIONS:
        if field in chosen:
            continue
        for header in headers:
            is_question = len(header) > 15 and header not in chosen.values()
            if is_question and asked.search(plain(header)):
                chosen[field] = header
                break


def named(headers: Sequence[str]) -> str:
    """Columns as they are shown in an error, not more than fit."""
    shown = ", ".join(repr(header[:40]) for header in headers[:20])
    return f"{shown} and {len(headers) - 20} more" if len(headers) > 20 else shown
