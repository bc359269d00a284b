"""Where: which of the places named is the one that is harmed or threatened, and which one it was seen from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.core.evidence.reader.text import Text
from tocsin.core.evidence.reader.told import Told
from tocsin.core.places.gazetteer import Gazetteer, at_offset
from tocsin.core.places.types import Place, PlaceMatch, Point, PointMatch

_NEAR_COORDINATES_KM = 30.0
_CALLS = (("this", "is"), ("ici",), ("hapa", "ni"), ("هنا",))


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a reading: target, where it was seen from, point, and what is doubtful of it."""

    place: Place | None
    observed: Place | None
    point: Point | None
    precision: int
    text: str
    doubts: tuple[str, ...]
    flags: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    matches: tuple[PlaceMatch, ...]
    first: int
    last: int
    role: str


def find_where(
    text: Text,
    matches: Sequence[PlaceMatch],
    main: Told | None,
    *,
    home: Place | None,
    gazetteer: Gazetteer,
    told_of: PlaceMatch | None = None,
) -> Where:
    """Return the place the message is about.

    Parameters
    ----------
    text : Text
        The message laid out.
    matches : sequence of PlaceMatch
        The places named, as the gazetteer found them.
    main : Told or None
        The event the reading stands on.
    home : Place or None
        Where the sender is registered: what is meant where no place is named.
    gazetteer : Gazetteer
        For coordinates written in the text.
    told_of : PlaceMatch or None
        Where those who fled say that harm is done: not the place of the message itself.
    """
    candidates = _candidates(text, matches)
    chosen = _chosen(text, candidates, main, home)
    observed = _observed(candidates, chosen)
    points = gazetteer.find_coordinates(text.raw)
    if points:
        return _by_coordinates(text, points[0], chosen, observed, gazetteer)
    if home is not None and main is not None and main.code in ("DIS", "IDB") and _arrived(text, chosen, told_of):
        # "People of X arrive here": the place named is the one they left, or the one they fled to.
        left = chosen.matches[0].place if chosen and chosen.matches[0].place != home else observed
        return Where(home, left, home.point, 2, "", (), (), "place.from_sender")
    if chosen is None:
        if home is None:
            return Where(None, observed, None, 4, "", ("place_unknown",), (), "place.unknown")
        return Where(home, observed, home.point, 3, "", ("place_from_sender",), (), "place.from_sender")
    return _by_name(text, chosen, observed)


def _arrived(text: Text, chosen: _Candidate | None, told_of: PlaceMatch | None) -> bool:
    if text.has("here") or chosen is None:
        return True
    if told_of is not None and told_of in chosen.matches:
        return True
    before = {token.text for token in text.tokens[max(0, chosen.first - 2) : chosen.first]}
    last = text.tokens[chosen.first - 1].text if chosen.first else ""
    came = any(token.text.startswith(_CAME) for token in text.tokens[max(0, chosen.first - 3) : chosen.first])
    came_from = (
        bool(before & _FROM)
        or last == "من"
        or (last in ("de", "d") and came)
        or any(0 < chosen.first - word.last <= 2 for word in text.all("from_place") if word.words not in _LOOSE)
    )
    fled_to = any(
        0 < chosen.first - word.last <= 2 for word in text.all("toward", "to_place") if word.words not in _LOOSE
    ) and text.has("home", "emptied", "fear")
    return came_from or fled_to


_CAME = ("arriv", "venu", "fui", "refoul", "deplac")
_FROM = frozenset({"from", "toka", "kutoka", "depuis", "venus", "venues", "venant", "fuyant", "fleeing"})
_LOOSE = frozenset({"de", "من", "na", "a", "pour", "for", "على", "d", "du"})


def _by_coordinates(
    text: Text, found: PointMatch, chosen: _Candidate | None, observed: Place | None, gazetteer: Gazetteer
) -> Where:
    flag = f"coords:{found.point.lat:.4f},{found.point.lon:.4f}"
    place = chosen.matches[0].place if chosen else None
    if place is None:
        nearest = gazetteer.nearest(found.point)
        place = nearest[0] if nearest and nearest[1] <= _NEAR_COORDINATES_KM else None
    words = text.raw[chosen.matches[0].start : chosen.matches[0].end] if chosen else ""
    return Where(place, observed, found.point, 1, words, found.doubts, (flag,), "place.by_coordinates")


def _by_name(text: Text, chosen: _Candidate, observed: Place | None) -> Where:
    match = chosen.matches[0]
    words = text.raw[match.start : match.end]
    if len({one.place.ref for one in chosen.matches}) > 1:
        return Where(None, observed, None, 4, words, ("place_ambiguous",), ("need_callback",), "place.ambiguous")
    doubts = ("place_name_alike",) if match.fit < 0.85 else ()
    flags = ("place_ambiguous_resolved_by_sender",) if "homonym_by_sender" in match.why else ()
    near = any(0 < chosen.first - found.last <= 2 for found in text.all("near"))
    point = at_offset(match)
    return Where(match.place, observed, point, 2 if match.point or near else 1, words, doubts, flags, "place.by_name")


def _candidates(text: Text, matches: Sequence[PlaceMatch]) -> tuple[_Candidate, ...]:
    spans: dict[tuple[int, int], list[PlaceMatch]] = {}
    for match in matches:
        spans.setdefault((match.start, match.end), []).append(match)
    found = []
    for (start, end), group in spans.items():
        words = text.words_between(start, end)
        if words:
            found.append(_Candidate(tuple(group), words[0], words[-1], _role(text, words[0], words[-1])))
    return tuple(found)


def _role(text: Text, first: int, last: int) -> str:
    for call in _CALLS:
        if tuple(token.text for token in text.tokens[last + 1 : last + 1 + len(call)]) == call and first <= 1:
            return "called"
    for concept, role in (("observed_from", "observed"), ("from_place", "origin"), ("to_place", "target")):
        for found in text.all(concept):
            if 0 < first - found.last <= (2 if role == "observed" else 1) and text.same_clause(found.last, first):
                return _checked(text, role, found.words, first)
    return ""


def _checked(text: Text, role: str, words: str, first: int) -> str:
    """Return the role, unless the small word in front has another meaning ("la base de Gorumba")."""
    if role == "origin" and words in ("de", "من", "na"):
        moving = any(0 < first - found.last <= 4 for found in text.all("MOB", "left")) or any(
            0 < found.first - first <= 3 for found in text.all("to_place") if found.words != "a"
        )
        return "origin" if moving else ""
    if role == "target" and words in ("a", "pour", "for", "على", "to", "into", "kwenda"):
        return "target" if words in ("to", "into", "kwenda") else ""
    return role


def _chosen(text: Text, candidates: Sequence[_Candidate], main: Told | None, home: Place | None) -> _Candidate | None:
    usable = [one for one in candidates if one.role != "called"] or list(candidates)
    usable = [one for one in usable if not _left_for(text, one)] or usable
    at_home = [one for one in usable if home is not None and home in {match.place for match in one.matches}]
    usable = _far_ends(text, usable, at_home)
    if not usable:
        return None
    return max(usable, key=lambda one: (_weight(text, one, main), -one.first))


def _far_ends(text: Text, candidates: Sequence[_Candidate], at_home: Sequence[_Candidate]) -> list[_Candidate]:
    """Return the candidates with, of a road "between A and B" or "A-B", only the sender's end, else its far one."""
    kept = list(candidates)
    for one in candidates:
        for other in candidates:
            joined = 0 < other.first - one.last <= 2 and text.same_clause(one.last, other.first)
            between = any(0 < one.first - word.last <= 2 for word in text.all("between"))
            dashed = (
                other.first - one.last == 1
                and "-" in text.raw[text.tokens[one.last].end : text.tokens[other.first].start]
            )
            near = other if one in at_home else one
            if joined and (between or dashed) and near in kept and len(kept) > 1:
                kept.remove(near)
    return kept


def _left_for(text: Text, one: _Candidate) -> bool:
    """Whether it is only where somebody went or fled to: not the place that is struck."""
    if one.role != "target":
        return False
    went = any(0 < one.first - found.last <= 2 for found in text.all("left")) or bool(
        {token.text for token in text.tokens[max(0, one.first - 3) : one.first]} & _WENT
    )
    return went or any(0 < one.first - found.last <= 3 for found in text.all("DIS"))


_WENT = frozenset({"went", "gone", "partis", "repartis", "wamekwenda", "walienda", "walikwenda", "ذهبوا"})


def _weight(text: Text, one: _Candidate, main: Told | None) -> float:
    weight = {"target": 3.0, "observed": -3.0, "origin": -3.0}.get(one.role, 0.0)
    if main is None:
        return weight
    at = main.match.first
    if text.same_clause(one.first, at):
        weight += 2
    elif text.same_sentence(one.first, at):
        weight += 1
    if main.code in ("THR", "MOB") and one.first > main.match.last and text.same_clause(one.first, at):
        weight += 1
    return weight - 0.05 * abs(one.first - at)


def _observed(candidates: Sequence[_Candidate], chosen: _Candidate | None) -> Place | None:
    for one in candidates:
        if one is not chosen and one.role in ("observed", "origin", "called") and one.role != "called":
            return one.matches[0].place
    return None
