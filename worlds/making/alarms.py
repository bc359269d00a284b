"""Makes past alerts: some came before the harm, some for nothing, and some harm had none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from making.facts import MESSAGES_FROM, TODAY
from making.land import Spot
from making.violence import Event
from making.writing import to_five_minutes

REAL, NOTHING, UNKNOWN = 150, 54, 16


class Cause(NamedTuple):
    """Why an alert is opened."""

    spot: Spot
    opened_at: datetime
    truth: str
    event: Event | None
    incident: str


def alert_rows(rng: np.random.Generator, known: Sequence[Event], spots: Sequence[Spot]) -> list[dict[str, Any]]:
    """Return alerts.csv in the order of opening."""
    causes = [*_real(rng, known), *_empty(rng, known, spots)]
    causes.sort(key=lambda cause: (cause.opened_at, cause.spot.ref, cause.incident))
    return [{"ref": f"L-{number:04}"} | _alert(rng, cause) for number, cause in enumerate(causes, start=1)]


def _real(rng: np.random.Generator, known: Sequence[Event]) -> list[Cause]:
    """Return alerts on harm that came true: a third was warned of, the others told of after."""
    timely = [
        (number, event)
        for number, event in enumerate(known, start=1)
        if event.known_at and {"ATK", "KIL", "ABD", "CLS"} & set(event.codes)
        and event.known_at - event.start < timedelta(hours=30)
    ]  # fmt: skip
    drawn = rng.choice(len(timely), size=min(REAL, len(timely)), replace=False).tolist()
    causes: list[Cause] = []
    for index in sorted(drawn):
        number, event = timely[index]
        ahead = rng.random() < 0.34
        opened = event.start - timedelta(hours=float(rng.lognormal(2.2, 0.9))) if ahead else event.known_at
        if opened is not None:
            at = to_five_minutes(opened) + timedelta(minutes=int(rng.integers(1, 9)) if not ahead else 0)
            causes.append(Cause(event.spot, min(at, TODAY), "threat_real", event, f"I-{number:04}"))
    return causes


def _empty(rng: np.random.Generator, known: Sequence[Event], spots: Sequence[Spot]) -> list[Cause]:
    """Return alerts after which nothing was found, or nobody ever found out."""
    seen = {spot.ref: 1.0 for spot in spots}
    for event in known:
        seen[event.spot.ref] += 1
    odds = np.array([seen[spot.ref] for spot in spots])
    causes: list[Cause] = []
    for truth in ("nothing_happened",) * NOTHING + ("unknown",) * UNKNOWN:
        spot = spots[int(rng.choice(len(odds), p=odds / odds.sum()))]
        opened = to_five_minutes(MESSAGES_FROM - timedelta(hours=float(rng.uniform(24, 24 * 715))))
        causes.append(Cause(spot, opened, truth, None, ""))
    return causes


_MINUTES = {"P1": (9, 24, 40), "P2": (22, 75, 90), "P3": (80, 600, 240)}  # acknowledged, decided, moved
_DECISIONS = ("respond", "delegate", "refer", "monitor", "decline_no_means", "decline_other")


def _alert(rng: np.random.Generator, cause: Cause) -> dict[str, Any]:
    row: dict[str, Any] = {"place": cause.spot.ref, "opened_at": cause.opened_at} | _judged(rng, cause)
    minutes = _MINUTES[row["priority"]]
    night = 1.8 if cause.opened_at.hour < 6 or cause.opened_at.hour >= 21 else 1.0
    acked = cause.opened_at + _wait(rng, minutes[0] * night, 0.8)
    silent = rng.random() < 0.05
    decided = acked + _wait(rng, minutes[1] * night, 0.9) + timedelta(hours=6 if silent else 0)
    decision = _decision(rng, cause.spot)
    sector = cause.spot.sector
    arrived = _arrival(rng, cause.spot, decided, decision, minutes[2])
    response = _response(rng, decision, arrived)
    last = arrived or decided
    feedback = last + _wait(rng, 400, 0.9) if rng.random() < 0.68 else None
    closed = last + timedelta(minutes=int(rng.integers(30 * 60, 330 * 60)))
    row |= {
        "acknowledged_at": None if silent else acked,
        "acknowledged_by": "" if silent else f"duty.{sector}" if rng.random() < 0.85 else "duty",
        "decided_at": decided, "decision": decision,
        "decided_by": f"commander.{sector}" if rng.random() < 0.7 else "head" if rng.random() < 0.5 else "lead",
        "arrived_at": arrived, "response_class": response, "timing": _timing(cause, arrived, response),
        "feedback_at": feedback, "closed_at": closed, "incident": cause.incident, "truth": cause.truth,
    }  # fmt: skip
    return _as_far_as_today(row)


def _judged(rng: np.random.Generator, cause: Cause) -> dict[str, str]:
    """Return level, priority and imminence as they were judged at the opening."""
    event = cause.event
    if event is None:
        near = rng.random() < 0.5
        return {"level": "orange" if near else "yellow", "priority": "P2" if near else "P3",
                "imminence": "imminent" if near else "emerging"}  # fmt: skip
    if cause.opened_at < event.start:
        near = event.start - cause.opened_at < timedelta(hours=12)
        return {"level": "orange" if near else "yellow", "priority": "P1" if near else "P2",
                "imminence": "imminent" if near else "emerging"}  # fmt: skip
    fresh = cause.opened_at - event.start < timedelta(hours=6)
    return {"level": "red", "priority": "P1" if fresh else "P2", "imminence": "ongoing" if fresh else "subsided"}


def _wait(rng: np.random.Generator, median_min: float, spread: float) -> timedelta:
    return timedelta(minutes=max(1, round(float(rng.lognormal(math.log(median_min), spread)))))


def _decision(rng: np.random.Generator, spot: Spot) -> str:
    far = min(spot.base_km / 40, 1.0)
    odds = np.array([0.58 - 0.25 * far, 0.16 + 0.06 * far, 0.06, 0.13, 0.04 + 0.2 * far, 0.03])
    return _DECISIONS[int(rng.choice(len(odds), p=odds / odds.sum()))]


def _arrival(
    rng: np.random.Generator, spot: Spot, decided: datetime, decision: str, moved_min: float
) -> datetime | None:
    if decision == "respond" and rng.random() < 0.88:
        return decided + _wait(rng, moved_min, 0.5) + timedelta(minutes=round(spot.base_km / rng.uniform(9, 26) * 60))
    if decision == "delegate" and rng.random() < 0.35:
        return decided + _wait(rng, 420, 0.8)
    return None


def _response(rng: np.random.Generator, decision: str, arrived: datetime | None) -> str:
    if arrived:
        return "4" if decision == "respond" else "3"
    if decision == "refer":
        return "2"
    if decision.startswith("decline"):
        return "0" if rng.random() < 0.6 else "1"
    return "1" if rng.random() < 0.75 else "2"


def _timing(cause: Cause, arrived: datetime | None, response: str) -> str:
    if cause.truth == "nothing_happened":
        return "no_harm"
    if cause.event is None or arrived is None or response == "0":
        return "unknown"
    if arrived <= cause.event.start:
        return "before"
    return "during" if arrived - cause.event.start < timedelta(hours=4) else "after"


def _as_far_as_today(row: dict[str, Any]) -> dict[str, Any]:
    """Return the alert as it stands today: what comes later is not yet known."""
    later = {key for key, value in row.items() if isinstance(value, datetime) and value > TODAY}
    if "acknowledged_at" in later:
        later |= {"acknowledged_by"}
    if "decided_at" in later:
        later |= {"decision", "decided_by", "response_class", "timing", "arrived_at"}
    if later:
        later |= {"closed_at"}
    return {key: None if key in later else value for key, value in row.items()}
