"""Worked examples for docs/explanation: small scenes that the rules themselves judge. Prints Markdown for cog."""

# ruff: noqa: T201  cog takes what is printed here

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.core.alerts.clocks import clocks_for, confirm_within
from tocsin.core.assessment.matrix import assess
from tocsin.core.assessment.policy import default_policy, judge_imminence
from tocsin.core.assessment.types import AreaPicture
from tocsin.core.evidence.types import Count, Grade, Incident
from tocsin.core.places.types import Place, Point
from tocsin.core.reference import wording
from tocsin.core.reference.terms import ActorType, EventCode, ImminenceState, Interpretation, PlaceKind, Priority

AS_OF = datetime(2027, 3, 12, 12, tzinfo=UTC)
MALKA = Place(ref="Malka", name="Malka", point=Point(5.95, 24.36), kind=PlaceKind.VILLAGE, people=650)
_A_DEGREE_KM = 111.2


@dataclass(frozen=True)
class Scene:
    """A few lines of story, and what is on record of it."""

    told: str
    incidents: tuple[Incident, ...] = ()


def incident(code: str, *, days: float, km: float = 0.0, actor: str | None = "Red Sashes", **more: Any) -> Incident:
    """Return one incident so many days before the moment of the examples, so many km north of Malka."""
    start = AS_OF - timedelta(days=days)
    values: dict[str, Any] = {
        "ref": f"I-{code}-{days:g}", "events": (EventCode(code),),
        "point": Point(MALKA.point.lat + km / _A_DEGREE_KM, MALKA.point.lon), "start": start, "end": None,
        "known_at": min(start, AS_OF - timedelta(hours=1)), "actor": actor, "actor_type": ActorType.REBEL,
        "deaths": Count(None, None), "sources": 2, "grade": Grade("C", 2), "ended": None,
    }  # fmt: skip
    return Incident(**{**values, **more})


def scenes() -> Sequence[Scene]:
    """Return the scenes of the page on imminence."""
    declared = incident("THR", days=2, known_at=AS_OF - timedelta(days=2))
    return (
        Scene("An attack on Malka began three hours ago and nobody has said that it ended.", (incident("ATK", days=3 / 24),)),
        Scene("The same attack; a patrol found it over.", (incident("ATK", days=3 / 24, ended=True),)),
        Scene("One group attacked 8 and 20 days ago, 12 km away.",
              (incident("ATK", days=8, km=12), incident("ATK", days=20, km=12))),
        Scene("The same two attacks, 60 and 75 days ago.", (incident("ATK", days=60, km=12), incident("ATK", days=75, km=12))),
        Scene("A group announced two days ago that it will attack Malka. It was seen in arms 30 km away last week and killed "
              "twelve people in one day there.",
              (declared, incident("KIL", days=7, km=30, deaths=Count(12, 12)))),
        Scene("The same announcement; nobody of that group was seen in arms.", (declared,)),
        Scene("“Leave before Sunday”: a threat that names a date 48 hours away, by a group not otherwise seen.",
              (incident("THR", days=-2, known_at=AS_OF - timedelta(hours=5)),)),
        Scene("Two well-graded reports of armed men massing within 25 km in the last ten days.",
              (incident("MOB", days=4, km=10), incident("MOB", days=9, km=15))),
        Scene("A third such report.", (incident("MOB", days=4, km=10), incident("MOB", days=9, km=15), incident("MOB", days=6, km=20))),
        Scene("A report told of an imminent attack 20 days ago. Nothing more was heard, and nobody determined that it is over.",
              (incident("MOB", days=20, imminence=ImminenceState.IMMINENT),)),
        Scene("Looting 200 days ago.", (incident("LOO", days=200),)),
        Scene("Nothing was ever told from Malka."),
    )  # fmt: skip


def print_scenes() -> None:
    """Print how each scene is judged under the three readings of the word."""
    policy = default_policy(AS_OF)
    print("\n| What is on record | Narrow | Broad | Continuous |\n|---|---|---|---|")
    for scene in scenes():
        states = []
        for reading in Interpretation:
            judged = judge_imminence(_picture(scene), replace(policy, interpretation=reading), as_of=AS_OF)
            states.append(wording.label(f"term.imminence_state.{judged.state.value}"))
        print(f"| {scene.told} | {' | '.join(states)} |")
    print()


def print_line() -> None:
    """Print one line of the matrix with all its reasons."""
    scene = scenes()[2]
    picture = replace(_picture(scene), base_km=27.0)
    line = assess([picture], policy=default_policy(AS_OF), as_of=AS_OF).lines[0]
    print(f"\n{scene.told} The base is 27 km away; 650 people live there. The line says:\n")
    print(f"- **{line.category.value.upper()}**, risk {line.risk:g} of 25 (from {line.risk_low:g} to {line.risk_high:g}), "
          f"imminence: {line.imminence.state.value}")  # fmt: skip
    for reason in (*line.imminence.reasons, *line.reasons):
        print(f"- {wording.reason(reason)}")
    print(f"- Not known: {', '.join(line.unknowns)}.\n")


def print_clocks() -> None:
    """Print the limits within which an alert must be answered."""
    names = ("disseminate", "acknowledge", "decide", "move", "feedback", "note")
    titles = (
        "the people on duty are told",
        "one of them has it",
        "decided",
        "somebody moves",
        "the village is told",
        "the note is written",
    )
    print(f"\n| | {' | '.join(priority.value for priority in Priority)} |\n|---|{'---|' * len(Priority)}")
    for name, title in zip(names, titles, strict=True):
        limits = [_shown(getattr(clocks_for(priority, as_of=AS_OF), name)) for priority in Priority]
        print(f"| {title} | {' | '.join(limits)} |")
    limits = [_shown(confirm_within(priority, as_of=AS_OF)) for priority in Priority]
    print(f"| a hand-over is confirmed | {' | '.join(limits)} |\n")


def _picture(scene: Scene) -> AreaPicture:
    return AreaPicture(MALKA, incidents=scene.incidents, last_heard_at=AS_OF - timedelta(days=1))


def _shown(limit: timedelta | None) -> str:
    if limit is None:
        return "–"
    hours = limit / timedelta(hours=1)
    if hours < 1:
        return f"{round(hours * 60)} min"
    return f"{hours:g} h" if hours < 48 else f"{hours / 24:g} d"
