"""Accounts that post like machines, advertise, or speak in chorus; shown as doubt, not as fact."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from statistics import fmean, pstdev

from community.flags.conduct import Conduct, Cue, RaisedFlag, profile, quote, raised
from store import tables

MIN_TIMED = 50  # posts with a time of day, below which a rhythm says nothing
MIN_LINKED = 20
MIN_REPLYING = 30
MIN_DAYS = 3
MAX_PER_DAY = 50  # Oxford Internet Institute's benchmark of heavy automation
MAX_TAGGED = 5

_IS_BOT = re.compile(
    r"\b(?:i am|i'm|i’m|this is|just) an? (?:\w+ ){0,2}(?:bot|robot)\b"
    r"(?! (?:dev|mak|own|lov|fan|hat))"
    r"|\b(?:automated|bot) account\b|\bautomatically (?:posted|generated)\b"
    r"|^\s*(?:\w+ )?bot (?:by|run by|maintained by|operated by|that|which|for)\b"
    r"|\bautomatisierte[rs]? (?:account|konto)\b|\bich bin ein bot\b",
    re.IGNORECASE | re.MULTILINE,
)
_NOT_BOT = re.compile(r"\b(?:not|isn['’]t|kein|never|swear)\b[^.|]*$", re.IGNORECASE)
_BOT_NAME = re.compile(r"(?:[_-]bot$|[a-z0-9]Bot$|^bot[_-]|^Bot[A-Z])")
_OFFER = re.compile(
    r"(?:^|[.!?,;:\n]\s*|\b(?:and|just)\s+)use (?:my |our )?(?:promo |discount |coupon )?"
    r"code:? \w{3,}"
    r"|\b(?:with|via) (?:my|our) (?:\w+ )?(?:code|link)\b"
    r"|\bmy (?:referral|affiliate|promo|discount|invite) (?:link|code)\b"
    r"|\b(?:mit )?mein(?:em)? (?:rabatt|gutschein|empfehlungs|werbe)\s?-?(?:code|link)\b"
    r"|[?&](?:ref|aff|aff_id|affiliate|referral)=[\w-]+|[?&]tag=[\w-]+-2[01]\b|\bamzn\.to/",
    re.IGNORECASE | re.MULTILINE,
)
_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_REPLY_TO = re.compile(r"^(?:\s*@[\w.-]+)+")
_TAGGED = re.compile(r"(?<![\w/])@([\w.-]*\w)")


def bot(conduct: Conduct) -> list[RaisedFlag]:
    """Automation: said by the site or the account itself, or two signs of a machine's rhythm."""
    return raised("bot", [*_declared(conduct.author), *_rhythm(conduct), *_habits(conduct)])


def spam(conduct: Conduct) -> list[RaisedFlag]:
    """Advertising and repetition."""
    own = conduct.own
    cues: list[Cue] = []
    ratio = conduct.near_duplicate_ratio
    if len(own) >= 5 and ratio >= 0.3:
        cues.append(Cue(f"{ratio:.0%} of {len(own)} posts repeat one another", strong=ratio >= 0.6))
    offers = [found for post in own if (found := _OFFER.search(post.text))]
    if offers:
        cues.append(Cue(f"offers {quote(offers[0][0])}", strong=len(offers) >= 2))
    tagged = max((_tagged(post) for post in own), default=0)
    if tagged > MAX_TAGGED:
        cues.append(Cue(f"tags {tagged} accounts in one post"))
    return raised("spam", cues)


def coordinated(conduct: Conduct) -> list[RaisedFlag]:
    """Part of a chorus; nobody of it is recruited before a person looked."""
    told = "at least three accounts posted the same text within an hour, this one among them"
    return raised("coordinated", [Cue(told, strong=True)] if conduct.coordinated else [])


def _declared(author: tables.Author) -> Iterator[Cue]:
    if author.is_bot:
        yield Cue("its site marks the account as automated", strong=True)
    told = profile(author)
    found = _IS_BOT.search(told)
    if found and not _NOT_BOT.search(told[: found.start()]) and "not a" not in found[0].lower():
        yield Cue(f"the profile says {quote(found[0])}", strong=True)
    if _BOT_NAME.search(author.name.split("@")[0]):
        yield Cue(f"the account is called {quote(author.name)}")


def _rhythm(conduct: Conduct) -> Iterator[Cue]:
    times = sorted(_times(conduct.posts))
    if len(times) < MIN_TIMED:
        return
    days = (times[-1] - times[0]).total_seconds() / 86_400
    if days >= MIN_DAYS and len(times) / days > MAX_PER_DAY:
        yield Cue(f"{len(times) / days:.0f} posts a day over {days:.0f} days")
    gaps = [(b - a).total_seconds() for a, b in pairwise(times)]
    mean = fmean(gaps)
    if mean > 0 and (variation := pstdev(gaps) / mean) < 0.3:
        yield Cue(f"posts at even intervals (variation {variation:.2f}, {len(times)} posts)")
    if (entropy := _hour_entropy(times)) > 0.95 * math.log(24):
        yield Cue(f"posts at all hours alike (entropy {entropy / math.log(24):.2f} of 1)")


def _times(posts: Sequence[tables.Post]) -> list[datetime]:
    """Times the source gave; where most are midnight sharp it gave days, which have no rhythm."""
    times = [p.created_at for p in posts if p.created_at and p.time_quality == "given"]
    midnight = sum((t.hour, t.minute, t.second) == (0, 0, 0) for t in times)
    return [] if midnight * 2 > len(times) else times


def _hour_entropy(times: Sequence[datetime]) -> float:
    """-Σ p ln p over the 24 hours of the day (UTC), at most ln 24."""
    counts = Counter(moment.hour for moment in times)
    return -sum(n / len(times) * math.log(n / len(times)) for n in counts.values())


def _habits(conduct: Conduct) -> Iterator[Cue]:
    own = conduct.own
    ratio = conduct.near_duplicate_ratio
    if len(own) >= 10 and ratio >= 0.5:
        yield Cue(f"{ratio:.0%} of {len(own)} posts repeat one another")
    linked = sum(bool(_LINK.search(post.text)) for post in own)
    if len(own) >= MIN_LINKED and linked / len(own) >= 0.9:
        yield Cue(f"{linked} of {len(own)} posts carry a link")
    talk = [post for post in own if post.kind in ("post", "comment")]
    if len(talk) >= MIN_REPLYING and not any(_is_reply(post) for post in talk):
        yield Cue(f"not one reply among {len(talk)} posts")


def _is_reply(post: tables.Post) -> bool:
    """Whether it answers somebody, by its source's word or by how it begins."""
    return post.parent_key is not None or bool(_REPLY_TO.match(post.text))


def _tagged(post: tables.Post) -> int:
    """Accounts tagged by choice; those a reply carries at its front come from the thread."""
    return len({name.casefold() for name in _TAGGED.findall(_REPLY_TO.sub("", post.text))})
