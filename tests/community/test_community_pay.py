"""The compensation ledger: exact amounts, each settled or cancelled by somebody, none added up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.committees import pay, trail
from config.errors import RuleError
from store import pay as ledger
from store import tables
from store.session import Store
from store.trail import steps
from tests.community.seats import NOW, make_committee, seat

DAY = timedelta(days=1)


@given(st.integers(1, pay.MOST_CENTS))
def test_every_amount_survives_being_written_and_read(hundredths: int) -> None:
    assert pay.cents(pay.money(hundredths)) == hundredths


@pytest.mark.parametrize(
    "amount",
    ["", "0", "0.00", "-5", "1.005", "12,50", "1e3", "NaN", "Infinity", "1_0", "٣", "9" * 12],
)
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(RuleError):
        pay.cents(amount)


@pytest.mark.parametrize("code", ["", "EU", "EURO", "€", "E1R", "ÄÖÜ"])
def test_what_is_no_currency_is_refused(code: str) -> None:
    with pytest.raises(RuleError):
        pay.currency_code(code)


def test_what_is_owed_falls_due_and_is_settled_by_somebody(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        mara = seat(session, circle, "mara")

        def enter(amount: str, currency: str) -> tables.Compensation:
            return pay.enter(
                session,
                mara.id or 0,
                what="spring meeting",
                amount=amount,
                currency=currency,
                settle_days=30,
                actor="Ana",
                now=NOW,
            )

        first, second, third = enter("50", "eur"), enter("12.50", "EUR"), enter("9.99", "USD")
        assert first.due_at == NOW + 30 * DAY
        late = NOW + 31 * DAY
        assert [e.id for e, _ in ledger.overdue(session, late)] == [first.id, second.id, third.id]
        assert ledger.overdue(session, NOW + 30 * DAY) == []
        pay.settle(session, first.id or 0, actor="Bo", now=late)
        pay.cancel(session, third.id or 0, reason="entered twice", actor="Bo", now=late)
        assert [e.id for e, _ in ledger.overdue(session, late)] == [second.id]
        (total,) = ledger.sums(session, circle.id or 0)
        assert (total.currency, total.promised, total.settled, total.owed) == (
            "EUR",
            6250,
            5000,
            1250,
        )
        with pytest.raises(RuleError, match="Bo settled"):
            pay.cancel(session, first.id or 0, reason="no", actor="Bo", now=late)
        cancelling = steps(session, circle.id or 0)[-1]
        trail.take_back(session, cancelling, "Ana", late)
        assert [one.currency for one in ledger.sums(session, circle.id or 0)] == ["EUR", "USD"]
