"""Every step from collecting to measuring, once: what a page or a person asks for at once."""

from __future__ import annotations

from soundingboard.pipeline.alert import alert
from soundingboard.pipeline.collect import collect
from soundingboard.pipeline.measure import measure
from soundingboard.pipeline.moderate import moderate
from soundingboard.pipeline.recruit import recruit
from soundingboard.pipeline.report import Progress, Report, silent
from soundingboard.pipeline.tally import tally
from soundingboard.pipeline.understand import understand
from soundingboard.pipeline.weigh import weigh_brands
from soundingboard.wiring import Parts

STEPS = (collect, understand, weigh_brands, recruit, moderate, tally, alert, measure)


def whole(parts: Parts, progress: Progress = silent) -> list[Report]:
    """The report of each step; all of them are safe to run again."""
    return [step(parts, progress) for step in STEPS]
