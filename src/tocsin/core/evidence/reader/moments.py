"""When: days, parts of days, dates, deadlines and "three nights already", against the time of receipt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tocsin.core.evidence.reader.clocks import Clock, find_clocks
from tocsin.core.evidence.reader.text import Text
from tocsin.core.evidence.types import Span
from tocsin.core.reference.languages import Match

_DAY = timedelta(days=1)
_PART_HOURS = {
    "morning": (6, 12),
    "am": (6, 12),
    "noon": (12, 14),
    "afternoon": (12, 18),
    "evening": (18, 24),
    "pm": (12, 24),
    "night": (18, 30),
}
_ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})(?:[/-](?:20)?(\d\d))?(?!\d)")
_NEAR_WORDS = 3


@dataclass(frozen=True, slots=True)
class Moment:
    """One time told: when, in which words, and whether it is a ``deadline``, ``since`` or just ``at``."""

    span: Span
    first: int
    last: int
    role: str


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str
    first: int
    last: int
    day: date | None = None
    part: str = ""
    clock: Clock | None = None
    span: Span | None = None


def find_moments(text: Text, received: datetime, *, ahead: bool, done: bool = False) -> tuple[Moment, ...]:
    """Return the times told in the text.

    Parameters
    ----------
    text : Text
        The message laid out.
    received : datetime
        When it was received, in the zone of the place.
    ahead : bool
        Whether the message speaks of what is coming: "Friday" is then the next one.
    done : bool
        Whether it tells of harm done: "at night" is then the night before.
    """
    pieces = sorted(
        (*_clock_pieces(text), *_days(text, received, ahead), *_stretches(text, received)),
        key=lambda piece: (piece.first, -piece.last),
    )
    moments = [_moment(text, group, received, ahead, done) for group in _grouped(text, pieces)]
    return tuple(moment for moment in moments if moment is not None)


def _clock_pieces(text: Text) -> list[_Piece]:
    return [_Piece("clock", clock.first, clock.last, clock=clock) for clock in find_clocks(text)]


def _days(text: Text, received: datetime, ahead: bool) -> Iterator[_Piece]:
    today = received.date()
    for found in text.found:
        kind, _, value = found.concept.partition(".")
        if kind == "day":
            yield _Piece("day", found.first, found.last, day=today + int(value) * _DAY)
        elif kind == "part":
            yield _Piece("part", found.first, found.last, part=value)
        elif kind == "weekday":
            coming = _points_ahead(text, found, ahead)
            yield _Piece("day", found.first, found.last, day=_weekday(int(value), today, coming))
        elif kind == "month":
            yield from _dated(text, found, int(value), today, ahead and text.has("condition"))
        elif kind == "when" and not (value == "last_month" and text.has("thanks")):
            # "Last month they robbed us, now we sell": thanks are for today.
            yield _Piece("span", found.first, found.last, span=_named_span(value, received, ahead))
        elif kind == "of_month" and found.language != "en":
            yield from _day_of_month(text, found, today, ahead)
    yield from _written(text, today)


def _points_ahead(text: Text, found: Match, ahead: bool) -> bool:
    near = [
        other.concept
        for other in text.found
        if abs(other.first - found.last) <= 2 or abs(found.first - other.last) <= 2
    ]
    if "last" in near:
        return False
    return "next" in near or "deadline_before" in near or ahead


def _weekday(wanted: int, today: date, ahead: bool) -> date:
    if ahead:
        return today + ((wanted - today.isoweekday() - 1) % 7 + 1) * _DAY
    return today - ((today.isoweekday() - wanted - 1) % 7 + 1) * _DAY


def _dated(text: Text, month: Match, number: int, today: date, ahead: bool) -> Iterator[_Piece]:
    for at in (month.first - 1, month.first - 2, month.last + 1):
        if 0 <= at < len(text.tokens) and text.tokens[at].text.isdigit():
            day = int(text.tokens[at].text)
            years = (today.year - 1, today.year, today.year + 1)
            dates = [made for year in years if (made := _date(year, number, day)) is not None]
            if dates:
                nearest = min(dates, key=lambda made: abs(made - today))
                yield _Piece("day", min(at, month.first), max(at, month.last), day=nearest)
            return
    if ahead:
        # "In April": from its first day.
        year = today.year + (number <= today.month)
        yield _Piece("day", month.first, month.last, day=date(year, number, 1))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day_of_month(text: Text, word: Match, today: date, ahead: bool) -> Iterator[_Piece]:
    at = word.last + 1
    if at >= len(text.tokens) or not text.tokens[at].text.isdigit() or not 1 <= int(text.tokens[at].text) <= 31:
        return
    follows = [found.concept for found in text.found if found.first == at + 1]
    this_month = at + 2 < len(text.tokens) and text.tokens[at + 2].text in ("huu", "hii")
    if this_month and "unit.month" in follows:
        follows = []
    if any(concept.startswith(("month.", "unit.", "person", "toll.", "not_toll", "child")) for concept in follows):
        return
    day = int(text.tokens[at].text)
    steps = range(62) if ahead else range(0, -62, -1)
    found_on = next((today + step * _DAY for step in steps if (today + step * _DAY).day == day), None)
    if found_on is not None:
        yield _Piece("day", word.first, at, day=found_on)


def _written(text: Text, today: date) -> Iterator[_Piece]:
    for match in _ISO.finditer(text.raw):
        made = _date(int(match[1]), int(match[2]), int(match[3]))
        yield from _placed(text, match.span(), made)
    for match in _SLASHED.finditer(text.raw):
        year = 2000 + int(match[3]) if match[3] else today.year
        made = _date(year, int(match[2]), int(match[1]))
        if made is not None and abs((made - today).days) <= 200:
            yield from _placed(text, match.span(), made)


def _placed(text: Text, span: tuple[int, int], made: date | None) -> Iterator[_Piece]:
    words = [at for at, token in enumerate(text.tokens) if token.start < span[1] and token.end > span[0]]
    if made is not None and words:
        yield _Piece("day", words[0], words[-1], day=made)


def _named_span(name: str, received: datetime, ahead: bool) -> Span:
    midnight = datetime.combine(received.date(), time(), received.tzinfo)
    hour = timedelta(hours=1)
    if name == "tonight" and (ahead or received.hour >= 18):
        return Span(midnight + 18 * hour, midnight + 30 * hour, "part_of_day")
    if name in ("tonight", "last_night"):
        return Span(midnight - 6 * hour, min(received, midnight + 6 * hour), "part_of_day")
    if name == "this_morning":
        return Span(
            midnight + 6 * hour if received.hour >= 6 else midnight, min(received, midnight + 12 * hour), "part_of_day"
        )
    if name == "afternoon":
        return Span(midnight + 12 * hour, midnight + 18 * hour, "part_of_day")
    if name == "last_month":
        first = midnight.replace(day=1)
        return Span((first - _DAY).replace(day=1), first - timedelta(minutes=1), "week")
    monday = midnight - (received.isoweekday() - 1) * _DAY
    shift = {"last_week": -7, "this_week": 0, "next_week": 7}[name]
    end = monday + (shift + 7) * _DAY - timedelta(minutes=1)
    return Span(monday + shift * _DAY, end, "week")


def _stretches(text: Text, received: datetime) -> Iterator[_Piece]:
    """Give "3 days ago", "il y a deux heures", "3 nuits déjà", "dans 2 jours"."""
    for unit in text.found:
        if not unit.concept.startswith("unit."):
            continue
        number, first = _number_before(text, unit)
        half = text.at(unit.first - 1, "half")
        if number is None and half and unit.concept == "unit.hour" and text.has("ago"):
            yield _Piece("span", half.first, unit.last, span=Span(received - timedelta(minutes=30), received, "exact"))
        if number is None:
            continue
        around = {
            found.concept
            for found in text.found
            if first - 4 <= found.first <= unit.last + 2 and text.same_sentence(found.first, unit.first)
        }
        span = _stretch(number, unit.concept[5:], around, received)
        if span is not None:
            yield _Piece("span", first, unit.last, span=span)


def _number_before(text: Text, unit: Match) -> tuple[int | None, int]:
    at = unit.first - 1
    after = unit.last + 1
    for place in (at, after):
        if not 0 <= place < len(text.tokens) or not text.same_sentence(place, unit.first):
            continue
        if place == after and unit.language != "sw":
            continue
        if text.tokens[place].text.isdigit():
            return int(text.tokens[place].text), min(place, unit.first)
        word = next((found for found in text.found if found.concept.startswith("n.") and found.first == place), None)
        if word is not None:
            return int(word.concept[2:]), min(place, unit.first)
    return None, unit.first


def _stretch(number: int, unit: str, around: set[str], received: datetime) -> Span | None:
    midnight = datetime.combine(received.date(), time(), received.tzinfo)
    step = {
        "minute": timedelta(minutes=1),
        "hour": timedelta(hours=1),
        "day": _DAY,
        "night": _DAY,
        "week": 7 * _DAY,
        "month": 30 * _DAY,
    }[unit]
    if number > 400:
        return None
    if unit in ("minute", "hour"):
        if "ago" in around:
            return Span(received - number * step, received, "exact")
        return Span(received, received + number * step, "exact") if "within" in around else None
    if "within" in around:
        start = midnight + number * step
        return Span(start, start + _DAY - timedelta(minutes=1), "day")
    if unit == "night" or "already" in around:
        return Span(midnight - (number - 1) * step, received, "day")
    if "ago" in around or "since" in around:
        start = midnight - number * step
        return Span(start, start + _DAY - timedelta(minutes=1), "day")
    return None


def _grouped(text: Text, pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    group: list[_Piece] = []
    for piece in pieces:
        if group and piece.first <= group[-1].last:
            continue
        if group and piece.kind == "day" == group[-1].kind and piece.first - group[-1].last == 1:
            # "Lundi 22 mars" is one day, told twice.
            dated = piece if piece.last > piece.first else group[-1]
            group[-1] = _Piece("day", group[-1].first, piece.last, day=dated.day)
            continue
        kinds = {other.kind for other in group}
        joins = (
            group and piece.first - group[-1].last <= _NEAR_WORDS and text.same_sentence(piece.first, group[-1].last)
        )
        if (
            joins
            and piece.kind not in kinds
            and not ({piece.kind, "span"} <= kinds | {piece.kind} and piece.kind in ("day",))
        ):
            group.append(piece)
            continue
        if group:
            yield group
        group = [piece]
    if group:
        yield group


def _moment(text: Text, group: list[_Piece], received: datetime, ahead: bool, done: bool) -> Moment | None:
    day = next((piece.day for piece in group if piece.day), None)
    part = next((piece.part for piece in group if piece.part), "")
    clock = next((piece.clock for piece in group if piece.clock), None)
    named = next((piece.span for piece in group if piece.span), None)
    first, last = group[0].first, group[-1].last
    if clock is not None:
        span: Span | None = _at_clock(clock, day or _day_of(named, clock, received), part, received, ahead)
    elif named is not None:
        span = named
    elif day is not None:
        span = _in_day(day, part, received)
    elif part == "night" and done:
        span = _named_span("last_night", received, ahead)
    else:
        span = None
    if span is None:
        return None
    role = _role(text, first, last)
    # "Before ten days", in Arabic, is ten days ago: what is past is no deadline.
    over = role == "deadline" and span.end is not None and span.end < received
    return Moment(span, first, last, "at" if over else role)


def _day_of(named: Span | None, clock: Clock, received: datetime) -> date | None:
    if named is None or named.start is None:
        return None
    evening = clock.hour >= 12 or named.end is None
    return named.start.date() if evening else (named.end or received).date()


def _at_clock(clock: Clock, day: date | None, part: str, received: datetime, ahead: bool) -> Span:
    at = datetime.combine(day or received.date(), time(clock.hour, clock.minute), received.tzinfo)
    if day is None and not ahead and at > received + timedelta(minutes=30):
        at -= _DAY
    if day is None and ahead and at < received - timedelta(hours=6):
        at += _DAY
    return Span(at, at, "exact")


def _in_day(day: date, part: str, received: datetime) -> Span:
    midnight = datetime.combine(day, time(), received.tzinfo)
    if part:
        start, end = _PART_HOURS[part]
        return Span(
            midnight + timedelta(hours=start), midnight + timedelta(hours=end) - timedelta(minutes=1), "part_of_day"
        )
    return Span(midnight, midnight + _DAY - timedelta(minutes=1), "day")


def _role(text: Text, first: int, last: int) -> str:
    for found in text.all("deadline_before", "since"):
        close = 0 < first - found.last <= 2 or found.first <= first <= found.last
        if not close or not text.same_sentence(found.first, first):
            continue
        if found.concept == "deadline_before":
            return "deadline"
        if found.concept == "since":
            return "since"
    for due in text.all("due"):
        if text.same_clause(due.first, first) and due.first < first:
            return "due"
    return "at"
