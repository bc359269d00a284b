"""Template tags of the outlook: chances that claim no more than they know, one in so many, days, methods."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from tocsin.core.forecast.outlook.chances import PlaceChance
from tocsin.core.forecast.outlook.review import BASE_RATE, EWMA, LAST_YEAR, SURFACE
from tocsin.core.reference.terms import Outlet
from tocsin.web.templatetags import tocsin as words

register = template.Library()

_SHAPES = {Outlet.PAGE: "▲", Outlet.ALERT: "◆", Outlet.DIGEST: "·"}


@register.filter
def share(value: float | None) -> str:
    """Return a chance in whole percent; below one, that it is below one: never nought, never certain."""
    if value is None:
        return words.unknown()
    if value < 0.01:
        return _("under 1 %%") % ()
    return _("%(share)s %%") % {"share": words.number(min(round(100 * value), 99))}


@register.filter
def between(one: PlaceChance) -> str:
    """Return the bounds of a chance."""
    if one.low is None or one.high is None:
        return words.unknown()
    low, high = max(round(100 * one.low), 0), min(round(100 * one.high), 99)
    return _("%(low)s to %(high)s %%") % {"low": words.number(low), "high": words.number(high)}


@register.filter
def pixels(value: float) -> str:
    """Return where a chance stands on a line of a hundred, as a drawing writes it."""
    return f"{100 * value:.1f}"


@register.filter
def one_in(p: float) -> str:
    """Return a chance of noise as one in so many."""
    return _("1 in %(many)s") % {"many": words.number(round(1 / p))} if p else words.unknown()


@register.filter
def on_day(ordinal: int | None) -> str:
    """Return the day of an ordinal number."""
    return words.unknown() if ordinal is None else words.day(date.fromordinal(ordinal))


@register.filter
def expected(value: float) -> str:
    """Return a number that is expected, with one decimal."""
    return number_format(round(value, 1), decimal_pos=1)


@register.filter
def outlet_sign(outlet: Outlet) -> str:
    """Return the sign by which an outlet is told apart without colour."""
    return _SHAPES[outlet]


@register.filter
def method(code: str) -> str:
    """Return a way of looking ahead in plain words."""
    return {
        SURFACE: _("this outlook"),
        LAST_YEAR: _("how often in the last 12 months, at each place"),
        EWMA: _("moving average, half forgotten in 90 days"),
        BASE_RATE: _("the same for all places: the usual share"),
    }[code]


@register.filter
def disposal(code: str) -> str:
    """Return what a person made of a surge."""
    return {
        "open": _("nobody has said yet"),
        "acted": _("acted on"),
        "watch": _("being watched"),
        "dismissed": _("dismissed"),
    }[code]


@register.filter
def kernel_name(code: str) -> str:
    """Return what drew the shuffles of the scan."""
    return _("compiled") if code == "compiled" else _("plain, without a compiler")
