"""From events to deaths by cell and month: nothing is guessed, and what does not count is counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tocsin.core.evidence.types import EventRecord
from tocsin.core.forecast.grid import cell_at
from tocsin.core.forecast.panel import gather_panel
from tocsin.core.forecast.types import month_index

HERE = cell_at(4.4, 18.6)
EVENT = EventRecord(
    violence="one_sided", country="Ardenya", lat=4.4, lon=18.6, start=datetime(2017, 3, 9, tzinfo=UTC), end=None,
    side_a=None, side_b=None, deaths_low=1, deaths_best=3, deaths_high=9,
)  # fmt: skip


def test_deaths_of_a_month_are_added_up_by_kind_and_cell():
    later = replace(EVENT, start=datetime(2017, 3, 30, tzinfo=UTC), deaths_best=4)
    battle = replace(EVENT, violence="state", deaths_best=20)

    panel, told = gather_panel([EVENT, later, battle], [HERE, HERE + 1])

    march = month_index(2017, 3)
    assert panel.last == march
    assert panel.month("os", march).tolist() == [7, 0]
    assert panel.month("sb", march).tolist() == [20, 0]
    assert told.counted == 3


def test_what_cannot_be_placed_is_left_out_and_told():
    vague = replace(EVENT, place_precision=4)
    yearly = replace(EVENT, date_precision=5)
    unknown = replace(EVENT, deaths_best=None)
    abroad = replace(EVENT, lat=50.0, start=datetime(2018, 1, 1, tzinfo=UTC))

    panel, told = gather_panel([EVENT, vague, yearly, unknown, abroad], [HERE])

    assert told.told() == {
        "read": 5, "counted": 1, "elsewhere": 1, "place_unsure": 1, "date_unsure": 1, "deaths_unknown": 1, "too_early": 0,
    }  # fmt: skip
    assert panel.deaths["os"].sum() == 3
    assert panel.last == month_index(2018, 1)


def test_a_cell_where_nothing_ever_happened_is_there_as_well():
    panel, _ = gather_panel([EVENT], [HERE + 5, HERE])

    assert panel.cells.tolist() == [HERE, HERE + 5]
    assert panel.deaths["os"][1].sum() == 0


def test_no_events_are_not_a_world_in_peace():
    with pytest.raises(ValueError, match="got 0 events"):
        gather_panel([], [HERE])
