"""The field's standard way to join event datasets, as a baseline: windows of time and space, and taxonomies.

Source: the method of Donnay, Dunford, McGrath, Backer and Cunningham (2018), "Integrating Conflict Event
Data", Journal of Conflict Resolution, written anew from its description. Datasets are taken one after the
other; two entries may be one where they lie within both windows and agree at some level of every
taxonomy; the pairs that agree most finely are taken first, each entry once.
"""

from __future__ import annotations

import numpy as np

from tocsin.core.evidence.linkage.pairs import near_pairs
from tocsin.core.evidence.linkage.types import UNKNOWN, Claims, Real, Whole


def joined_by_windows(claims: Claims, *, days: float, km: float) -> Whole:
    """Return the group of every report, numbered by its first report; shape (n,)."""
    pairs = near_pairs(claims, days=days, km=km)
    fit = _fit(claims, pairs.one, pairs.other)
    group = np.arange(len(claims))
    sources = np.unique(claims.source)
    for position, source in enumerate(sources[1:], start=1):
        earlier = sources[:position]
        forward = (claims.source[pairs.other] == source) & np.isin(claims.source[pairs.one], earlier)
        backward = (claims.source[pairs.one] == source) & np.isin(claims.source[pairs.other], earlier)
        new = np.concatenate([pairs.other[forward], pairs.one[backward]])
        old = np.concatenate([pairs.one[forward], pairs.other[backward]])
        score = np.concatenate([fit[forward], fit[backward]])
        apart = np.concatenate([pairs.days[forward], pairs.days[backward]])
        # Only the first entry of a group goes on to the next dataset; the others are its duplicates.
        leads = group[old] == old
        _take_best(group, new[leads], old[leads], np.lexsort((apart[leads], score[leads])))
    return group


def _take_best(group: Whole, new: Whole, old: Whole, order: Whole) -> None:
    """Join pairs in this order, each report once."""
    taken: set[int] = set()
    for at in order.tolist():
        mine, theirs = int(new[at]), int(old[at])
        if mine not in taken and theirs not in taken:
            taken |= {mine, theirs}
            group[mine] = group[theirs]


def _fit(claims: Claims, one: Whole, other: Whole) -> Real:
    """Return how coarse a level the two agree at, 0 finest to 1: the mean of the taxonomies of kind and of sides."""
    kind = np.where(claims.kind[one] == claims.kind[other], 0.0, 1.0)
    pair = _sides_known(claims, one) & _sides_known(claims, other)
    straight = (claims.side_a[one] == claims.side_a[other]) & (claims.side_b[one] == claims.side_b[other])
    crossed = (claims.side_a[one] == claims.side_b[other]) & (claims.side_b[one] == claims.side_a[other])
    either = (claims.side_a[one] == claims.side_a[other]) | (claims.side_b[one] == claims.side_b[other])
    sides = np.where(pair & (straight | crossed), 0.0, np.where(either, 0.5, 1.0))
    fit: Real = (kind + sides) / 2
    return fit


def _sides_known(claims: Claims, positions: Whole) -> Whole:
    known: Whole = (claims.side_a[positions] != UNKNOWN) & (claims.side_b[positions] != UNKNOWN)
    return known
