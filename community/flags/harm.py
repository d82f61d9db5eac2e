"""People in need of a human: words of self-harm, and threats or hatred towards others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from community.flags.conduct import Conduct, Cue, RaisedFlag, quote, raised

MIN_CIVILITY = 0.2

_SELF_HARM = re.compile(
    r"\b(?:(?:want(?:ed)?|wanna|going|gonna|plan(?:ning)?|ready|trying|tried|about)(?: to)?"
    r" (?:kill myself|end my life|end it all|hurt myself|hang myself|commit suicide)"
    r"|(?:i(?:['’]ll| will)) (?:kill myself|end my life)"
    r"|i (?:really |just |honestly )?(?:want to|wanna) (?:die|be dead)"
    r"|i (?:do not|don['’]?t) (?:want|wanna)(?: to)? (?:live|be alive)(?: any ?more)?"
    r"|i(?:['’]m| am) suicidal|(?:thinking about|thoughts of) (?:suicide|killing myself)"
    r"|i (?:cut|hurt|harm) myself|no reason (?:left )?to live"
    r"|(?:ich )?(?:will|möchte) (?:sterben|nicht mehr leben|tot sein)"
    r"|(?:ich )?bring(?:e)? mich um|mich (?:um(?:zu)?bringen|selbst verletzen)"
    r"|suizidgedanken|selbstmordgedanken)\b",
    re.IGNORECASE,
)
_SELF_HARM_NOT = re.compile(
    r"^\s*(?:laughing|of (?:laughter|embarrassment|cringe|boredom|happiness)"
    r"|for (?:this|that|these)|vor lachen|with (?:a|the|my) (?:razor|knife|paper|shav))",
    re.IGNORECASE,
)
_RATHER = re.compile(r"\b(?:rather|lieber|eher)\b[^.!?]*$", re.IGNORECASE)
_WHOM = r"(?:you|u|him|her|them|y['’]?all|your (?:family|kids|children|wife|husband|mother))"
_ITEM = r"(?! (?:an?|the|my|over|back|some|your|this|that|with|on|for|off|up to)\b)"
_WILL = r"\bi(?:['’]ll| will|['’]?m (?:going to|gonna)| am going to|mma) (?:\w+ly )?"
_THREAT = re.compile(
    rf"{_WILL}(?:kill|murder|stab|strangle|shoot|hurt|rape|find and kill|hunt down)"
    rf" {_WHOM}\b{_ITEM}"
    rf"|{_WILL}(?:beat {_WHOM} (?:up|to death)|burn (?:your|their) (?:house|home|office) down)"
    rf"|\b(?:i )?hope (?:you|he|she|they)(?: all)? (?:dies?|get (?:cancer|killed|shot|raped))\b"
    r"(?! (?:down|hard|out|laughing))"
    r"|\byou (?:all )?(?:should|deserve to) (?:die|be (?:shot|killed|hanged|raped))\b"
    r"|\b(?:kill yourself|kys|go (?:and )?die)\b|\bi know where (?:you|they) live\b"
    r"|\bich bring(?:e)? (?:dich|euch|ihn|sie) um\b|\b(?:verreck|krepier)(?:e|t)?\b"
    r"|\b(?:ich )?hoffe? (?:du|ihr|er|sie) (?:stirbst|sterbt|stirbt|verreckst)\b"
    r"|\b(?:bring dich um|ich weiß wo (?:du wohnst|ihr wohnt))",
    re.IGNORECASE,
)
_GROUP = (
    r"(?:jews?|muslims?|blacks?|gays?|immigrants?|refugees|arabs?|mexicans?|indians?|asians?|women"
    r"|trans(?: people)?|juden|ausländer|flüchtlinge|schwule|moslems)"
)
_HATRED = re.compile(
    rf"\b{_GROUP}(?: people| all)? (?:should|deserve to|must|need to|gehören|sollten)"
    r"(?: all| alle)? (?:die|be (?:killed|shot|gassed|exterminated|hanged)|vergast|erschossen"
    r"|sterben)\b"
    r"|\bgo back to (?:your|ur)(?: own)? (?:country|shithole)\b"
    rf"|\b{_GROUP} are (?:subhumans?|vermin|animals|parasites|cockroaches)\b"
    r"|\byou (?:\w+ )?(?:faggot|nigger|kike|wetback|raghead)s?\b|\bgeh zurück in dein land\b",
    re.IGNORECASE,
)
_SLUR = re.compile(r"\b(?:faggot|nigger|kike|wetback|raghead|kanacke|kanake)n?s?\b", re.IGNORECASE)
_TOLD = re.compile(
    r"\b(?:told|tells|telling|said|says|saying|called|calls|calling|yelled|screamed|threatened|tell|say"
    r"|sagte|nannte|schrie)\b[^.!?]*$",
    re.IGNORECASE,
)


def vulnerable(conduct: Conduct) -> list[RaisedFlag]:
    """Words of self-harm; a person looks, and no marketing ever follows."""
    return raised("vulnerable", list(_need(conduct)))


def abusive(conduct: Conduct) -> list[RaisedFlag]:
    """Threats or hatred towards people; swearing at things is nobody's fault."""
    cues: list[Cue] = []
    for post in conduct.own:
        for shape in (_THREAT, _HATRED, _SLUR):
            if found := shape.search(post.text):
                passed_on = _TOLD.search(post.text[: found.start()])
                strong = shape is not _SLUR and not passed_on
                cues.append(Cue(f"a post says {quote(found[0])}", strong=strong))
                break
    if conduct.civility <= MIN_CIVILITY:
        cues.append(Cue(f"civility {conduct.civility:.2f} of 1 towards people"))
    return raised("abusive", cues)


def _need(conduct: Conduct) -> Iterator[Cue]:
    for post in conduct.own:
        found = _SELF_HARM.search(post.text)
        if not found or _SELF_HARM_NOT.match(post.text[found.end() :]):
            continue
        figure_of_speech = bool(_RATHER.search(post.text[: found.start()]))
        yield Cue(f"a post says {quote(found[0])}", strong=not figure_of_speech)
