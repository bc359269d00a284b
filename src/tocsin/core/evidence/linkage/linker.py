"""Link reports: weigh the pairs, look a second time, put them together, and sort what is sure from what is not.

Source: fitted on reports made from real events (see ``tocsin bench linkage``). Limits: that noise is
not the noise of the field; weights learned from a mission's own joins and splits should replace it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tocsin.core.evidence.linkage import compare, rivals
from tocsin.core.evidence.linkage.gather import gathered
from tocsin.core.evidence.linkage.model import Weights, as_chance, fit
from tocsin.core.evidence.linkage.pairs import DAYS, KM, near_pairs, pairs_with
from tocsin.core.evidence.linkage.types import Claims, Pairs, Real, Whole

_FIELDS = (*compare.LEVELS, *compare.TOGETHER)
# Rivals and those who vouch stand within twice the reach of a pair.
_WIDER = 2.0


class Band(StrEnum):
    """What is done with a pair."""

    LINK = "link"
    ASK = "ask"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Linker:
    """How pairs are weighed and put together.

    Attributes
    ----------
    first, second
        The weights of the fields, and those of the second look.
    least
        Mean log-odds from which two groups become one.
    link_from, ask_from
        Chance from which a link is made at once, and from which a person is asked.
    """

    first: Weights
    second: Weights
    least: float
    link_from: float
    ask_from: float

    def bands(self, weighed: Weighed, source: Whole) -> list[Band]:
        """Return the band of each pair; two reports of one source are asked of a person, never linked at once."""
        one_voice = source[weighed.pairs.one] == source[weighed.pairs.other]
        return [
            Band.APART if chance < self.ask_from else Band.ASK if alone or chance < self.link_from else Band.LINK
            for chance, alone in zip(weighed.chance, one_voice, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Weighed:
    """Pairs with what was said of them: levels of both looks, log-odds of the second; shape (p,) each."""

    pairs: Pairs
    levels: Mapping[str, Whole]
    second: Mapping[str, Whole]
    log_odds: Real

    @property
    def chance(self) -> Real:
        """The chance that each pair tells of one event."""
        return as_chance(self.log_odds)


@dataclass(frozen=True, slots=True)
class Labelled:
    """Reports of which it is known which event each tells of; `event` has shape (n,)."""

    claims: Claims
    event: Whole


def weigh(linker: Linker, claims: Claims, *, pairs: Pairs | None = None, rate: Real | None = None) -> Weighed:
    """Return every near pair of the reports with what both looks say of it; `rate` may be known already."""
    pairs = near_pairs(claims) if pairs is None else pairs
    levels = compare.compared(claims, pairs, compare.local_rate(claims) if rate is None else rate)
    second = rivals.second_look(claims.source, pairs, linker.first.log_odds(levels))
    return Weighed(pairs, levels, second, linker.second.log_odds(second))


def link(linker: Linker, claims: Claims, *, one_per_source: bool = True) -> tuple[Whole, Weighed]:
    """Return the group of every report (numbered by its first report, shape (n,)) and the pairs it rests on."""
    weighed = weigh(linker, claims)
    groups = gathered(claims.source, weighed.pairs, weighed.log_odds, least=linker.least, one_per_source=one_per_source)
    return groups, weighed


def weigh_new(linker: Linker, claims: Claims, new: int, *, rate: Real) -> Weighed:
    """Return the pairs of one new report with all that are near it; positions are those of `claims`.

    Only the surroundings of the report are looked at, so that the cost does not grow with the years.

    Parameters
    ----------
    claims
        All reports, the new one among them.
    new
        Its position.
    rate
        As `compare.local_rate` tells it, kept from before; that of the new report counts as well.
    """
    around = pairs_with(claims, new, days=_WIDER * DAYS, km=_WIDER * KM)
    some = np.unique(np.r_[new, around.one, around.other])
    weighed = weigh(linker, claims.some(some), rate=rate[some])
    mine = np.flatnonzero((some[weighed.pairs.one] == new) | (some[weighed.pairs.other] == new))
    pairs = Pairs(
        some[weighed.pairs.one[mine]], some[weighed.pairs.other[mine]], weighed.pairs.days[mine], weighed.pairs.km[mine]
    )
    first = {name: level[mine] for name, level in weighed.levels.items()}
    second = {name: level[mine] for name, level in weighed.second.items()}
    return Weighed(pairs, first, second, weighed.log_odds[mine])


def learn(known: Sequence[Labelled], *, precision: float = 0.97, ridge: float = 10.0) -> Linker:
    """Return the linker learned from reports whose events are known.

    Parameters
    ----------
    known
        Sets of reports; pairs are made only within a set.
    precision
        Share of the links made at once that must be right, on what was learned from.
    ridge
        How strongly weights are held near 0.

    Raises
    ------
    ValueError
        There are no pairs of one event, or no others, to learn from.
    """
    seen = [_Lesson.of(one) for one in known]
    first = _fitted([(one.levels, one.same, one.apart) for one in seen], compare.LEVELS, _FIELDS, ridge)
    second_looks = [rivals.second_look(one.source, one.pairs, first.log_odds(one.levels)) for one in seen]
    parts = [(look, one.same, one.apart) for look, one in zip(second_looks, seen, strict=True)]
    second = _fitted(parts, rivals.LEVELS, rivals.FIELDS, ridge)
    said = [second.log_odds(look) for look in second_looks]
    least = _best_least(seen, said)
    apart = np.concatenate([one.apart for one in seen])
    same = np.concatenate([one.same for one in seen])[apart]
    chance = as_chance(np.concatenate(said))[apart]
    link_from = _precise_from(chance, same, precision)
    return Linker(first, second, least, link_from, min(link_from, float(as_chance(np.array([least - 1.0]))[0])))


@dataclass(frozen=True, slots=True)
class _Lesson:
    """One set to learn from; `apart` marks the pairs of two different sources."""

    source: Whole
    event: Whole
    pairs: Pairs
    levels: Mapping[str, Whole]
    same: Real
    apart: Whole

    @classmethod
    def of(cls, known: Labelled) -> _Lesson:
        claims, event = known.claims, known.event
        pairs = near_pairs(claims)
        return cls(
            source=claims.source,
            event=event,
            pairs=pairs,
            levels=compare.compared(claims, pairs, compare.local_rate(claims)),
            same=(event[pairs.one] == event[pairs.other]).astype(float),
            apart=claims.source[pairs.one] != claims.source[pairs.other],
        )


def _fitted(
    parts: Sequence[tuple[Mapping[str, Whole], Real, Whole]],
    sizes: Mapping[str, int],
    fields: Sequence[str],
    ridge: float,
) -> Weights:
    levels = {name: np.concatenate([part[name][apart] for part, _, apart in parts]) for name in sizes}
    same = np.concatenate([same[apart] for _, same, apart in parts])
    return fit(levels, same, sizes=sizes, fields=fields, ridge=ridge)


def _best_least(seen: Sequence[_Lesson], said: Sequence[Real]) -> float:
    """Return the mean log-odds to join from that links the known pairs best (pairwise F1)."""
    tried = np.arange(-2.5, 1.01, 0.25)
    scores = [
        sum(
            scored(one.event, gathered(one.source, one.pairs, odds, least=float(least)))["pair_f1"]
            for one, odds in zip(seen, said, strict=True)
        )
        for least in tried
    ]
    return float(tried[int(np.argmax(scores))])


def _precise_from(chance: Real, same: Real, precision: float) -> float:
    """Return the least chance above which a share of `precision` of the pairs is one event; 1 where none is."""
    order = np.argsort(-chance, kind="stable")
    right = np.cumsum(same[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(right >= precision)
    return float(chance[order[enough[-1]]]) if len(enough) else 1.0


def scored(event: Whole, group: Whole) -> dict[str, float]:
    """Return how well groups match events: pairwise and B-cubed precision, recall and F1.

    Parameters
    ----------
    event, group
        The true event and the group found of every report, shape (n,) each.
    """
    _, of_event, in_event = np.unique(event, return_inverse=True, return_counts=True)
    _, of_group, in_group = np.unique(group, return_inverse=True, return_counts=True)
    joint = of_event.astype(np.int64) * len(in_group) + of_group
    _, of_joint, in_joint = np.unique(joint, return_inverse=True, return_counts=True)
    right, found, true = (_pairs_in(counts) for counts in (in_joint, in_group, in_event))
    pair = _f1(right / found if found else 1.0, right / true if true else 1.0)
    cubed = _f1(
        float((in_joint[of_joint] / in_group[of_group]).mean()), float((in_joint[of_joint] / in_event[of_event]).mean())
    )
    return {f"pair_{name}": value for name, value in pair.items()} | {
        f"b3_{name}": value for name, value in cubed.items()
    }


def _pairs_in(counts: Whole) -> float:
    return float((counts * (counts - 1) / 2).sum())


def _f1(precision: float, recall: float) -> dict[str, float]:
    total = precision + recall
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / total if total else 0.0}
