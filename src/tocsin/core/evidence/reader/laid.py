"""One message laid out with everything found in it: words, places, actors, events and times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from tocsin.core.evidence.reader import actors as who
from tocsin.core.evidence.reader import claims
from tocsin.core.evidence.reader import events as what
from tocsin.core.evidence.reader.moments import Moment, find_moments
from tocsin.core.evidence.reader.text import Text, lay_out
from tocsin.core.evidence.reader.told import Told as Event
from tocsin.core.evidence.reader.verdicts import HARMED
from tocsin.core.evidence.types import KnownActor, Message, Sender
from tocsin.core.places.coordinates import find_coordinates
from tocsin.core.places.gazetteer import Gazetteer
from tocsin.core.places.types import Place, PlaceMatch
from tocsin.core.reference import rules
from tocsin.core.reference.languages import OwnWords
from tocsin.core.reference.terms import ActorType, PlaceKind

_AHEAD = frozenset({"THR", "DEM"})
_TELEPHONE = re.compile(r"\+?\d[\d\s().-]{7,}\d")


@dataclass(frozen=True, slots=True)
class Laid:
    """One message laid out with everything found in it."""

    text: Text
    places: tuple[PlaceMatch, ...]
    mentions: tuple[who.Mention, ...]
    told: tuple[Event, ...]
    moments: tuple[Moment, ...]
    received: datetime
    home: Place | None
    elsewhere: tuple[Event, ...]
    other_place: PlaceMatch | None
    unread: str = ""

    @property
    def own(self) -> tuple[Event, ...]:
        """Return what is told of the place of the message itself."""
        return tuple(one for one in self.told if one not in self.elsewhere)

    @property
    def communities(self) -> int:
        """Return how many different communities are named."""
        return len({one.actor.name for one in self.mentions if one.actor.actor_type is ActorType.COMMUNITY})


def lay_out_message(
    message: Message, sender: Sender, gazetteer: Gazetteer, actors: Sequence[KnownActor], where: tuple[tzinfo, OwnWords]
) -> Laid:
    """Return a message laid out; `where` is the time zone and what the mission added to the word lists."""
    zone, own = where
    home = gazetteer.by_ref.get(sender.place or "") or _hinted(message, gazetteer)
    raw = message.text[: rules.value("evidence.most_characters", message.received_at)]
    mentions = who.find_actors(raw, actors)
    places = tuple(
        place
        for place in gazetteer.find_in_text(raw, home.point if home else None)
        if not any(one.start < place.end and place.start < one.end for one in mentions)
    )
    named = [*((one.start, one.end) for one in places), *((one.start, one.end) for one in mentions)]
    text = lay_out(raw, named, own, armed_named=any(one.actor.actor_type in who.ARMED_TYPES for one in mentions))
    mentions = tuple(one for one in mentions if not _is_denied(text, one))
    told = what.tell_events(
        text,
        communities=len({one.actor.name for one in mentions if one.actor.actor_type is ActorType.COMMUNITY}),
        armed=_words_at(text, [one for one in mentions if one.actor.actor_type in who.ARMED_TYPES]),
        police=_words_at(text, [one for one in mentions if one.actor.actor_type is ActorType.STATE_POLICE]),
        fighters=_words_at(text, [one for one in mentions if one.actor.actor_type in who.FIGHTER_TYPES]),
    )
    received = message.received_at.astimezone(zone)
    done = any(one.code in HARMED and one.status == "asserted" for one in told)
    moments = find_moments(text, received, ahead=_looks_ahead(text, told), done=done)
    elsewhere, other_place = claims.told_elsewhere(told, text, places)
    rest = message.text[len(raw) :]
    return Laid(text, places, mentions, told, moments, received, home, elsewhere, other_place, rest)


def _is_denied(text: Text, mention: who.Mention) -> bool:
    """Return whether an actor is named only to say that they are not there: "pas de FPL", "no FPL"."""
    at = next((at for at, token in enumerate(text.tokens) if token.end > mention.start), 0)
    return any(
        0 < at - no.last <= 2
        and text.same_clause(no.last, at)
        and {token.text for token in text.tokens[no.last + 1 : at]} <= _OF
        for no in text.all("negation")
    )


_OF = frozenset({"de", "des", "d", "of", "any", "single", "the", "les"})


def _words_at(text: Text, mentions: Sequence[who.Mention]) -> tuple[int, ...]:
    starts = {one.start for one in mentions}
    return tuple(at for at, token in enumerate(text.tokens) if token.start in starts)


def _looks_ahead(text: Text, told: Sequence[Event]) -> bool:
    coming = {one.code for one in told if one.status in ("asserted", "planned")} & _AHEAD
    done = {one.code for one in told if one.status == "asserted"} & HARMED - {"FMV"}
    return bool(coming) or (text.has("future", "deadline_before", "condition", "MOB", "THR") and not done)


def _hinted(message: Message, gazetteer: Gazetteer) -> Place | None:
    found = gazetteer.find_in_text(message.place_hint, None) if message.place_hint else []
    return found[0].place if len({one.place.ref for one in found}) == 1 else None


def words_of(laid: Laid, kind: ActorType) -> tuple[int, ...]:
    """Return the words that name an actor of this kind, one for each different name."""
    starts = {one.actor.name: one.start for one in reversed(laid.mentions) if one.actor.actor_type is kind}
    return tuple(at for at, token in enumerate(laid.text.tokens) if token.start in starts.values())


def at_site(laid: Laid) -> bool:
    """Return whether the message tells of a site of displaced people."""
    named = [match.place.kind for match in laid.places] or ([laid.home.kind] if laid.home else [])
    return PlaceKind.DISPLACEMENT_SITE in named


def spoken_for(laid: Laid) -> frozenset[int]:
    """Return the words that belong to a time or a telephone number and so count nobody."""
    words = {at for moment in laid.moments for at in range(moment.first, moment.last + 1)}
    for start, end in (
        *(match.span() for match in _TELEPHONE.finditer(laid.text.raw)),
        *((found.start, found.end) for found in find_coordinates(laid.text.raw)),
    ):
        words |= set(laid.text.words_between(start, end))
    return frozenset(words)
