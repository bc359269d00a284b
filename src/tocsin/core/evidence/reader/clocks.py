"""Hours of the clock as people write them: 18h15, 7pm, 0900, "two one zero zero hours", saa tatu usiku."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from tocsin.core.evidence.reader.text import Text, number_at

_PAIR = re.compile(r"(?<![\d.,])([01]?\d|2[0-4])\s?[hH:]\s?([0-5]\d)(?![\d:])")
_WHOLE = re.compile(r"(?<![\d.,:])([01]?\d|2[0-4])\s?(?:[hH](?![a-zA-Z\d])|heures?\b)")
_DOTTED = re.compile(r"(?<![\d.,])([01]?\d|2[0-3])\.([0-5]\d)(?!\d|\.\d|\s?(?:km|%))")
_HALVES = re.compile(r"(?<![\d.,:])(\d{1,2})(?:[:.](\d\d))?\s?([ap])\.?m\b", re.IGNORECASE)
_MILITARY = re.compile(
    r"(?<![\d.,:/+-])([01]\d|2[0-3])([0-5]\d)(?![\d/]|[.,:]\d)(\s?(?:hrs?|hours|h|z)\b)?", re.IGNORECASE
)
_PARTS = {
    "part.morning": "am",
    "part.am": "am",
    "part.noon": "pm",
    "part.afternoon": "pm",
    "part.evening": "pm",
    "part.pm": "pm",
    "part.night": "night",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour of the clock and the words it stands in."""

    hour: int
    minute: int
    first: int
    last: int


def find_clocks(text: Text) -> tuple[Clock, ...]:
    """Return the hours written in the text, on a clock of 24 hours where the text lets us know."""
    found = [*_halves(text), *_spelt(text), *_by_word(text)]
    # Arabic digits are read as they are counted.
    raw = "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in text.raw)
    for pattern in (_PAIR, _DOTTED):
        found += [_clock(text, match.span(), int(match[1]) % 24, int(match[2])) for match in pattern.finditer(raw)]
    found += [_clock(text, match.span(), int(match[1]) % 24, 0) for match in _WHOLE.finditer(raw)]
    found += [
        _clock(text, match.span(), int(match[1]), int(match[2]))
        for match in _MILITARY.finditer(raw)
        if _is_military(text, match)
    ]
    kept: list[Clock] = []
    for clock in found:
        if clock.first <= clock.last and not any(
            clock.first <= other.last and other.first <= clock.last for other in kept
        ):
            kept.append(_in_part_of_day(text, clock))
    return tuple(sorted(kept, key=lambda clock: clock.first))


def _clock(text: Text, span: tuple[int, int], hour: int, minute: int) -> Clock:
    words = [at for at, token in enumerate(text.tokens) if token.start < span[1] and token.end > span[0]]
    return Clock(hour, minute, words[0], words[-1]) if words else Clock(hour, minute, 1, 0)


def _halves(text: Text) -> list[Clock]:
    found = []
    for match in _HALVES.finditer(text.raw):
        hour = int(match[1]) % 12 + (12 if match[3].lower() == "p" else 0)
        if int(match[1]) <= 12:
            found.append(_clock(text, match.span(), hour, int(match[2] or 0)))
    return found


def _is_military(text: Text, match: re.Match[str]) -> bool:
    """Return whether four digits are an hour and not a number of something."""
    if match[3]:
        return True
    at = next((at for at, token in enumerate(text.tokens) if token.start == match.start()), None)
    if at is None or (
        at and text.tokens[at - 1].text in ("no", "number", "numero", "environ", "about", "abt", "around")
    ):
        return False
    follows = (
        at + 1 < len(text.tokens)
        and text.sentence[at + 1] == text.sentence[at]
        and text.clause[at + 1] == text.clause[at]
    )
    timed = follows and any(
        found.first == at + 1 for found in text.found if found.concept.startswith(("day.", "when.", "part."))
    )
    return timed or not follows


def _spelt(text: Text) -> list[Clock]:
    """Return hours spelt digit by digit on the radio: "two one zero zero hours"."""
    digits = {
        found.first: int(found.concept[2:])
        for found in text.found
        if found.concept.startswith("n.") and int(found.concept[2:]) < 10
    }
    found = []
    for start in digits:
        if all(start + step in digits for step in range(4)):
            a, b, c, d = (digits[start + step] for step in range(4))
            if a * 10 + b < 24 and c < 6:
                found.append(Clock(a * 10 + b, c * 10 + d, start, start + 3))
    return found


def _by_word(text: Text) -> list[Clock]:
    """Return hours that follow a word for the hour; the Swahili day begins at six in the morning."""
    found = []
    for word in text.all("clock_sw", "clock_word"):
        hour, after = number_at(text, word.last + 1)
        if hour is None or not 1 <= hour <= 12 or not text.same_clause(word.last, after):
            continue
        half = text.at(after + 1, "half") or text.at(after + 2, "half")
        found.append(
            _swahili(text, hour, 30 if half else 0, word.first, after)
            if word.concept == "clock_sw"
            else Clock(hour % 24, 0, word.first, after)
        )
    for am in text.all("part.am", "part.pm", "part.noon"):
        hour, _ = number_at(text, am.first - 1)
        if hour is not None and 1 <= hour <= 12 and am.concept != "part.noon":
            found.append(Clock(hour % 12 + (12 if am.concept == "part.pm" else 0), 0, am.first - 1, am.last))
    return found


def _swahili(text: Text, hour: int, minute: int, first: int, last: int) -> Clock:
    part = _part_near(text, last)
    if part == "night":
        return Clock((hour + 18) % 24, minute, first, last)
    if part == "am":
        return Clock((hour + 6) % 12, minute, first, last)
    return Clock((hour + 6) % 24, minute, first, last)


def _part_near(text: Text, at: int) -> str | None:
    parts = [found for found in text.found if found.concept in _PARTS and text.same_sentence(found.first, at)]
    behind = [found for found in parts if 0 < found.first - at <= 3]
    before = [found for found in parts if found.language == "sw" and 0 < at - found.last <= 6]
    return _PARTS[(behind or before)[0].concept] if behind or before else None


def _in_part_of_day(text: Text, clock: Clock) -> Clock:
    """Return the clock with "7 heures du soir" moved to 19."""
    spoken = text.tokens[clock.first].text
    if (
        any(found.first == clock.first for found in text.all("clock_sw"))
        or not 1 <= clock.hour <= 11
        or spoken.startswith("0")
    ):
        return clock
    part = _part_near(text, clock.last)
    later = part == "pm" or (part == "night" and clock.hour >= 6)
    return Clock(clock.hour + 12, clock.minute, clock.first, clock.last) if later else clock
