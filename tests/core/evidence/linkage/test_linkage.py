"""Reports of one event are found to be one, and what is not sure is left to a person."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tocsin.core.evidence.linkage import compare, gather, rivals
from tocsin.core.evidence.linkage.linker import Band, Labelled, Linker, learn, link, scored, weigh, weigh_new
from tocsin.core.evidence.linkage.model import Weights, as_chance, fit
from tocsin.core.evidence.linkage.pairs import near_pairs
from tocsin.core.evidence.linkage.types import UNKNOWN, Claims, Pairs
from tocsin.core.evidence.linkage.windows import joined_by_windows


def claims(*rows: tuple[float, float, float, int, int, int, float, int, str]) -> Claims:
    """Rows of day, lat, lon, kind, side a, side b, deaths, source, place."""
    day, lat, lon, kind, side_a, side_b, deaths, source, place = zip(*rows, strict=True)
    reals = [np.array(column, dtype=float) for column in (day, lat, lon)]
    wholes = [np.array(column, dtype=np.int64) for column in (kind, side_a, side_b)]
    return Claims(*reals, *wholes, np.array(deaths, dtype=float), np.array(source, dtype=np.int64), tuple(place))


def invented(count: int, seed: int) -> Labelled:
    """Events far apart, each told by two sources or three; a day late, some km off, one name misspelt."""
    draw = np.random.default_rng(seed)
    rows, events = [], []
    for event in range(count):
        day, lat, lon = draw.uniform(0, 700), draw.uniform(2, 8), draw.uniform(15, 25)
        side, killed, name = int(draw.integers(6)), int(draw.integers(1, 30)), f"Village {draw.integers(40)}"
        for source in draw.permutation(4)[: int(draw.integers(1, 4))]:
            late, moved = int(draw.integers(0, 3)), draw.normal(0, 0.05, 2)
            known = UNKNOWN if draw.random() < 0.3 else side
            told = float("nan") if draw.random() < 0.2 else float(killed)
            rows.append((np.floor(day) + late, lat + moved[0], lon + moved[1], 2, known, 9, told, int(source), name))
            events.append(event)
    return Labelled(claims(*rows), np.array(events, dtype=np.int64))


@pytest.fixture(scope="module")
def linker() -> Linker:
    return learn([invented(400, seed) for seed in (1, 2)])


def test_what_is_near_in_time_and_space_is_compared_and_nothing_else():
    told = invented(150, 3).claims
    pairs = near_pairs(told, days=7, km=60)

    found = set(zip(pairs.one.tolist(), pairs.other.tolist(), strict=True))

    assert found == by_hand(told, days=7, km=60)
    assert found != by_hand(told, days=1, km=60)


def by_hand(told: Claims, *, days: float, km: float) -> set[tuple[int, int]]:
    lat, lon = np.radians(told.lat), np.radians(told.lon)
    found = set()
    for one in range(len(told)):
        for other in range(one + 1, len(told)):
            angle = np.sin(lat[one]) * np.sin(lat[other]) + np.cos(lat[one]) * np.cos(lat[other]) * np.cos(
                lon[one] - lon[other]
            )
            near = 6371.0088 * np.arccos(min(1.0, angle)) <= km
            if near and abs(told.day[one] - told.day[other]) <= days:
                found.add((one, other))
    return found


def test_reports_of_one_event_are_linked_and_others_are_not(linker):
    known = invented(400, 9)

    groups, _ = link(linker, known.claims)

    assert scored(known.event, groups)["pair_f1"] > 0.9
    assert scored(known.event, np.arange(len(groups)))["pair_recall"] == 0


def test_a_source_that_tells_once_is_not_linked_with_itself(linker):
    known = invented(400, 9)
    one_voice = replace(known.claims, source=np.zeros(len(known.claims), dtype=np.int64))

    alone, _ = link(linker, one_voice)
    repeated, _ = link(linker, one_voice, one_per_source=False)

    assert len(np.unique(alone)) == len(one_voice)
    assert len(np.unique(repeated)) < len(one_voice)


def test_one_new_report_is_weighed_as_it_is_among_all(linker):
    told = invented(400, 9).claims
    rate = compare.local_rate(told)
    among_all = weigh(linker, told)
    said = {(int(a), int(b)): odds for a, b, odds in zip(among_all.pairs.one, among_all.pairs.other, among_all.log_odds, strict=True)}  # fmt: skip

    new = [weigh_new(linker, told, position, rate=rate) for position in range(0, len(told), 7)]

    assert sum(len(one.pairs) for one in new) > 20
    for one in new:
        for a, b, odds in zip(one.pairs.one, one.pairs.other, one.log_odds, strict=True):
            assert said[int(a), int(b)] == pytest.approx(odds)


def test_what_is_not_said_is_a_level_of_its_own_and_no_zero():
    told = claims(
        (1, 4, 18, 2, 1, 9, 0.0, 0, "Bria"),
        (1, 4, 18, 2, 1, 9, float("nan"), 1, ""),
        (1, 4, 18, 2, 1, 9, 0.0, 2, "Bria"),
    )
    pairs = near_pairs(told)

    levels = compare.compared(told, pairs, compare.local_rate(told))

    of = {(int(a), int(b)): at for at, (a, b) in enumerate(zip(pairs.one, pairs.other, strict=True))}
    assert levels["deaths"][of[0, 1]] == compare.LEVELS["deaths"] - 1 == levels["deaths"][of[1, 2]]
    assert levels["deaths"][of[0, 2]] == 1
    assert levels["names"][of[0, 1]] == compare.LEVELS["names"] - 1
    assert levels["names"][of[0, 2]] == compare.LEVELS["names"] - 2


def test_sides_are_the_same_whichever_is_named_first():
    told = claims(
        (1, 4, 18, 0, 3, 7, 1, 0, ""),
        (1, 4, 18, 0, 7, 3, 1, 1, ""),
        (1, 4, 18, 0, 3, UNKNOWN, 1, 2, ""),
        (1, 4, 18, 0, 5, 6, 1, 3, ""),
    )
    pairs = near_pairs(told)

    levels = compare.compared(told, pairs, compare.local_rate(told))["sides"]

    of = {(int(a), int(b)): int(level) for a, b, level in zip(pairs.one, pairs.other, levels, strict=True)}
    assert of[0, 1] == 4
    assert of[0, 2] == of[1, 2] == 3
    assert of[0, 3] == 1


def test_what_each_field_added_sums_to_what_was_said(linker):
    told = invented(100, 4).claims
    weighed = weigh(linker, told)

    parts = linker.second.because(weighed.second, 0)

    assert linker.second.base + sum(weight for _, _, weight in parts) == pytest.approx(weighed.log_odds[0])
    assert [abs(weight) for _, _, weight in parts] == sorted((abs(weight) for _, _, weight in parts), reverse=True)


def test_links_made_at_once_are_right_and_the_rest_is_asked(linker):
    known = invented(400, 12)
    weighed = weigh(linker, known.claims)
    same = known.event[weighed.pairs.one] == known.event[weighed.pairs.other]

    bands = np.array(linker.bands(weighed, known.claims.source))

    assert same[bands == Band.LINK].mean() > 0.95
    assert same[bands == Band.APART].mean() < 0.05
    one_voice = np.zeros_like(known.claims.source)
    assert Band.LINK not in linker.bands(weighed, one_voice)


def test_a_better_match_stands_in_the_way():
    source = np.array([0, 1, 1])
    pairs = Pairs(np.array([0, 0]), np.array([1, 2]), np.zeros(2), np.zeros(2))

    levels = rivals.second_look(source, pairs, np.array([3.0, 1.0]))

    assert levels["nearer_rival"][0] > levels["nearer_rival"][1]
    # The rivalry is seen from whichever side the report stands.
    turned = Pairs(np.array([0, 2]), np.array([1, 0]), np.zeros(2), np.zeros(2))
    assert (rivals.second_look(source, turned, np.array([3.0, 1.0]))["nearer_rival"] == levels["nearer_rival"]).all()


def test_a_third_report_vouches_as_strongly_as_its_weaker_pair():
    source = np.array([0, 1, 2])
    pairs = Pairs(np.array([0, 0, 1]), np.array([1, 2, 2]), np.zeros(3), np.zeros(3))

    levels = rivals.second_look(source, pairs, np.array([0.0, 2.5, -1.5]))

    assert levels["vouched"][0] == np.searchsorted(rivals.VOUCHED, -1.5)


def test_groups_join_strongest_first_and_stop_at_what_speaks_against():
    pairs = Pairs(np.array([0, 1, 0]), np.array([1, 2, 2]), np.zeros(3), np.zeros(3))
    said = np.array([4.0, 1.0, -5.0])

    groups = gather.gathered(np.array([0, 1, 2]), pairs, said)

    assert groups.tolist() == [0, 0, 2]
    assert gather.gathered(np.array([0, 1, 2]), pairs, np.array([4.0, 1.0, 1.0])).tolist() == [0, 0, 0]


def test_windows_join_each_entry_once_and_the_finest_agreement_first():
    told = claims(
        (1, 4, 18, 2, 1, 9, 1, 0, ""),
        (1, 4, 18, 2, 1, 9, 1, 1, ""),
        (1, 4, 18, 0, 1, 8, 1, 1, ""),
        (9, 4, 18, 2, 1, 9, 1, 2, ""),
    )

    groups = joined_by_windows(told, days=2, km=10)

    assert groups.tolist() == [0, 0, 2, 3]


def test_scores_are_those_counted_by_hand():
    found = scored(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 3]))

    assert found["pair_precision"] == pytest.approx(1 / 3)
    assert found["pair_recall"] == pytest.approx(1 / 2)
    assert found["b3_recall"] == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert found["b3_precision"] == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)


def test_nothing_is_learned_where_there_is_nothing_to_tell_apart():
    alone = Labelled(invented(30, 5).claims, np.arange(len(invented(30, 5).claims)))

    with pytest.raises(ValueError, match="pairs of one event"):
        learn([alone])


def test_weights_add_up_as_they_are_written():
    weights = Weights(-1.0, {"a": 2, "b": 3}, {"a+b": np.arange(6.0)})

    odds = weights.log_odds({"a": np.array([1, 0]), "b": np.array([2, 1])})

    assert odds.tolist() == [4.0, 0.0]


@pytest.mark.parametrize("many", [2_000, 90_000])
def test_weights_are_found_whatever_number_of_pairs_there_is(many):
    """Rare levels and thinned pairs: the steps towards the weights must not run away."""
    draw = np.random.default_rng(many)
    fields = {name: draw.integers(0, 8, many) ** 2 // 8 for name in ("a", "b", "c")}
    odds = -4 + 0.6 * fields["a"] - 0.4 * fields["b"] + 0.3 * (fields["c"] == fields["a"])
    same = (draw.random(many) < as_chance(odds)).astype(float)

    weights = fit(fields, same, sizes={"a": 8, "b": 8, "c": 8}, fields=["a", "b", "c", "a+b", "a+c"], ridge=10)

    assert np.corrcoef(weights.log_odds(fields), odds)[0, 1] > 0.9
    assert as_chance(weights.log_odds(fields)).mean() == pytest.approx(same.mean(), rel=0.1)
