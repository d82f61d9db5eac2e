"""Who somebody is in public: under age, a journalist, widely known, or asking to be left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from community.flags.conduct import Conduct, Cue, RaisedFlag, profile, quote, raised, segments

MAX_FOLLOWERS = 100_000
_YOUNG, _ADULT = 8, 18

_OLD = r"(?:years?[ -]olds?|yrs?[ -]old|y/?o|y\.o\.|jahre alt|jahre jung)"
_AGE_SAID = re.compile(
    rf"(?<!when )\b(?:I(?:['’]?m| am)|ich bin) (?:only |just |erst |gerade )?"
    rf"(?:(?P<age>\d\d?)[ -]?{_OLD}|an? (?P<age2>\d\d?)[ -]?{_OLD}"
    r" (?!company|brand|business|account|member|man\b|woman\b|mann\b|frau\b))",
    re.IGNORECASE,
)
_AGE_PART = re.compile(
    rf"(?:I['’]?m |I am |ich bin |aged? )?(?P<age>\d\d?)[ -]?(?:{_OLD})?(?: ?[mfd♀♂])?",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"(?:^|\b(?:I was|ich wurde|ich bin) )(?:born|b\.|geboren)(?: in)? (?P<year>20\d\d)\b", re.I
)
_GRADE = re.compile(
    r"\b(?:I(?:['’]?m| am)|i go to|ich bin|ich gehe)(?: \w+){0,2}? "
    r"(?:(?:\d\d?(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
    r"|eleventh) grade(?:r)?|middle school(?:er)?|high ?school(?:er| student| freshman"
    r"| sophomore| junior| senior)|(?:die |der )?\d\d?\. klasse)\b",
    re.IGNORECASE,
)
_GRADE_PART = re.compile(
    r"(?:\d\d?(?:st|nd|rd|th) grade(?:r)?|middle school(?:er| student)?|high ?school(?:er| student"
    r"| freshman| sophomore| junior| senior)|schüler(?:in)?(?: der)? ?\d\d?\.? ?klasse"
    r"|klasse \d\d?[a-d]?|\d\d?\. klasse)",
    re.IGNORECASE,
)
_PUPIL_PART = re.compile(r"schüler(?:in)?|gymnasiast(?:in)?|minor|teenager", re.IGNORECASE)
_PRESS = re.compile(
    r"\b(?:(?<!citizen )journalist(?:in)?|(?<!bug )(?<!weather )reporter(?:in)?|correspondent"
    r"|columnist|(?:managing|senior|deputy|news|tech|political|science) editor"
    r"|editor[ -]in[ -]chief|chefredakteur(?:in)?|redakteur(?:in)?|korrespondent(?:in)?"
    r"|newsroom|news ?desk"
    r"|breaking news)\b",
    re.IGNORECASE,
)
_PRESS_JOB = re.compile(
    r"\b(?:journalist(?:in)?|reporter(?:in)?|correspondent|columnist|editor|redakteur(?:in)?|writes?"
    r"|writing|covering) ?(?:at|for|@|bei|für|with) ?@?\w",
    re.IGNORECASE,
)
_OUTLET = re.compile(
    r"\b(?:[\w-]*(?:news|times|tribune|gazette|herald|zeitung|nachrichten|guardian|telegraph|journal)"
    r"[\w-]*|bbc|cnn|reuters|bloomberg|spiegel|heise|golem|wired|theverge|techcrunch|zdf|ard|npr)"
    r"\.(?:com|co\.uk|org|net|de|at|ch|tv|eu)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:former|ex|retired|not an?|ehemalige?r?|kein)[ -][\w ]*$", re.IGNORECASE)


def minor(conduct: Conduct, now: datetime) -> list[RaisedFlag]:
    """Under age by their own words, which are never kept as evidence."""
    kept = "(the words are not kept)"
    cues: list[Cue] = []
    if any(_says_minor(text, now) for text in (profile(conduct.author),)) or any(
        _part_is_minor(part) for part in segments(profile(conduct.author))
    ):
        cues.append(Cue(f"the profile says that they are under age {kept}", strong=True))
    elif any(_PUPIL_PART.fullmatch(part) for part in segments(profile(conduct.author))):
        cues.append(Cue(f"the profile hints that they may be under age {kept}"))
    if any(_says_minor(post.text, now) for post in conduct.own):
        cues.append(Cue(f"a post says that they are under age {kept}", strong=True))
    return raised("minor", cues)


def media(conduct: Conduct) -> list[RaisedFlag]:
    """Outlets and those who write for them; they speak to the press office, not the committee."""
    return raised("media", list(_press_cues(conduct)))


def public_figure(conduct: Conduct) -> list[RaisedFlag]:
    """Known to so many that an invitation would be news."""
    followers = conduct.author.followers
    if followers is None or followers <= MAX_FOLLOWERS:
        return []
    return raised("public_figure", [Cue(f"{followers:,} followers", strong=True)])


def do_not_contact(conduct: Conduct) -> list[RaisedFlag]:
    """Asked us not to be contacted."""
    if not conduct.do_not_contact:
        return []
    return raised("do_not_contact", [Cue("on the do-not-contact list", strong=True)])


def opted_out(conduct: Conduct) -> list[RaisedFlag]:
    """Asks on the site itself not to be shown to strangers."""
    if not conduct.author.opted_out:
        return []
    return raised("opted_out", [Cue("asks on its site not to be indexed or shown", strong=True)])


def _says_minor(text: str, now: datetime) -> bool:
    ages = [int(m["age"] or m["age2"]) for m in _AGE_SAID.finditer(text)]
    years = [now.year - int(m["year"]) for m in _BORN.finditer(text)]
    return any(_YOUNG <= age < _ADULT for age in (*ages, *years)) or bool(_GRADE.search(text))


def _part_is_minor(part: str) -> bool:
    """Whether a part of a profile is an age or a grade and nothing else."""
    if _GRADE_PART.fullmatch(part):
        return True
    found = _AGE_PART.fullmatch(part)
    return bool(found and not part.isdigit() and _YOUNG <= int(found["age"]) < _ADULT)


def _press_cues(conduct: Conduct) -> Iterator[Cue]:
    author = conduct.author
    if author.is_media:
        yield Cue("the source is an outlet, not a person", strong=True)
    told = profile(author)
    for part in segments(told):
        for shape, strong in ((_PRESS_JOB, True), (_PRESS, False)):
            found = shape.search(part)
            if found and _PRESS.search(part) and not _PAST.search(part[: found.start()]):
                yield Cue(f"the profile says {quote(part)}", strong=strong)
                break
    if found := _OUTLET.search(f"{told} {author.url or ''}"):
        yield Cue(f"the profile links to {quote(found[0])}")
    if len(conduct.own) >= 3 and all(post.kind == "article" for post in conduct.own):
        yield Cue(f"all {len(conduct.own)} posts are articles")
