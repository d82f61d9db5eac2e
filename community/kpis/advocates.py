"""Which members recommend the brand in public, and which of them without being asked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from community.engagement import PERIOD_DAYS, active, enrolled, members_acts
from community.kpis.reading import Facts
from store.advocacy import Spoken

ADVOCACY_DAYS = 90
CERTAIN = 0.8
ASKED_DAYS = 7
_CAMPAIGN = re.compile(
    r"[?&;](?:utm_\w+|ref|referr?al|referrer|aff|affiliate|aff_id|promo|coupon|invite)="
    r"|/(?:ref|refer|referral|invite)/\w+"
    r"|#(?:ad|ads|advert|sponsored|sponsor|gifted|paidpartnership|affiliate|promo|werbung)\b"
    r"|\b(?:(?:promo|discount|coupon|referral) ?code|use my (?:link|code))\b",
    re.IGNORECASE,
)


def active_now(facts: Facts) -> frozenset[int]:
    """Members with an act within the last PERIOD_DAYS, as `active_members` counts them."""
    month = facts.last(PERIOD_DAYS)
    acts = members_acts(month.acts, month.programme.seats)
    return active(acts, month.since, month.until) & enrolled(month.programme.seats, month.until)


def recommending(facts: Facts) -> list[Spoken]:
    """Public posts of the window that praise the brand and recommend it, each surely."""
    return [
        one
        for one in facts.spoken
        if facts.holds(one.at) and one.positive >= CERTAIN and one.advocacy >= CERTAIN
    ]


def unprompted(posts: Iterable[Spoken], facts: Facts) -> list[Spoken]:
    """Those without a campaign's link, and not within ASKED_DAYS after we invited their author."""
    asked: dict[int, list[datetime]] = defaultdict(list)
    for one in facts.programme.invitations:
        asked[one.person].append(one.sent_at)
    patience = timedelta(days=ASKED_DAYS)
    return [
        post
        for post in posts
        if not of_a_campaign(post.text)
        and not any(sent <= post.at < sent + patience for sent in asked[post.person])
    ]


def of_a_campaign(text: str) -> bool:
    """Whether a post carries a campaign's link, a code to share, or says that it is an advert.

    >>> of_a_campaign("Try https://x.test/?utm_source=ann"), of_a_campaign("Love it https://x.test/a")
    (True, False)
    """
    return _CAMPAIGN.search(text) is not None
