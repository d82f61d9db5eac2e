"""How somebody is tied to a company: by what their profile or their own posts say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from community.flags.conduct import Cue, quote, segments

# Roles that make "ROLE at NAME" a job; the first group also makes "NAME ROLE" one.
_STAFF = (
    r"employees?|staff(?:er)?|team member|intern|recruiter|spokes(?:person|man|woman)"
    r"|(?:co-?)?founder|ceo|cto|coo|cfo|cmo|pm|product manager|product owner|hr"
    r"|account manager|community manager|social media manager|sales rep(?:resentative)?"
    r"|mitarbeiter(?:in)?|angestellte[rn]?|praktikant(?:in)?|werkstudent(?:in)?|azubi"
    r"|gründer(?:in)?|geschäftsführer(?:in)?|pressesprecher(?:in)?|ambassador|affiliate|reseller"
)
_JOBS = (
    r"(?:[a-zäöüß]+[ -])?(?:manager(?:in)?|engineer|developer|dev|designer|analyst|scientist"
    r"|architect|director|consultant|technician|agent|advisor|specialist|associate|barista"
    r"|writer|researcher|strategist|officer|(?:team )?lead(?:er)?|scientist|prof(?:essor)?|lecturer"
    r"|postdoc|programmer|hacker|driver|pilot|chef|cashier|nurse|accountant|lawyer|buyer|supervisor"
    r"|executive|administrator|assistant|coordinator|producer|teacher|backend|frontend|leiter(?:in)?|entwickler(?:in)?|berater(?:in)?"
    r"|verkäufer(?:in)?|ingenieur(?:in)?|swe|sde|vp|president|chief \w+ officer|head of [\w ]+)"
)
_FIELDS = (
    r"marketing|sales|engineering|product|operations|ops|growth|communications|comms|pr"
    r"|finance|legal|logistics|customer (?:success|care|service|support)|tech support"
    r"|data|software|security|vertrieb|kundendienst|kundenservice|personal|einkauf"
)
_VERBS_TOO = r"support|design|research|lead"  # "I support @X" is no job; "Support @ X" is
_AMBIGUOUS = r"developer|dev|engineer|consultant|designer|architect|specialist|technician|expert"

_FORMER = re.compile(
    r"\b(?:ex|former(?:ly)?|previous(?:ly)?|prev|past|retired|left|quit|alum(?:na|nus)?"
    r"|used to|no longer|worked|ehemals|ehemalige[rn]?|früher|once)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|never|don['’]?t|doesn['’]?t|didn['’]?t|no|nor|nicht|kein(?:e[rn]?)?|nie|want(?:s|ed)?"
    r"|wanna|wish|hope|hoping|dream\w*|aspiring|future|would|could|if|whether|think|thinks|thought"
    r"|assume\w*|pretend\w*|applying|applied|interview\w*|fake|parody|unofficial|sounds? like"
    r"|wannabe|möchte|würde|wäre|als ob|against|banned)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\b(?:husband|wife|mom|mum|dad|mother|father|parent|brother|sister|son|daughter|friend|partner"
    r"|boyfriend|girlfriend|fiancée?|cousin|uncle|aunt|mann|frau|freund(?:in)?|bruder|schwester"
    r"|vater|mutter|sohn|tochter)\b",
    re.IGNORECASE,
)
_OTHER_THING = re.compile(
    r"[ -](?:fans?|fan ?club|users?|owners?|customers?|clubs?|lovers?|haters?|addicts?|enthusiasts?"
    r"|subreddit|forum|meetup|fanatic|university|school|high|elementary|college|street|st|road"
    r"|avenue|hospital|church|park|valley|city|county|records|airport)\b",
    re.IGNORECASE,
)
_SAME_COMPANY = re.compile(
    r" (?:Inc|Ltd|LLC|GmbH|AG|SE|Corp|Co|Company|Group|Holding|HQ|Labs|Team|Germany|Deutschland"
    r"|Europe|EU|UK|US|USA|America|International|Global|Support|Customer|Stores?|And|Und"
    r"|Since|Seit|In|At|But|Views|Opinions|Tweets|My|I)\b"
)
_ANOTHER_NAME = re.compile(r" [A-ZÄÖÜ][a-zäöüß]+")


class _Shapes(NamedTuple):
    """The ways a tie to one company is worded; group `name` is where the company stands."""

    profile: tuple[tuple[re.Pattern[str], bool], ...]
    posts: tuple[re.Pattern[str], ...]
    former: re.Pattern[str]
    bare: re.Pattern[str]


def profile_cues(text: str, names: Sequence[str]) -> Iterator[Cue]:
    """Ties that a profile declares, strong where it can hardly mean anything else."""
    shapes = _shapes(tuple(names))
    parts = list(segments(text))
    for here, part in enumerate(parts):
        if found := shapes.former.search(part):
            yield Cue(f"the profile says {quote(found[0])}, a tie that is over")
            continue
        for shape, strong in shapes.profile:
            if found := shape.search(part):
                yield from _judged(part, found, strong=strong)
                break
        else:
            job_before = here and re.search(
                rf"(?:^|\s)(?:{_STAFF}|{_JOBS})$", parts[here - 1], re.I
            )
            if job_before and shapes.bare.fullmatch(part):
                yield Cue(f"the profile says {quote(f'{parts[here - 1]}, {part}')}")


def post_cues(text: str, names: Sequence[str]) -> Iterator[Cue]:
    """Ties that somebody declares of themselves in a post ("I work at ...")."""
    shapes = _shapes(tuple(names))
    if not shapes.bare.search(text):
        return
    for shape in shapes.posts:
        for found in shape.finditer(text):
            before = re.split(r"[.!?\n;]", text[: found.start()])[-1]
            if _DENIED.search(before[-40:]) or _OTHER_THING.match(text, found.end("name")):
                continue
            if _RELATIVE.search(before[-25:]):
                continue
            sure = not _is_another_name(text, found.end("name"))
            over = bool(_FORMER.search(found[0]))
            yield Cue(f"a post says {quote(found[0])}", strong=sure and not over)


def _judged(part: str, found: re.Match[str], *, strong: bool) -> Iterator[Cue]:
    before, end = part[: found.start()], found.end("name")
    if _DENIED.search(before) or _DENIED.search(found[0]) or _OTHER_THING.match(part, end):
        return
    if _FORMER.search(before) or _FORMER.search(found[0]):
        yield Cue(f"the profile says {quote(part)}, a tie that is over")
    elif _RELATIVE.search(before):
        yield Cue(f"the profile says {quote(part)}, a tie through somebody else")
    else:
        yield Cue(
            f"the profile says {quote(found[0])}",
            strong=strong and not _is_another_name(part, end),
        )


def _is_another_name(text: str, end: int) -> bool:
    """Whether a capitalised word follows that makes it another company ("Delta Dental")."""
    return bool(_ANOTHER_NAME.match(text, end)) and not _SAME_COMPANY.match(text, end)


def _spoken(the: str, role: str) -> tuple[str, ...]:
    """How people say in a post of their own that they work for "#"."""
    am = r"\bI(?:['’]?m| am) "
    return (
        rf"\bI(?: \w+ly| still| also| do| now| happen to)? work (?:at|for) {the}#",
        rf"{am}(?:(?:an?|the) (?:\w+ ){{0,2}}?)?{role} (?:at|for|of|@) ?{the}#",
        rf"{am}(?:in|from) (?:{_FIELDS}) (?:at|@) ?{the}#",
        rf"(?:{am}|\bas |\bspeaking as )an? #(?:['’]s)? (?:{_STAFF})\b",
        r"\b(?:we|here) at # ?(?:we|are|have|just|will|would|appreciate|take|believe|hq)\b",
        rf"\bI (?:used to work|worked) (?:at|for) {the}#",
        rf"\bich arbeite (?:\w+ ){{0,2}}(?:bei|für) {the}#",
        rf"\bich bin (?:\w+ ){{0,2}}{role} (?:bei|von|der) {the}#",
    )


@lru_cache(maxsize=256)
def _shapes(names: tuple[str, ...]) -> _Shapes:
    plain = sorted({n.strip().removeprefix("@") for n in names} - {""}, key=len, reverse=True)
    bare = "|".join(re.escape(each) for each in plain)  # the longest first: "Pellow Coffee"
    name = rf"@?(?<!\w)(?P<name>{bare})(?!\w)"
    the = r"(?:the |der |dem |den )?"
    role, at = rf"(?:{_STAFF}|{_JOBS})", r"(?:at\b|@|bei\b)"
    unfelt = r"^(?!.*\b(?:love|hate|worst|best|great|terrible|awful|bad|their|my)\b)"
    # "#": where the company stands; True: hardly anything but a tie
    wordings = {
        rf"\b{role}(?: (?:of|in|for|für) [\w&]+(?: [\w&]+)?)? ?(?:{at}|with\b) ?{the}#": True,
        rf"\b(?:{_STAFF}|(?:\w+ )?manager(?:in)?|director|president|vp|chief \w+ officer)"
        rf" (?:for|of|für|von|der|des) {the}#": True,
        rf"\b{role} (?:for|of|für|von|der|des) {the}#": False,  # "developer for Android"
        rf"{unfelt}(?:[\w&]+ ){{0,3}}(?:{_FIELDS}) ?{at} ?{the}#": True,
        rf"^(?:{_VERBS_TOO}) (?:at|@|bei) #": True,
        rf"^(?:{_VERBS_TOO}) ?#": False,
        r"\b(?:work|works|working|worked|arbeitet?|employed|angestellt|tätig)(?: \w+){0,2}?"
        rf" (?:at|for|bei|für|by|@) ?{the}#": True,
        rf"\b(?:now|currently|heute|jetzt|derzeit) {at} ?{the}#": True,
        r"\b(?:part|member|teil|mitglied) (?:of|von|im|in|des) (?:the |our )?#(?:['’]s)?[ -]team\b"
        "": True,
        rf"\b(?:team|crew) {at} ?{the}#": True,
        rf"#(?:['’]s)?[ -](?:{_STAFF})\b": True,
        r"\bsponsored by #": True,
        rf"#(?:['’]s)?[ -](?:{_AMBIGUOUS})\b": False,
        r"\bworking on #": False,
        r"\b(?:views|opinions|tweets|posts)\b.*\bnot (?:those of |of )?#": False,
    }

    def compiled(wording: str) -> re.Pattern[str]:
        return re.compile(wording.replace("#", name), re.IGNORECASE)

    return _Shapes(
        profile=tuple((compiled(wording), strong) for wording, strong in wordings.items()),
        posts=tuple(compiled(wording) for wording in _spoken(the, role)),
        former=compiled(
            r"\b(?:ex|former(?:ly)?|previously|prev|ehemals|früher)[- :]*(?:at |@ |bei )?#"
            r"|\balum(?:na|nus|ni)? of @?" + f"(?:{bare})"
        ),
        bare=re.compile(rf"@?(?:{bare})", re.IGNORECASE),
    )
