"""The link that takes one decision, or a whole batch of them, back: signed, and short."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from config.errors import RuleError
from soundingboard.web.paths import with_query
from soundingboard.wiring import Parts

PURPOSE = "review undo"
TO = "/review/undo"
LONGEST = 1500
"""Characters of a link; it has to fit into a cookie with the line that shows it."""


def undo_path(parts: Parts, steps: Sequence[int], reader_id: int) -> str:
    """Where a form is posted to take these steps back; empty where they are too scattered."""
    told = ranges(steps)
    if not told or len(told) > LONGEST:
        return ""
    return with_query(TO, {"steps": parts.signer.sign(PURPOSE, reader_id, told)})


def steps_of(parts: Parts, token: str, reader_id: int) -> list[int]:
    """The steps that a link names. Raises RuleError if it is not this reader's."""
    try:
        whose, told = parts.signer.read(PURPOSE, token)
    except ValueError:
        whose, told = 0, ""
    if whose != reader_id:
        raise RuleError("Only whoever decided this has that link.", mend="Undo it on its own page.")
    return [
        number
        for one in str(told).split(",")
        for first, _, last in (one.partition("-"),)
        for number in range(int(first), int(last or first) + 1)
    ]


def ranges(numbers: Sequence[int]) -> str:
    """Numbers as text; what follows each other is told by its ends.

    >>> ranges([7, 3, 4, 5])
    '3-5,7'
    """
    rising = sorted(set(numbers))
    if not rising:
        return ""
    cuts = [at for at, (one, two) in enumerate(pairwise(rising), start=1) if two != one + 1]
    runs = [rising[a:b] for a, b in pairwise([0, *cuts, len(rising)])]
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
