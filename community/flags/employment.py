"""Who works for the brand or for a competitor, and so must not sit on the committee."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from community.flags.conduct import Conduct, Cue, RaisedFlag, profile, quote, raised
from community.flags.ties import post_cues, profile_cues
from config.brand import Brand
from store import tables

_MIN_PRAISE = 5
_CAREERS = re.compile(
    r"/(?:careers?|jobs)\b|\b(?:careers|jobs)\.\w|we(?:['’]re| are) hiring|join (?:us|our team)"
    r"|wir suchen (?:dich|verstärkung)",
    re.IGNORECASE,
)


def employee(conduct: Conduct, brand: Brand) -> list[RaisedFlag]:
    """Staff and paid partners of the brand."""
    author = conduct.author
    cues = [
        *_listed(author, brand),
        *_at_home(author, brand.domains),
        *_named_like(author, (brand.name, *brand.aliases)),
        *_declared(conduct, (*brand.names, *brand.handles), brand.excluded),
        *_cheering(conduct),
    ]
    return raised("employee", cues)


def competitor(conduct: Conduct, brand: Brand) -> list[RaisedFlag]:
    """Staff of the competitors, and their own accounts."""
    cues: list[Cue] = []
    for name in brand.competitors:
        cues += _named_like(conduct.author, (name,))
        cues += _declared(conduct, (name,), brand.excluded)
    return raised("competitor", cues)


def same_account(author: tables.Author, listed: str) -> bool | None:
    """Whether `listed` is this account; None = called the same, but on an unknown host.

    Compared without @ and whatever the case; "user@host" is the account on that host only.
    """
    wanted = _bare(listed)
    ours = {_bare(author.name), _bare(author.key)}
    full = {name if "@" in name else f"{name}@{author.site.casefold()}" for name in ours}
    if author.url and wanted in (_bare(author.url), author.url.casefold()):
        return True
    if "@" in wanted:
        return wanted in full
    if wanted in ours:
        return True
    return None if wanted in {name.split("@")[0] for name in ours} else False


def _bare(name: str) -> str:
    """
    >>> _bare("@Mara@Example.Social"), _bare("/u/Mara"), _bare("https://x.com/Mara/")
    ('mara@example.social', 'mara', 'x.com/mara')
    """
    return re.sub(r"^(?:https?://|/?u/|@)", "", name.strip().casefold()).rstrip("/")


def _listed(author: tables.Author, brand: Brand) -> Iterator[Cue]:
    if author.is_staff:
        yield Cue("the source marks the account as staff", strong=True)
    for what, names in (("staff list", brand.staff), ("brand's own accounts", brand.handles)):
        for name in names:
            same = same_account(author, name)
            if same:
                yield Cue(f"the account is on the {what} as {quote(name)}", strong=True)
            elif same is None:
                yield Cue(f"{quote(author.name)} is called like {quote(name)} on the {what}")


def _at_home(author: tables.Author, domains: Sequence[str]) -> Iterator[Cue]:
    """Accounts on a domain of the brand's own, mail addresses there, and links to it."""
    for domain in (d.casefold().removeprefix("www.") for d in domains):
        ours = re.escape(domain) + r"(?![\w-]|\.\w)"
        names = (author.name.casefold(), author.key.casefold())
        if any(name != domain and re.search(rf"[\w-][@.]{ours}$", name) for name in names):
            yield Cue(f"the account {quote(author.name)} is on the brand's domain", strong=True)
        told = profile(author)
        if found := re.search(rf"[\w.+-]+@(?:[\w-]+\.)*{ours}", told, re.IGNORECASE):
            yield Cue(f"the profile gives the address {quote(found[0])}", strong=True)
        elif re.search(rf"(?<![\w@.-])(?:[\w-]+\.)*{ours}", told, re.IGNORECASE):
            yield Cue(f"the profile links to {quote(domain)}")


def _named_like(author: tables.Author, names: Sequence[str]) -> Iterator[Cue]:
    """A handle alone may be a surname; handle and shown name together are the company."""
    plain = {_squeezed(name) for name in names}
    handle = _squeezed(_bare(author.name).split("@")[0]) in plain
    shown = author.display_name is not None and _squeezed(author.display_name) in plain
    if handle or shown:
        carried = author.name if handle else author.display_name or ""
        yield Cue(f"the account is called {quote(carried)}", strong=handle and shown)


def _squeezed(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _declared(conduct: Conduct, names: Sequence[str], excluded: Sequence[str]) -> Iterator[Cue]:
    yield from profile_cues(_without(profile(conduct.author), excluded), names)
    for post in conduct.own:
        yield from post_cues(_without(post.text, excluded), names)


def _without(text: str, phrases: Sequence[str]) -> str:
    """The text without phrases that are known to mean something else than the brand."""
    for phrase in phrases:
        text = re.sub(re.escape(phrase), " ", text, flags=re.IGNORECASE)
    return text


def _cheering(conduct: Conduct) -> Iterator[Cue]:
    """Nothing but praise, together with the brand's vacancies."""
    links = [found for post in conduct.own if (found := _CAREERS.search(post.text))]
    labels = list(conduct.labels.values())
    if links and len(labels) >= _MIN_PRAISE and set(labels) == {"positive"}:
        yield Cue(f"only praises, and passes on vacancies: {quote(links[0][0])}")
