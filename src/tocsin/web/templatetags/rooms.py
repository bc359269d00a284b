"""Template tags of the planning rooms: categories, scores, remedies, assumptions, references as links."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from django import template
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tocsin.core.allocation.statement import read_remedy
from tocsin.core.reference import wording
from tocsin.core.reference.results import Because
from tocsin.web.templatetags.tocsin import apart, language, number, reason, ref, term, unknown

register = template.Library()

# A shape for each category and trend, so that they are told apart without colour.
_CATEGORY_SHAPES: Final = {"must": "■", "should": "◩", "could": "□", "watch": "?"}
_TREND_SHAPES: Final = {"rising": "↑", "stable": "=", "falling": "↓", "unknown": "?"}
MOST_REFS: Final = 8
_PAGES: Final = {"R": "report", "A": "alert", "I": "incident"}


@register.simple_tag
def category(value: Any) -> SafeString:
    """Return a category as a tag with its shape and its word."""
    code = getattr(value, "value", value)
    return format_html(
        '<span class="tag category {}"><i aria-hidden="true">{}</i> {}</span>',
        code,
        _CATEGORY_SHAPES.get(code, "·"),
        term(code, "category"),
    )


@register.simple_tag
def trend(value: Any) -> SafeString:
    """Return a trend with its arrow and its word."""
    code = getattr(value, "value", value)
    return format_html(
        '<span class="trend {}"><i aria-hidden="true">{}</i> {}</span>',
        code,
        _TREND_SHAPES.get(code, "?"),
        term(code, "trend"),
    )


@register.filter
def score(value: float | None, places: int = 1) -> str:
    """Return a score as the reader's language writes it, or the word unknown."""
    return unknown() if value is None else number_format(round(value, places), decimal_pos=places)


@register.filter
def hours(value: float | None) -> str:
    """Return hours with one decimal, or the word unknown."""
    return unknown() if value is None else _("%(hours)s h") % {"hours": score(value)}


@register.filter
def km(value: float | None, places: int = 1) -> str:
    """Return a distance, or the word unknown."""
    return unknown() if value is None else _("%(km)s km") % {"km": score(value, places)}


@register.simple_tag
def remedy(code: str, names: Mapping[str, str] | None = None) -> str:
    """Return what would close a gap, in words."""
    kind, what, at = read_remedy(code)
    if not wording.has(f"remedy.{kind}"):
        return code
    facts = {"what": apart(what), "at": apart((names or {}).get(at, at))}
    return wording.say(f"remedy.{kind}", facts, language())


@register.simple_tag
def said(because: Any, names: Mapping[str, str]) -> str:
    """Return the sentence of a reason, with bases, assets and places by their names."""
    found = Because.from_json(because) if isinstance(because, Mapping) else because
    facts = {key: names.get(fact, fact) if isinstance(fact, str) else fact for key, fact in found.facts.items()}
    return reason(Because(found.code, facts, found.evidence))


@register.filter
def deaths(incident: Any) -> tuple[int | None, int | None]:
    """Return the least and most killed in an incident, None where nobody knows."""
    return incident.deaths_least, incident.deaths_most


@register.simple_tag
def assumption(name: str, value: Any) -> str:
    """Return one assumption of a coverage: its label and its value."""
    label = f"brief.gap.assumption.{name}"
    shown = wording.label(label, language()) if wording.has(label) else name.replace("_", " ")
    said = {True: _("yes"), False: _("no")}.get(value) if isinstance(value, bool) else None
    filled = said or (number(value) if isinstance(value, int | float) else value)
    return wording.say("brief.gap.assumption", {"name": shown, "value": filled}, language())


@register.filter
def known_label(code: str, enum: str) -> str:
    """Return the label of a code where there is one, otherwise the code in plain words."""
    full = f"term.{enum}.{code}"
    return wording.label(full, language()) if wording.has(full) else str(code).replace("_", " ")


@cache
def _address(kind: str) -> str:
    """Return the address of the records of a kind, up to their reference."""
    page = _PAGES.get(kind)
    return reverse(page, args=["-"]).removesuffix("-/") if page else ""


@register.simple_tag
def evidence(value: str) -> SafeString:
    """Return a reference as a link to its record, where its kind has a page."""
    address = _address(value[:1]) if value[1:2] == "-" else ""
    return format_html('<a href="{}{}/">{}</a>', address, value, ref(value)) if address else ref(value)


@register.simple_tag
def evidence_list(refs: Any, seen: Any) -> SafeString:
    """Return the references that the viewer may open, as links; of very many the first, and how many more."""
    shown = [one for one in refs if one in seen]
    links = format_html_join(" ", "{}", ((evidence(one),) for one in shown[:MOST_REFS]))
    return (
        links
        if len(shown) <= MOST_REFS
        else format_html('{} <span class="muted">+{}</span>', links, len(shown) - MOST_REFS)
    )


@register.filter
def weekdays(days: Any) -> str:
    """Return ISO weekdays by their names."""
    return _(", ").join(str(WEEKDAYS[day - 1]) for day in days if 1 <= day <= 7)


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Return what a mapping holds under a key, None when it holds nothing."""
    return mapping.get(key)
