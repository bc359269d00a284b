from __future__ import annotations

from dataclasses import replace

from tocsin.core.forecast.surges.ration import Budget, Offer, mark

YEAR = [Offer(day, density=float(day % 10), places=4) for day in range(0, 364, 7)]
WIDE = Budget(per_week=5.0, area_share=1.0)


def test_a_year_within_the_budget_asks_for_nothing() -> None:
    assert mark(YEAR, as_of=365, places=100, budget=WIDE) == float("-inf")


def test_more_offers_than_the_budget_ask_for_the_densest() -> None:
    few = replace(WIDE, per_week=10 / 52)

    asked = mark(YEAR, as_of=365, places=100, budget=few)

    assert 0 < sum(one.density > asked for one in YEAR) <= 10


def test_area_is_a_budget_of_its_own() -> None:
    narrow, wide = (mark(YEAR, as_of=365, places=100, budget=replace(WIDE, area_share=one)) for one in (0.01, 0.03))

    assert narrow > wide > float("-inf")


def test_today_and_later_are_not_looked_at() -> None:
    few = replace(WIDE, per_week=10 / 52)
    later = [replace(one, day=one.day + 365, density=99.0) for one in YEAR]

    assert mark([*YEAR, *later], as_of=365, places=100, budget=few) == mark(YEAR, as_of=365, places=100, budget=few)
