"""Template tags of the scorecard: a share with its bounds, percentages, leads, bands of likelihood, reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.core.lessons.scorecard_values import Band, Bounded, Stratum
from tocsin.core.reference.results import Because
from tocsin.web.clock import mission_zone
from tocsin.web.templatetags import tocsin as words
from tocsin.web.templatetags.response import share_of
from tocsin.web.templatetags.rooms import km, known_label

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """Return a share as a percentage, finer below one; the word unknown where it is unknown."""
    if share is None:
        return words.unknown()
    shown = f"{100 * share:.1f}" if 0 < share < 0.01 else f"{100 * share:.0f}"
    return _("%(share)s %%") % {"share": shown}


@register.simple_tag
def bounded(one: Bounded) -> SafeString | str:
    """Return so many of so many with the bounds of the share; of few cases, that they are too few to say."""
    if not one.found.of:
        return words.unknown()
    if not one.is_enough:
        counted = {"count": words.number(one.found.count), "of": words.number(one.found.of)}
        few = _("too few to say")
        return format_html('{} <span class="muted small">{}</span>', _("%(count)s of %(of)s") % counted, few)
    return format_html("{} {}", share_of(one.found), bounds(one))


@register.simple_tag
def bounds(one: Bounded) -> SafeString | str:
    """Return between what a share lies, nothing where that cannot be said."""
    if one.low is None or one.high is None or not one.is_enough:
        return ""
    said = _("%(low)s to %(high)s %%") % {"low": round(100 * one.low), "high": round(100 * one.high)}
    return format_html('<span class="muted small nowrap">{}</span>', said)


@register.simple_tag
def headline(one: Bounded) -> str:
    """Return a share as one figure where there is enough to say it."""
    if not one.found.of:
        return words.unknown()
    counted = {"count": words.number(one.found.count), "of": words.number(one.found.of)}
    return percent(one.found.share) if one.is_enough else _("%(count)s of %(of)s") % counted


def hours(count: float) -> str:
    """Return a round number of hours, or of days where there are many."""
    if count >= 48 and not count % 24:
        return _("%(days)s days") % {"days": words.number(round(count / 24))}
    return _("%(hours)s h") % {"hours": f"{count:g}"}


@register.filter
def at_least(lead_h: float) -> str:
    """Return a lead in words: before at all, or at least so many hours before."""
    return _("At least %(hours)s before") % {"hours": hours(lead_h)} if lead_h else _("Before it began, at all")


@register.simple_tag
def stretch(start: float, end: float | None) -> str:
    """Return a stretch of lead time in words."""
    if end is None:
        return _("%(from)s and more") % {"from": hours(start)}
    if not start:
        return _("less than %(to)s") % {"to": hours(end)}
    return _("%(from)s to %(to)s") % {"from": hours(start), "to": hours(end)}


@register.filter
def days_after(days: float) -> str:
    """Return a horizon in words."""
    whole = round(days)
    return ngettext("Within %(days)s day", "Within %(days)s days", whole) % {"days": words.number(whole)}


@register.simple_tag
def band_name(one: Band) -> str:
    """Return what was said of the likelihood."""
    if one.kind == "chance":
        low, high = (float(part) for part in one.name.split("-"))
        return _("%(low)s to %(high)s %%") % {"low": round(100 * low), "high": round(100 * high)}
    return words.term(one.name, one.kind)


@register.simple_tag
def distance(one: Stratum) -> str:
    """Return between which distances to a base a stratum lies."""
    return _("%(from)s to %(to)s") % {"from": km(one.from_km, 0), "to": km(one.to_km, 0)}


@register.filter
def channel(code: str) -> str:
    """Return the way harm came to be known; unknown where nobody wrote it down."""
    return known_label(code, "told_through") if code else words.unknown()


@register.filter
def sector_name(sector: str | None) -> str:
    """Return a sector, the whole mission, or that none is on record."""
    if sector is None:
        return _("Whole mission")
    return sector or _("No sector on record")


@register.filter
def maker(code: Any) -> str:
    """Return who raised a warning; unknown where it is not on record."""
    return words.term(code, "raised_by") if code is not None else words.unknown()


@register.filter
def why(because: Because) -> str:
    """Return the sentence of a reason, with its moment by the mission's clock and its numbers without empty decimals."""
    facts = {name: _told(name, fact) for name, fact in because.facts.items()}
    return words.reason(Because(because.code, facts, because.evidence))


def _told(name: str, fact: Any) -> Any:
    if name == "as_of" and isinstance(fact, str):
        return date_format(datetime.fromisoformat(fact).astimezone(mission_zone()), "j M Y H:i")
    if isinstance(fact, float):
        return f"{fact:g}"
    return words.unknown() if fact is None else fact
