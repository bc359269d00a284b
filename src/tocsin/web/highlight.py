"""The text as told, with the words marked that something was read from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

# The facts of a reading's reasons that quote the text.
_QUOTES: Final = ("words", "word", "quote", "text", "said")


def marked(text: str, because: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the text escaped, each stretch that a reason quotes set in a mark."""
    pairs: list[tuple[str, str]] = []
    end = 0
    for start, stop in _merged(_found(text, because)):
        pairs.append((text[end:start], text[start:stop]))
        end = stop
    return format_html_join("", "{}<mark>{}</mark>", pairs) + conditional_escape(text[end:])


def _found(text: str, because: Iterable[Mapping[str, Any]]) -> list[tuple[int, int]]:
    folded = _folded(text)
    spans = []
    for item in because:
        for quote in _quotes(item.get("facts") or {}):
            at = re.search(rf"(?<!\w){re.escape(_folded(quote))}(?!\w)", folded)
            if at:
                spans.append(at.span())
    return spans


def _folded(text: str) -> str:
    """Return the text without capitals and accents, letter for letter, so that positions still fit."""
    return "".join(unicodedata.normalize("NFD", letter)[0].casefold()[:1] or letter for letter in text)


def _quotes(facts: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for name in _QUOTES:
        value = facts.get(name)
        if isinstance(value, list | tuple):
            found += [str(one) for one in value]
        elif isinstance(value, str):
            found += value.split(", ")
    return [one for one in found if len(one) > 1]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((start, stop))
    return merged
