"""Who not to recruit: every reason to look twice, each with its cue and open to an override."""

from __future__ import annotations

from datetime import datetime

from community.flags import automation, employment, harm, standing
from community.flags.conduct import Conduct, RaisedFlag
from config.brand import Brand

__all__ = ["KINDS", "Conduct", "RaisedFlag", "flags_of"]

KINDS = {
    "employee": "works for the brand or is paid by it",
    "competitor": "works for a competitor",
    "bot": "posts like a machine",
    "spam": "advertises or repeats",
    "coordinated": "speaks in chorus with others",
    "minor": "may be under age",
    "media": "speaks for an outlet",
    "public_figure": "is widely known",
    "do_not_contact": "asked us not to be contacted",
    "opted_out": "asks on the site not to be shown",
    "vulnerable": "may need help; a person looks, never marketing",
    "abusive": "threatens or hates people; a person looks",
}


def flags_of(conduct: Conduct, brand: Brand, now: datetime) -> list[RaisedFlag]:
    """All flags an account raises towards a brand, at most one of a kind, in the order of KINDS.

    One strong cue excludes from the shortlist, and so do two weak ones of a kind; a single weak
    one is shown and excludes nobody. Nothing is ever removed from the archive by a flag.
    Source: the cue table of the design's "Who not to recruit".
    """
    return [
        *employment.employee(conduct, brand),
        *employment.competitor(conduct, brand),
        *automation.bot(conduct),
        *automation.spam(conduct),
        *automation.coordinated(conduct),
        *standing.minor(conduct, now),
        *standing.media(conduct),
        *standing.public_figure(conduct),
        *standing.do_not_contact(conduct),
        *standing.opted_out(conduct),
        *harm.vulnerable(conduct),
        *harm.abusive(conduct),
    ]
