"""The reason a decision usually has, from what an item was brought up for."""

from __future__ import annotations

from collections.abc import Collection

from community.moderating.rulings import REASONS

ACCEPT = {"post": "keep", "merge": "same", "reading": "model_right", "flag": "holds"}
"""What agreeing with how things stand, or with what is proposed, is called for each kind."""
REJECT = {"post": "hide", "merge": "different", "flag": "does_not_hold"}
"""Its opposite; a reading has none, for it is wrong in more than one way."""
_USUAL = {
    "keep": "within_rules",
    "same": "profiles",
    "different": "contradicts",
    "unsure": "not_enough",
    "negative": "plain",
    "neutral": "plain",
    "positive": "plain",
    "model_right": "plain",
    "holds": "evidence",
    "does_not_hold": "misread",
}


def usual_reason(
    kind: str, decision: str, cues: Collection[str], reported: Collection[str]
) -> str | None:
    """The code, or None where a person has to say it.

    cues     : signs the rules found ("uncivil"); reported : reasons of whoever reported it

    >>> usual_reason("post", "hide", ["duplicate"], ["spam"])
    'duplicate'
    """
    if decision in _USUAL:
        return _USUAL[decision]
    known = [code for code in REASONS[kind] if code not in ("other", "within_rules")]
    for said in (cues, reported):
        for code in known:
            if code in said:
                return code
    return None
