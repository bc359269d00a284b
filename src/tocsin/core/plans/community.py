"""A warning to the people at risk: whom it is for, where it holds, until when, and what it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from tocsin.core.places.shapes import Ring, hull_around
from tocsin.core.places.types import Place, Point
from tocsin.core.reference import load, rules, wording
from tocsin.core.reference.terms import CapKind, EventCode, ImminenceState, Likelihood, Severity, Urgency, WarningReach


@dataclass(frozen=True, slots=True)
class WarningText:
    """What is said in one language: a headline, what is known, and what to do."""

    language: str
    headline: str
    what: str
    do: str

    @property
    def is_complete(self) -> bool:
        """Return whether nothing is left empty."""
        return all(part.strip() for part in (self.headline, self.what, self.do))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the author answered to the three questions; None: not answered yet."""

    promises_help: bool | None = None
    tells_of_troops: bool | None = None
    tells_who_reported: bool | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CommunityWarning:
    """One warning before or after its release.

    `by_voice` are languages that nobody writes here: an interpreter reads the script aloud in them.
    `tasks` are references of tasks that stand behind what the text promises. `since_at` is when the
    warning that this one updates or cancels was sent.
    """

    kind: CapKind
    is_exercise: bool
    reach: WarningReach
    event: str
    urgency: Urgency
    severity: Severity
    certainty: Likelihood
    sent_at: datetime
    expires_at: datetime
    places: tuple[Place, ...] = ()
    rings: tuple[Ring, ...] = ()
    circles: tuple[tuple[Point, float], ...] = ()
    texts: Mapping[str, WarningText] = field(default_factory=dict)
    by_voice: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    asked: Asked = Asked()
    since_at: datetime | None = None


def written_languages() -> tuple[str, ...]:
    """Return the languages in which there are texts to begin with."""
    return tuple(load.read_folder("wording")["community.limit"])


def languages_of(places: Iterable[Place], otherwise: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the languages of the people in these places, those of the most people first.

    A place whose number of people is unknown counts as one; `otherwise` is taken where no place
    tells its languages.
    """
    weight: Counter[str] = Counter()
    for place in places:
        weight.update({language: max(place.people or 1, 1) for language in place.languages})
    return tuple(sorted(weight, key=lambda language: (-weight[language], language))) or tuple(otherwise)


def event_words(event: str, language: str) -> str:
    """Return what people call an event; danger, where there is no word for its code."""
    code = f"community.event.{event}"
    return wording.label(code if wording.has(code) else "community.event.any", language)


def events_to_warn_of() -> tuple[str, ...]:
    """Return the codes of events that have a word for the people at risk, ``any`` last."""
    known = [code.value for code in EventCode if wording.has(f"community.event.{code.value}")]
    return (*known, "any")


def named(places: Sequence[Place], language: str) -> str:
    """Return the names of places as one says them in a row."""
    names = [place.name for place in places]
    if len(names) < 2:
        return "".join(names)
    first = ("، " if language == "ar" else ", ").join(names[:-1])
    return wording.say("community.list.and", {"first": first, "last": names[-1]}, language)


def drafted_text(warning: CommunityWarning, language: str, *, zone: tzinfo) -> WarningText | None:
    """Return the text to begin with in one language, None where there is none and a person writes it."""
    if language not in written_languages():
        return None
    facts = {"event": event_words(warning.event, language), "places": named(warning.places, language)}
    if warning.kind is CapKind.CANCEL:
        since = spoken_time(warning.since_at or warning.sent_at, zone)
        what = wording.say("community.what.Cancel", {"places": facts["places"], "since": since}, language)
        return WarningText(language, _headline(facts, language), what, wording.label("community.do.Cancel", language))
    advice = f"community.do.{warning.event}"
    return WarningText(
        language,
        headline=_headline(facts, language),
        what=wording.say(f"community.what.{warning.certainty.value}", facts, language),
        do=wording.label(advice if wording.has(advice) else "community.do.any", language),
    )


def _headline(facts: Mapping[str, str], language: str) -> str:
    text = wording.say("community.headline", facts, language)
    return text[:1].upper() + text[1:]


def spoken_time(moment: datetime, zone: tzinfo) -> str:
    """Return day and hour in figures that every language reads the same: ``04/03 18:30``."""
    return f"{moment.astimezone(zone):%d/%m %H:%M}"


def hours_for(urgency: Urgency, *, as_of: datetime) -> timedelta:
    """Return how long a warning of this urgency holds when nobody says otherwise."""
    return timedelta(hours=rules.value("warnings.hours", as_of)[urgency.value])


def ring_for(places: Sequence[Place], *, as_of: datetime) -> tuple[Ring, ...]:
    """Return the area of a warning to these places when nobody draws one: around all of them with their fields."""
    if not places:
        return ()
    return (hull_around([place.point for place in places], rules.value("warnings.radius_km", as_of)),)


def judged_by(imminence: ImminenceState) -> tuple[Urgency, Severity, Likelihood]:
    """Return what a warning made from an alert begins with; its author may change each of them."""
    return {
        ImminenceState.ONGOING: (Urgency.IMMEDIATE, Severity.EXTREME, Likelihood.OBSERVED),
        ImminenceState.IMMINENT: (Urgency.IMMEDIATE, Severity.SEVERE, Likelihood.LIKELY),
        ImminenceState.EMERGING: (Urgency.EXPECTED, Severity.SEVERE, Likelihood.POSSIBLE),
        ImminenceState.POTENTIAL: (Urgency.FUTURE, Severity.MODERATE, Likelihood.POSSIBLE),
    }.get(imminence, (Urgency.UNKNOWN, Severity.UNKNOWN, Likelihood.UNKNOWN))
