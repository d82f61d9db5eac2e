"""The business case: eight sections from the data, and nothing that was not entered or measured."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from community.steering.goals import Draft, set_goal
from community.steering.ledger import Money, enter_benefit, enter_cost
from soundingboard.business_case import case, write_case
from soundingboard.wiring import Parts
from store import tables
from tests.fakes import NOW, make_parts

SECTIONS = (
    "1. Strategy",
    "2. Metrics",
    "3. Baseline and peers",
    "4. Capabilities",
    "5. Targets",
    "6. Financial conversion",
    "7. Total cost of ownership",
    "8. Return on investment",
)


def brand_of(parts: Parts, *, filled: bool) -> tables.BrandRow:
    with parts.store.write() as session:
        brand = tables.BrandRow(id=1, name="Lumen <b>", created_at=NOW)
        session.add(brand)
        session.flush()
        if filled:
            _fill(session)
    return brand


def _fill(session) -> None:  # type: ignore[no-untyped-def]
    session.add(
        tables.Measurement(
            brand_id=1, kpi="vocal_love", unit="share", since=NOW - timedelta(days=90), until=NOW,
            value=0.2, low=0.1, high=0.3, numerator=8, denominator=40, n=40,
        )
    )  # fmt: skip
    session.flush()
    draft = Draft(
        title="Be loved aloud", kpi="vocal_love", level="strategic", direction="up", owner="Ann",
        benefit_customer="they are heard", benefit_company="word of mouth", target=0.3,
        starts_at=NOW, ends_at=NOW + timedelta(days=90),
    )  # fmt: skip
    set_goal(session, 1, draft, "Ann", NOW)
    enter_cost(session, 1, "Travel", Money.of("400", "EUR"), NOW, "Ann", NOW)
    low, likely, high = (Money.of(amount, "EUR") for amount in ("200", "600", "1000"))
    enter_benefit(session, 1, "Calls saved", (low, likely, high), 0.5, NOW, "Ann", NOW)
    enter_cost(session, 1, "Tools", Money.of("50", "USD"), NOW, "Ann", NOW)


def test_all_eight_sections_are_written_twice_and_escaped(tmp_path: Path) -> None:
    parts = make_parts(tmp_path)
    page, words = write_case(parts, brand_of(parts, filled=True), tmp_path / "out")
    html, markdown = page.read_text("utf-8"), words.read_text("utf-8")
    for section in SECTIONS:
        assert section in html
        assert f"## {section}" in markdown
    assert "Lumen &lt;b&gt;" in html
    assert "<b>" not in html
    assert "from 20 % to 30 %" in markdown
    parts.close()


def test_the_return_is_a_range_in_one_currency(tmp_path: Path) -> None:
    parts = make_parts(tmp_path)
    totals = {t["currency"]: t for t in case(parts, brand_of(parts, filled=True))["totals"]}
    assert (totals["EUR"]["roi_low"], totals["EUR"]["roi"], totals["EUR"]["roi_high"]) == (
        -0.5,
        0.5,
        1.5,
    )
    assert totals["USD"]["roi"] is None
    parts.close()


def test_with_nothing_entered_it_says_so(tmp_path: Path) -> None:
    parts = make_parts(tmp_path)
    _, words = write_case(parts, brand_of(parts, filled=False), tmp_path)
    markdown = words.read_text("utf-8")
    for said in ("not said yet", "none is made up", "No cost was entered yet", "None set yet"):
        assert said in markdown
    parts.close()
