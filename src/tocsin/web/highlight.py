"""The text as told, with the words marked that something was read from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

# The facts of a reading's reasons that quote the text.
_QUOTES: Final = ("words", "word", "quote", "text", "said")


def marked(text: str, because: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the text escaped, each stretch that a reason quotes set in a mark."""
    spans = _merged(_found(text, because))
    parts: list[str] = []
    end = 0
    for start, stop in spans:
        parts.append(conditional_escape(text[end:start]))
        parts.append(format_html("<mark>{}</mark>", text[start:stop]))
        end = stop
    parts.append(conditional_escape(text[end:]))
    return mark_safe("".join(parts))


def _found(text: str, because: Iterable[Mapping[str, Any]]) -> list[tuple[int, int]]:
    folded = text.casefold()
    if len(folded) != len(text):
        # Some letters fold into two; positions would no longer fit, so letters stay as they are.
        folded = text
    spans = []
    for item in because:
        for quote in _quotes(item.get("facts") or {}):
            at = folded.find(quote.casefold())
            if at >= 0:
                spans.append((at, at + len(quote)))
    return spans


def _quotes(facts: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for name in _QUOTES:
        value = facts.get(name)
        found += [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else []
    return [one for one in found if isinstance(one, str) and len(one) > 1]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((start, stop))
    return merged
