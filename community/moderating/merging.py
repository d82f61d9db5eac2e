"""Which accounts may be one human being, why, and what follows once a person said so."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from itertools import combinations
from math import prod
from urllib.parse import urlsplit

from sqlmodel import Session

from config.errors import RuleError
from store import persons, tables

LEAST_HANDLE = 8
CROWD = 6
"""So many accounts under one handle or domain, and it is a word or a host, nobody's own."""
WEIGHTS = {
    "links": 0.9,
    "handle": 0.5,
    "domain": 0.6,
    "link": 0.5,
    "display": 0.3,
}
"""How far each sign goes; judgements, and so the score is no probability."""

_ADDRESS = re.compile(
    r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,24}(?:/[^\s<>\"'()\[\]|,;]*)?", re.IGNORECASE
)
_FEDIVERSE = re.compile(r"(?<![\w/@])@?([\w.-]*\w)@((?:[\w-]+\.)+[a-z]{2,24})(?!\w)", re.IGNORECASE)
_FRONTS = re.compile(r"^(?:www|m|mobile)\.")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two accounts on different sites that a person should compare, the lower id first.

    cues  : sign -> what it is, in words
    score : 0..1, 1 - product of (1 - weight) over the signs; orders, and proves nothing
    """

    first: int
    second: int
    cues: Mapping[str, str]
    score: float


def suggest(accounts: Sequence[tables.Author], *, words: Collection[str] = ()) -> list[Suggestion]:
    """Pairs of accounts that may be one human being, surest first, ids breaking ties.

    words : handles that people use as ordinary words (see `doubtful_handles`)

    Two profiles that link to each other; or the same handle (8 characters or more, no word) with
    one more sign: one profile links to the other, the same personal domain, or the same display
    name where the handle is not that name again. Never by a name alone, never two accounts on one
    site, never two that would put accounts of one site into one person. Accounts are met through
    what they share, so the work grows with the accounts and not with their pairs.

    Source: tiers B, C and D of Goga et al. (KDD 2015) as in the design, all of them suggestions.
    """
    known = {account.id or 0: _Profile.of(account) for account in accounts}
    crowd = _crowded(profile.domains for profile in known.values())
    sites = _sites_of_persons(accounts)
    found = []
    for first, second in sorted(_meetings(known, words)):
        if _clash(known[first], known[second], sites):
            continue
        cues = _cues(known[first], known[second], crowd, words)
        if "links" in cues or ("handle" in cues and len(cues) > 1):
            score = 1 - prod(1 - WEIGHTS[sign] for sign in cues)
            found.append(Suggestion(first, second, cues, round(score, 3)))
    return sorted(found, key=lambda one: (-one.score, one.first, one.second))


def doubtful_handles(accounts: Iterable[tables.Author]) -> set[str]:
    """The handles among these that could be words of some language: letters and nothing else."""
    return {handle for one in accounts if (handle := handle_of(one)) and handle.isalpha()}


def handle_of(account: tables.Author) -> str | None:
    """What the account is called, to be compared: NFKC, without case, @ and host.

    None where it is too short, an address, a sentence, a number, or a word that many go by.

    >>> handle_of(tables.Author(site="m", key="x", name="@Mara_Köhler7@example.social"))
    'mara_köhler7'
    """
    told = unicodedata.normalize("NFKC", account.name).casefold().strip()
    handle = re.sub(r"^(?:/?u/|@)", "", told).split("@")[0]
    if len(handle) < LEAST_HANDLE or re.search(r"[\s/:]", handle):
        return None
    if handle in _words() or not any(c.isalpha() for c in handle):
        return None
    return handle


def regroup(session: Session, touched: Collection[int], by: str, now: datetime) -> None:
    """Let persons follow what was decided: accounts found to be the same share one, others none.

    Who is one person follows from the standing decisions alone, so taking one back splits to
    exactly what the others say, in whatever order they were made.
    """
    persons.hold(session)
    groups = _groups(touched, persons.joined(session, touched))
    rows = persons.accounts(session, {one for group in groups for one in group})
    owners: dict[int, int | None] = {}
    taken: set[int] = set()
    for group in groups:
        theirs = [one for one in sorted(group) if one in rows]
        if len(theirs) < 2:
            owners.update(dict.fromkeys(theirs))
            continue
        had = {rows[one].person_id for one in theirs}
        free = sorted(person for person in had if person is not None and person not in taken)
        person = free[0] if free else persons.make_person(session, by, now)
        taken.add(person)
        owners.update(dict.fromkeys(theirs, person))
    persons.assign(session, owners)


def refuse_clash(session: Session, first: int, second: int) -> None:
    """Raise RuleError if making these two one would give a person two accounts on one site."""
    persons.hold(session)
    pairs = persons.joined(session, (first, second)) | {(first, second)}
    (group,) = _groups((first, second), pairs)
    by_site: dict[str, list[str]] = defaultdict(list)
    for account in persons.accounts(session, group).values():
        by_site[account.site].append(account.name)
    for site, names in sorted(by_site.items()):
        if len(names) > 1:
            raise RuleError(
                f"That would make {' and '.join(sorted(names))} on {site} one person.",
                mend="Decide unsure, or first undo the merge that is wrong.",
            )


@dataclass(frozen=True, slots=True)
class _Profile:
    """An account as it is compared.

    page    : its own address; links : addresses its profile names; domains : their hosts
    """

    id: int
    site: str
    person: int | None
    handle: str | None
    name: str
    page: str | None
    links: frozenset[str]
    domains: frozenset[str]

    @classmethod
    def of(cls, account: tables.Author) -> _Profile:
        own = _page(account)
        told = _addresses(account.bio or "")
        url = _address(account.url or "")
        links = frozenset((told | ({url} if url else set())) - {own})
        hosts = {link.partition("/")[0] for link in links}
        mine = own.partition("/")[0] if own else ""
        return cls(
            id=account.id or 0,
            site=account.site,
            person=account.person_id,
            handle=handle_of(account),
            name=_name(account.display_name),
            page=own,
            links=links,
            domains=frozenset(host for host in hosts if host not in (mine, account.site)),
        )


def _page(account: tables.Author) -> str | None:
    """Where the account's own profile is; None where what it gives is some other page of theirs."""
    told = unicodedata.normalize("NFKC", account.name).casefold()
    if found := _FEDIVERSE.fullmatch(told):
        return f"{found[2]}/@{found[1]}"
    url = _address(account.url or "")
    if url is None or "/" not in url:
        return None
    last = url.rpartition("/")[2].lstrip("@~")
    return url if last in (told.lstrip("@"), account.key.casefold()) else None


def _addresses(text: str) -> set[str]:
    told = unicodedata.normalize("NFKC", text)
    handles = {f"{host}/@{user}".casefold() for user, host in _FEDIVERSE.findall(told)}
    plain = _FEDIVERSE.sub(" ", told)
    return handles | {a for found in _ADDRESS.findall(plain) if (a := _address(found))}


def _address(link: str) -> str | None:
    """Host and path, without case, fronts and query: enough to tell two pages apart."""
    try:
        parts = urlsplit(link if "//" in link else f"//{link}")
        host = (parts.hostname or "").casefold()
    except ValueError:
        return None
    if "." not in host:
        return None
    return _FRONTS.sub("", host) + parts.path.rstrip("/.!?:").casefold()


def _name(display: str | None) -> str:
    """A display name to be compared: letters and digits alone."""
    folded = unicodedata.normalize("NFKC", display or "").casefold()
    return "".join(c for c in folded if c.isalnum())


def _meetings(known: Mapping[int, _Profile], words: Collection[str]) -> Iterator[tuple[int, int]]:
    """Pairs that share a handle or whose profiles link to each other, each once."""
    by_handle: dict[str, list[int]] = defaultdict(list)
    by_page: dict[str, list[int]] = defaultdict(list)
    for profile in known.values():
        if profile.handle and profile.handle not in words:
            by_handle[profile.handle].append(profile.id)
        if profile.page:
            by_page[profile.page].append(profile.id)
    pairs = {
        pair
        for crowd in by_handle.values()
        if len(crowd) < CROWD
        for pair in combinations(sorted(crowd), 2)
    }
    for profile in known.values():
        for other in (one for link in profile.links for one in by_page.get(link, ())[:CROWD]):
            if known[other].links & {profile.page} and other != profile.id:
                pairs.add((min(profile.id, other), max(profile.id, other)))
    return iter(pairs)


def _cues(
    one: _Profile, two: _Profile, crowd: Collection[str], words: Collection[str]
) -> dict[str, str]:
    cues = {}
    there, back = two.page in one.links, one.page in two.links
    if one.page and two.page and there and back:
        cues["links"] = f"their profiles link to each other ({one.page}, {two.page})"
    elif (two.page and there) or (one.page and back):
        cues["link"] = f"one profile links to the other ({two.page if there else one.page})"
    same_handle = one.handle is not None and one.handle == two.handle and one.handle not in words
    if same_handle:
        cues["handle"] = f"both are called {one.handle}"
    if shared := sorted((one.domains & two.domains) - set(crowd)):
        cues["domain"] = f"both name {shared[0]}"
    squeezed = "".join(c for c in one.handle or "" if c.isalnum())
    if one.name and one.name == two.name and one.name != squeezed:
        cues["display"] = "both show the same name"
    return cues


def _clash(one: _Profile, two: _Profile, sites: Mapping[int, set[str]]) -> bool:
    """On one site, one person already, or of persons with accounts on one site."""
    if one.person is not None and one.person == two.person:
        return True
    first = sites.get(one.person or 0, set()) | {one.site}
    return bool(first & (sites.get(two.person or 0, set()) | {two.site}))


def _sites_of_persons(accounts: Iterable[tables.Author]) -> dict[int, set[str]]:
    sites: dict[int, set[str]] = defaultdict(set)
    for account in accounts:
        if account.person_id is not None:
            sites[account.person_id].add(account.site)
    return sites


def _crowded(named: Iterable[frozenset[str]]) -> set[str]:
    """Domains that so many accounts name that they are a host of many, nobody's own."""
    count: dict[str, int] = defaultdict(int)
    for domains in named:
        for domain in domains:
            count[domain] += 1
    return {domain for domain, times in count.items() if times >= CROWD} | _hosts()


def _groups(start: Collection[int], pairs: Collection[tuple[int, int]]) -> list[set[int]]:
    """What hangs together through the pairs, largest first, the lowest id breaking ties."""
    group = {one: {one} for one in {*start, *(one for pair in pairs for one in pair)}}
    for first, second in sorted(pairs):
        if group[first] is not group[second]:
            group[first] |= group[second]
            for one in group[second]:
                group[one] = group[first]
    distinct = {id(members): members for members in group.values()}
    return sorted(distinct.values(), key=lambda members: (-len(members), min(members)))


@cache
def _lexicon() -> dict[str, list[str]]:
    text = (files("config") / "lexicon" / "handles.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _words() -> frozenset[str]:
    return frozenset(_lexicon()["words"])


def _hosts() -> frozenset[str]:
    return frozenset(_lexicon()["hosts"])
