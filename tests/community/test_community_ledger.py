"""The ledger counts in hundredths, keeps what was taken back, and asks benefits for a range."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from community.steering.ledger import Money, cancel, enter_benefit, enter_cost, restore
from config.errors import RuleError
from store import tables
from store.ledger import entries
from store.session import open_store
from tests.copies import lay_database
from tests.fakes import NOW


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    store = open_store(lay_database(tmp_path / "ledger.db"))
    with store.write() as session:
        session.add(tables.BrandRow(id=1, name="Lumen", created_at=NOW))
        session.flush()
        yield session
    store.close()


@given(st.integers(0, 10**12))
def test_no_cent_is_lost_in_writing_and_reading(cents: int) -> None:
    assert Money.of(f"{cents // 100}.{cents % 100:02}", "eur") == Money(cents, "EUR")
    assert Money.of(f"{cents // 100:,}.{cents % 100:02}", "EUR").cents == cents


@pytest.mark.parametrize("amount", ["", "-1", "1.005", "nan", "inf", "1e999", "ten", "1,5", "0x10"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(RuleError, match="is no amount"):
        Money.of(amount, "EUR")


def test_what_is_taken_back_counts_no_more_but_stays(session: Session) -> None:
    entry = enter_cost(session, 1, "Travel", Money.of("100", "EUR"), NOW, "Ann", NOW)
    cancel(session, entry, "Ann", "entered twice", NOW)
    assert entries(session, 1) == []
    assert [e.cancelled_why for e in entries(session, 1, cancelled=True)] == ["Ann: entered twice"]
    with pytest.raises(RuleError, match="taken back already"):
        cancel(session, entry, "Ann", "again", NOW)
    restore(session, entry)
    assert entries(session, 1) == [entry]


def test_a_benefit_is_a_range_in_one_currency_with_a_confidence(session: Session) -> None:
    low, likely, high = (Money.of(a, "EUR") for a in ("10", "20", "50"))
    enter_benefit(session, 1, "Calls saved", (low, likely, high), 0.5, NOW, "Ann", NOW)
    with pytest.raises(RuleError, match="does not rise"):
        enter_benefit(session, 1, "x", (high, likely, low), 0.5, NOW, "Ann", NOW)
    with pytest.raises(RuleError, match="two currencies"):
        enter_benefit(session, 1, "x", (low, likely, Money.of("50", "USD")), 0.5, NOW, "Ann", NOW)
    with pytest.raises(RuleError, match="from 0 to 1"):
        enter_benefit(session, 1, "x", (low, likely, high), 1.5, NOW, "Ann", NOW)
