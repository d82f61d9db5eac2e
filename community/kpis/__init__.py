"""All KPIs, one a file, each counted from the same plain rows of one window (docs/kpis.md)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from sqlmodel import Session

from community.kpis import (
    abstention,
    acceptance_rate,
    accuracy,
    active_members,
    advocacy_rate,
    answer_rate,
    attendance,
    badge_coverage,
    churned,
    compensation_on_time,
    contributors,
    conversion,
    conversion_effect,
    customer_value,
    days_to_decision,
    days_to_report_back,
    engagement_depth,
    executive_presence,
    love,
    net_sentiment,
    net_sentiment_polar,
    nps,
    participation_inequality,
    people_heard,
    programme_cost,
    response_rate,
    resumed,
    retention,
    roi,
    share_of_voice,
    stickiness,
    suggestions_acted_on,
    suggestions_reported_back,
    time_to_first_response,
    unprompted_advocacy,
    vocal_hate,
    vocal_love,
)
from community.kpis.advocates import ADVOCACY_DAYS
from community.kpis.reading import Facts, Kpi, KpiReading
from config.settings import PromiseSettings, RecruitingSettings
from store import measurements
from store.acts import acts_of
from store.advocacy import answers_between, paid_until, spoken_between
from store.answers import asked_between
from store.counted import who_counts
from store.gathering import programme_until
from store.labels import judged_between
from store.readings import newest_model

__all__ = ["KPIS", "WINDOW_DAYS", "Facts", "Kpi", "KpiReading", "gather", "measure_all", "save_all"]

WINDOW_DAYS = 90

KPIS: dict[str, Kpi] = {
    kpi.name: kpi
    for kpi in (
        people_heard.KPI,
        net_sentiment.KPI,
        net_sentiment_polar.KPI,
        vocal_love.KPI,
        vocal_hate.KPI,
        share_of_voice.KPI,
        abstention.KPI,
        accuracy.KPI,
        nps.KPI,
        advocacy_rate.KPI,
        unprompted_advocacy.KPI,
        conversion.KPI,
        conversion_effect.KPI,
        answer_rate.KPI,
        acceptance_rate.KPI,
        active_members.KPI,
        engagement_depth.KPI,
        love.KPI,
        contributors.KPI,
        stickiness.KPI,
        retention.KPI,
        resumed.KPI,
        churned.KPI,
        participation_inequality.KPI,
        attendance.KPI,
        suggestions_acted_on.KPI,
        suggestions_reported_back.KPI,
        days_to_decision.KPI,
        days_to_report_back.KPI,
        response_rate.KPI,
        time_to_first_response.KPI,
        executive_presence.KPI,
        compensation_on_time.KPI,
        badge_coverage.KPI,
        customer_value.KPI,
        programme_cost.KPI,
        roi.KPI,
    )
}


def gather(
    session: Session,
    brand_id: int,
    until: datetime,
    *,
    days: float = WINDOW_DAYS,
    model: str | None = None,
    promises: PromiseSettings | None = None,
    recruiting: RecruitingSettings | None = None,
) -> Facts:
    """The rows of one brand in the `days` before `until` (half-open).

    model                : whose readings count; None = the one that read last
    promises, recruiting : within what time we answer, and when silence is one; None = the defaults
    """
    since = until - timedelta(days=days)
    reader = model or newest_model(session, brand_id)
    counted = who_counts(session, brand_id)
    promised = promises or PromiseSettings()
    programme = programme_until(session, brand_id, counted, until)
    members = {seat.person for seat in programme.seats}
    earlier = since - timedelta(hours=promised.respond_hours)  # its answer falls due in the window
    lately = until - timedelta(days=ADVOCACY_DAYS)
    return Facts(
        brand_id=brand_id,
        since=since,
        until=until,
        reads=measurements.reads_between(session, brand_id, reader, since, until) if reader else (),
        stances=measurements.stances_between(session, brand_id, since, until),
        voices=frozenset(measurements.voices_between(session, since, until)),
        acts=acts_of(session, brand_id, members, counted, until),
        asked=asked_between(session, brand_id, counted, earlier, until),
        judged=judged_between(session, brand_id, reader, since, until),
        programme=programme,
        promises=promised,
        silent_after_days=(recruiting or RecruitingSettings()).silent_after_days,
        answers=answers_between(session, brand_id, counted, since, until),
        spoken=spoken_between(session, brand_id, reader, members, counted, lately, until)
        if reader
        else (),
        paid=paid_until(session, brand_id, counted, until),
    )


def measure_all(facts: Facts) -> list[KpiReading]:
    """One reading of every KPI, in the order of KPIS."""
    return [kpi.measure(facts) for kpi in KPIS.values()]


def save_all(session: Session, brand_id: int, readings: list[KpiReading]) -> None:
    """Keep what was measured; the same moment measured again replaces it."""
    measurements.save_measurements(session, brand_id, [asdict(reading) for reading in readings])
