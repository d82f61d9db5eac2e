"""Time to first response: how long people wait until somebody of ours answers."""

from __future__ import annotations

from datetime import timedelta

from community.kpis.durations import typical
from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.survival import Span

NAME = "time_to_first_response"


_HOUR = timedelta(hours=1)


def time_to_first_response(facts: Facts) -> KpiReading:
    """
    Hours until half of the posts about the brand have an answer by staff.

        Kaplan-Meier median of  first answer - post,  what is unanswered counted with its age

    Posts by people within the window; an answer is a later post by staff in the same conversation
    or to that very post. Answers are seen only where we listen. Numerator: posts with an answer,
    denominator: posts. n = posts. Interval: Brookmeyer and Crowley's.
    Source: CHAOSS, time to first response, by role; Kaplan & Meier (1958).
    """
    spans = [
        Span(((one.answered_at or facts.until) - one.at) / _HOUR, one.answered_at is not None)
        for one in facts.asked
        if facts.holds(one.at)
    ]
    return typical(NAME, "hours", facts, spans)


KPI = Kpi(
    NAME,
    "Time to first response",
    "hours",
    time_to_first_response,
    definition="Hours until half of people's posts about the brand have an answer by staff",
    formula="Kaplan-Meier median of first answer - post, unanswered ones counted",
    source="CHAOSS time to first response; Kaplan & Meier (1958)",
    family="promises",
    kind="objective",
    direction="down",
)
