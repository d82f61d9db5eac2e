"""Whether a post speaks of a brand: by name, hashtag, account or address, and not by accident."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from config.brand import Brand
from listener.identity import canonical_url, web_link

Via = Literal["name", "hashtag", "handle", "domain"]

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+", re.IGNORECASE)
# Scripts that write no spaces between words (and Thai, which writes few).
_UNSPACED = re.compile(
    "[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f]"
)
_JOINTS = re.compile(r"[\W_]+")
_ADDRESSED = re.compile(r"[#@][\w·.-]*|[\w.+-]+@[\w.-]+")  # hashtags, accounts, mail addresses
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_HASHTAG = re.compile(r"#([\w·]+)")


@dataclass(frozen=True, slots=True)
class Mention:
    """How a post mentions a brand: `term` as configured, `via` what it was found as."""

    term: str
    via: Via


class BrandQuery:
    """One brand's names, ready to be looked for in many posts.

    Case and accents do not matter, words do: "Lumen" is in "#LumenCoffee" and "Lumen's", not in
    "volumen". Names in Chinese, Japanese or Thai are found inside running text.
    """

    def __init__(self, brand: Brand) -> None:
        self._excluded = _any_of(brand.excluded)
        self._excluded_phrases = brand.excluded
        self._names = [(name, _pattern(name)) for name in brand.names if name.strip()]
        self._handles = [(handle, _handle(handle)) for handle in brand.handles if handle.strip()]
        self._domains = [(domain, _domain(domain)) for domain in brand.domains if domain.strip()]
        self._others = [(name, _pattern(name)) for name in brand.competitors if name.strip()]

    def match(
        self, post_text: str, title: str | None = None, urls: Iterable[str] = ()
    ) -> Mention | None:
        """The first way in which the post mentions the brand, or None.

        Excluded phrases are taken out before names are looked for; a link to the brand's own
        domain, in the text or in `urls`, counts for itself.
        """
        text = f"{title}\n{post_text}" if title else post_text
        folded = fold(_LINK.sub(" ", text))
        for handle, pattern in self._handles:
            if pattern.search(folded):
                return Mention(handle, "handle")
        for name in self._named(text, folded, self._names):
            return Mention(*name)
        hosts = [_host(link) for link in (*_LINK.findall(text), *urls)]
        for domain, ending in self._domains:
            if any(host == ending or host.endswith("." + ending) for host in hosts):
                return Mention(domain, "domain")
        return None

    def others(self, text: str) -> tuple[str, ...]:
        """The configured competitors that are named in `text`, in the order of the settings."""
        return tuple(
            name for name, _ in self._named(text, fold(_LINK.sub(" ", text)), self._others)
        )

    def _named(
        self, text: str, folded: str, names: Sequence[tuple[str, re.Pattern[str]]]
    ) -> Iterator[tuple[str, Via]]:
        """Those of `names` that stand in running text or in a hashtag, excluded phrases apart."""
        words = _ADDRESSED.sub(" ", folded)
        if self._excluded:
            words = self._excluded.sub(" ", words)
        tags = [
            tag
            for tag in _tags(text)
            if not any(_is_tag_of(tag, phrase) for phrase in self._excluded_phrases)
        ]
        for name, pattern in names:
            if pattern.search(words):
                yield name, "name"
            elif any(_is_tag_of(tag, name) for tag in tags):
                yield name, "hashtag"


def fold(text: str) -> str:
    """`text` without case, accents and compatibility forms, for comparing names.

    >>> fold("CAFÉ Straße")
    'cafe strasse'
    """
    apart = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("\u0131", "i"))
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", bare)


def _pattern(name: str) -> re.Pattern[str]:
    """A name as a word; signs between its parts are interchangeable, 's and plural count."""
    folded = fold(name).strip()
    parts = [re.escape(part) for part in _JOINTS.split(folded) if part]
    if not parts or (len(parts) == 1 and not folded.isalnum()):
        return re.compile(r"(?<!\w)" + re.escape(folded) + r"(?!\w)")  # "C++", "Yahoo!"
    widest = max(map(len, _JOINTS.findall(folded)), default=0) + 1
    body = rf"[\W_]{{0,{widest}}}?".join(parts)
    if _UNSPACED.search(folded):
        return re.compile(body)
    return re.compile(rf"(?<![^\W_]){body}(?:'?s|'|es)?(?![^\W_])")


def _handle(handle: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w@.])@{re.escape(fold(handle).lstrip('@'))}(?![\w-])")


def _domain(domain: str) -> str:
    return _host(domain.strip()) or domain.strip().lower()


def _host(link: str) -> str:
    link = link.rstrip(".,;:!?")
    address = web_link(link if "//" in link else f"https://{link}")
    return urlsplit(canonical_url(address) or "").hostname or "" if address else ""


def _any_of(phrases: Sequence[str]) -> re.Pattern[str] | None:
    wanted = [_pattern(phrase).pattern for phrase in phrases if phrase.strip()]
    return re.compile("|".join(wanted)) if wanted else None


def _tags(text: str) -> list[list[str]]:
    """Every hashtag as its folded words: "#LumenCoffee_UK" -> lumen, coffee, uk."""
    return [
        [fold(word) for part in _JOINTS.split(tag) for word in _CAMEL.split(part) if word]
        for tag in _HASHTAG.findall(unicodedata.normalize("NFKC", _LINK.sub(" ", text)))
    ]


def _is_tag_of(tag: list[str], name: str) -> bool:
    """Whether a run of the tag's words spells the name, with or without its spaces."""
    wanted = "".join(_JOINTS.split(fold(name)))
    if not wanted:
        return False
    if _UNSPACED.search(wanted):
        return wanted in "".join(tag)
    joined = ["".join(tag[a:b]) for a in range(len(tag)) for b in range(a + 1, len(tag) + 1)]
    return wanted in joined
