"""How an event came to be known, and what it may therefore count for, so that patrols do not feed themselves.

A patrol finds what happens where it goes. If its finds raise the rate there, it is sent there again: in a
simulation the share of one of two like districts goes from a half to nearly all. Reports that come in wherever
one is, from people, partners and the press, tell of the place and not of the search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Channel

Reals = NDArray[np.float64]


class Discovery(StrEnum):
    """How an event came to be known."""

    COMMUNITY = "community"
    FOCAL_POINT = "focal_point"
    HOTLINE = "hotline"
    PARTNER = "partner"
    LOCAL_AUTHORITY = "local_authority"
    MEDIA = "media"
    PATROL = "patrol"
    AERIAL = "aerial"
    JOINT_TEAM = "joint_team"


# What finds us wherever we are.
STEADY = frozenset(
    {
        Discovery.COMMUNITY,
        Discovery.FOCAL_POINT,
        Discovery.HOTLINE,
        Discovery.PARTNER,
        Discovery.LOCAL_AUTHORITY,
        Discovery.MEDIA,
    }
)
# What we find where we go.
SOUGHT = frozenset({Discovery.PATROL, Discovery.AERIAL, Discovery.JOINT_TEAM})


# A message that reached us by itself came from people, whatever carried it; a command is our own.
_CARRIED = frozenset(Channel) - {Channel.COMMAND}


def of_code(code: str) -> Discovery | None:
    """Return the discovery that a record names, or None where it names none that is known.

    A record made from a message names the channel; one that was imported names the discovery itself.
    """
    if code in frozenset(one.value for one in Discovery):
        return Discovery(code)
    if code == Channel.HOTLINE:
        return Discovery.HOTLINE
    return Discovery.COMMUNITY if code in _CARRIED else None


@dataclass(frozen=True, slots=True)
class Weighed:
    """What each event counts for in a rate or a scan: 0 verifies but does not raise; NaN is not known."""

    weight: Reals
    reasons: tuple[Because, ...]

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Return which events may enter a count; those whose discovery is not known are left out."""
        return np.nan_to_num(self.weight) > 0


def weigh(
    found_by: Sequence[Discovery | None], patrolled_share: Reals | None = None, *, least_share: float = 0.1
) -> Weighed:
    """Return what each event counts for.

    Parameters
    ----------
    found_by : sequence of Discovery or None
        How each event came to be known; None is not known.
    patrolled_share : ndarray of float, shape (events,), optional
        How likely a patrol was at that place and time, known beforehand and not from the finds. NaN not known.
    least_share : float
        A find counts, divided by that share, only where it is at least this: rarer patrols would make single
        finds count for dozens.

    Returns
    -------
    Weighed
        1 for what came in by itself, 1 / share for what a patrol found where patrols go by a known plan, 0 for
        other finds, NaN where the discovery is not known.

    Notes
    -----
    Source: Lum and Isaac (2016), Significance 13(5) 14-19; Ensign et al. (2018), PMLR 81 160-171.
    Limits: people report less where the telephone, the road or the trust ends; that is not mended here.
    """
    weight = np.full(len(found_by), np.nan)
    for at, one in enumerate(found_by):
        if one in STEADY:
            weight[at] = 1.0
        elif one in SOUGHT:
            share = np.nan if patrolled_share is None or one is not Discovery.PATROL else patrolled_share[at]
            weight[at] = 1 / share if share >= least_share else 0.0
    sought, unknown = int(np.sum(weight == 0)), int(np.sum(np.isnan(weight)))
    reasons = []
    if sought:
        reasons.append(Because("surge.found_by_search", {"events": sought}))
    if unknown:
        reasons.append(Because("surge.found_unknown", {"events": unknown}))
    return Weighed(weight, tuple(reasons))
